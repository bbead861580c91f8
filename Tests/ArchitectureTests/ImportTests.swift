// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Architecture: who imports what")
struct ImportTests {
    let tree: SourceTree

    init() throws { tree = try SourceTree() }

    @Test(arguments: ImportTable.rules.keys.sorted())
    func `a target imports only what the table allows`(target: String) throws {
        let allowed = try #require(ImportTable.rules[target]).all
        let offences = tree.sources.filter { $0.target == target }.flatMap { file in
            Self.imports(of: file).filter { !allowed.contains($0.module) }
                .map { "\(file.path):\($0.line): \(target) must not import \($0.module)" }
        }
        #expect(offences.isEmpty, "\(offences.joined(separator: "\n"))")
    }

    @Test func `every target that holds Swift is in the table`() {
        let targets = Set(tree.sources.map(\.target))
        #expect(targets == Set(ImportTable.rules.keys))
    }

    @Test func `the arrows have no cycle`() {
        var settled: Set<String> = ["CLibCrypto"]
        var waiting = ImportTable.rules
        while let next = waiting.first(where: { $0.value.targets.isSubset(of: settled) }) {
            settled.insert(next.key)
            waiting[next.key] = nil
        }
        #expect(waiting.isEmpty, "\(waiting.keys.sorted()) import each other")
    }

    /// The modules a file imports, whatever access level or attribute stands before the word.
    private static func imports(of file: SourceTree.File) -> [(line: Int, module: String)] {
        file.code.compactMap { line in
            let words = line.text.split(whereSeparator: \.isWhitespace)
            guard let position = words.firstIndex(of: "import"),
                words[..<position].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
            else { return nil }
            // `import struct Module.Type` names a kind first and a declaration behind the dot.
            let rest = words[(position + 1)...].drop { kinds.contains(String($0)) }
            return rest.first?.split(separator: ".").first.map { (line.number, String($0)) }
        }
    }

    private static let accessLevels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
}
