// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The form of a page as a browser takes it: where it goes, and what is filled in before anybody types.
package struct FormPage: Sendable {
    /// The address of the form.
    package let action: String
    /// The fields by name; boxes that nobody ticked are absent.
    package var fields: [String: String]

    /// Reads a page; `nil` when it has no form that posts.
    package init?(_ html: String) {
        guard let action = html.firstMatch(of: /<form method="post" action="([^"]*)"/) else { return nil }
        self.action = Self.unescape(action.1)
        fields = [:]
        for match in html.matches(of: /<input\s([^>]*)>/) where !match.1.contains("type=\"checkbox\"") {
            guard let name = match.1.firstMatch(of: /(?:^|\s)name="([^"]*)"/) else { continue }
            let value = match.1.firstMatch(of: /\svalue="([^"]*)"/).map { Self.unescape($0.1) }
            fields[Self.unescape(name.1)] = value ?? ""
        }
    }

    /// The media type of ``body``.
    package static let mediaType = "application/x-www-form-urlencoded"

    /// What a browser sends.
    package var body: [UInt8] { Array(Self.encode(fields).utf8) }

    /// Fields as a query or a body has them, in the order of their names.
    package static func encode(_ fields: [String: String]) -> String {
        fields.sorted { $0.key < $1.key }.map { "\(escape($0.key))=\(escape($0.value))" }.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func unescape(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}
