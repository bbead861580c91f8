// SPDX-License-Identifier: Apache-2.0

/// What a browser may do with a page: nothing that is not named here.
///
/// Source: Content Security Policy Level 3, section 6; RFC 7034, section 2.1.
package struct PageProtection: Sendable, Hashable {
    /// The one script that runs, as `'sha256-…'`; `nil` for none.
    package let script: String?
    /// Where forms are sent, also by a redirect of the answer; none forbids forms.
    package let formTargets: [String]
    /// Whose pages may show this one in a frame; none forbids frames.
    package let frameAncestors: [String]

    package init(script: String? = nil, formTargets: [String] = [], frameAncestors: [String] = []) {
        self.script = script
        self.formTargets = formTargets
        self.frameAncestors = frameAncestors
    }

    /// The header fields that say so.
    package var fields: [(name: String, value: String)] {
        func directive(_ name: String, _ sources: [String]) -> String {
            "\(name) " + (sources.isEmpty ? "'none'" : sources.joined(separator: " "))
        }
        let policy = [
            "default-src 'none'", "style-src 'unsafe-inline'", directive("script-src", script.map { [$0] } ?? []),
            directive("form-action", formTargets), directive("frame-ancestors", frameAncestors), "base-uri 'none'",
        ]
        var fields = [
            (name: "Content-Security-Policy", value: policy.joined(separator: "; ")),
            (name: "X-Content-Type-Options", value: "nosniff"), (name: "Referrer-Policy", value: "no-referrer"),
        ]
        // It knows no list, so that a page that some may frame cannot have it.
        if frameAncestors.isEmpty { fields.append((name: "X-Frame-Options", value: "DENY")) }
        return fields
    }
}
