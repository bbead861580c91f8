// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// A moment that is ISO 8601 text where a value is kept as JSON, since scripts see it there.
@propertyWrapper
public struct ISO8601Text: Hashable, Sendable {
    /// The moment.
    public var wrappedValue: Timestamp

    /// Takes a moment.
    public init(wrappedValue: Timestamp) { self.wrappedValue = wrappedValue }
}

extension ISO8601Text: Codable {
    /// Reads a moment, as text or as earlier versions wrote it: `{"seconds":…}`.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let text = try? container.decode(String.self) else {
            wrappedValue = try container.decode(Timestamp.self)
            return
        }
        guard let moment = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a moment")
        }
        wrappedValue = moment
    }

    /// Writes the moment as text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue.iso8601)
    }
}
