// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// How a ``QueuedCommand`` lies in its table, with its payload beside it until that is erased.
enum QueuedCommandRow {
    static let select: SQL = columns + "FROM management_command c LEFT JOIN management_payload p ON p.number = c.number"
    /// The same, by the index of those that wait to be sent.
    static let selectQueued: SQL =
        columns + """
            FROM management_command c INDEXED BY management_command_queued
            LEFT JOIN management_payload p ON p.number = c.number
            """

    private static let columns: SQL =
        """
        SELECT c.number, c.id, c.device, c.title, c.kind, c.scope, p.octets, c.is_secret, c.created_at, c.created_by,
            c.not_before, c.follows, c.installation, c.state, c.attempts, c.sent_at, c.session, c.finished_at,
            c.outcome
        """

    /// A command and the number of its row.
    struct Numbered {
        let number: Int64
        var command: QueuedCommand
    }

    static func read(_ row: inout SQLRow) throws(StoreError) -> QueuedCommand { try readNumbered(&row).command }

    static func readNumbered(_ row: inout SQLRow) throws(StoreError) -> Numbered {
        let number = row.int()
        let command = QueuedCommand(
            id: QueuedCommandID(rawValue: row.text()), device: DeviceID(rawValue: row.text()), title: row.text(),
            kind: try row.word(), scope: try row.word(), payload: row.octets(), isSecret: row.int() != 0,
            createdAt: row.moment(), createdBy: row.text(), notBefore: row.optionalMoment(),
            after: row.optionalName(), installation: row.optionalName(), state: try row.word(),
            attempts: Int(row.int()), sentAt: row.optionalMoment(), session: row.optionalText(),
            finishedAt: row.optionalMoment(), outcome: row.optionalOctets())
        return Numbered(number: number, command: command)
    }

    private static let insertCommand: SQL =
        """
        INSERT INTO management_command (id, device, title, kind, scope, is_secret, created_at, created_by, not_before,
            follows, installation, state, attempts, sent_at, session, finished_at, outcome)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let insertPayload: SQL = "INSERT INTO management_payload (number, octets) VALUES (?, ?)"

    static func insert(_ command: QueuedCommand, in session: WriteSession) throws(StoreError) {
        try session.statement(insertCommand)
            .bind(command.id).bind(command.device).bind(command.title).bind(command.kind).bind(command.scope)
            .bind(command.isSecret ? 1 : 0).bind(command.createdAt).bind(command.createdBy).bind(command.notBefore)
            .bind(command.after).bind(command.installation).bind(command.state).bind(command.attempts)
            .bind(command.sentAt).bind(command.session).bind(command.finishedAt).bind(command.outcome).run()
        let number = session.connection.lastRow
        try session.statement(insertPayload).bind(number).bind(command.payload).run()
    }

    private static let updateState: SQL =
        "UPDATE management_command SET state = ?, finished_at = ?, outcome = ? WHERE number = ?"
    // A value of the same length takes the place of the old one on the same pages, which a deletion would leave as they
    // are until something else needs them.
    private static let overwritePayload: SQL =
        "UPDATE management_payload SET octets = zeroblob(length(octets)) WHERE number = ?"
    private static let erasePayload: SQL = "DELETE FROM management_payload WHERE number = ?"
    private static let delete: SQL = "DELETE FROM management_command WHERE number = ?"

    /// Ends a command, and erases its payload when that is secret.
    static func end(
        _ known: Numbered, as state: QueuedCommand.State, outcome: [UInt8]?, at moment: Timestamp,
        in session: WriteSession
    ) throws(StoreError) -> QueuedCommand {
        var command = known.command
        command.state = state
        command.finishedAt = moment
        command.outcome = outcome
        try session.statement(updateState).bind(state).bind(moment).bind(outcome).bind(known.number).run()
        if command.isSecret {
            command.payload = []
            try session.statement(overwritePayload).bind(known.number).run()
            try session.statement(erasePayload).bind(known.number).run()
        }
        return command
    }
    /// Forgets a command.
    static func remove(_ number: Int64, in session: WriteSession) throws(StoreError) {
        try session.statement(erasePayload).bind(number).run()
        try session.statement(delete).bind(number).run()
    }
}
