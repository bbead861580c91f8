// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Architecture: rules every source file keeps")
struct SourceRuleTests {
    let tree: SourceTree

    init() throws { tree = try SourceTree() }

    @Test func `every file starts with its licence`() {
        let offences = tree.files.filter { $0.lines.first != "// SPDX-License-Identifier: Apache-2.0" }.map(\.path)
        #expect(offences.isEmpty, "\(offences)")
    }

    @Test func `no file is longer than 600 lines`() {
        let offences = tree.files.filter { $0.lines.count > 601 }.map { "\($0.path): \($0.lines.count - 1) lines" }
        #expect(offences.isEmpty, "\(offences)")
    }

    /// The library derives a missing name by a search of the program's conformances, which was half of a command's start.
    @Test func `every command states its name`() {
        var count = 0
        let offences = tree.sources.flatMap { file in
            file.lines.indices.filter { file.lines[$0].contains("CommandConfiguration(") }.compactMap { index in
                count += 1
                let head = file.lines[index...].prefix(2)
                return head.contains { $0.contains("commandName:") } ? nil : "\(file.path):\(index + 1)"
            }
        }
        #expect(offences.isEmpty, "\(offences)")
        #expect(count > 100)
    }

    /// Server and agent have no target in common that could hold it; both programs are released together.
    @Test func `both programs have one version`() {
        let numbers = tree.sources.filter { $0.name == "ServerVersion.swift" || $0.name == "AgentVersion.swift" }
            .flatMap { $0.lines.filter { $0.contains("static let number") } }
            .compactMap { $0.split(separator: "\"").dropFirst().first }
        #expect(numbers.count == 2)
        #expect(Set(numbers).count == 1, "\(numbers)")
    }

    @Test func `no path has a space`() {
        let offences = tree.files.map(\.path).filter { $0.contains(" ") }
        #expect(offences.isEmpty, "\(offences)")
    }

    @Test func `two files of one target never share a name`() {
        let groups = Dictionary(grouping: tree.files) { "\($0.target)/\($0.name)" }
        let offences = groups.values.filter { $0.count > 1 }.map { $0.map(\.path) }
        #expect(offences.isEmpty, "\(offences)")
    }

    @Test func `targets that read outside bytes cannot trap by choice`() {
        let files = tree.sources.filter { ImportTable.readOutsideBytes.contains($0.target) }
        let words = ["try!", "as!", "fatalError(", "preconditionFailure(", "assertionFailure(", "precondition("]
        let offences = tree.findings(of: words, in: files)
        #expect(offences.isEmpty, "\(offences.joined(separator: "\n"))")
    }

    @Test func `TLS contexts are made by the one factory`() {
        let files = tree.sources.filter { $0.path != "Sources/SealwrightNetwork/TLS/TLSFactory.swift" }
        // AsyncHTTPClient makes its own for webhooks, where nobody of ours judges the peer.
        let words = [
            "NIOSSLContext(", "TLSConfiguration.", "TLSConfiguration(", "makeClientConfiguration",
            "makeServerConfiguration", ".tlsConfiguration",
        ]
        let offences = tree.findings(of: words, in: files)
        #expect(offences.isEmpty, "\(offences.joined(separator: "\n"))")
        let outside = tree.sources.filter { !$0.path.hasPrefix("Sources/SealwrightNetwork/") }
        let imports = tree.findings(of: ["import NIOSSL"], in: outside)
        #expect(imports.isEmpty, "\(imports.joined(separator: "\n"))")
    }

    @Test func `nothing is left for later in the sources`() {
        // Put together here, so that this file does not find itself.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"]
        let offences = tree.files.flatMap { file in
            file.lines.enumerated().filter { line in words.contains { line.element.contains($0) } }
                .map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(offences.isEmpty, "\(offences)")
    }

    @Test func `no value is pasted into the text of an SQL statement`() {
        let offences = tree.sources.filter { $0.target == "SealwrightStore" }.flatMap { file in
            SQLLiterals.interpolated(in: file).map { "\(file.path):\($0)" }
        }
        #expect(offences.isEmpty, "\(offences)")
    }
}
