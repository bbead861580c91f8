// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright device`: the machines behind the certificates.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "List, show, approve, block and retire devices; tell managed ones what to do.",
        subcommands: [
            List.self, Show.self, Approve.self, Block.self, Retire.self, Commands.self, Send.self, Cancel.self,
            Certificates.self, Messages.self,
        ])
}

extension DeviceCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List devices, newest first.",
            discussion: """
                  sealwright device list --state blocked
                  sealwright device list --find reception-pc
                """)

        @Option(
            name: .long, help: "Only those with this text in a name, their user, a serial number or what they told.")
        var find: String?

        @Option(name: .long, help: "pending, active, blocked or retired.")
        var state: String?

        @OptionGroup var page: PageOptions

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<DeviceDocument> = try await page.list(
                "devices", [("state", state), ("find", find)], from: server.client())
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "name", "computer", "user", "state", "management", "last seen")
            for item in list.items {
                table.row(
                    item.id, item.name, item.computerName ?? "", item.user ?? "", item.state, item.management ?? "",
                    RelativeTime.text(item.lastSeenAt))
            }
            let isFiltered = state != nil || find != nil
            Terminal.result(table.text(empty: isFiltered ? "No device matches." : "No device is known."))
            page.tellRest(list.next)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one device.", discussion: "  sealwright device show d_01JD…")

        @Argument(help: "The identifier.")
        var id: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let device: DeviceDocument = try await server.client().get("devices/" + AdministrationClient.escape(id))
            let contact = try await contact()
            guard !server.json else { return Terminal.result(JSONText.of(Shown(device: device, contact: contact))) }
            Terminal.result("Name        \(Table.printable(device.name))")
            if let computer = device.computerName { Terminal.result("Computer    \(Table.printable(computer))") }
            Terminal.result("State       \(device.state)")
            if let management = device.management { Terminal.result("Management  \(management)") }
            if let user = device.user { Terminal.result("User        \(Table.printable(user))") }
            Terminal.result("Known since \(device.createdAt), last seen \(RelativeTime.text(device.lastSeenAt))")
            for (kind, value) in device.attachments.sorted(by: { $0.key < $1.key }) {
                Terminal.result("\(kind): \(Table.printable(value))")
            }
            if let contact { show(contact) }
        }

        /// A device with what it told of itself: the device's fields, and those of its contact in `contact`.
        private struct Shown: Encodable {
            let device: DeviceDocument
            let contact: ManagementContactDocument?

            private enum Keys: String, CodingKey { case contact }

            func encode(to encoder: any Encoder) throws {
                try device.encode(to: encoder)
                var container = encoder.container(keyedBy: Keys.self)
                try container.encodeIfPresent(contact, forKey: .contact)
            }
        }

        /// What a managed device told of itself; nothing for one that never came.
        private func contact() async throws -> ManagementContactDocument? {
            let path = "devices/\(AdministrationClient.escape(id))/management"
            let client = try server.client()
            do throws(CommandFailure) {
                return try await client.get(path, as: ManagementContactDocument.self)
            } catch {
                guard error.code == "api.not-found" else { throw error }
                return nil
            }
        }

        private func show(_ contact: ManagementContactDocument) {
            Terminal.result(
                "Managed over \(contact.protocol) (\(contact.wireForm)), last contact "
                    + RelativeTime.text(contact.lastContactAt))
            for (node, value) in contact.facts.sorted(by: { $0.key < $1.key }) {
                Terminal.result("  \(Table.printable(node)) = \(Table.printable(value))")
            }
        }
    }

    /// What the three state verbs share.
    struct Change: ParsableArguments {
        @Argument(help: "The identifier that 'device list' shows.")
        var id: String

        @OptionGroup var server: ServerOptions

        func perform(_ verb: String) async throws {
            let path = "devices/\(AdministrationClient.escape(id))/\(verb)"
            let client = try server.client()
            let device: DeviceDocument = try await client.post(path, [String: String]())
            Terminal.result(server.json ? JSONText.of(device) : "\(Table.printable(device.name)) is \(device.state)")
            guard !server.json, device.state == "blocked" || device.state == "retired" else { return }
            let count = try await client.certificatesInForce(of: device.id).count
            guard count > 0 else { return }
            Terminal.error(
                "sealwright: note: \(count == 1 ? "its certificate stays" : "its \(count) certificates stay") good "
                    + "elsewhere: sealwright certificate revoke --device \(device.id)")
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Let a device in (again).", discussion: "  sealwright device approve d_01JD…")
        @OptionGroup var change: Change
        func run() async throws { try await change.perform("approve") }
    }

    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "block",
            abstract: "Refuse a device everywhere until it is approved again.",
            discussion: "Its certificates stay valid until you revoke them.\n\n  sealwright device block d_01JD…")
        @OptionGroup var change: Change
        func run() async throws { try await change.perform("block") }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire",
            abstract: "Mark a device as gone for good.",
            discussion: "Its certificates stay valid until you revoke them.\n\n  sealwright device retire d_01JD…")
        @OptionGroup var change: Change
        func run() async throws { try await change.perform("retire") }
    }
}
