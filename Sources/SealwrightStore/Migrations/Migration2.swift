// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The server's certificate from elsewhere, staged changes, the expiry radar.
    static let second = Migration(
        version: 2,
        statements: serverCertificates + stagedChanges + expiry + ["PRAGMA user_version = 2"])

    private static let serverCertificates: [SQL] = [
        // `chain` holds the certificates in sending order, each as its length in four octets and its DER.
        """
        CREATE TABLE server_certificate (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, state TEXT NOT NULL,
            names TEXT NOT NULL, request BLOB, chain BLOB NOT NULL, anchor BLOB, key_id TEXT NOT NULL,
            created_at INTEGER NOT NULL, created_by TEXT NOT NULL, remarks TEXT NOT NULL)
        """,
        // One row once something was activated.
        """
        CREATE TABLE server_selection (
            one INTEGER PRIMARY KEY CHECK (one = 1), active TEXT NOT NULL, previous TEXT, changed_at INTEGER NOT NULL,
            revision INTEGER NOT NULL)
        """,
    ]

    private static let stagedChanges: [SQL] = [
        """
        CREATE TABLE staged_change (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, phase TEXT NOT NULL,
            threshold INTEGER NOT NULL, https_before TEXT NOT NULL, created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL, updated_at INTEGER NOT NULL)
        """,
        // One change at a time; the database itself sees to it.
        """
        CREATE UNIQUE INDEX staged_change_open ON staged_change ((1))
        WHERE phase NOT IN ('final', 'cancelled')
        """,
        """
        CREATE TABLE change_confirmation (
            change TEXT NOT NULL, device TEXT NOT NULL, evidence TEXT NOT NULL, role TEXT NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (change, device, evidence)) WITHOUT ROWID
        """,
        "CREATE TABLE https_mode (one INTEGER PRIMARY KEY CHECK (one = 1), mode TEXT NOT NULL)",
        // Who counts for a change: those seen lately.
        "CREATE INDEX device_by_sight ON device (last_seen_at)",
    ]

    private static let expiry: [SQL] = [
        """
        CREATE TABLE expiry_watch (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, place TEXT NOT NULL, target TEXT NOT NULL,
            created_at INTEGER NOT NULL, created_by TEXT NOT NULL, observed_at INTEGER, certificate BLOB,
            failure TEXT, UNIQUE (place, target))
        """,
        """
        CREATE TABLE expiry_notice (
            fingerprint BLOB NOT NULL, stage TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (fingerprint, stage)) WITHOUT ROWID
        """,
    ]
}
