// SPDX-License-Identifier: Apache-2.0

/// Finds string literals that hold SQL and an interpolation.
///
/// GRDB's `SQL` literals turn an interpolation into a bound argument; they are told by `literal:` or `SQL(` before the
/// quote and are fine.
enum SQLLiterals {
    /// The numbers of the lines at which such a literal begins.
    static func interpolated(in file: SourceTree.File) -> [Int] {
        var found: [Int] = []
        var open: (line: Int, text: String, isBound: Bool)?
        for (number, line) in file.code {
            let text = line.replacing("\\\"", with: "'")
            let parts = text.split(separator: "\"\"\"", omittingEmptySubsequences: false)
            for (position, part) in parts.enumerated() {
                if position > 0 {
                    if let literal = open {
                        if isOffence(literal.text, isBound: literal.isBound) { found.append(literal.line) }
                        open = nil
                    } else {
                        open = (number, "", isBound(parts[position - 1]))
                    }
                }
                if open != nil {
                    open?.text += part + "\n"
                } else if hasOffence(part) {
                    found.append(number)
                }
            }
        }
        return found
    }

    /// Looks at the literals within one line.
    private static func hasOffence(_ line: Substring) -> Bool {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.indices.contains { index in
            !index.isMultiple(of: 2) && isOffence(String(parts[index]), isBound: isBound(parts[index - 1]))
        }
    }

    private static func isBound(_ before: Substring) -> Bool {
        let before = before.reversed().drop(while: \.isWhitespace).reversed()
        return String(before).hasSuffix("literal:") || String(before).hasSuffix("SQL(")
    }

    private static func isOffence(_ literal: String, isBound: Bool) -> Bool {
        guard !isBound, literal.contains("\\(") else { return false }
        return literal.split(whereSeparator: \.isWhitespace).first.map { verbs.contains(String($0)) } ?? false
    }

    /// In capitals only, as our SQL is written; prose is not.
    private static let verbs: Set<String> = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "CREATE", "ALTER", "DROP", "PRAGMA", "BEGIN",
        "SAVEPOINT", "RELEASE", "ROLLBACK", "VACUUM", "ATTACH", "FROM", "WHERE",
    ]
}
