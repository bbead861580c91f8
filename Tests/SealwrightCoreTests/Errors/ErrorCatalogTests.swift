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

    @Test func `numbers that Windows shows are explained, those of this server by its codes`() {
        for typed in ["0x80180002", "0X80180002", "2149056514", "-2145910782"] {
            #expect(ErrorCatalog.entry(windowsNumber: typed)?.code == "windows.authentication", "\(typed)")
        }
        #expect(ErrorCatalog.entry(windowsNumber: "0x8018000a")?.title == "The device is enrolled already")
        for other in ["0x80180099", "0x", "0x1234567890", "80180002x", "-3000000000", ""] {
            #expect(ErrorCatalog.entry(windowsNumber: other) == nil, "\(other)")
        }
    }

    @Test func `the page on Windows has the right code beside each number`() throws {
        let page = String(decoding: try Repository.octets("docs/windows.md"), as: UTF8.self)
        let rows = page.matches(of: /\| (0x8018[0-9A-F]{4}) \| `([a-z.-]+)` \|/)
        #expect(rows.count >= 7)
        for row in rows {
            #expect(ErrorCatalog.entry(windowsNumber: String(row.1))?.code == String(row.2), "\(row.1)")
        }
        for explained in page.matches(of: /sealwright explain ([a-z]+\.[a-z-]+)/) {
            #expect(ErrorCatalog.entry(String(explained.1)) != nil, "\(explained.1)")
        }
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
