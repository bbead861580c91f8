// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright challenge`: permission to enrol.
struct ChallengeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "challenge",
        abstract: "Create, list and remove enrolment challenges.",
        subcommands: [Create.self, List.self, Remove.self])
}

extension ChallengeCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create a challenge and print it alone on standard output.",
            discussion: """
                A challenge is used once and lives an hour unless you say otherwise. Bound to a subject it buys a \
                certificate for that name only: alternative names, unless the subject says them itself, need --san.

                  sealwright challenge create --subject CN=laptop-7 --ttl 30m
                  sealwright challenge create --subject CN=laptop-7 \\
                      --san DNS:laptop-7.example.com
                """)

        @Option(name: .long, help: "The endpoint it is for: one of SCEP, or windows-mdm.")
        var endpoint = "default"

        @Option(name: .long, help: "The only subject it may be used for.")
        var subject: String?

        @Option(
            name: .long,
            help: "A subject alternative name it may be used for, such as DNS:host.example. Repeat for more.")
        var san: [String] = []

        @Option(name: .long, help: "How long it lives: 1h, 30m, 7d.")
        var ttl = "1h"

        @Option(name: .long, help: "How many certificates it buys.")
        var uses = 1

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let endpoint: String
            let subject: String?
            let subjectAlternativeNames: [String]?
            let ttl: String
            let uses: Int
        }

        func run() async throws {
            let made: ChallengeDocument = try await server.client().post(
                "challenges",
                Wish(
                    endpoint: endpoint, subject: subject, subjectAlternativeNames: san.isEmpty ? nil : san, ttl: ttl,
                    uses: uses))
            Terminal.result(server.json ? JSONText.of(made) : made.challenge ?? "")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the challenges that can still be used, newest first; never their secrets.",
            discussion: """
                Where a challenge is bound to a subject and to no alternative names, it buys those that the subject says \
                itself.

                  sealwright challenge list
                  sealwright challenge list --limit 5000 --json
                """)

        @OptionGroup var page: PageOptions

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<ChallengeDocument> = try await page.list("challenges", [], from: server.client())
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "endpoint", "subject", "alternative names", "uses", "expires")
            for item in list.items {
                let uses = item.uses.map { "\(item.used) of \($0)" } ?? "\(item.used), no limit"
                table.row(
                    item.id, item.endpoint, item.subject ?? "any", Table.shortened(item.names), uses,
                    item.uses == nil ? "never" : RelativeTime.text(item.expiresAt))
            }
            Terminal.result(table.text(empty: "No challenge is open."))
            page.tellRest(list.next)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take a challenge away before its time.",
            discussion: "  sealwright challenge remove ch_01JD…")

        @Argument(help: "The identifier that 'challenge list' shows.")
        var id: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.client().delete("challenges/" + AdministrationClient.escape(id))
            Terminal.error("removed \(id)")
        }
    }
}

extension ChallengeDocument {
    /// The alternative names that it buys, in one line.
    fileprivate var names: String {
        guard let names = subjectAlternativeNames else { return subject == nil ? "any" : "the subject's own" }
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
