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
        try? pool.close()
    }

    package func copy(toFile path: String) async throws(StoreError) {
        try DatabaseFile(path: path).create()
        try await readAtLength { connection throws(StoreError) in
            try connection.statement("VACUUM INTO ?").bind(path).run()
        }
        try DatabaseFile(path: path).synchronize()
    }

    /// Reads every page and index, to prove that a restored database is whole.
    ///
    /// - Throws: ``StoreError/corrupted(_:)`` with SQLite's first finding.
    package func checkIntegrity() async throws(StoreError) {
        let finding = try await readAtLength { connection throws(StoreError) in
            try connection.statement("PRAGMA integrity_check(1)").first { row throws(StoreError) in row.text() }
        }
        guard finding == "ok" else { throw .corrupted(finding ?? "the integrity check said nothing") }
    }

    /// A read that may take its time: on a thread of the pool, so that the caller's can go on with others.
    func readAtLength<Value: Sendable>(
        _ body: @escaping @Sendable (SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.unsafeRead { database in try body(try database.borrowedConnection()) }
        } catch {
            throw StoreError(error)
        }
    }
}
