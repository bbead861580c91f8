// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import OMADM
import PKIFormats
import SealwrightCore

// MARK: - One message of a session

extension OMADMEndpoint {
    typealias Entry = OMADMSessions.Entry

    /// Takes a message, and answers it with what waits for the device.
    func converse(_ exchange: Exchange) async throws(OMADMRefusal) -> SyncML {
        let device = exchange.device.id
        let known = try await sessions.take(device, at: services.clock.now)
        do throws(OMADMRefusal) {
            var entry = try await session(known, for: exchange)
            let message: SyncML
            switch try receive(exchange, &entry) {
            case .again(let given): message = Self.challenging(given, exchange.identity.chal)
            case .package(let package):
                try await take(package, exchange, &entry)
                message = try await answer(exchange, &entry)
                try await record(exchange, message, entry)
            }
            entry.lastUsed = services.clock.now
            await sessions.putBack(entry, device)
            return message
        } catch {
            await sessions.release(device)
            throw error
        }
    }

    /// An answer that was given before, with the challenge that holds now.
    private static func challenging(_ given: SyncML, _ chal: Chal?) -> SyncML {
        guard let chal else { return given }
        var message = given
        message.body.commands = given.body.commands.map { command in
            guard case .status(var status) = command, status.cmdRef == "0" else { return command }
            status.chal = chal
            return .status(status)
        }
        return message
    }

    /// The session a message belongs to: the open one, or a new one.
    private func session(
        _ known: Entry?, for exchange: Exchange
    ) async throws(OMADMRefusal) -> Entry {
        let hdr = exchange.message.hdr
        if let known, known.session.sessionID == hdr.sessionID, !isNewSession(known, exchange) { return known }
        let now = services.clock.now
        try await sessions.begin(exchange.device.id, at: now)
        let name = Identifier<ManagementSessionKind>.new(milliseconds: services.clock.milliseconds).rawValue
        let session = ManagementSession(sessionID: hdr.sessionID, device: hdr.source.locURI, server: address())
        var entry = Entry(session: session, name: name, lastUsed: now)
        try await begin(&entry, exchange)
        return entry
    }

    /// Whether the device has begun anew under the number of the session that is open.
    private func isNewSession(_ known: Entry, _ exchange: Exchange) -> Bool {
        var trial = known.session
        do {
            _ = try trial.received(exchange.message, octets: exchange.body)
            return false
        } catch {
            return error == .startsAnew || (error == .over && exchange.message.hdr.msgID == "1")
        }
    }

    private func receive(
        _ exchange: Exchange, _ entry: inout Entry
    ) throws(OMADMRefusal) -> ManagementSession.Reception {
        do {
            return try entry.session.received(exchange.message, octets: exchange.body)
        } catch {
            throw .session(error)
        }
    }

    /// Finds out what earlier sessions left, and greets a device that comes for the first time.
    private func begin(_ entry: inout Entry, _ exchange: Exchange) async throws(OMADMRefusal) {
        let device = exchange.device.id
        let name = entry.name
        let left = try await storing { () async throws(StoreError) in
            try await services.store.requeueUnanswered(
                of: device, before: name, at: services.clock.now,
                event: AuditEvent(
                    action: "command.requeued", at: services.clock.now, actor: Self.actor, object: device.rawValue))
        }
        try await managing { () async throws(ManagementError) in
            try await services.management.noteUndelivered(left.ended)
        }
        let contact = try await storing { () async throws(StoreError) in
            try await services.store.contact(of: device)
        }
        if let contact {
            entry.facts = (try? JSONDecoder().decode([String: String].self, from: Data(contact.facts))) ?? [:]
        } else {
            await services.orders.greet(exchange.device, logger: logger)
        }
        entry.questions = try await storing { () async throws(StoreError) in
            try await services.orders.questions(for: device, lastContact: contact?.lastContactAt)
        }
        compareSource(exchange)
    }

    /// A device may call itself anything: what counts is its certificate, and another name is worth a line.
    private func compareSource(_ exchange: Exchange) {
        let source = exchange.message.hdr.source.locURI
        let name = exchange.identity.name
        guard source != name else { return }
        logger.notice(
            "A device names itself otherwise than its certificate does",
            metadata: [
                "device.id": "\(exchange.device.id)", "source": "\(source.prefix(128))", "name": "\(name)",
                "peer": "\(exchange.peer.address)",
            ])
    }

    // MARK: The answer

    /// Composes the answer, and marks what goes out with it before it goes.
    private func answer(
        _ exchange: Exchange, _ entry: inout Entry
    ) async throws(OMADMRefusal) -> SyncML {
        let device = exchange.device.id
        let now = services.clock.now
        let isUserLoggedIn = entry.session.loginStatus != LoginStatus.none && entry.session.loginStatus != .others
        let waiting = try await storing { () async throws(StoreError) in
            try await services.store.nextCommands(
                of: device, at: now, isUserLoggedIn: isUserLoggedIn, limit: Self.commandsPerAnswer)
        }
        var batches = entry.questions + (try await open(waiting, of: device))
        let chal = exchange.identity.chal
        while true {
            var trial = entry.session
            let answer = trial.answer(
                sending: batches, moreFollow: waiting.count == Self.commandsPerAnswer, chal: chal)
            let ids = answer.sent.filter { !OMADMOrders.isQuestion($0) }.map { QueuedCommandID(rawValue: $0) }
            let name = entry.name
            let allowed = try await storing { () async throws(StoreError) in
                ids.isEmpty ? [] : try await services.store.markSent(ids, session: name, at: now)
            }
            if allowed.count == ids.count {
                entry.session = trial
                entry.questions.removeAll { answer.sent.contains($0.id) }
                try await finish(answer.refused, of: device)
                return answer.message
            }
            // Somebody took one back in between; compose once more without it.
            let gone = Set(ids).subtracting(allowed).map(\.rawValue)
            batches.removeAll { gone.contains($0.id) }
        }
    }

    /// Commands as batches; one that cannot be opened any more ends as failed.
    private func open(
        _ commands: [QueuedCommand], of device: DeviceID
    ) async throws(OMADMRefusal) -> [CommandBatch] {
        var batches: [CommandBatch] = []
        for command in commands {
            do {
                batches.append(try services.orders.batch.open(command))
            } catch {
                logger.error(
                    "A queued command cannot be sent",
                    metadata: ["command.id": "\(command.id)", "error.code": "\(error.code)", "error": "\(error)"])
                let result = CommandResult(
                    command: command.id, state: .failed, outcome: OMADMOutcome.document(error))
                try await finish([result], of: device)
            }
        }
        return batches
    }
}

/// Marks the names of management sessions, `ms_…`.
enum ManagementSessionKind: IdentifierKind { static let prefix = "ms" }
