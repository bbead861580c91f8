// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Fields by name, as the query of a URL and the body of a form write them: `name=value&name=value`.
///
/// Source: WHATWG URL Standard, section 5.1 (application/x-www-form-urlencoded).
package struct FormFields: Sendable {
    /// Octets of a whole query or body; the longest real one holds a kilobyte of address and two of credentials.
    package static let octetLimit = 16 << 10
    /// Fields of one query or body; real ones have up to eight.
    private static let fieldLimit = 32

    private let values: [String: String]

    /// Reads fields.
    ///
    /// - Returns: `nil` when a limit is passed, an escape is broken, octets are no text or a name stands twice: two
    ///   readers of a field that stands twice would not see the same value.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.octetLimit else { return nil }
        let parts = text.utf8.split(separator: 0x26)
        guard parts.count <= Self.fieldLimit else { return nil }
        var values: [String: String] = [:]
        for part in parts {
            let name = part.prefix { $0 != 0x3D }
            guard let key = Self.decode(name), let value = Self.decode(part.dropFirst(name.count + 1)),
                values.updateValue(value, forKey: key) == nil
            else { return nil }
        }
        self.values = values
    }

    /// Reads the body of a form; `nil` also when it is no UTF-8.
    package init?(body: [UInt8]) {
        guard body.count <= Self.octetLimit, let text = String(validating: body, as: UTF8.self) else { return nil }
        self.init(text)
    }

    /// The value of a field; `nil` when it is absent.
    package subscript(name: String) -> String? { values[name] }

    /// Whether a Content-Type names a form, whatever its parameters.
    package static func isForm(_ contentType: String) -> Bool {
        let type = contentType.utf8.prefix { $0 != 0x3B }.filter { $0 != 0x20 && $0 != 0x09 }
        return String(decoding: type, as: UTF8.self).lowercased() == "application/x-www-form-urlencoded"
    }

    /// A name or value; a plus sign stands for a space.
    private static func decode(_ octets: some Sequence<UInt8>) -> String? {
        PercentEncoding.text(octets.map { $0 == 0x2B ? 0x20 : $0 }, limit: octetLimit)
    }
}
