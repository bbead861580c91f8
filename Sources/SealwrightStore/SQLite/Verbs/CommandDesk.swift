// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// The checks and changes of queued commands inside one transaction.
struct CommandDesk {
    let session: WriteSession

    // MARK: Queueing

    /// Why commands cannot be queued; `nil` when they can.
    func refusal(of commands: [QueuedCommand]) throws(StoreError) -> QueueOutcome? {
        var queued: Set<QueuedCommandID> = []
        for command in commands {
            if try find(command.id) != nil { return .repeated }
            if let first = command.after, !queued.contains(first) {
                guard let state = try find(first)?.command.state, state != .failed, state != .cancelled else {
                    return .predecessorMissing(first)
                }
            }
            queued.insert(command.id)
        }
        return nil
    }

    /// One command.
    func find(_ id: QueuedCommandID) throws(StoreError) -> QueuedCommandRow.Numbered? {
        try session.statement(SQLiteStore.commandByID).bind(id).first(QueuedCommandRow.readNumbered)
    }

    // MARK: Ending

    /// Ends a command that is not over, and after a bad end those that wait for it.
    ///
    /// - Returns: all that ended; none when it was over or is not there.
    func end(
        _ id: QueuedCommandID, as state: QueuedCommand.State, outcome: [UInt8]?, at now: Timestamp
    ) throws(StoreError) -> [QueuedCommand] {
        guard state.isOver, let known = try find(id), !known.command.state.isOver else { return [] }
        var ended = [try QueuedCommandRow.end(known, as: state, outcome: outcome, at: now, in: session)]
        guard state != .succeeded else { return ended }
        // Each command is cancelled once, so that this ends whatever follows what.
        var index = 0
        while index < ended.count {
            let waiting = try session.statement(Self.waiting).bind(ended[index].id).all(QueuedCommandRow.readNumbered)
            for command in waiting {
                ended.append(
                    try QueuedCommandRow.end(
                        command, as: .cancelled, outcome: CommandResult.orphaned, at: now, in: session))
            }
            index += 1
        }
        return ended
    }

    private static let waiting: SQL =
        QueuedCommandRow.select
        + "WHERE c.follows = ? AND c.follows IS NOT NULL AND c.state = 'queued' ORDER BY c.number"

    // MARK: Sending

    /// Whether a command waits to be sent.
    func isQueued(_ id: QueuedCommandID) throws(StoreError) -> Bool {
        try session.statement(Self.queued).bind(id).first { _ in true } ?? false
    }

    private static let queued: SQL = "SELECT 1 FROM management_command WHERE id = ? AND state = 'queued'"

    /// Marks a command that waits as sent.
    func markSent(_ id: QueuedCommandID, in name: String, at now: Timestamp) throws(StoreError) {
        try session.statement(Self.send).bind(now).bind(name).bind(id).run()
    }

    private static let send: SQL =
        """
        UPDATE management_command SET state = 'sent', attempts = attempts + 1, sent_at = ?, session = ?
        WHERE id = ? AND state = 'queued'
        """

    /// Queues again what was sent in other sessions, or gives it up.
    func requeue(
        of device: DeviceID, before name: String, at now: Timestamp
    ) throws(StoreError) -> RequeueOutcome {
        var requeued: [QueuedCommandID] = []
        var ended: [QueuedCommand] = []
        let unanswered = try session.statement(Self.unanswered).bind(device).bind(name)
            .all(QueuedCommandRow.readNumbered)
        for known in unanswered {
            if known.command.attempts >= QueuedCommand.attemptLimit {
                ended += try end(known.command.id, as: .failed, outcome: CommandResult.unanswered, at: now)
            } else {
                try session.statement(Self.requeue).bind(known.number).run()
                requeued.append(known.command.id)
            }
        }
        return RequeueOutcome(requeued: requeued, ended: ended)
    }

    private static let unanswered: SQL =
        QueuedCommandRow.select + """
            WHERE c.device = ? AND c.state = 'sent' AND c.session IS NOT ? ORDER BY c.number
            """
    private static let requeue: SQL = "UPDATE management_command SET state = 'queued' WHERE number = ?"
}
