// SPDX-License-Identifier: Apache-2.0

/// A set of revocation reasons, as an issuing distribution point names those its CRL covers.
///
/// On the wire: a BIT STRING of named bits; its order differs from the numbers of ``CRLReason``.
///
/// Source: RFC 5280, section 4.2.1.13.
public struct ReasonFlags: OptionSet, Hashable, Sendable {
    /// Bit 0 of the BIT STRING is the lowest bit.
    public let rawValue: UInt64

    /// Makes a set from named bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The key is known or suspected to be in other hands.
    public static let keyCompromise = ReasonFlags(rawValue: 1 << 1)
    /// The authority's key is known or suspected to be in other hands.
    public static let cACompromise = ReasonFlags(rawValue: 1 << 2)
    /// The subject's name or other facts changed.
    public static let affiliationChanged = ReasonFlags(rawValue: 1 << 3)
    /// Another certificate took its place.
    public static let superseded = ReasonFlags(rawValue: 1 << 4)
    /// No longer needed for its purpose.
    public static let cessationOfOperation = ReasonFlags(rawValue: 1 << 5)
    /// On hold, perhaps not for ever.
    public static let certificateHold = ReasonFlags(rawValue: 1 << 6)
    /// A privilege in the certificate was withdrawn.
    public static let privilegeWithdrawn = ReasonFlags(rawValue: 1 << 7)
    /// The attribute authority's key is known or suspected to be in other hands.
    public static let aACompromise = ReasonFlags(rawValue: 1 << 8)
    /// Every reason that has a flag.
    public static let all = ReasonFlags(rawValue: 0b1_1111_1110)

    /// Reads a BIT STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: ASN1Element) throws(FormatError) {
        self.init(rawValue: try element.namedBits())
    }
}
