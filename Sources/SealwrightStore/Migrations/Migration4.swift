// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Commands for devices, the certificates they are to have, their contacts and messages.
    static let fourth = Migration(
        version: 4,
        statements: commands + installations + contacts + [
            // By which the authority's record of an ordered certificate is found. Challenges are used soon after they
            // are made, so that their names, which sort by age, come nearly in order.
            "CREATE INDEX enrollment_by_challenge ON enrollment (challenge) WHERE challenge IS NOT NULL",
            "PRAGMA user_version = 4",
        ])

    private static let commands: [SQL] = [
        // What changes, in short rows; the payloads stand apart, so that a change of state does not write them again.
        """
        CREATE TABLE management_command (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, device TEXT NOT NULL, title TEXT NOT NULL,
            kind TEXT NOT NULL, scope TEXT NOT NULL, is_secret INTEGER NOT NULL, created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL, not_before INTEGER, follows TEXT, installation TEXT, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, sent_at INTEGER, session TEXT, finished_at INTEGER, outcome BLOB)
        """,
        """
        CREATE TABLE management_payload (
            number INTEGER PRIMARY KEY REFERENCES management_command (number), octets BLOB NOT NULL)
        """,
        "CREATE INDEX management_command_by_device ON management_command (device)",
        // The many are over; what a device is to be told, and what it owes an answer for, walk these.
        "CREATE INDEX management_command_queued ON management_command (device) WHERE state = 'queued'",
        "CREATE INDEX management_command_sent ON management_command (device) WHERE state = 'sent'",
        // What is over goes some time later, the oldest first.
        """
        CREATE INDEX management_command_by_end ON management_command (finished_at) WHERE finished_at IS NOT NULL
        """,
        """
        CREATE INDEX management_command_waiting ON management_command (follows)
        WHERE follows IS NOT NULL AND state = 'queued'
        """,
    ]

    private static let installations: [SQL] = [
        """
        CREATE TABLE certificate_installation (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, device TEXT NOT NULL, scope TEXT NOT NULL,
            kind TEXT NOT NULL, unique_id TEXT NOT NULL, profile TEXT NOT NULL, subject TEXT NOT NULL,
            stage TEXT NOT NULL, generation INTEGER NOT NULL, challenge TEXT, ordered_at INTEGER NOT NULL,
            delivered_at INTEGER, requested_at INTEGER, issued_at INTEGER, installed_at INTEGER, failed_at INTEGER,
            error_code INTEGER, reason TEXT, credential TEXT, issued_thumbprint TEXT, thumbprint TEXT,
            previous_credential TEXT, previous_thumbprint TEXT, renew_at INTEGER,
            UNIQUE (device, unique_id, kind, scope))
        """,
        "CREATE INDEX certificate_installation_by_device ON certificate_installation (device)",
        "CREATE INDEX certificate_installation_by_stage ON certificate_installation (stage)",
        """
        CREATE INDEX certificate_installation_by_renewal ON certificate_installation (renew_at)
        WHERE renew_at IS NOT NULL
        """,
    ]

    private static let contacts: [SQL] = [
        """
        CREATE TABLE management_contact (
            device TEXT PRIMARY KEY, protocol TEXT NOT NULL, last_contact_at INTEGER NOT NULL, facts BLOB NOT NULL,
            login_status TEXT, poll_schedule TEXT, wire_form TEXT NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE management_message (
            number INTEGER PRIMARY KEY, device TEXT NOT NULL, session TEXT NOT NULL, message_id TEXT NOT NULL,
            direction TEXT NOT NULL, at INTEGER NOT NULL, octets BLOB NOT NULL)
        """,
        "CREATE INDEX management_message_by_device ON management_message (device)",
    ]
}
