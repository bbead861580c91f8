// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright expiry`: every certificate whose end comes near, here and elsewhere.
struct ExpiryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expiry",
        abstract: "List certificates whose end comes near; watch others.",
        discussion: """
            warn begins at a third of the life or 30 days, act at a sixth or 14 days, critical at a twelfth or 7 days, \
            whichever is less.

              sealwright expiry list
              sealwright expiry watch add www.example.com:443
            """,
        subcommands: [List.self, Watch.self])
}

extension ExpiryCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List certificates that reached a stage, worst first.",
            discussion: "  sealwright expiry list --stage fine")

        @Option(name: .long, help: "The least stage shown: fine, warn, act, critical or expired.")
        var stage = "warn"

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<ExpiryDocument> = try await server.client().get("expiry", [("stage", stage)])
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("stage", "kind", "name", "ends", "renews itself")
            for item in list.items {
                table.row(
                    item.stage, item.kind, item.name, RelativeTime.text(item.notAfter), item.renewsItself ? "yes" : "no"
                )
            }
            Terminal.result(table.text(empty: "No end comes near."))
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "watch",
            abstract: "Watch certificates of other servers and files.",
            subcommands: [WatchList.self, WatchAdd.self, WatchRemove.self])
    }

    struct WatchList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List what is watched.", discussion: "  sealwright expiry watch list")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<ExpiryWatchDocument> = try await server.client().get("expiry/watches")
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "target", "stage", "ends", "subject", "failure")
            for item in list.items {
                table.row(
                    item.id, item.target, item.stage ?? "-", item.notAfter.map(RelativeTime.text) ?? "-",
                    item.subject ?? "-", item.failure ?? "")
            }
            Terminal.result(table.text(empty: "Nothing is watched."))
        }
    }

    struct WatchAdd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Watch a TLS server, or a file on the server's machine.",
            discussion: """
                  sealwright expiry watch add www.example.com:443
                  sealwright expiry watch add /etc/ssl/proxy.pem
                """)

        @Argument(help: "HOST:PORT, or an absolute path.")
        var target: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let watch: ExpiryWatchDocument = try await server.client().post("expiry/watches", ["target": target])
            guard !server.json else { return Terminal.result(JSONText.of(watch)) }
            Terminal.result("\(watch.id)  \(watch.target)  \(watch.stage ?? watch.failure ?? "")")
        }
    }

    struct WatchRemove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Watch something no longer.",
            discussion: "  sealwright expiry watch remove w_01JD…")

        @Argument(help: "The identifier that 'watch list' shows.")
        var id: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.client().delete("expiry/watches/" + AdministrationClient.escape(id))
            Terminal.result(server.json ? JSONText.of(["removed": id]) : "removed \(id)")
        }
    }
}
