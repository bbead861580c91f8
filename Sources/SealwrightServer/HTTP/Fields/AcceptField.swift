// SPDX-License-Identifier: Apache-2.0

import Hummingbird

extension Request {
    /// Whether plain text is rather wanted than JSON.
    ///
    /// Where both are wanted alike, text must be named, and before JSON.
    ///
    /// Source: RFC 9110, section 12.5.1.
    var prefersPlainText: Bool {
        let ranges = (headers[.accept] ?? "").split(separator: ",").map(MediaRange.init)
        guard let text = ranges.firstIndex(where: { $0.name == "text/plain" }), ranges[text].weight > 0 else {
            return false
        }
        let json =
            ranges.firstIndex { $0.name == "application/json" } ?? ranges.firstIndex { $0.name == "application/*" }
            ?? ranges.firstIndex { $0.name == "*/*" }
        guard let json, ranges[json].weight >= ranges[text].weight else { return true }
        return ranges[json].weight == ranges[text].weight && text < json
    }
}

/// `text/plain;q=0.5`.
private struct MediaRange {
    /// In small letters.
    let name: String
    /// 0, not wanted, to 1.
    let weight: Double

    init(_ text: Substring) {
        let parts = text.lowercased().filter { $0 != " " && $0 != "\t" }.split(separator: ";").map(String.init)
        name = parts.first ?? ""
        weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
    }
}
