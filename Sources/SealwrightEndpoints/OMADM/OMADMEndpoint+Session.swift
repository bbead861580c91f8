// SPDX-License-Identifier: Apache-2.0

import Logging
import OMADM
import PKIFormats
import SealwrightCore

// MARK: - One message of a session

extension OMADMEndpoint {
    typealias Entry = OMADMSessions.Entry

    /// Takes a message, and answers it with what waits for the device.
    ///
    /// - Returns: the answer as it goes out.
    func converse(_ exchange: Exchange) async throws(OMADMRefusal) -> [UInt8] {
        let device = exchange.device.id
        let known = try sessions.take(device, in: exchange.message.hdr.sessionID, at: services.clock.now)
        do throws(OMADMRefusal) {
            var (entry, reception) = try await receive(exchange, known)
            let octets: [UInt8]
            switch reception {
            case .again(let given):
                octets = try Self.serialize(Self.challenging(given, exchange.identity.chal), exchange.form)
            case .package(let package):
                try await take(package, exchange, &entry)
                octets = try await answer(exchange, &entry)
            }
            entry.lastUsed = services.clock.now
            sessions.putBack(entry, device)
            return octets
        } catch {
            sessions.release(device)
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

    /// Takes a message into the session it belongs to: one that is open, or a new one.
    private func receive(
        _ exchange: Exchange, _ known: Entry?
    ) async throws(OMADMRefusal) -> (Entry, ManagementSession.Reception) {
        let hdr = exchange.message.hdr
        if var entry = known, let reception = try receive(exchange, goingOnIn: &entry) {
            return (entry, reception)
        }
        // A ticket is good for its session only; the next one begins with a digest.
        if let digest = exchange.identity.digest, digest.isByTicket {
            let judgement = await digests.judge(nil, of: digest.account, isKnown: true)
            throw .digest(judgement.verdict, judgement.chal)
        }
        let now = services.clock.now
        try sessions.begin(exchange.device.id, at: now)
        let name = newSessionName()
        let session = ManagementSession(sessionID: hdr.sessionID, device: hdr.source.locURI, server: address())
        var entry = Entry(session: session, name: name, lastUsed: now)
        try await begin(&entry, exchange)
        do {
            let reception = try entry.session.received(exchange.message, octets: exchange.body)
            return (entry, reception)
        } catch {
            throw .session(error)
        }
    }

    /// - Returns: `nil` when the device has begun anew under the number of the session that is known.
    private func receive(
        _ exchange: Exchange, goingOnIn entry: inout Entry
    ) throws(OMADMRefusal) -> ManagementSession.Reception? {
        // A device may give all sessions the same number, and all of their first messages the same octets. With a
        // digest, which is no late repetition, a session begins with the message after the one that was refused.
        let isFresh = exchange.identity.chal != nil
        guard !entry.session.isOver || !(isFresh || exchange.message.hdr.msgID == "1") else { return nil }
        do {
            return try entry.session.received(exchange.message, octets: exchange.body)
        } catch {
            switch error {
            case .startsAnew: return nil
            case .outOfOrder, .repeatedDifferently: if isFresh { return nil }
            default: break
            }
            throw .session(error)
        }
    }

    /// Finds out what earlier sessions left, and greets a device that comes for the first time, or for the first time
    /// since it was enrolled anew: leaving took from it what the greeting had set.
    private func begin(_ entry: inout Entry, _ exchange: Exchange) async throws(OMADMRefusal) {
        let device = exchange.device.id
        try await requeueUnanswered(of: exchange.identity, before: entry.name)
        let contact = try await storing { () async throws(StoreError) in
            try await services.store.contact(of: device)
        }
        if let contact { entry.facts = OMADMDeviceFacts(reading: contact.facts) }
        // A device that was set up anew is asked what it has still, whenever it was asked before.
        let known = contact.flatMap { exchange.identity.isEnrolled(after: $0.lastContactAt) ? nil : $0 }
        if known == nil {
            await services.orders.greet(exchange.device, logger: logger)
            if exchange.identity.enrolledAt != nil { try await revokeEarlier(than: exchange.identity) }
        }
        entry.questions = try await storing { () async throws(StoreError) in
            try await services.orders.questions(for: device, lastContact: known?.lastContactAt)
        }
        if entry.session.reachesDevice { entry.questions += await preparations(of: device) }
        compareSource(exchange)
        try await revokePredecessor(exchange.identity)
    }

    func newSessionName() -> String {
        Identifier<ManagementSessionKind>.new(milliseconds: services.clock.milliseconds).rawValue
    }

    /// Lets commands that were sent in other sessions than the named one wait again, but for what was carried out.
    func requeueUnanswered(of identity: Identity, before name: String) async throws(OMADMRefusal) {
        let device = identity.device.id
        let left = try await storing { () async throws(StoreError) in
            try await services.store.requeueUnanswered(
                of: device, before: name, at: services.clock.now,
                event: AuditEvent(
                    action: "command.requeued", at: services.clock.now, actor: Self.actor, object: device.rawValue))
        }
        try await managing { () async throws(ManagementError) in
            try await services.management.noteUndelivered(left.ended, because: OMADMOutcome.sentence(of:))
        }
        try await finishObeyed(left.requeued, by: identity)
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

    /// Composes the answer; what goes out with it is marked, and the exchange kept, before it goes.
    private func answer(
        _ exchange: Exchange, _ entry: inout Entry
    ) async throws(OMADMRefusal) -> [UInt8] {
        let device = exchange.device.id
        let now = services.clock.now
        let waiting = try await commands(for: device, entry.session, at: now)
        let chal = exchange.identity.chal
        if let digest = exchange.identity.digest, !digest.isByTicket {
            giveTicket(to: digest.account, exchange, &entry)
        }
        try await authenticate(to: exchange.identity, &entry)
        var batches = entry.questions + (try await open(waiting, of: device))
        while true {
            var trial = entry.session
            let answer = trial.answer(
                sending: batches, moreFollow: waiting.count == Self.commandsPerAnswer,
                authentication: chal == nil ? .ok : .authenticationAccepted, chal: chal)
            let octets = try Self.serialize(answer.message, exchange.form)
            let gone = try await record(exchange, answer, octets, &entry)
            guard gone.isEmpty else {
                // Somebody took one back in between; compose once more without it.
                batches.removeAll { gone.contains($0.id) }
                continue
            }
            entry.session = trial
            entry.questions.removeAll { answer.sent.contains($0.id) }
            try await finish(answer.refused, of: device)
            return octets
        }
    }

    /// Commands that can be sent in a session, as many as one answer looks at.
    private func commands(
        for device: DeviceID, _ session: ManagementSession, at now: Timestamp
    ) async throws(OMADMRefusal) -> [QueuedCommand] {
        // In a session for its user alone, which few devices begin, those of the device stand between.
        let limit = session.reachesDevice ? Self.commandsPerAnswer : Self.commandsOfAllScopes
        let all = try await storing { () async throws(StoreError) in
            try await services.store.nextCommands(
                of: device, at: now, isUserLoggedIn: session.reachesUser, limit: limit)
        }
        guard !session.reachesDevice else { return all }
        return Array(all.filter { $0.scope == .user }.prefix(Self.commandsPerAnswer))
    }

    static func serialize(_ message: SyncML, _ form: SyncMLForm) throws(OMADMRefusal) -> [UInt8] {
        do { return try message.serialize(as: form) } catch { throw .unwritable(error) }
    }

    /// Commands as batches; one that cannot be opened any more, or came too late, ends as failed.
    private func open(
        _ commands: [QueuedCommand], of device: DeviceID
    ) async throws(OMADMRefusal) -> [CommandBatch] {
        var batches: [CommandBatch] = []
        for command in commands {
            do {
                batches.append(try services.orders.batch.open(command, at: services.clock.now))
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
