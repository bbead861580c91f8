// SPDX-License-Identifier: Apache-2.0

/// The bounds on work that any input can cause in the reader.
public enum ASN1Limits {
    /// Levels of nesting.
    ///
    /// Real certificates and CMS messages stay under 20; swift-asn1 stops at 50 too.
    public static let depth = 50
    /// Elements looked at while finding the end of one indefinite-length element, and segments of one constructed
    /// string.
    ///
    /// A 16 KiB OCTET STRING in one-octet segments, the worst real sender, needs 16,384.
    public static let elements = 20_000
    /// Octets of one OBJECT IDENTIFIER.
    ///
    /// The longest in use is under 40.
    public static let objectIdentifierOctets = 128
}
