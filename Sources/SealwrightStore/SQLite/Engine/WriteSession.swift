// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// The one connection that writes, and the end of the audit chain.
///
/// Belongs to the commit queue's thread.
final class WriteSession {
    let connection: SQLConnection
    /// The last audit record; `nil` until it is read from the table, at start and after a failed commit.
    private var tip: AuditTip?
    /// The number of the last credential stored here.
    var newestCredential: Int64 = 0
    /// The number of the last credential that a ``CredentialBlock`` covers, as far as is known.
    var lastInBlock: Int64 = 0

    init(_ connection: SQLConnection) { self.connection = connection }

    /// A prepared statement of this connection.
    func statement(_ sql: SQL) throws(StoreError) -> SQLStatement { try connection.statement(sql) }

    /// Whether there may be enough credentials for another block.
    var isBlockDue: Bool { newestCredential - lastInBlock >= CredentialBlock.size }

    /// Adds an event to the chain, inside the change it tells.
    func append(_ event: PreparedEvent) throws(StoreError) {
        let last = try currentTip()
        let record = last.next(event)
        try statement(Self.insert)
            .bind(record.sequence).bind(event.object).bind(event.canonicalBytes).bind(last.hash).bind(record.hash).run()
        tip = record
    }

    private func currentTip() throws(StoreError) -> AuditTip {
        if let tip { return tip }
        let stored = try statement(Self.newest).first { row in AuditTip(sequence: row.int(), hash: row.octets()) }
        return stored ?? .beginning
    }

    private static let insert: SQL =
        "INSERT INTO audit (sequence, object, event, previous_hash, hash) VALUES (?, ?, ?, ?, ?)"
    private static let newest: SQL = "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1"
}

// MARK: - Transactions

extension WriteSession {
    /// Opens a transaction and makes sure that the chain's end is known.
    func begin() throws(StoreError) {
        try connection.execute("BEGIN IMMEDIATE")
        tip = try currentTip()
    }

    /// Makes everything since ``begin()`` durable.
    func commit() throws(StoreError) { try connection.execute("COMMIT") }

    /// Undoes everything since ``begin()``.
    func rollback() {
        tip = nil
        if connection.isInTransaction { try? connection.execute("ROLLBACK") }
    }

    /// Runs one verb of several in a savepoint, which is undone when the verb failed.
    func isolated(
        _ attempt: (WriteSession) -> PendingWrite.Attempt
    ) throws(StoreError) -> PendingWrite.Attempt {
        let before = tip
        try connection.execute("SAVEPOINT verb")
        let attempt = attempt(self)
        if attempt.error != nil {
            tip = before
            try connection.execute("ROLLBACK TO verb")
        }
        try connection.execute("RELEASE verb")
        return attempt
    }
}

/// An audit event in the octets that are hashed and stored, made before the writer's turn comes.
struct PreparedEvent: Sendable {
    let object: String
    let canonicalBytes: [UInt8]

    init(_ event: AuditEvent) {
        self.object = event.object
        self.canonicalBytes = AuditChain.canonicalBytes(of: event)
    }
}

/// The end of the audit chain.
struct AuditTip: Sendable {
    let sequence: Int64
    let hash: [UInt8]

    /// Before the first record.
    static let beginning = AuditTip(sequence: 0, hash: AuditChain.genesis)

    /// The end after one more event.
    func next(_ event: PreparedEvent) -> AuditTip {
        AuditTip(
            sequence: sequence + 1, hash: AuditChain.hash(previous: hash, canonicalBytes: event.canonicalBytes))
    }
}
