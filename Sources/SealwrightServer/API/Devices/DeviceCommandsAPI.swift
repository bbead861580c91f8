// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

/// `/api/v1/devices/<id>/commands` and `/messages`: what a managed device is told, and what was said.
struct DeviceCommandsAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("devices/:id/management") { _, context in try await contact(context) }
        router.get("devices/:id/commands") { request, context in try await list(request, context) }
        router.post("devices/:id/commands") { request, context in try await queue(request, context) }
        router.delete("devices/:id/commands/:command") { _, context in try await cancel(context) }
        router.get("devices/:id/messages") { request, context in try await messages(request, context) }
    }

    private func device(_ context: ListenerContext) async throws -> DeviceID {
        let id = DeviceID(rawValue: context.parameter("id"))
        guard try await middle.store.device(id) != nil else { throw ProblemDocument.noDevice(id) }
        return id
    }

    private func contact(_ context: ListenerContext) async throws -> Response {
        let id = try await device(context)
        guard let contact = try await middle.store.contact(of: id) else {
            throw ProblemDocument.notFound(
                "contact with device \(id): it has not come for management yet",
                hint: "A device that `sealwright windows invite` let in comes by itself.")
        }
        return try JSON.response(ManagementContactDocument(contact))
    }

    private func list(_ request: Request, _ context: ListenerContext) async throws -> Response {
        var states = Set(QueuedCommand.State.allCases)
        if let text = request.queryText("state") {
            guard let state = QueuedCommand.State(rawValue: text) else {
                let known = QueuedCommand.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProblemDocument.invalid("state", "choose one of \(known)")
            }
            states = [state]
        }
        let page = try await middle.store.commands(
            of: try await device(context), in: states, after: request.queryCursor(),
            limit: request.queryNumber("limit", 1...1_000, default: 100))
        return try JSON.response(
            ListDocument(items: page.items.map { QueuedCommandDocument($0) }, next: page.next))
    }

    private struct Wish: Codable {
        /// `get`, `syncml`, `trust`, `poll`, `renew` or `unenroll`.
        var kind: String
        /// LocURIs, for `get`.
        var nodes: [String]?
        /// A SyncML document, or one of a body alone, for `syncml`.
        var syncml: String?
        /// PEM, for `trust`.
        var certificate: String?
        /// `standard`, `hourly`, `with-push`, or the distance of polls such as `4h`; for `poll`.
        var schedule: String?
        /// What people call it.
        var title: String?

        /// A title that says something.
        var givenTitle: String? { title.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }
    }

    private func queue(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(Wish.self)
        let id = try await device(context)
        do {
            let command = try await order(wish, id, context.actor)
            return try JSON.response(QueuedCommandDocument(command), status: .created)
        } catch let error as OMADMOrderError {
            throw ProblemDocument(error)
        }
    }

    private func order(_ wish: Wish, _ device: DeviceID, _ actor: String) async throws -> QueuedCommand {
        let orders = middle.orders
        switch wish.kind {
        case "get":
            guard let nodes = wish.nodes, (1...500).contains(nodes.count) else {
                throw ProblemDocument.invalid("nodes", "name 1 to 500 nodes")
            }
            let commands = try nodes.map { try Self.question($0) }
            return try await orders.queue(
                commands, title: wish.givenTitle ?? "read \(nodes.count == 1 ? nodes[0] : "\(nodes.count) nodes")",
                kind: .query, tolerating: [.notFound], for: device, by: actor)
        case "syncml":
            return try await orders.apply(
                try Self.commands(wish.syncml ?? ""), title: wish.givenTitle ?? "commands of \(actor)", for: device,
                by: actor)
        case "trust":
            let blocks = (try? PEM.sniff(Array((wish.certificate ?? "").utf8))) ?? []
            guard blocks.count <= 1 else {
                throw ProblemDocument.invalid(
                    "certificate", "holds \(blocks.count) blocks; send one certificate at a time")
            }
            guard let block = blocks.first, let certificate = try? CertificateView(parsing: block.der) else {
                throw ProblemDocument.invalid("certificate", "is not a certificate in PEM")
            }
            return try await orders.trust(certificate, device, by: actor)
        case "poll":
            return try await orders.poll(try Self.schedule(wish.schedule ?? "standard"), device, by: actor)
        case "renew": return try await orders.renew(device, by: actor)
        case "unenroll": return try await orders.unenroll(device, by: actor)
        default: throw ProblemDocument.invalid("kind", "choose get, syncml, trust, poll, renew or unenroll")
        }
    }

    /// A schedule by its name, or by how often a device comes once it has settled.
    ///
    /// More often than every quarter of an hour costs batteries, and a device that is away for over a week looks lost.
    private static func schedule(_ text: String) throws -> PollSchedule {
        let known: [String: PollSchedule] = ["standard": .standard, "hourly": .hourly, "with-push": .withPush]
        if let schedule = known[text] { return schedule }
        guard let seconds = Duration.seconds(of: text), (900...604_800).contains(seconds) else {
            throw ProblemDocument.invalid(
                "schedule", "choose standard, hourly, with-push, or a distance from 15m to 7d such as 4h")
        }
        return .every(minutes: Int(seconds / 60))
    }

    /// Asks for a node; what no device can have as an address is refused.
    private static func question(_ node: String) throws -> Command {
        let get = Command.get(Command.Get(cmdID: nil, items: [Item(target: Location(node))]))
        let rules: Set<PayloadRule> = [.locURI, .templatePlaceholder]
        let found = PayloadLint.findings(in: [get]).first { $0.severity == .error && rules.contains($0.rule) }
        if let found { throw ProblemDocument.invalid("nodes", "'\(shown(node))': \(found.message) \(found.fix)") }
        return get
    }

    /// An address in a sentence: not longer than one reads, without characters that disturb a terminal.
    private static func shown(_ locURI: String) -> String {
        let scalars = locURI.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(scalars)) + (locURI.unicodeScalars.count > 80 ? "…" : "")
    }

    /// What an administrator writes: commands in a SyncML document, checked before they wait for a device.
    private static func commands(_ text: String) throws -> [Command] {
        let body: SyncBody
        do {
            body = try SyncBody(parsingExample: Array(text.utf8))
        } catch {
            throw ProblemDocument(
                code: error.code, status: .badRequest, detail: "syncml: \(error)",
                hint: "It takes commands such as <Get>…</Get> in XML, as UTF-8.")
        }
        guard !body.commands.isEmpty else { throw ProblemDocument.invalid("syncml", "holds no commands") }
        if let finding = PayloadLint.findings(in: body).first(where: { $0.severity == .error }) {
            let place = finding.locURI.map { "\(shown($0)): " } ?? ""
            throw ProblemDocument.invalid("syncml", "\(place)\(finding.message) \(finding.fix)")
        }
        return body.commands
    }

    private func cancel(_ context: ListenerContext) async throws -> Response {
        _ = try await device(context)
        do {
            try await middle.management.cancel(
                QueuedCommandID(rawValue: context.parameter("command")), by: context.actor)
        } catch {
            throw ProblemDocument(error)
        }
        return Response(status: .noContent)
    }

    private func messages(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let id = try await device(context)
        let session = request.queryText("session")
        let found = try await middle.store.messages(
            of: id, session: session,
            limit: request.queryNumber("limit", 1...200, default: 50))
        if let session, found.isEmpty {
            throw ProblemDocument.notFound(
                "session \(session) of the device \(id)",
                hint: "`sealwright device messages` without --session names those that are kept, the newest first.")
        }
        return try JSON.response(ListDocument(items: found.map { ManagementMessageDocument($0) }, next: nil))
    }
}
