// SPDX-License-Identifier: Apache-2.0

import Foundation

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

    /// Control characters of names must not reach the terminal, nor those that turn the direction of text around.
    package static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isUnsafe($0) ? "?" : $0 }))
    }

    /// Joiners pass, which names of some scripts need; of the other characters that are not seen none does.
    ///
    /// Source: Unicode Standard, section 23.1 (C0 and C1), and Annex 9 (explicit and implicit directional formatting).
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: !scalar.properties.isJoinControl
        default: false
        }
    }
}

extension String {
    package func trimmingRight() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}
