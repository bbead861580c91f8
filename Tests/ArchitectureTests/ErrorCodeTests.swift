// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Architecture: error codes")
struct ErrorCodeTests {
    let codes: [(code: String, place: String)]

    init() throws {
        codes = try SourceTree().sources.flatMap { file in
            Self.codes(in: file).map { ($0.code, "\(file.path):\($0.line)") }
        }
    }

    @Test func `a code means one thing in the whole system`() {
        let shared = Dictionary(grouping: codes, by: \.code).filter { $0.value.count > 1 }
        let offences = shared.map { "\($0.key): \($0.value.map(\.place).joined(separator: ", "))" }.sorted()
        #expect(offences.isEmpty, "\(offences.joined(separator: "\n"))")
    }

    @Test func `the search finds the codes`() {
        #expect(codes.count > 20)
    }

    /// The dotted literals in the bodies of `var code: String`.
    private static func codes(in file: SourceTree.File) -> [(code: String, line: Int)] {
        var found: [(String, Int)] = []
        var depth = 0
        var isInside = false
        for (number, text) in file.code {
            if text.contains("var code: String") {
                isInside = true
                depth = 0
            }
            guard isInside else { continue }
            let literals = text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            for (index, literal) in literals where !index.isMultiple(of: 2) && isCode(literal) {
                found.append((String(literal), number))
            }
            depth += text.count { $0 == "{" } - text.count { $0 == "}" }
            if depth <= 0, text.contains("}") || !text.contains("{") { isInside = false }
        }
        return found
    }

    /// `area.what-happened`, lower case.
    private static func isCode(_ literal: Substring) -> Bool {
        literal.wholeMatch(of: /[a-z0-9]+(\.[a-z0-9-]+)+/) != nil
    }
}
