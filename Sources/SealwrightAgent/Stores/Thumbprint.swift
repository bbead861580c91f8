// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// The SHA-1 of a certificate or CRL, the name it goes by in a store.
///
/// Written as 40 upper-case hexadecimal digits; read in any case, with spaces and colons between the digits.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "Thumbprint" and "CertThumbprint".
public struct Thumbprint: Hashable, Sendable, Codable {
    /// 40 upper-case hexadecimal digits.
    public let text: String

    /// The thumbprint of encoded octets.
    public init(of encoded: [UInt8]) { text = Hex.encode(DigestAlgorithm.sha1.hash(encoded)).uppercased() }

    /// Reads a thumbprint.
    ///
    /// - Returns: `nil` when the text has not 40 hexadecimal digits or other characters than spaces and colons.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x3A }
        guard digits.count == 40, let octets = Hex.decode(digits) else { return nil }
        self.text = Hex.encode(octets).uppercased()
    }

    /// Reads the text written.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a thumbprint")
        }
        self = value
    }

    /// Writes the text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Thumbprint: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
