// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

extension OID: Codable {
    /// Reads the dotted form.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            try self.init(dotted: text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text): not an object identifier"))
        }
    }

    /// Writes the dotted form.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(dotted)
    }
}
