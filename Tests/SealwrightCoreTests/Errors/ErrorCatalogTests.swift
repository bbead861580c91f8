// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("The catalogue of error codes")
struct ErrorCatalogTests {
    @Test func `codes are unique and every entry is whole`() {
        let codes = ErrorCatalog.entries.map(\.code)
        #expect(Set(codes).count == codes.count)
        for entry in ErrorCatalog.entries {
            #expect(entry.code.wholeMatch(of: /[a-z]+\.[a-z0-9-]+|[A-Z]+-[A-Z]+-[0-9]{3}/) != nil, "\(entry.code)")
            #expect(!entry.title.isEmpty && !entry.title.hasSuffix("."), "\(entry.code)")
            #expect(entry.cause.hasSuffix(".") && entry.cause.count > 20, "\(entry.code)")
            #expect(entry.remedy.hasSuffix(".") && entry.remedy.count > 10, "\(entry.code)")
            #expect(ErrorCatalog.entry(entry.code) == entry)
        }
    }

    /// Reads the sources, so that nobody can add a code and forget its entry.
    @Test func `every code that the program can tell has an entry`() throws {
        let missing = try Self.codesInSources().filter { ErrorCatalog.entry($0.key) == nil }
        #expect(missing.isEmpty, "\(missing)")
    }

    @Test(arguments: [
        ("enrollment.chalenge-expired", "enrollment.challenge-expired"),
        ("challenge-expired", "enrollment.challenge-expired"),
        ("CRYPTO.overloded", "crypto.overloaded"), ("store.unavailble", "store.unavailable"),
    ])
    func `a typing error finds what was meant`(typed: String, meant: String) {
        #expect(ErrorCatalog.suggestions(for: typed).first == meant)
    }

    @Test func `nonsense finds nothing`() {
        #expect(ErrorCatalog.suggestions(for: "zzzzzzzzzzzzzzzz").isEmpty)
        #expect(ErrorCatalog.suggestions(for: String(repeating: "a", count: 100_000)).isEmpty)
        #expect(ErrorCatalog.entry("nothing.like-this") == nil)
    }

    @Test func `the page has every entry under its area`() {
        let page = ErrorCatalog.markdown
        for entry in ErrorCatalog.entries { #expect(page.contains("### `\(entry.code)`")) }
        #expect(page.contains("\n## enrollment\n") && page.contains("\n## scep\n"))
    }

    /// Codes by the file they stand in: `case .x: "area.code"` and `code: "area.code"`.
    private static func codesInSources() throws -> [String: String] {
        let sources = Repository.root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found: [String: String] = [:]
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let inSwitch = text.matches(of: /case \.[^:\n]*: "([a-z][a-z0-9-]*\.[a-z0-9-]+)"\n/).map { String($0.1) }
            let asArgument = text.matches(of: /code: "([a-z][a-z0-9-]*\.[a-z0-9-]+)"/).map { String($0.1) }
            let denials = text.matches(of: /case \.[^:\n]*: "([a-z0-9-]+)"\n/).map { "enrollment." + $0.1 }
            let isDenial = file.lastPathComponent == "DenialReason.swift"
            for code in inSwitch + asArgument + (isDenial ? denials : []) { found[code] = file.lastPathComponent }
        }
        return found
    }
}
