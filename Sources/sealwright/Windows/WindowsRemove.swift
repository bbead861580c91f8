// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

extension WindowsCommand {
    /// `windows remove`: takes a certificate off a managed device.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take a certificate off a managed device, with its key.",
            discussion: """
                The device does it when it comes next; 'device certificates' shows it as removed then. A certificate \
                that the device enrolled for is revoked at that moment, one that was sent with its key is not: it may \
                be in use elsewhere too. It is not ordered anew by itself.

                  sealwright windows remove d_01JD… --name wifi
                  sealwright windows remove d_01JD… --name mail --scope user --kind pfx
                """)

        @Argument(help: "The device.")
        var id: String

        @Option(name: .long, help: "The name of the certificate on the device, as 'device certificates' shows it.")
        var name: String

        @Option(name: .long, help: "device or user, where both have one of the name.")
        var scope: String?

        @Option(name: .long, help: "scep or pfx, where there is one of each.")
        var kind: String?

        @OptionGroup var server: ServerOptions

        func validate() throws {
            guard scope.map({ ["device", "user"].contains($0) }) ?? true else {
                throw ValidationError("--scope is device or user")
            }
            guard kind.map({ ["scep", "pfx"].contains($0) }) ?? true else {
                throw ValidationError("--kind is scep or pfx")
            }
        }

        func run() async throws {
            let client = try server.client()
            let path = "devices/\(AdministrationClient.escape(id))/certificates"
            let held: ListDocument<InstallationDocument> = try await client.list(path, [])
            let named = held.items.filter { item in
                item.uniqueID.lowercased() == name.lowercased() && item.stage != "removed"
                    && (scope.map { $0 == item.scope } ?? true) && (kind.map { $0 == item.kind } ?? true)
            }
            guard let found = named.first else {
                throw CommandFailure(
                    .notFound, code: "api.not-found", "the device has no certificate '\(name)' of this server",
                    hint: "'sealwright device certificates' shows those it has")
            }
            guard named.count == 1 else {
                throw CommandFailure(
                    .usage, code: "cli.usage", "the device has \(named.count) certificates of the name '\(name)'",
                    hint: "say which one with --scope or --kind")
            }
            let command = try await client.delete(
                "\(path)/\(AdministrationClient.escape(found.id))", as: QueuedCommandDocument.self)
            Terminal.result(
                server.json
                    ? JSONText.of(command) : "\(command.id) waits for the device: \(Table.printable(command.title))")
        }
    }
}
