// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The first schema.
    ///
    /// Rows have small integer numbers that rise with age, so that tables and their short indexes grow at the right
    /// edge and a list of the newest is a walk backwards. Only three indexes take keys in random order (serial,
    /// transaction, attachment); every other one is appended to, or covers the few rows that differ from the many.
    static let first = Migration(
        version: 1,
        statements: authorities + challenges + devices + enrollments + credentials + revocation + audit + rest + [
            "PRAGMA application_id = 1399153004",
            "PRAGMA user_version = 1",
        ])

    private static let authorities: [SQL] = [
        """
        CREATE TABLE authority (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL,
            status TEXT NOT NULL, certificate BLOB NOT NULL, key_id TEXT NOT NULL, issuer TEXT,
            created_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE service_identity (
            number INTEGER PRIMARY KEY, purpose TEXT NOT NULL, authority TEXT NOT NULL, certificate BLOB NOT NULL,
            key_id TEXT NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL)
        """,
    ]

    private static let challenges: [SQL] = [
        """
        CREATE TABLE challenge (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, endpoint TEXT NOT NULL,
            profile TEXT, subject TEXT, alternative_names TEXT, device TEXT, created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL, expires_at INTEGER NOT NULL, uses INTEGER, used INTEGER NOT NULL, name TEXT)
        """,
        "CREATE INDEX challenge_by_digest ON challenge (digest)",
        "CREATE INDEX challenge_by_end ON challenge (expires_at)",
    ]

    private static let devices: [SQL] = [
        """
        CREATE TABLE device (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, organization TEXT NOT NULL, name TEXT NOT NULL,
            state TEXT NOT NULL, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, attachments TEXT NOT NULL)
        """,
        // The many are active; a list of any other state walks this.
        "CREATE INDEX device_by_state ON device (state) WHERE state <> 'active'",
        // `attachments` above is what a device is shown with; this finds a device by one of them.
        """
        CREATE TABLE device_attachment (
            value TEXT NOT NULL, kind TEXT NOT NULL, device INTEGER NOT NULL REFERENCES device (number),
            PRIMARY KEY (value, kind)) WITHOUT ROWID
        """,
    ]

    private static let enrollments: [SQL] = [
        """
        CREATE TABLE enrollment (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL, message_type TEXT NOT NULL,
            transaction_id BLOB NOT NULL, request_digest BLOB NOT NULL, signer_digest BLOB, state TEXT NOT NULL,
            key_digest BLOB NOT NULL, signer_key_digest BLOB NOT NULL, subject TEXT NOT NULL, profile TEXT NOT NULL,
            via TEXT NOT NULL, renewed_from TEXT, device TEXT, challenge TEXT, created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL, serial BLOB, credential TEXT, reason TEXT, decided_by TEXT,
            request BLOB NOT NULL)
        """,
        "CREATE INDEX enrollment_by_transaction ON enrollment (transaction_id, endpoint)",
        """
        CREATE INDEX enrollment_by_state ON enrollment (state)
        WHERE state IN ('pending', 'approved', 'denied', 'failed')
        """,
        // What is being signed, by the serial it reserves. The row goes when the certificate comes, which holds the
        // same bytes. What is left after a crash was under way; what is left of a failure keeps its serial reserved.
        """
        CREATE TABLE plan (
            serial BLOB PRIMARY KEY, enrollment INTEGER NOT NULL REFERENCES enrollment (number),
            authority TEXT NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL,
            tbs_certificate BLOB NOT NULL) WITHOUT ROWID
        """,
    ]

    private static let credentials: [SQL] = [
        // What lists filter by and what changes: short rows. standing: 0 in force, 1 superseded, 2 on hold, 3 revoked.
        """
        CREATE TABLE credential (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, serial BLOB NOT NULL UNIQUE, authority TEXT NOT NULL,
            owner TEXT NOT NULL, not_after INTEGER NOT NULL, standing INTEGER NOT NULL, device TEXT, renewed_to TEXT,
            revoked_at INTEGER, revocation_reason INTEGER, invalidity_date INTEGER)
        """,
        // What never changes.
        """
        CREATE TABLE certificate (
            number INTEGER PRIMARY KEY REFERENCES credential (number), organization TEXT NOT NULL,
            subject TEXT NOT NULL, not_before INTEGER NOT NULL, key_digest BLOB NOT NULL, fingerprint BLOB NOT NULL,
            profile TEXT NOT NULL, issued_via TEXT NOT NULL, enrollment TEXT, challenge TEXT, approver TEXT,
            renewed_from TEXT, issued_at INTEGER NOT NULL, der BLOB NOT NULL)
        """,
        "CREATE INDEX credential_by_end ON credential (not_after)",
        "CREATE INDEX credential_by_device ON credential (device) WHERE device IS NOT NULL",
        "CREATE INDEX credential_by_standing ON credential (standing) WHERE standing > 0",
        "CREATE INDEX credential_of_ours ON credential (owner) WHERE owner = 'own'",
        // Holds all that a CRL tells, so that a million lines are read in order without a look at the table.
        """
        CREATE INDEX credential_for_crl ON credential (
            authority, serial, not_after, revoked_at, revocation_reason, invalidity_date) WHERE standing > 1
        """,
        // A summary of 1,024 credentials that follow each other, made some time after the last of them.
        """
        CREATE TABLE credential_block (
            first INTEGER PRIMARY KEY, earliest_end INTEGER NOT NULL, latest_end INTEGER NOT NULL,
            own_count INTEGER NOT NULL, first_authority TEXT NOT NULL, last_authority TEXT NOT NULL,
            subjects BLOB NOT NULL)
        """,
    ]

    private static let revocation: [SQL] = [
        """
        CREATE TABLE released (
            number INTEGER PRIMARY KEY, authority TEXT NOT NULL, serial BLOB NOT NULL, released_at INTEGER NOT NULL)
        """,
        "CREATE INDEX released_by_time ON released (authority, released_at)",
        "CREATE TABLE crl_number (authority TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE crl (
            number INTEGER PRIMARY KEY, authority TEXT NOT NULL, kind TEXT NOT NULL, crl_number INTEGER NOT NULL,
            this_update INTEGER NOT NULL, next_update INTEGER NOT NULL, generation INTEGER NOT NULL,
            der BLOB NOT NULL, UNIQUE (authority, kind))
        """,
    ]

    private static let audit: [SQL] = [
        // `event` holds the canonical octets the hash is over. `object` repeats a part of it, to be found by.
        """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY, object TEXT NOT NULL, event BLOB NOT NULL, previous_hash BLOB NOT NULL,
            hash BLOB NOT NULL)
        """,
        "CREATE INDEX audit_by_object ON audit (object)",
    ]

    private static let rest: [SQL] = [
        """
        CREATE TABLE access_token (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, digest BLOB NOT NULL UNIQUE,
            created_at INTEGER NOT NULL, expires_at INTEGER)
        """,
        "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "INSERT INTO counter (name, value) VALUES ('revocation-generation', 0), ('write-check', 0)",
    ]
}
