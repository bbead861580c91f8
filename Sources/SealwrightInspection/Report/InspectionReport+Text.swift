// SPDX-License-Identifier: Apache-2.0

extension InspectionReport {
    /// The report for a terminal: meaning, findings, then the parts.
    ///
    /// - Parameter width: columns; long values go on in the next line under themselves.
    /// - Returns: the lines, each with its end.
    package func text(width: Int = 100) -> String {
        var page = ReportPage(width: max(width, 40))
        for sentence in summary { page.paragraph(sentence, indent: 0) }
        if !findings.isEmpty { page.blank() }
        for finding in findings {
            page.pair(finding.severity.rawValue, "\(finding.sentence) [\(finding.code)]", labelWidth: 9, indent: 0)
        }
        for section in sections { page.add(section, indent: 0) }
        return page.lines.joined(separator: "\n") + "\n"
    }

    /// The report in one line, and one for each finding that is more than a note.
    package var shortText: String {
        let lines = ["\(type.name): \(summary.first ?? "")"]
        let grave = findings.filter { $0.severity != .note }
        return (lines + grave.map { "\($0.severity.rawValue): \($0.sentence) [\($0.code)]" }).joined(separator: "\n")
            + "\n"
    }
}

/// Lines that grow downwards and never wider than the page.
private struct ReportPage {
    let width: Int
    private(set) var lines: [String] = []

    init(width: Int) { self.width = width }

    mutating func blank() {
        if lines.last?.isEmpty == false { lines.append("") }
    }

    mutating func add(_ section: InspectionSection, indent: Int) {
        blank()
        if !section.title.isEmpty { lines.append(spaces(indent) + section.title) }
        let inner = section.title.isEmpty ? indent : indent + 2
        let longest = section.fields.map { $0.label.count }.max() ?? 0
        for field in section.fields {
            let value = field.note.map { field.value.isEmpty ? "(\($0))" : "\(field.value) (\($0))" } ?? field.value
            pair(field.label, value, labelWidth: min(longest, 28) + 2, indent: inner)
        }
        for part in section.sections { add(part, indent: inner) }
    }

    mutating func paragraph(_ text: String, indent: Int) {
        for line in wrapped(text, to: width - indent) { lines.append(spaces(indent) + line) }
    }

    /// A label, and its value in a column of its own.
    mutating func pair(_ label: String, _ value: String, labelWidth: Int, indent: Int) {
        let column = indent + labelWidth
        let values = wrapped(value, to: max(width - column, 20))
        guard label.count < labelWidth else {
            lines.append(spaces(indent) + label)
            for line in values { lines.append(spaces(column) + line) }
            return
        }
        lines.append(spaces(indent) + label + spaces(labelWidth - label.count) + (values.first ?? ""))
        for line in values.dropFirst() { lines.append(spaces(column) + line) }
    }

    /// Breaks at spaces, and inside a word only when it is longer than a line.
    private func wrapped(_ text: String, to columns: Int) -> [String] {
        var found: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if !line.isEmpty, line.count + 1 + word.count > columns {
                found.append(line)
                line = ""
            }
            var rest = word
            while line.isEmpty, rest.count > columns {
                let cut = breakPoint(in: rest, columns: columns)
                found.append(String(rest[..<cut]))
                rest = rest[cut...]
            }
            line += (line.isEmpty ? "" : " ") + rest
        }
        if !line.isEmpty { found.append(line) }
        return found
    }

    /// Behind the last `:`, `,`, `/` or `;` that fits, so that URLs stay readable; octets in lines of 16 or 32.
    private func breakPoint(in word: Substring, columns: Int) -> Substring.Index {
        let isOctets = word.dropFirst(2).first == ":" && word.dropFirst(5).first == ":"
        let limit = isOctets && columns >= Self.octetColumns ? columns / Self.octetColumns * Self.octetColumns : columns
        let end = word.index(word.startIndex, offsetBy: limit, limitedBy: word.endIndex) ?? word.endIndex
        guard let mark = word[..<end].lastIndex(where: { ":,/;".contains($0) }), mark > word.startIndex else {
            return end
        }
        return word.index(after: mark)
    }

    /// Sixteen octets, each two digits and a colon.
    private static let octetColumns = 48

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }
}
