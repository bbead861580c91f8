// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import OMADM
import SealwrightCommandLine
import SealwrightServer

extension DeviceCommand {
    /// `device commands`: what waits for a device, and what became of it.
    struct Commands: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "commands",
            abstract: "List what a managed device was and will be told, newest first.",
            discussion: """
                  sealwright device commands d_01JD… --state queued
                  sealwright device commands d_01JD… --json        with every status

                Values over 4,096 characters are cut: 'octets' tells their length, 'device messages' has them whole.
                """)

        @Argument(help: "The device.")
        var id: String

        @Option(name: .long, help: "queued, sent, succeeded, failed or cancelled.")
        var state: String?

        @OptionGroup var page: PageOptions

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<QueuedCommandDocument> = try await page.list(
                "devices/\(AdministrationClient.escape(id))/commands", [("state", state)], from: server.client())
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "what", "state", "tries", "ordered", "remark")
            for item in list.items {
                table.row(
                    item.id, Table.shortened(item.title), item.state, String(item.attempts),
                    RelativeTime.text(item.createdAt),
                    Table.shortened(Self.remark(item), to: Self.remarkLength))
            }
            Terminal.result(table.text(empty: "The device was told nothing."))
            page.tellRest(list.next)
        }

        /// Values that devices bring may be megabytes; `--json` has them whole.
        private static let remarkLength = 160

        private static func remark(_ item: QueuedCommandDocument) -> String {
            if let text = item.outcome?.text { return text }
            if let results = item.outcome?.results { return values(results, item.outcome?.statuses ?? []) }
            return item.state == "queued" && item.scope == "user" ? "waits until its user is logged in" : ""
        }

        /// What a device told of nodes: the value of one, of several each with its name, and what it did not tell.
        private static func values(
            _ results: [QueuedCommandDocument.Value], _ statuses: [QueuedCommandDocument.Status]
        ) -> String {
            func name(_ locURI: String?) -> String { locURI?.split(separator: "/").last.map(String.init) ?? "?" }
            let missing = statuses.filter { status in
                status.command == "Get" && status.code.map { !(200..<300).contains($0) } ?? true
            }
            if results.count == 1, missing.isEmpty { return results[0].data }
            let told = results.map { "\(name($0.locURI)) = \($0.data)" }
            let untold = missing.map { "\(name($0.locURI)): \($0.code.map(String.init) ?? "no answer")" }
            return (told + untold).joined(separator: ", ")
        }
    }

    /// `device send`: queues commands for a device.
    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "send",
            abstract: "Tell a managed device something; it learns it when it comes next.",
            discussion: """
                  sealwright device send d_01JD… --get ./DevDetail/SwV
                  sealwright device send d_01JD… --apply commands.xml
                  sealwright device send d_01JD… --trust root.pem
                  sealwright device send d_01JD… --poll hourly
                  sealwright device send d_01JD… --renew
                  sealwright device send d_01JD… --unenroll
                """)

        @Argument(help: "The device.")
        var id: String

        @Option(name: .long, help: "A node to read, as a LocURI. Repeat for more.")
        var get: [String] = []

        @Option(name: .long, help: "A file with SyncML commands in XML; - for standard input.")
        var apply: String?

        @Option(name: .long, help: "A certificate to trust, PEM.")
        var trust: String?

        @Option(name: .long, help: "When the device comes by itself: standard, hourly or with-push.")
        var poll: String?

        @Flag(name: .long, help: "Have the device renew its management certificate at once.")
        var renew = false

        @Flag(name: .long, help: "End the management of the device.")
        var unenroll = false

        @Option(name: .long, help: "What people will call it.")
        var title: String?

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            var kind: String
            var nodes: [String]?
            var syncml: String?
            var certificate: String?
            var schedule: String?
            var title: String?
        }

        func validate() throws {
            let given = [!get.isEmpty, apply != nil, trust != nil, poll != nil, renew, unenroll].count { $0 }
            guard given == 1 else {
                throw ValidationError("say one thing: --get, --apply, --trust, --poll, --renew or --unenroll")
            }
            guard title == nil || !get.isEmpty || apply != nil else {
                throw ValidationError("--title goes with --get or --apply; the others have names of their own")
            }
        }

        func run() async throws {
            let command: QueuedCommandDocument = try await server.client().post(
                "devices/\(AdministrationClient.escape(id))/commands", try wish())
            Terminal.result(
                server.json
                    ? JSONText.of(command) : "\(command.id) waits for the device: \(Table.printable(command.title))")
        }

        private func wish() throws -> Wish {
            func text(_ path: String) throws -> String {
                String(decoding: try InputFile.read(path, limit: 1 << 20), as: UTF8.self)
            }
            var wish = Wish(kind: renew ? "renew" : "unenroll", title: title)
            if !get.isEmpty { (wish.kind, wish.nodes) = ("get", get) }
            if let apply { (wish.kind, wish.syncml) = ("syncml", try text(apply)) }
            if let trust { (wish.kind, wish.certificate) = ("trust", try text(trust)) }
            if let poll { (wish.kind, wish.schedule) = ("poll", poll) }
            return wish
        }
    }

    /// `device cancel`: takes a command back.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel",
            abstract: "Take back what a device has not answered yet.",
            discussion: """
                What was sent already may have been done all the same.

                  sealwright device cancel d_01JD… qc_01JD…
                """)

        @Argument(help: "The device.")
        var id: String

        @Argument(help: "The command that 'device commands' shows.")
        var command: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.client().delete(
                "devices/\(AdministrationClient.escape(id))/commands/\(AdministrationClient.escape(command))")
            Terminal.result(server.json ? JSONText.of(["cancelled": command]) : "\(command) is taken back")
        }
    }

    /// `device messages`: the record of its sessions.
    struct Messages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "messages",
            abstract: "Read a device's sessions again, both directions, secrets hidden.",
            discussion: """
                Messages in WBXML are told in XML; elements stand below each other. --json has each message as one text.

                  sealwright device messages d_01JD… --limit 4
                  sealwright device messages d_01JD… --session ms_01JD…
                """)

        @Argument(help: "The device.")
        var id: String

        @Option(name: .long, help: "Only one session.")
        var session: String?

        @Option(name: .long, help: "How many of the newest messages.")
        var limit = 20

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<ManagementMessageDocument> = try await server.client().get(
                "devices/\(AdministrationClient.escape(id))/messages",
                [("session", session), ("limit", String(limit))])
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            if list.items.isEmpty { return Terminal.result("The device has not come for management yet.") }
            for item in list.items {
                let arrow = item.direction == "received" ? "device -> server" : "server -> device"
                Terminal.result("\(item.at)  \(arrow)  session \(item.session)  message \(item.messageID)")
                Terminal.result(Self.lines(of: item.message).map(Table.printable).joined(separator: "\n") + "\n")
            }
        }

        /// A message element by element; one that cannot be read again as it is.
        private static func lines(of message: String) -> [String] {
            (try? MarkupElement(parsing: Array(message.utf8)).outline()) ?? [message]
        }
    }

    /// `device certificates`: what it is to hold, and how much is proved.
    struct Certificates: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "certificates",
            abstract: "List the certificates a managed device is to have, and how much of that is proved.",
            discussion: """
                ordered    not told to the device yet
                delivered  the device took the order
                requested  the request reached the authority
                issued     the authority issued it
                installed  the device shows the certificate that was issued
                failed, mismatched  and why
                removed    taken off the device by 'windows remove'

                  sealwright device certificates d_01JD…
                """)

        @Argument(help: "The device; all without it.")
        var id: String?

        @Option(name: .long, help: "Only those at this stage.")
        var stage: String?

        @OptionGroup var page: PageOptions

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let path = id.map { "devices/\(AdministrationClient.escape($0))/certificates" } ?? "installations"
            let list: ListDocument<InstallationDocument> = try await page.list(
                path, [("stage", stage)], from: server.client())
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("name", "kind", "scope", "subject", "generation", "stage", "renewal", "remark")
            for item in list.items {
                table.row(
                    item.uniqueID, item.kind, item.scope, item.subject, String(item.generation), item.stage,
                    item.renewAt.map { RelativeTime.text($0) } ?? "", Self.remark(item))
            }
            Terminal.result(table.text(empty: "No certificate was ordered."))
            page.tellRest(list.next)
        }

        /// Why there is no certificate, or why nobody takes the one that is in place.
        private static func remark(_ item: InstallationDocument) -> String {
            if let reason = item.reason { return reason }
            switch item.certificateStatus {
            case "revoked": return "the certificate is revoked; order it anew"
            case "on-hold": return "the certificate is on hold"
            case "expired": return "the certificate has ended"
            default: return ""
            }
        }
    }
}
