// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Keys that were compromised, the parts CRLs were ever cut into, and requests for authorities' certificates.
    static let second = Migration(
        version: 2,
        statements: [
            // Asked for each issuance, so it is a table of the few instead of an index of the many.
            "CREATE TABLE compromised_key (key_digest BLOB PRIMARY KEY) WITHOUT ROWID",
            """
            INSERT OR IGNORE INTO compromised_key (key_digest)
            SELECT d.key_digest FROM credential c JOIN certificate d ON d.number = c.number
            WHERE c.standing > 1 AND c.revocation_reason = 1
            """,
            """
            CREATE TABLE crl_partition (
                authority TEXT NOT NULL, parts INTEGER NOT NULL, PRIMARY KEY (authority, parts)) WITHOUT ROWID
            """,
            """
            CREATE TABLE authority_request (
                number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, key_id TEXT NOT NULL,
                request BLOB NOT NULL, created_at INTEGER NOT NULL)
            """,
            "PRAGMA user_version = 2",
        ])
}
