// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// How a ``Challenge`` lies in its table.
enum ChallengeRow {
    static let select: SQL =
        """
        SELECT number, id, digest, endpoint, profile, subject, alternative_names, device, created_at, created_by,
            expires_at, uses, used, name
        FROM challenge
        """

    /// A challenge and the number of its row.
    struct Numbered {
        let number: Int64
        let challenge: Challenge
    }

    static func read(_ row: inout SQLRow) throws(StoreError) -> Challenge { try readNumbered(&row).challenge }

    static func readNumbered(_ row: inout SQLRow) throws(StoreError) -> Numbered {
        let number = row.int()
        let challenge = Challenge(
            id: ChallengeID(rawValue: row.text()), digest: row.octets(), endpoint: EndpointID(rawValue: row.text()),
            profile: row.optionalText(), subject: row.optionalText(),
            subjectAlternativeNames: row.optionalText().map(TextList.decode), device: row.optionalName(),
            createdAt: row.moment(), createdBy: row.text(), expiresAt: row.moment(),
            uses: row.optionalInt().map { Int($0) }, used: Int(row.int()), name: row.optionalText())
        return Numbered(number: number, challenge: challenge)
    }

    private static let insertStatement: SQL =
        """
        INSERT INTO challenge (id, digest, endpoint, profile, subject, alternative_names, device, created_at,
            created_by, expires_at, uses, used, name)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func insert(_ challenge: Challenge, in session: WriteSession) throws(StoreError) {
        try session.statement(insertStatement)
            .bind(challenge.id).bind(challenge.digest).bind(challenge.endpoint).bind(challenge.profile)
            .bind(challenge.subject).bind(challenge.subjectAlternativeNames.map(TextList.encode))
            .bind(challenge.device).bind(challenge.createdAt).bind(challenge.createdBy).bind(challenge.expiresAt)
            .bind(challenge.uses).bind(challenge.used).bind(challenge.name).run()
    }
}
