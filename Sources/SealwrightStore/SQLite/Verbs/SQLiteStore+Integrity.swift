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
}
