// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent conformance`: the conformance suite on this agent.
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Run the conformance suite for ClientCertificateInstall on this agent, in memory.",
        discussion: """
            Neither the agent's folder nor a server is touched. Ends with 1 when a case fails. With --export nothing \
            is run: the cases are written for another client, a line of JSON each, with the messages in XML and what has \
            to come back. Their certificates live for a day.

              sealwright-agent conformance --json
              sealwright-agent conformance --export cases.jsonl --device 1234 \\
                  --server https://mdm.example.org
            """)

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: "Write the cases to this file, '-' for standard output, and run none.")
    var export: String?

    @Option(name: .long, help: "With --export: what the messages call the device.")
    var device = "device"

    @Option(name: .long, help: "With --export: what the messages call the server.")
    var server = "server"

    private struct Document: Encodable {
        let cases: Int
        let failed: Int
        let groups: [ConformanceRun.Line]
        let objections: [String]
    }

    func run() async throws {
        let pool = CryptoPool(threads: 2)
        let now = AgentRuntime.clock()
        let material = try ConformanceMaterial.made(pool: pool, at: now)
        if let export { return try write(ConformanceCases(material).all, to: export) }
        let silent = Logger(label: "sealwright.conformance") { _ in SwiftLogNoOpLogHandler() }
        let run = try ConformanceRun(material, pool: pool, now: now) { () throws(AgentError) in
            try AgentStore(files: ScratchFiles(), log: silent)
        }
        let failed = run.lines.reduce(0) { $0 + $1.failed }
        let cases = run.lines.reduce(0) { $0 + $1.cases }
        if json {
            Terminal.result(
                JSONText.of(Document(cases: cases, failed: failed, groups: run.lines, objections: run.objections)))
        } else {
            var table = Table("cases", "number", "failed")
            for line in run.lines { table.row(line.group, String(line.cases), String(line.failed)) }
            table.row("all", String(cases), String(failed))
            Terminal.result(table.text(empty: ""))
            run.objections.forEach(Terminal.error)
        }
        if failed > 0 { ExitStatus.bad.exit() }
    }

    private func write(_ cases: [ConformanceCase], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines: [UInt8] = []
        for (number, test) in cases.enumerated() {
            let document = try ConformanceDocument(
                test, sessionID: String(number + 1), device: device, server: server)
            lines += try encoder.encode(document) + [0x0A]
        }
        try LocalFile.write(lines, to: path)
    }
}
