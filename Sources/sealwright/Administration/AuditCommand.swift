// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightServer

/// `sealwright audit`: what happened, and the proof that nobody changed the record of it.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List, verify and export the audit trail.",
        subcommands: [List.self, Verify.self, Export.self])
}

extension AuditCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The newest events, newest first.",
            discussion: """
                  sealwright audit list --limit 20
                  sealwright audit list --device d_01JD…
                  sealwright audit list --actor operator:ada --since 30d
                  sealwright audit list --action certificate --since 2026-11-21
                """)

        @Option(name: .long, help: "Only events about this object: a serial, an enrolment, a challenge.")
        var object: String?

        @Option(name: .long, help: "Only events about this device and what it was given.")
        var device: String?

        @Option(name: .long, help: "Only what this one did: operator:NAME, or operator, scep, device, system.")
        var actor: String?

        @Option(name: .long, help: "Only this: certificate.issued, or certificate for all that begins with it.")
        var action: String?

        @Option(name: .long, help: "Only from then on: 2026-11-21T10:15:00Z, 2026-11-21, or 24h for that long ago.")
        var since: String?

        @Option(name: .long, help: "Only what was before, written as --since.")
        var until: String?

        @Option(name: .long, help: "How many, 5000 at most; 'audit export' has all.")
        var limit = 50

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let filter = try [
                ("object", object), ("device", device), ("actor", actor), ("action", action),
                ("since", Self.moment(since, "--since")), ("until", Self.moment(until, "--until")),
            ]
            let list: ListDocument<AuditDocument> = try await server.client().get(
                "audit", filter + [("limit", String(limit))])
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("#", "at", "action", "actor", "object", "outcome", "subject")
            for item in list.items {
                table.row(
                    String(item.sequence), item.at, item.action, Table.shortened(item.actor, to: 24),
                    Table.shortened(item.object, to: 40), item.outcome, Table.shortened(item.details["subject"] ?? ""))
            }
            let isFiltered = filter.contains { $0.1 != nil }
            Terminal.result(table.text(empty: isFiltered ? "Nothing of the kind." : "Nothing has happened."))
        }

        /// The moment meant by a date-time, a day or a time ago, as the server reads it.
        private static func moment(_ text: String?, _ flag: String) throws(CommandFailure) -> String? {
            guard let text else { return nil }
            if let ago = Duration.seconds(of: text) { return Timestamp.current.adding(seconds: -ago).iso8601 }
            if let moment = Timestamp(typed: text) { return moment.iso8601 }
            throw CommandFailure(
                .usage, code: "cli.not-a-moment", "\(flag): '\(Table.shortened(text))' is no moment",
                hint: "write it as 2026-11-21 or 2026-11-21T10:15:00Z, in UTC, or 24h for a day ago")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check the hash chain of the whole trail.",
            discussion: """
                Exit status 1 and the first bad record when something was changed, dropped or swapped. What was cut off \
                at the end shows only against a head hash kept elsewhere: --head.

                  sealwright audit verify
                """)

        @Option(name: .long, help: "A head hash printed earlier; it must still be in the chain.")
        var head: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try server.client()
            let result: AuditVerification = try await client.get("audit/verify", [("head", head)])
            if server.json { Terminal.result(JSONText.of(result)) }
            if let bad = result.firstBad {
                throw CommandFailure(
                    .bad, code: "audit.chain-broken", "the audit trail was changed at record \(bad)",
                    hint: "records 1 to \(bad - 1) are intact; compare with an export made earlier")
            }
            if result.containsHead == false {
                throw CommandFailure(
                    .bad, code: "audit.head-missing", "the given head hash is not in the chain",
                    hint: "records were cut off at the end, or the hash is of another server")
            }
            guard !server.json else { return }
            Terminal.result("\(result.records) records verify; head \(result.head ?? "none")")
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the whole trail as JSON lines.",
            discussion: "  sealwright audit export --out audit.jsonl")

        @Option(name: [.long, .customShort("o")], help: "The file to write.")
        var out: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try server.client()
            var lines: [UInt8] = []
            var after: String? = "0"
            var count = 0
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            while let cursor = after {
                let page: ListDocument<AuditDocument> = try await client.get(
                    "audit", [("after", cursor), ("limit", "5000")])
                for item in page.items { lines += Array((try? encoder.encode(item)) ?? Data()) + [0x0A] }
                count += page.items.count
                Terminal.progress("\(count) records …")
                after = page.next
            }
            Terminal.progressDone()
            try OutputFile.write(lines, to: out)
        }
    }
}
