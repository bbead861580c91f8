// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

/// A random value that ties a reply to its request.
///
/// On the wire: an OCTET STRING; senderNonce is OID 2.16.840.1.113733.1.9.5, recipientNonce …9.6. We write the
/// RFC's 16 octets and read 1 to 64, because clients send other lengths too.
///
/// Source: RFC 8894, section 3.2.1.5.
public struct Nonce: Hashable, Sendable, Codable {
    /// The octets.
    public let octets: [UInt8]

    /// Takes received octets.
    ///
    /// - Throws: ``SCEPError/malformed(_:reason:)`` when there are none or more than 64.
    public init(octets: [UInt8]) throws(SCEPError) {
        guard (1...64).contains(octets.count) else {
            throw .malformed("nonce", reason: "\(octets.count) octets, not 1 to 64")
        }
        self.octets = octets
    }

    /// Reads the attribute's value.
    ///
    /// - Throws: ``SCEPError`` when it is no OCTET STRING of 1 to 64 octets.
    public init(parsing element: ASN1Element) throws(SCEPError) {
        let octets = try reading { () throws(FormatError) in try element.octetString() }
        try self.init(octets: Array(octets))
    }

    /// Sixteen random octets.
    public static func fresh() -> Nonce { Nonce(random: SecureRandom.bytes(16)) }

    private init(random octets: [UInt8]) { self.octets = octets }

    /// The value as it stands in the attribute.
    var encodedValue: [UInt8] {
        var writer = DERWriter(capacity: octets.count + 4)
        writer.octetString(octets)
        return writer.bytes
    }
}
