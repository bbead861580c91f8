// SPDX-License-Identifier: Apache-2.0

package import SealwrightCore

extension SQLiteStore {
    /// Reads every page and index, to prove that a restored database is whole.
    ///
    /// - Throws: ``StoreError/corrupted(_:)`` with SQLite's first finding.
    package func checkIntegrity() async throws(StoreError) {
        let finding = try await readAtLength { connection throws(StoreError) in
            try connection.statement("PRAGMA integrity_check(1)").first { row throws(StoreError) in row.text() }
        }
        guard finding == "ok" else { throw .corrupted(finding ?? "the integrity check said nothing") }
    }

    /// Makes the CRLs of all authorities due.
    ///
    /// Those in a restored database are older than what was published after the backup, and their numbers are lower.
    ///
    /// - Throws: ``StoreError`` when the write fails.
    package func makeRevocationListsDue() async throws(StoreError) {
        try await commits.perform { session throws(StoreError) in
            try session.connection.execute(Self.countRevocation)
        }
    }
}
