// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// Moments that scripts see are ISO 8601 text, as everywhere in what the commands print.

extension KeyedEncodingContainer {
    /// Writes a moment as ISO 8601 text.
    mutating func encode(iso8601 moment: Timestamp, forKey key: Key) throws {
        try encode(moment.iso8601, forKey: key)
    }
}

extension KeyedDecodingContainer {
    /// Reads a moment, as text or as earlier versions wrote it: `{"seconds":…}`.
    func moment(forKey key: Key) throws -> Timestamp {
        guard let text = try? decode(String.self, forKey: key) else { return try decode(Timestamp.self, forKey: key) }
        guard let moment = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not a moment")
        }
        return moment
    }
}
