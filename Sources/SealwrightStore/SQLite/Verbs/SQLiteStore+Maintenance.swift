// SPDX-License-Identifier: Apache-2.0

import GRDB
package import SealwrightCore

extension SQLiteStore: StoreMaintenance {
    package func checkWritable() async throws(StoreError) {
        try await commits.perform(isProbe: true) { session throws(StoreError) in
            try session.connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'write-check'")
        }
    }

    package func close() async {
        await commits.close()
        readers.close()
        // Behind the reads that are under way; later ones find no connection.
        try? await pool.barrierWriteWithoutTransaction { [pooled] _ in pooled.close() }
        try? pool.close()
    }

    package func copy(toFile path: String) async throws(StoreError) {
        try DatabaseFile(path: path).create()
        do {
            // Not in a transaction, which VACUUM does not run in; it reads one snapshot all the same.
            try await pool.unsafeRead { database in
                try database.borrowedConnection().statement("VACUUM INTO ?").bind(path).run()
            }
        } catch {
            throw StoreError(error)
        }
        try DatabaseFile(path: path).synchronize()
    }

    /// A read of one snapshot that may take its time: on a thread of the pool, so that the caller's can go on with
    /// others.
    func readAtLength<Value: Sendable>(
        _ body: @escaping @Sendable (SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.read { [pooled] database in try body(try pooled.connection(of: database)) }
        } catch {
            throw StoreError(error)
        }
    }
}
