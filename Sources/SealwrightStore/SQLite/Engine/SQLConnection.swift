// SPDX-License-Identifier: Apache-2.0

import GRDBSQLite
import SealwrightCore

/// A database connection together with the statements compiled for it.
///
/// GRDB opens, configures and closes connections; statements on the hot path are bound and stepped here by hand, which
/// costs a third of its record layer. Belongs to one thread at a time; its owner sees to that.
final class SQLConnection {
    let handle: OpaquePointer
    private var statements: [SQL: SQLStatement] = [:]

    /// Wraps a connection that outlives this object.
    init(_ handle: OpaquePointer) { self.handle = handle }

    /// The compiled statement, ready to be bound.
    ///
    /// - Throws: ``StoreError`` when the text does not compile against the schema.
    func statement(_ sql: SQL) throws(StoreError) -> SQLStatement {
        if let known = statements[sql] {
            known.forgetBindings()
            return known
        }
        let compiled = try SQLStatement(sql, on: handle)
        statements[sql] = compiled
        return compiled
    }

    /// Runs a statement without values.
    func execute(_ sql: SQL) throws(StoreError) { try statement(sql).run() }

    /// Runs a statement that will not come again.
    func executeOnce(_ sql: SQL) throws(StoreError) { try SQLStatement(sql, on: handle).run() }

    /// The one number that a statement without values answers.
    func number(_ sql: SQL) throws(StoreError) -> Int64 { try statement(sql).first { row in row.int() } ?? 0 }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// The row number the last insert made.
    var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Whether a transaction is open.
    ///
    /// SQLite ends one by itself after some errors, such as a full disk.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Lets go of all statements, so that the connection can be closed.
    func forgetStatements() { statements.removeAll() }
}
