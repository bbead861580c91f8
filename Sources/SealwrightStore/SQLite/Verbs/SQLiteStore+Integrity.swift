// SPDX-License-Identifier: Apache-2.0

package import SealwrightCore

extension SQLiteStore {
    /// Reads every page and index, to prove that a restored database is whole.
    ///
    /// - Throws: ``StoreError/corrupted(_:)`` with SQLite's first finding.
    package func checkIntegrity() async throws(StoreError) { try await demandOK("PRAGMA integrity_check(1)") }

    /// Reads every page, and not whether each index has what its table has, which takes three times as long.
    package func checkPages() async throws(StoreError) { try await demandOK("PRAGMA quick_check(1)") }

    private func demandOK(_ check: SQL) async throws(StoreError) {
        let finding = try await readAtLength { connection throws(StoreError) in
            try connection.statement(check).first { row throws(StoreError) in row.text() }
        }
        guard let finding else { throw .unavailable("the check of the database file said nothing") }
        guard finding != "ok" else { return }
        // The first line names the database, of which there is one.
        let line = finding.split(whereSeparator: \.isNewline).last.map(String.init) ?? finding
        throw .corrupted("the database file is damaged; restore a backup (SQLite: \(line))")
    }

    /// Makes the CRLs of all authorities due, with numbers that were not used after the backup.
    ///
    /// Those in a restored database are older than what was published after the backup, and their numbers are lower.
    /// Numbers that follow the time jump ahead by themselves; those of a CRL from elsewhere, or from a time when the
    /// clock ran ahead, would be used twice.
    ///
    /// - Parameter numbers: how many may have been used since the backup, at most.
    /// - Throws: ``StoreError`` when the write fails.
    package func makeRevocationListsDue(skipping numbers: Int64) async throws(StoreError) {
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.skipNumbers).bind(numbers).run()
            try session.connection.execute(Self.countRevocation)
        }
    }

    /// Far below the largest integer, since a database that came from elsewhere holds any number.
    private static let skipNumbers: SQL = "UPDATE crl_number SET last = min(last, 1 << 60) + ?"
}
