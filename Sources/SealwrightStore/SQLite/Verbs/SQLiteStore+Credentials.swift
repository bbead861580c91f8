// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats
package import SealwrightCore

extension SQLiteStore: CredentialStore {
    package func credential(
        authority: AuthorityID, serial: SerialNumber
    ) async throws(StoreError) -> Credential? {
        guard let found = try await credential(serial: serial), found.authority == authority else { return nil }
        return found
    }

    package func credential(_ id: CredentialID) async throws(StoreError) -> Credential? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.credentialByID).bind(id).first(CredentialRow.read)
        }
    }

    package func credential(serial: SerialNumber) async throws(StoreError) -> Credential? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.credentialBySerial).bind(serial).first(CredentialRow.read)
        }
    }

    package func status(
        authority: AuthorityID, serial: SerialNumber
    ) async throws(StoreError) -> CredentialStatus? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.statusBySerial).bind(serial).bind(authority)
                .first { row throws(StoreError) in
                    CredentialStatus(
                        credential: CredentialID(rawValue: row.text()), owner: try row.word(), notAfter: row.moment(),
                        renewedTo: row.optionalName(), revocation: try CredentialRow.revocation(&row))
                }
        }
    }

    package func credentials(
        _ filter: CredentialFilter, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Credential> {
        try await readAtLength { connection throws(StoreError) in
            try CredentialSearch(connection, filter).page(after: cursor, limit: limit)
        }
    }

    package func credential(fingerprint: [UInt8]) async throws(StoreError) -> Credential? {
        try await readAtLength { connection throws(StoreError) in
            guard let number = try Self.number(of: fingerprint, connection) else { return nil }
            return try connection.statement(Self.credentialByNumber).bind(number).first(CredentialRow.read)
        }
    }

    private static func number(of fingerprint: [UInt8], _ connection: SQLConnection) throws(StoreError) -> Int64? {
        guard fingerprint.count == DigestAlgorithm.sha1.byteCount else {
            return try connection.statement(numberByFingerprint).bind(fingerprint).first { row in row.int() }
        }
        var found: Int64?
        try connection.statement(everyCertificate).forEach { row throws(StoreError) in
            let number = row.int()
            if DigestAlgorithm.sha1.hash(row.octets()) == fingerprint { found = number }
            return found == nil
        }
        return found
    }

    package func credentials(of devices: [DeviceID], issuedVia via: String) async throws(StoreError) -> [Credential] {
        let found = try await readAtLength { connection throws(StoreError) in
            var found: [CredentialRow.Numbered] = []
            for device in Set(devices) {
                found += try connection.statement(Self.credentialsOfDevice).bind(device).bind(via)
                    .all(CredentialRow.readNumbered)
            }
            return found
        }
        return found.sorted { $0.number > $1.number }.map(\.credential)
    }

    package func credentialCount() async throws(StoreError) -> Int {
        try readers.read { connection throws(StoreError) in Int(try connection.number(Self.countOfDevices)) }
    }

    package func revocationGeneration() async throws(StoreError) -> Int64 {
        try readers.read { connection throws(StoreError) in try connection.number(Self.generation) }
    }

    static let credentialByID: SQL = CredentialRow.select + "WHERE c.id = ?"
    static let credentialBySerial: SQL = CredentialRow.select + "WHERE c.serial = ?"
    private static let credentialByNumber: SQL = CredentialRow.select + "WHERE c.number = ?"
    private static let numberByFingerprint: SQL =
        "SELECT number FROM certificate WHERE fingerprint = ? ORDER BY number DESC LIMIT 1"
    private static let everyCertificate: SQL = "SELECT number, der FROM certificate ORDER BY number DESC"
    private static let credentialsOfDevice: SQL = CredentialRow.select + "WHERE c.device = ? AND d.issued_via = ?"
    private static let statusBySerial: SQL =
        """
        SELECT id, owner, not_after, renewed_to, revoked_at, revocation_reason, invalidity_date
        FROM credential WHERE serial = ? AND authority = ?
        """
    // Credentials are never deleted, so their numbers have no gaps.
    private static let countOfDevices: SQL =
        """
        SELECT coalesce((SELECT max(number) FROM credential), 0)
            - (SELECT count(*) FROM credential WHERE owner = 'own')
        """
    private static let generation: SQL = "SELECT value FROM counter WHERE name = 'revocation-generation'"
}

