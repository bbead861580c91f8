// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where commands write: results on standard output, everything else on standard error.
enum Terminal {
    /// Writes a line of the result.
    static func result(_ text: String) { write(text + "\n", to: FileHandle.standardOutput) }

    /// Writes octets of the result as they are.
    static func result(octets: [UInt8]) { try? FileHandle.standardOutput.write(contentsOf: Data(octets)) }

    /// Writes a line of progress or trouble.
    static func error(_ text: String) { write(text + "\n", to: FileHandle.standardError) }

    /// Whether standard output is a terminal.
    static let isResultInteractive = isatty(1) == 1

    /// Whether standard error is a terminal.
    static let isInteractive = isatty(2) == 1

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed pipe is the reader's decision, not an error of ours.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

/// JSON for `--json`: sorted keys, indented on a terminal, one line for machines.
enum JSONText {
    static func of(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if Terminal.isResultInteractive { encoder.outputFormatting.insert(.prettyPrinted) }
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Columns of text for people.
///
/// Machines get `--json`.
struct Table {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: String...) { self.head = head }

    mutating func row(_ cells: String...) { rows.append(cells.map(Table.printable)) }

    /// The table, or one sentence when it is empty.
    func text(empty: String) -> String {
        guard !rows.isEmpty else { return empty }
        let all = [head.map { $0.uppercased() }] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let padded = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// Control characters of names must not reach the terminal.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}
