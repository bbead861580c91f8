// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// One step of the schema, from the version before to ``version``.
///
/// Steps are never edited once released.
struct Migration: Sendable {
    /// Kept in the file's `user_version`.
    let version: Int
    /// Run in order, in one transaction.
    ///
    /// The last sets `user_version`: a pragma takes no bound value.
    let statements: [SQL]

    /// Every step, oldest first.
    static let all: [Migration] = [.first, .second, .third, .fourth, .fifth, .sixth]

    /// The version this program writes.
    static var newest: Int { all.last?.version ?? 0 }

    /// Makes sure that a database which must not be changed has the newest schema already.
    ///
    /// - Throws: ``StoreError/schemaTooNew(found:known:)``, ``StoreError/unavailable(_:)`` for an older one.
    static func demandNewest(of connection: SQLConnection) throws(StoreError) {
        try demandTables(in: connection)
        let found = Int(try connection.number("PRAGMA user_version"))
        guard found <= newest else { throw .schemaTooNew(found: found, known: newest) }
        guard found == newest else {
            throw .unavailable("an older program wrote it; start the server once to bring it up to date")
        }
    }

    /// Makes sure that a file has tables and indexes only, as these steps make them.
    ///
    /// A file may come out of a backup that somebody else has made. There a view in the place of a table could answer
    /// without end, and a trigger change later what is written.
    private static func demandTables(in connection: SQLConnection) throws(StoreError) {
        let strange = try connection.statement(
            "SELECT type FROM sqlite_master WHERE type NOT IN ('table', 'index') LIMIT 1"
        ).first { row throws(StoreError) in row.text() }
        if let strange { throw .corrupted("it holds a \(strange), which this program never makes") }
    }

    /// Brings a database up to date, a transaction a step, forward only.
    ///
    /// - Throws: ``StoreError/schemaTooNew(found:known:)`` when a newer program wrote the file,
    ///   ``StoreError/corrupted(_:)`` when it holds more than tables.
    static func run(on connection: SQLConnection) throws(StoreError) {
        try demandTables(in: connection)
        let found = Int(try connection.number("PRAGMA user_version"))
        guard found <= newest else { throw .schemaTooNew(found: found, known: newest) }
        for migration in all where migration.version > found {
            try connection.execute("BEGIN IMMEDIATE")
            do {
                for statement in migration.statements { try connection.executeOnce(statement) }
                try connection.execute("COMMIT")
            } catch {
                try? connection.execute("ROLLBACK")
                throw error
            }
        }
    }
}
