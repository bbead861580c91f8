// SPDX-License-Identifier: Apache-2.0

import GRDB
import SealwrightCore
import Synchronization

/// The connections that the pool lends to long reads, each with the statements compiled for it.
///
/// The pool keeps its connections, so their statements can be kept too: to compile one anew takes longer than most of
/// these reads.
final class PooledConnections: Sendable {
    /// By the address of SQLite's object; `nil` after the end.
    private let connections = Mutex<[UInt: ReaderBound]?>([:])

    /// The connection under GRDB's object, for the read that it was lent to.
    ///
    /// - Throws: ``StoreError/closed``.
    func connection(of database: Database) throws(StoreError) -> SQLConnection {
        guard let handle = database.sqliteConnection else { throw .closed }
        let known = connections.withLock { known -> ReaderBound? in
            guard known != nil else { return nil }
            let key = UInt(bitPattern: handle)
            if let connection = known?[key] { return connection }
            let new = ReaderBound(value: SQLConnection(handle))
            known?[key] = new
            return new
        }
        guard let known else { throw .closed }
        return known.value
    }

    /// Lets go of all statements, so that the connections can be closed; nobody may be reading.
    func close() { connections.withLock { $0 = nil } }
}

/// A connection that one read at a time touches.
///
/// Sendable, unchecked: the pool lends its connection to one read at a time, and only that read asks for it.
private struct ReaderBound: @unchecked Sendable {
    let value: SQLConnection
}
