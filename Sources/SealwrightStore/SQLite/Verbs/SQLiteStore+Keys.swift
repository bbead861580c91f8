// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

// What is known of a key before it is certified again.
extension SQLiteStore {
    package func isCompromised(keyDigest: [UInt8]) async throws(StoreError) -> Bool {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.compromisedKey).bind(keyDigest).first { row in row.int() } != nil
        }
    }

    package func otherSubject(
        keyDigest: [UInt8], than subject: String, at now: Timestamp
    ) async throws(StoreError) -> String? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.otherSubjectOfKey)
                .bind(keyDigest).bind(keyDigest).bind(subject).bind(now).first { row in row.text() }
        }
    }

    package func prepareKeyLookup() async throws(StoreError) {
        try await commits.perform { session throws(StoreError) in try session.connection.execute(Self.indexKeys) }
    }

    static let insertCompromised: SQL = "INSERT OR IGNORE INTO compromised_key (key_digest) VALUES (?)"
    private static let compromisedKey: SQL = "SELECT 1 FROM compromised_key WHERE key_digest = ?"
    private static let otherSubjectOfKey: SQL =
        """
        SELECT d.subject FROM certificate d JOIN credential c ON c.number = d.number
        WHERE substr(d.key_digest, 1, 8) = substr(?, 1, 8) AND d.key_digest = ? AND d.subject <> ?
            AND c.not_after >= ? AND c.standing < 3
        LIMIT 1
        """
    // Eight octets are enough to find it by, and a quarter of the pages to write.
    private static let indexKeys: SQL =
        "CREATE INDEX IF NOT EXISTS certificate_by_key ON certificate (substr(key_digest, 1, 8))"
}
