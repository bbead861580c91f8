// SPDX-License-Identifier: Apache-2.0

/// How a command ended.
///
/// A number on the wire; one unknown here survives a round trip.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 10.
public struct StatusCode: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt16

    /// Takes any number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Whether the command was done or will be: the numbers 200 to 299 without 215 and 216, which say that it was not
    /// executed or was taken back.
    public var isSuccess: Bool {
        (200..<300).contains(rawValue) && self != .notExecuted && self != .atomicRollBackOK
    }

    /// Done.
    public static let ok = Self(rawValue: 200)
    /// Accepted for processing; the result comes later.
    public static let accepted = Self(rawValue: 202)
    /// Authentication accepted for the whole session.
    public static let authenticationAccepted = Self(rawValue: 212)
    /// A chunk of a large object was accepted.
    public static let chunkedItemAccepted = Self(rawValue: 213)
    /// The user cancelled.
    public static let operationCancelled = Self(rawValue: 214)
    /// Not executed, because a command of the same Atomic failed before.
    public static let notExecuted = Self(rawValue: 215)
    /// Taken back, because a command of the same Atomic failed later.
    public static let atomicRollBackOK = Self(rawValue: 216)
    /// Not understood: an unknown element, or a command without CmdID.
    public static let badRequest = Self(rawValue: 400)
    /// The credentials are wrong.
    public static let invalidCredentials = Self(rawValue: 401)
    /// Refused, although the sender is known.
    public static let forbidden = Self(rawValue: 403)
    /// The node does not exist.
    public static let notFound = Self(rawValue: 404)
    /// The node does not take this command.
    public static let commandNotAllowed = Self(rawValue: 405)
    /// An optional feature that is not there.
    public static let optionalFeatureNotSupported = Self(rawValue: 406)
    /// Credentials are missing.
    public static let authenticationRequired = Self(rawValue: 407)
    /// The change conflicts with the state of the node.
    public static let conflict = Self(rawValue: 409)
    /// The node is gone for good.
    public static let gone = Self(rawValue: 410)
    /// The object is larger than the receiver takes.
    public static let requestEntityTooLarge = Self(rawValue: 413)
    /// The LocURI is longer than the receiver takes.
    public static let uriTooLong = Self(rawValue: 414)
    /// The format or type does not fit the node.
    public static let unsupportedTypeOrFormat = Self(rawValue: 415)
    /// The result is larger than the sender takes.
    public static let requestedSizeTooBig = Self(rawValue: 416)
    /// The node exists already.
    public static let alreadyExists = Self(rawValue: 418)
    /// The store is full.
    public static let deviceFull = Self(rawValue: 420)
    /// The chunks of a large object do not add up to its size.
    public static let sizeMismatch = Self(rawValue: 424)
    /// The access control list does not allow it.
    public static let permissionDenied = Self(rawValue: 425)
    /// Failed.
    public static let commandFailed = Self(rawValue: 500)
    /// Busy; try again later.
    public static let serviceUnavailable = Self(rawValue: 503)
    /// The version of the DTD is not spoken here.
    public static let dtdVersionNotSupported = Self(rawValue: 505)
    /// A command of the Atomic failed, and nothing of it was done.
    public static let atomicFailed = Self(rawValue: 507)
    /// A full synchronisation is needed; data synchronisation only.
    public static let refreshRequired = Self(rawValue: 508)
    /// The store failed.
    public static let dataStoreFailure = Self(rawValue: 510)
    /// The server failed badly.
    public static let serverFailure = Self(rawValue: 511)
    /// The version of the protocol is not spoken here.
    public static let protocolVersionNotSupported = Self(rawValue: 513)
    /// Taking back what an Atomic had done failed.
    public static let atomicRollBackFailed = Self(rawValue: 516)
}
