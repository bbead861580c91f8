// SPDX-License-Identifier: Apache-2.0

import GRDB
package import SealwrightCore

/// The store in one SQLite file.
///
/// Writes go through one connection and are grouped into commits that are on the disk before they are acknowledged
/// (`synchronous` is FULL). Reads of a few rows run at once on the caller's thread; long reads go to a pool. Readers
/// see what was committed last and never wait for the writer.
package final class SQLiteStore: Sendable {
    let commits: CommitQueue
    let readers: ReaderBank
    let pool: DatabasePool
    let pooled = PooledConnections()

    /// Opens a database, making it when there is none, and brings its schema up to date.
    ///
    /// - Parameter path: the file; only its owner may read and write it.
    /// - Throws: ``StoreError/schemaTooNew(found:known:)`` when a newer program wrote it,
    ///   ``StoreError/corrupted(_:)`` when it is another program's file or damaged, ``StoreError/unavailable(_:)`` when
    ///   it cannot be opened or would not keep commits durable.
    package init(path: String) throws(StoreError) {
        try DatabaseFile(path: path).prepare()
        do {
            let pool = try DatabasePool(path: path, configuration: .sealwright(isReadOnly: false))
            let session = try pool.writeWithoutTransaction { database in
                let connection = try database.borrowedConnection()
                try Self.demandDurability(of: connection)
                try Migration.run(on: connection)
                return WriterBound(value: WriteSession(connection))
            }
            self.pool = pool
            self.commits = CommitQueue(pool: pool, session: session)
        } catch {
            throw StoreError(error)
        }
        self.readers = try ReaderBank(path: path, count: 4)
    }

    /// Opens a database for reading only, also while another process writes it; every verb that writes fails.
    ///
    /// - Parameter path: the file, which must exist and have the schema of this program.
    /// - Throws: ``StoreError/schemaTooNew(found:known:)``, or ``StoreError/unavailable(_:)`` when it cannot be opened
    ///   or an older program wrote it.
    package init(reading path: String) throws(StoreError) {
        do {
            let pool = try DatabasePool(path: path, configuration: .sealwright(isReadOnly: true))
            let session = try pool.writeWithoutTransaction { database in
                let connection = try database.borrowedConnection()
                try Migration.demandNewest(of: connection)
                return WriterBound(value: WriteSession(connection))
            }
            self.pool = pool
            self.commits = CommitQueue(pool: pool, session: session)
        } catch {
            throw StoreError(error)
        }
        self.readers = try ReaderBank(path: path, count: 1)
    }

    /// Makes every commit wait for the disk.
    ///
    /// GRDB sets `synchronous` to NORMAL when it opens a pool, after it has prepared the connection; an acknowledged
    /// issuance could then be lost with the power.
    private static func demandDurability(of connection: SQLConnection) throws(StoreError) {
        try connection.execute("PRAGMA synchronous = FULL")
        // Larger than the usual 1,000 pages: the right edges of tables and indexes then reach the main file less often.
        try connection.execute("PRAGMA wal_autocheckpoint = 4000")
        // A log that a long read made grow is cut again afterwards.
        try connection.execute("PRAGMA journal_size_limit = 67108864")
        let level = try connection.statement("PRAGMA synchronous").first { row in row.int() }
        guard level == 2 else {
            throw .unavailable("the database does not wait for the disk (synchronous is \(level ?? -1), not 2)")
        }
    }
}
