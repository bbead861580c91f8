// SPDX-License-Identifier: Apache-2.0

/// A text in the language of manual pages.
///
/// Source: man(7), groff_man(7).
struct Roff {
    private(set) var text = ""

    /// Begins a page.
    init(title: String, section: Int, version: String, manual: String) {
        request("TH", title.uppercased(), String(section), "", version, manual)
        // Names of options and files are neither hyphenated nor spread over the line.
        text += ".nh\n.ad l\n"
    }

    mutating func section(_ title: String) { request("SH", title.uppercased()) }

    /// A paragraph; the spaces and line ends in it are those between words.
    mutating func paragraph(_ words: String) { text += ".PP\n" + Self.escaped(words) + "\n" }

    /// Lines as they are, such as commands to copy.
    mutating func example(_ lines: [String]) {
        text += ".PP\n.RS 4\n.nf\n" + lines.map(Self.escaped).joined(separator: "\n") + "\n.fi\n.RE\n"
    }

    /// A term, in parts that are bold, slanted or plain, and what it means.
    mutating func item(_ term: [Part], _ meaning: String) {
        text += ".TP\n" + Self.line(term) + "\n" + Self.escaped(meaning) + "\n"
    }

    /// A line of parts, behind what stands before it.
    mutating func line(_ parts: [Part]) { text += Self.line(parts) + "\n" }

    /// Words in one type.
    enum Part {
        /// As it is typed.
        case bold(String)
        /// What the reader puts in its place.
        case italic(String)
        case plain(String)
    }

    private static func line(_ parts: [Part]) -> String {
        parts.map { part in
            switch part {
            case .bold(let words): "\\fB" + escaped(words) + "\\fR"
            case .italic(let words): "\\fI" + escaped(words) + "\\fR"
            case .plain(let words): escaped(words)
            }
        }.joined()
    }

    /// A text whose characters all stand for themselves, and which begins no request.
    static func escaped(_ text: String) -> String {
        let escaped = text.unicodeScalars.map(escaped).joined()
        return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }

    /// A minus that is typed is one, not a hyphen; quotation marks stay straight.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": "\\e"
        case "-": "\\-"
        case "'": "\\(aq"
        case "`": "\\(ga"
        case "^": "\\(ha"
        case "~": "\\(ti"
        case _ where scalar.isASCII: String(scalar)
        default: unicode(scalar)
        }
    }

    /// A character beyond ASCII, in four digits or more.
    private static func unicode(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
    }

    private mutating func request(_ name: String, _ arguments: String...) {
        let quoted = arguments.map { "\"" + Self.escaped($0).replacing("\"", with: "\\(dq") + "\"" }
        text += ".\(name) " + quoted.joined(separator: " ") + "\n"
    }
}
