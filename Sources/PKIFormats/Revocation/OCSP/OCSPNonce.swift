// SPDX-License-Identifier: Apache-2.0

/// The value that ties an OCSP answer to its request.
///
/// On the wire: an OCTET STRING of 1 to 128 octets in the value of the extension 1.3.6.1.5.5.7.48.1.2.
///
/// Source: RFC 9654, section 2.1.
public struct OCSPNonce: Hashable, Sendable {
    /// The nonce itself.
    public let octets: [UInt8]
    /// The extension's value, DER.
    public var extensionValue: [UInt8] {
        var writer = DERWriter(capacity: 132)
        writer.octetString(octets)
        return writer.bytes
    }

    /// How long a nonce may be, in octets.
    public static let lengths = 1...128

    /// Makes a nonce to send.
    ///
    /// 32 random octets are recommended.
    ///
    /// - Returns: `nil` when it is not 1 to 128 octets long.
    public init?(_ octets: some Collection<UInt8>) {
        guard Self.lengths.contains(octets.count) else { return nil }
        self.octets = Array(octets)
    }

    /// Reads the value of the extension.
    ///
    /// RFC 2560 did not say how the nonce is written, so that clients of its time put it bare into the extension. To
    /// repeat that would be no DER, so it counts as none: they get the answer that responders without nonces give.
    ///
    /// - Returns: `nil` when the value is no OCTET STRING.
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when the nonce is not 1 to 128 octets long.
    public init?(parsing extensionValue: [UInt8]) throws(FormatError) {
        guard let string = try? ASN1Element(parsing: extensionValue).octetString() else { return nil }
        guard Self.lengths.contains(string.count) else {
            throw .invalidValue(field: "nonce", reason: "\(string.count) octets, not 1 to 128")
        }
        octets = Array(string)
    }

    /// The extension that carries the nonce.
    public var certificateExtension: CertificateExtension {
        CertificateExtension(oid: .ocspNonce, isCritical: false, value: extensionValue)
    }
}
