// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats

/// Columns of text for people.
///
/// Machines get `--json`.
package struct Table {
    private let head: [String]
    private var rows: [[String]] = []

    package init(_ head: String...) { self.head = head }

    package mutating func row(_ cells: String...) { rows.append(cells.map(Table.printable)) }

    /// The table, or one sentence when it is empty.
    package func text(empty: String) -> String {
        guard !rows.isEmpty else { return empty }
        let all = [head.map { $0.uppercased() }] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).map { cell, width in
                // Counted in characters: Foundation's padding counts UTF-16 and would cut what is longer there.
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ").trimmingRight()
        }.joined(separator: "\n")
    }

    /// A text that does not make its column wider than people read; what is left out is shown by an ellipsis.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - limit: how many characters stay, the ellipsis among them.
    /// - Returns: the text, or its beginning.
    package static func shortened(_ text: String, to limit: Int = 60) -> String {
        text.count > limit ? String(text.prefix(limit - 1)) + "…" : text
    }

    /// What is known of one thing, a line each: the name, and from a column on the value.
    ///
    /// - Parameters:
    ///   - facts: names, which are ours, and values, which may be anybody's.
    ///   - column: where values begin, in characters; behind a longer name, one space later.
    /// - Returns: the lines.
    package static func facts(_ facts: [(name: String, value: String)], column: Int = 14) -> String {
        facts.map { name, value in
            name + String(repeating: " ", count: max(column - name.count, 1)) + printable(value)
        }.joined(separator: "\n")
    }

    /// Control characters of names must not reach the terminal, nor those that turn the direction of text around.
    ///
    /// Joiners pass, which names of some scripts need; of the other characters that are not seen none does.
    package static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.isUnsafeToPrint && !scalar.properties.isJoinControl ? "?" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

extension String {
    package func trimmingRight() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}
