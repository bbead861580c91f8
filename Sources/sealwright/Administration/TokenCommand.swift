// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright token`: who may administer a server, each under a name of their own.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Create, list and remove access tokens of administrators and programs.",
        subcommands: [Create.self, List.self, Remove.self])
}

extension TokenCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create an access token and print it alone on standard output.",
            discussion: """
                Whoever has it may do everything that the API does, and stands in the audit trail as operator:NAME. \
                Only its SHA-256 is kept: it cannot be shown again.

                  sealwright token create ada > ada.token
                  sealwright token create ci --ttl 90d > ci.token
                """)

        @Argument(help: "Whose it is: letters, digits, '.', '_', '@' and '-'.")
        var name: String

        @Option(name: .long, help: "How long it lets in: 90d, 12h; without it until it is removed.")
        var ttl: String?

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let name: String
            let ttl: String?
        }

        func run() async throws {
            let made: TokenDocument = try await server.client().post("tokens", Wish(name: name, ttl: ttl))
            Terminal.result(server.json ? JSONText.of(made) : made.token ?? "")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the access tokens by name; never their secrets.",
            discussion: "  sealwright token list")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<TokenDocument> = try await server.client().get("tokens")
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "name", "created", "expires")
            for item in list.items {
                table.row(
                    item.id, item.name, RelativeTime.text(item.createdAt),
                    item.expiresAt.map { RelativeTime.text($0) } ?? "never")
            }
            Terminal.result(table.text(empty: "There is no token."))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take an access token away; it lets nobody in any more.",
            discussion: "  sealwright token remove ada")

        @Argument(help: "The name or identifier that 'token list' shows.")
        var token: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try server.client()
            let list: ListDocument<TokenDocument> = try await client.get("tokens")
            let found = list.items.first { $0.name == token } ?? list.items.first { $0.id == token }
            // The server says of an unknown one that it is none.
            try await client.delete("tokens/" + AdministrationClient.escape(found?.id ?? token))
            Terminal.error("removed \(Table.printable(found?.name ?? token))")
        }
    }
}