// MARK: - Changing

extension SQLiteStore {
    package func revoke(
        serial: SerialNumber, _ revocation: Revocation, event: AuditEvent
    ) async throws(StoreError) -> RevocationOutcome {
        try await change(serial, event) { session, credential throws(StoreError) in
            guard let following = revocation.following(credential.revocation) else { return nil }
            if credential.revocation != nil { try Self.endHold(of: credential, at: revocation.at, in: session) }
            if revocation.reason == .keyCompromise {
                try session.statement(Self.insertCompromised).bind(credential.keyDigest).run()
            }
            return .some(following)
        }
    }

    package func release(
        serial: SerialNumber, at: Timestamp, event: AuditEvent
    ) async throws(StoreError) -> RevocationOutcome {
        try await change(serial, event) { session, credential throws(StoreError) in
            guard credential.revocation?.reason == .certificateHold else { return nil }
            try Self.endHold(of: credential, at: at, in: session)
            return .some(nil)
        }
    }

    /// Remembers for delta CRLs that a certificate was released or its hold became final.
    private static func endHold(
        of credential: Credential, at: Timestamp, in session: WriteSession
    ) throws(StoreError) {
        try session.statement(insertEndedHold).bind(credential.authority).bind(credential.serial).bind(at).run()
    }

    /// Gives a credential the revocation that `decide` returns; `nil` from it means that the change is not possible.
    private func change(
        _ serial: SerialNumber, _ event: AuditEvent,
        decide: @escaping @Sendable (WriteSession, Credential) throws(StoreError) -> Revocation??
    ) async throws(StoreError) -> RevocationOutcome {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            let found = try session.statement(Self.credentialBySerial).bind(serial).first(CredentialRow.readNumbered)
            guard let found else { return .notFound }
            var credential = found.credential
            guard let revocation = try decide(session, credential) else { return .conflict(credential) }
            credential.revocation = revocation
            try CredentialRow.update(.init(number: found.number, credential: credential), in: session)
            try session.connection.execute(Self.countRevocation)
            try session.append(prepared)
            return .done(credential)
        }
    }

    private static let insertEndedHold: SQL =
        "INSERT INTO released (authority, serial, released_at) VALUES (?, ?, ?)"
    static let countRevocation: SQL =
        "UPDATE counter SET value = value + 1 WHERE name = 'revocation-generation'"
}

// MARK: - For CRLs

extension SQLiteStore {
    package func revokedCertificates(
        authority: AuthorityID, endingAfter: Timestamp
    ) async throws(StoreError) -> [RevokedEntry] {
        let entries = try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.revokedOfAuthority).bind(authority).bind(endingAfter)
                .all { row throws(StoreError) -> RevokedEntry? in
                    let serial = row.serial()
                    return try CredentialRow.revocation(&row).map { RevokedEntry(serial: serial, revocation: $0) }
                }
        }.compactMap { $0 }
        // The index orders by octets, which is the order of numbers while all serials are equally long, as ours are.
        let isOrdered = entries.allSatisfy { $0.serial.octets.count == entries[0].serial.octets.count }
        return isOrdered ? entries : entries.sorted { $0.serial < $1.serial }
    }

    package func endedHolds(
        authority: AuthorityID, since: Timestamp
    ) async throws(StoreError) -> [SerialNumber] {
        try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.endedHoldsOfAuthority).bind(authority).bind(since).all { row in row.serial() }
        }
    }

    private static let revokedOfAuthority: SQL =
        """
        SELECT serial, revoked_at, revocation_reason, invalidity_date
        FROM credential INDEXED BY credential_for_crl
        WHERE standing > 1 AND authority = ? AND not_after >= ? ORDER BY serial
        """
    private static let endedHoldsOfAuthority: SQL =
        "SELECT serial FROM released WHERE authority = ? AND released_at >= ? ORDER BY released_at, number"
}
