// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Octets that are written as Base64 where a value is kept as JSON.
public struct EncodedBytes: Hashable, Sendable {
    /// The octets.
    public let octets: [UInt8]

    /// Takes octets.
    public init(_ octets: [UInt8]) { self.octets = octets }
}

extension EncodedBytes: Codable {
    /// Reads a string of Base64.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let octets = Base64.decode(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not Base64")
        }
        self.octets = octets
    }

    /// Writes a string of Base64.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64.encode(octets))
    }
}
