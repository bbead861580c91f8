// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

extension SQLiteStore: CommandStore {
    package func queue(
        _ commands: [QueuedCommand], installation: CertificateInstallation?, event: AuditEvent?
    ) async throws(StoreError) -> QueueOutcome {
        let prepared = event.map(PreparedEvent.init)
        return try await commits.perform { session throws(StoreError) in
            let desk = CommandDesk(session: session)
            if let refusal = try desk.refusal(of: commands) { return refusal }
            if let installation,
                let refusal = try CertificateInstallationRow.save(installation, isOrder: true, in: session)
            {
                return refusal
            }
            for command in commands { try QueuedCommandRow.insert(command, in: session) }
            if let prepared { try session.append(prepared) }
            return .queued
        }
    }

    package func finish(
        _ results: [CommandResult], at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> [QueuedCommand] {
        guard !results.isEmpty else { return [] }
        let prepared = event.map(PreparedEvent.init)
        return try await commits.perform { session throws(StoreError) in
            let desk = CommandDesk(session: session)
            var (answered, followers): ([QueuedCommand], [QueuedCommand]) = ([], [])
            for result in results where result.state == .succeeded || result.state == .failed {
                let ended = try desk.end(result.command, as: result.state, outcome: result.outcome, at: moment)
                answered += ended.prefix(1)
                followers += ended.dropFirst()
            }
            if let prepared, !answered.isEmpty { try session.append(prepared) }
            return answered + followers
        }
    }

    package func requeueUnanswered(
        of device: DeviceID, before name: String, at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> RequeueOutcome {
        // Nearly every session finds nothing, and then there is no reason to wait for the disk.
        guard try isAnythingUnanswered(of: device, before: name) else { return RequeueOutcome(requeued: [], ended: []) }
        let prepared = event.map(PreparedEvent.init)
        return try await commits.perform { session throws(StoreError) in
            let outcome = try CommandDesk(session: session).requeue(of: device, before: name, at: moment)
            let isChanged = !outcome.requeued.isEmpty || !outcome.ended.isEmpty
            if let prepared, isChanged { try session.append(prepared) }
            return outcome
        }
    }

    private func isAnythingUnanswered(of device: DeviceID, before name: String) throws(StoreError) -> Bool {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.anyUnanswered).bind(device).bind(name).first { _ in true } ?? false
        }
    }

    package func cancel(
        _ id: QueuedCommandID, at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> CancelOutcome {
        let prepared = event.map(PreparedEvent.init)
        return try await commits.perform { session throws(StoreError) in
            let desk = CommandDesk(session: session)
            guard let known = try desk.find(id) else { return .notFound }
            let ended = try desk.end(id, as: .cancelled, outcome: CommandResult.withdrawn, at: moment)
            guard !ended.isEmpty else { return .alreadyOver(known.command) }
            if let prepared { try session.append(prepared) }
            return .cancelled(ended)
        }
    }

    package func removeCommands(
        finishedBefore moment: Timestamp, limit: Int, event: AuditEvent?
    ) async throws(StoreError) -> Int {
        let prepared = event.map(PreparedEvent.init)
        return try await commits.perform { session throws(StoreError) in
            let old = try session.statement(Self.over).bind(moment).bind(max(limit, 0)).all { row in row.int() }
            for number in old { try QueuedCommandRow.remove(number, in: session) }
            if let prepared, !old.isEmpty { try session.append(prepared) }
            return old.count
        }
    }

    static let over: SQL =
        """
        SELECT c.number FROM management_command c
        WHERE c.finished_at IS NOT NULL AND c.finished_at < ? AND NOT EXISTS (
            SELECT 1 FROM management_command w
            WHERE w.follows = c.id AND w.follows IS NOT NULL AND w.state = 'queued')
        ORDER BY c.finished_at, c.number LIMIT ?
        """
    private static let anyUnanswered: SQL =
        "SELECT 1 FROM management_command WHERE device = ? AND state = 'sent' AND session IS NOT ? LIMIT 1"
}

// MARK: - Reading

extension SQLiteStore {
    package func command(_ id: QueuedCommandID) async throws(StoreError) -> QueuedCommand? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.commandByID).bind(id).first(QueuedCommandRow.read)
        }
    }

    package func commands(
        of device: DeviceID, in states: Set<QueuedCommand.State>, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<QueuedCommand> {
        let limit = max(limit, 1)
        let wanted = QueuedCommand.State.allCases.map { states.contains($0) ? $0 : nil }
        let found = try await readAtLength { connection throws(StoreError) in
            let statement = try connection.statement(Self.commandsOfDevice)
                .bind(device).bind(cursor.flatMap(Int64.init) ?? .max)
            for state in wanted { statement.bind(state) }
            return try statement.bind(limit + 1).all(QueuedCommandRow.readNumbered)
        }
        let items = found.prefix(limit)
        return Page(
            items: items.map(\.command), next: found.count > limit ? items.last.map { String($0.number) } : nil)
    }

    package func nextCommands(
        of device: DeviceID, at now: Timestamp, isUserLoggedIn: Bool, limit: Int
    ) async throws(StoreError) -> [QueuedCommand] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.next).bind(device).bind(now).bind(isUserLoggedIn ? 1 : 0).bind(max(limit, 0))
                .all(QueuedCommandRow.read)
        }
    }

    static let commandByID: SQL = QueuedCommandRow.select + "WHERE c.id = ?"
    private static let commandsOfDevice: SQL =
        QueuedCommandRow.select + """
            WHERE c.device = ? AND c.number < ? AND c.state IN (?, ?, ?, ?, ?) ORDER BY c.number DESC LIMIT ?
            """
    static let next: SQL =
        QueuedCommandRow.selectQueued + """
            WHERE c.device = ? AND c.state = 'queued' AND (c.not_before IS NULL OR c.not_before <= ?)
                AND (c.scope = 'device' OR ?)
                AND (c.follows IS NULL
                    OR (SELECT f.state FROM management_command f WHERE f.id = c.follows) = 'succeeded')
            ORDER BY c.number LIMIT ?
            """
}
