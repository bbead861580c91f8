// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright ca csr`: an issuing authority under a root that somebody else keeps.
struct AuthorityRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csr",
        abstract: "Make a key and a request for an issuing authority that another root signs.",
        discussion: """
            The key stays here. Have the request signed (cA, path length 0, keyCertSign and cRLSign), then take the \
            answer in together with the certificates above it.

              sealwright ca csr --subject "CN=Acme Issuing 2,O=Acme" --out issuing.csr
              sealwright ca import --certificate answer.pem --chain root.pem --activate
            """,
        subcommands: [Create.self, List.self, Discard.self],
        defaultSubcommand: Create.self)
}

extension AuthorityRequestCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make a key and its request, PEM.",
            discussion: "  sealwright ca csr create --subject \"CN=Acme Issuing 2\" --out issuing.csr")

        @Option(name: .long, help: "The authority's name, RFC 4514; the present one's counted up without it.")
        var subject: String?

        @Option(name: .long, help: "rsa-2048, rsa-3072, rsa-4096, ec-p256 or ec-p384; the present one's without it.")
        var key: String?

        @Option(name: [.long, .customShort("o")], help: "The file to write the request to.")
        var out: String?

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let subject: String?
            let key: String?
        }

        func run() async throws {
            if let out { try OutputFile.checkWritable(out) }
            let made: AuthorityRequestDocument = try await server.client().post(
                "authority-requests", Wish(subject: subject, key: key))
            if let out { try OutputFile.write(Array(made.pem.utf8), to: out) }
            if server.json {
                Terminal.result(JSONText.of(made))
            } else if out == nil {
                try OutputFile.write(Array(made.pem.utf8), to: nil)
            } else {
                Terminal.result("\(Table.printable(made.name)) (\(made.id)) waits for its certificate")
            }
            Terminal.error("take the answer in with 'sealwright ca import --certificate FILE --chain FILE'")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the requests that wait for their certificates.", discussion: "  sealwright ca csr list")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<AuthorityRequestDocument> = try await server.client().get("authority-requests")
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "name", "made")
            for item in list.items { table.row(item.id, item.name, RelativeTime.text(item.createdAt)) }
            Terminal.result(table.text(empty: "No request waits."))
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "discard",
            abstract: "Give a request up and destroy its key.",
            discussion: "  sealwright ca csr discard issuing-2 --yes")

        @Argument(help: "The identifier that 'ca csr list' shows.")
        var id: String

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var server: ServerOptions

        private struct Result: Encodable { let discarded: String }

        func run() async throws {
            if !yes, Confirmation.canAsk {
                try Confirmation.ask("Destroy the key of \(Table.printable(id))?")
            }
            try await server.client().delete("authority-requests/" + AdministrationClient.escape(id))
            Terminal.result(server.json ? JSONText.of(Result(discarded: id)) : "\(Table.printable(id)) is given up")
        }
    }
}
