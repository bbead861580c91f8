// SPDX-License-Identifier: Apache-2.0

/// What an Alert tells.
///
/// A number on the wire; one unknown here survives a round trip.
///
/// Source: OMA-DM Protocol 1.2, section 8.7; OMA SyncML Representation Protocol 1.2, section 11.
public struct AlertCode: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt16

    /// Takes any number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Show a text to the user.
    public static let display = Self(rawValue: 1100)
    /// Ask the user to confirm.
    public static let confirm = Self(rawValue: 1101)
    /// Ask the user for a text.
    public static let userInput = Self(rawValue: 1102)
    /// Let the user choose one.
    public static let singleChoice = Self(rawValue: 1103)
    /// Let the user choose some.
    public static let multipleChoice = Self(rawValue: 1104)
    /// The server started the session.
    public static let serverInitiated = Self(rawValue: 1200)
    /// The client started the session.
    public static let clientInitiated = Self(rawValue: 1201)
    /// The next message of a package is wanted.
    public static let nextMessage = Self(rawValue: 1222)
    /// The session ends here.
    public static let sessionAbort = Self(rawValue: 1223)
    /// Something happened at the client.
    public static let clientEvent = Self(rawValue: 1224)
    /// A large object ended before its last chunk.
    public static let noEndOfData = Self(rawValue: 1225)
    /// Something happened that the type of its item names.
    public static let genericAlert = Self(rawValue: 1226)
}
