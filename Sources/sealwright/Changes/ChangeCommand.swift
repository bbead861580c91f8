// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright change`: requiring HTTPS, another server certificate, another authority, without losing a device.
struct ChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Stage a change of what devices trust or how they connect.",
        discussion: """
            A change goes from planned over checked and trust-staged, for HTTPS also dual (offered) and enforced \
            (required), to final. Every step but the last can be taken back; nothing that could lose devices happens \
            before nearly all of them confirmed.

              sealwright change start https
              sealwright change advance
              sealwright change show
              sealwright change finalize
            """,
        subcommands: [Start.self, List.self, Show.self, Advance.self, Finalize.self, Back.self, Cancel.self])
}

extension ChangeCommand {
    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "start",
            abstract: "Plan a change and check the candidate.",
            discussion: """
                  sealwright change start https
                  sealwright change start https sc_01JD…
                  sealwright change start server-certificate sc_01JD…
                  sealwright change start authority issuing-2
                """)

        @Argument(help: "https, server-certificate or authority.")
        var subject: String

        @Argument(
            help: "A server certificate, by default the newest candidate; or the staged authority. For https optional.")
        var candidate: String?

        @Option(name: .long, help: "Per cent of the devices that must have confirmed.")
        var threshold = 99

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let subject: String
            let candidate: String?
            let threshold: Int
        }

        private func candidate(_ client: AdministrationClient) async throws(CommandFailure) -> String? {
            if let candidate { return candidate }
            switch subject {
            case "server-certificate": return try await client.newestCandidate().id
            case "authority": return try await client.authorities().last { $0.role == "staged" }?.id
            default: return nil
            }
        }

        func run() async throws {
            let client = try server.client()
            let candidate = try await candidate(client)
            let planned: StagedChangeDocument = try await client.post(
                "changes", Wish(subject: subject, candidate: candidate, threshold: threshold))
            let checked: StagedChangeDocument = try await client.post(
                "changes/\(planned.id)/advance", [String: [String]]())
            Terminal.result(server.json ? JSONText.of(checked) : ChangeText.of(checked))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List changes, newest first.", discussion: "  sealwright change list")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<StagedChangeDocument> = try await server.client().get("changes")
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "subject", "phase", "trust", "https")
            for item in list.items {
                table.row(
                    item.id, item.subject, item.phase, ChangeText.count(item.progress["trust"]),
                    ChangeText.count(item.progress["https"]))
            }
            Terminal.result(table.text(empty: "No change was ever staged."))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a change, how far devices are, and who has not confirmed.",
            discussion: "  sealwright change show sg_01JD…")

        @Argument(help: "The identifier that 'list' shows; the change that goes on without one.")
        var id: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let found = try await server.client().change(id)
            Terminal.result(server.json ? JSONText.of(found) : ChangeText.of(found))
        }
    }

    /// What the steps share.
    struct Step: ParsableArguments {
        @Argument(help: "The identifier that 'list' shows; the change that goes on without one.")
        var id: String?

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let without: [String]?
            let withoutAtMost: Int?
            let from: String
        }

        /// Takes the step from the phase that the change is in now, so that of two at the same time one is taken.
        func take(_ verb: String, without consent: Consent? = nil) async throws {
            let client = try server.client()
            let found = try await client.change(id)
            let change: StagedChangeDocument = try await client.post(
                "changes/\(AdministrationClient.escape(found.id))/\(verb)",
                Wish(without: consent?.without, withoutAtMost: consent?.withoutAtMost, from: found.phase))
            Terminal.result(server.json ? JSONText.of(change) : ChangeText.of(change))
        }
    }

    /// The devices to go on without.
    struct Consent: ParsableArguments {
        @Option(name: .long, help: "A device to go on without, by identifier. Repeat for each laggard.")
        var without: [String] = []

        @Option(name: .long, help: "Go on without whoever has not confirmed, as long as they are no more than this.")
        var withoutAtMost: Int?

        func validate() throws {
            guard without.isEmpty || withoutAtMost == nil else {
                throw ValidationError("choose one of --without and --without-at-most")
            }
        }
    }

    struct Advance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "advance",
            abstract: "Take the next step but the last.",
            discussion: "  sealwright change advance sg_01JD…")
        @OptionGroup var consent: Consent
        @OptionGroup var step: Step
        func run() async throws { try await step.take("advance", without: consent) }
    }

    struct Finalize: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "finalize",
            abstract: "Take the last step.",
            discussion: """
                  sealwright change finalize sg_01JD…
                  sealwright change finalize --without-at-most 12
                """)
        @OptionGroup var consent: Consent
        @OptionGroup var step: Step
        func run() async throws { try await step.take("finalize", without: consent) }
    }

    struct Back: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "back",
            abstract: "Take the last step back.", discussion: "  sealwright change back sg_01JD…")
        @OptionGroup var step: Step
        func run() async throws { try await step.take("back") }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel",
            abstract: "Give the change up; everything is as before.", discussion: "  sealwright change cancel sg_01JD…")
        @OptionGroup var step: Step
        func run() async throws { try await step.take("cancel") }
    }
}

extension AdministrationClient {
    /// The change meant: the one named, else the one that goes on.
    func change(_ id: String?) async throws(CommandFailure) -> StagedChangeDocument {
        if let id { return try await get("changes/" + Self.escape(id)) }
        let list: ListDocument<StagedChangeDocument> = try await get("changes")
        guard let open = list.items.first(where: { $0.phase != "final" && $0.phase != "cancelled" }) else {
            throw CommandFailure(
                .notFound, code: "cli.no-open-change", "no change goes on",
                hint: "'sealwright change list' shows those that are over")
        }
        return open
    }
}

/// The form for people.
enum ChangeText {
    static func count(_ progress: ProgressDocument?) -> String {
        progress.map { "\($0.confirmed) of \($0.total)" } ?? "-"
    }

    static func of(_ change: StagedChangeDocument) -> String {
        var lines = [
            ("Id", change.id), ("Subject", change.subject), ("Phase", change.phase),
            ("Threshold", "\(change.threshold) %"),
        ]
        if let fingerprint = change.fingerprint { lines.append(("Candidate", "SHA-256 \(fingerprint)")) }
        for (evidence, progress) in change.progress.sorted(by: { $1.key < $0.key }) {
            lines.append(
                (
                    evidence == "https" ? "Over HTTPS" : "Trust it",
                    "\(count(progress)) devices; \(progress.agents) agents, \(progress.siteServers) site servers"
                ))
        }
        if let gate = change.gate, let progress = change.progress[gate], !progress.laggards.isEmpty {
            lines += progress.laggards.prefix(20).map { ("Laggard", $0) }
            if progress.laggards.count > 20 { lines.append(("Laggard", "… and more; --json has up to 1000")) }
        }
        return Table.facts(lines, column: 12)
    }
}
