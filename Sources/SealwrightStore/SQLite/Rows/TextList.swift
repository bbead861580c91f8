// SPDX-License-Identifier: Apache-2.0

/// A list of texts in one column, as netstrings: `12:scep-subject,9:CN=pc-0007,`.
///
/// Readable in any database browser, and unambiguous whatever the texts hold.
enum TextList {
    static func encode(_ texts: [String]) -> String {
        var result = ""
        for text in texts { result += "\(text.utf8.count):\(text)," }
        return result
    }

    /// Reads as many texts as there are; what cannot be read ends the list.
    static func decode(_ column: String) -> [String] {
        var texts: [String] = []
        var rest = Array(column.utf8)[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            guard let count = Int(String(decoding: rest[..<colon], as: UTF8.self)) else { break }
            let text = rest[(colon + 1)...].prefix(max(count, 0))
            guard text.count == count else { break }
            texts.append(String(decoding: text, as: UTF8.self))
            rest = rest[text.endIndex...].dropFirst()
        }
        return texts
    }
}
