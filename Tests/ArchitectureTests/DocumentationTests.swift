// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Architecture: what the documentation names")
struct DocumentationTests {
    let tree: SourceTree

    init() throws { tree = try SourceTree() }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: tree.root.appending(path: path), encoding: .utf8)
    }

    @Test func `every library product has a page of documentation, and make docs makes it`() throws {
        let products = try text("Package.swift").matches(of: /\.library\(name: "(\w+)"/).map { String($0.1) }
        #expect(products.count >= 5)
        let makefile = try text("Makefile")
        let documented = makefile.firstMatch(of: /DOCUMENTED := (.*)/).map { $0.1.split(separator: " ") } ?? []
        #expect(Set(documented.map(String.init)) == Set(products))
    }

    @Test(arguments: ["CryptoProvider", "PKIFormats", "TrustEvaluation", "SCEP", "OMADM"])
    func `a page names the public types of its library, and no others`(target: String) throws {
        let page = try text("Sources/\(target)/Docs.docc/index.md")
        let named = Set(page.matches(of: /- ``([^`\/]+)``/).map { String($0.1) })
        let declared = Set(
            tree.sources.filter { $0.target == target }.flatMap(\.lines).compactMap { line in
                line.prefixMatch(of: /public (final |indirect )?(struct|enum|protocol|class|actor|typealias) (\w+)/)
                    .map { String($0.3) }
            })
        #expect(declared.subtracting(named).isEmpty, "the page does not name \(declared.subtracting(named).sorted())")
        #expect(named.subtracting(declared).isEmpty, "there is no \(named.subtracting(declared).sorted())")
    }

    @Test func `every link and every path in the documentation leads somewhere`() throws {
        let inDocs = try FileManager.default.subpathsOfDirectory(atPath: tree.root.appending(path: "docs").path)
        let atRoot = try FileManager.default.contentsOfDirectory(atPath: tree.root.path)
        let pages = (inDocs.map { "docs/" + $0 } + atRoot).filter { $0.hasSuffix(".md") }
        #expect(pages.count > 25)
        for page in pages.sorted() {
            let text = try text(page)
            let folder = tree.root.appending(path: page).deletingLastPathComponent()
            let links = text.matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/).map { String($0.1) }
                .filter { !$0.contains("://") }.map { folder.appending(path: $0) }
            let paths = text.matches(of: /`((Sources|Tests|docs|scripts|Snippets|Fuzz|Benchmarks)\/[\w.\/+-]+)`/)
                .map { tree.root.appending(path: String($0.1)) }
            for target in links + paths {
                #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(target.path) is not there")
            }
        }
    }
}
