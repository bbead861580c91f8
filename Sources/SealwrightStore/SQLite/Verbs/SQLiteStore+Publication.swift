// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

extension SQLiteStore: CRLStore {
    package func reserveCRLNumber(authority: AuthorityID, now: Timestamp) async throws(StoreError) -> Int64 {
        try await commits.perform { session throws(StoreError) in
            let last = try session.statement(Self.lastNumber).bind(authority).first { row in row.int() } ?? 0
            let number = max(last + 1, now.seconds)
            try session.statement(Self.upsertNumber).bind(authority).bind(number).run()
            return number
        }
    }

    package func save(_ crl: PublishedCRL, event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.upsertCRL)
                .bind(crl.authority).bind(crl.kind).bind(crl.number).bind(crl.thisUpdate).bind(crl.nextUpdate)
                .bind(crl.generation).bind(crl.der).run()
            try session.append(prepared)
        }
    }

    package func newestCRL(
        authority: AuthorityID, kind: PublishedCRL.Kind
    ) async throws(StoreError) -> PublishedCRL? {
        try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.crlByKind).bind(authority).bind(kind).first { row in
                PublishedCRL(
                    authority: authority, kind: kind, number: row.int(), thisUpdate: row.moment(),
                    nextUpdate: row.moment(), generation: row.int(), der: row.octets())
            }
        }
    }

    package func crlPartitions(of authority: AuthorityID) async throws(StoreError) -> [Int] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.partitions).bind(authority).all { row in Int(row.int()) }
        }
    }

    package func recordCRLPartition(
        _ parts: Int, of authority: AuthorityID, event: AuditEvent
    ) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.insertPartition).bind(authority).bind(Int64(parts)).run()
            try session.append(prepared)
        }
    }

    private static let partitions: SQL = "SELECT parts FROM crl_partition WHERE authority = ? ORDER BY parts"
    private static let insertPartition: SQL = "INSERT OR IGNORE INTO crl_partition (authority, parts) VALUES (?, ?)"
    private static let lastNumber: SQL = "SELECT last FROM crl_number WHERE authority = ?"
    private static let upsertNumber: SQL =
        """
        INSERT INTO crl_number (authority, last) VALUES (?, ?)
        ON CONFLICT (authority) DO UPDATE SET last = excluded.last
        """
    private static let upsertCRL: SQL =
        """
        INSERT INTO crl (authority, kind, crl_number, this_update, next_update, generation, der)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (authority, kind) DO UPDATE SET crl_number = excluded.crl_number,
            this_update = excluded.this_update, next_update = excluded.next_update, generation = excluded.generation,
            der = excluded.der
        """
    private static let crlByKind: SQL =
        "SELECT crl_number, this_update, next_update, generation, der FROM crl WHERE authority = ? AND kind = ?"
}

extension SQLiteStore: TokenStore {
    package func token(digest: [UInt8]) async throws(StoreError) -> AccessToken? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.tokenByDigest).bind(digest).first(Self.readToken)
        }
    }

    package func tokens() async throws(StoreError) -> [AccessToken] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allTokens).all(Self.readToken)
        }
    }

    package func save(_ token: AccessToken, event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.deleteTokens).bind(token.name).run()
            try Self.insert(token, in: session)
            try session.append(prepared)
        }
    }

    package func add(_ token: AccessToken, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            let before = try session.statement(Self.tokenByName).bind(token.name).first(Self.readToken)
            guard before == nil else { return false }
            try Self.insert(token, in: session)
            try session.append(prepared)
            return true
        }
    }

    package func removeToken(_ id: TokenID, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            try session.statement(Self.deleteToken).bind(id).run()
            guard session.connection.changes == 1 else { return false }
            try session.append(prepared)
            return true
        }
    }

    private static func insert(_ token: AccessToken, in session: WriteSession) throws(StoreError) {
        try session.statement(insertToken)
            .bind(token.id).bind(token.name).bind(token.digest).bind(token.createdAt).bind(token.expiresAt).run()
    }

    private static func readToken(_ row: inout SQLRow) throws(StoreError) -> AccessToken {
        AccessToken(
            id: TokenID(rawValue: row.text()), name: row.text(), digest: row.octets(), createdAt: row.moment(),
            expiresAt: row.optionalMoment())
    }

    private static let tokenColumns: SQL = "SELECT id, name, digest, created_at, expires_at FROM access_token"
    private static let tokenByDigest: SQL = tokenColumns + "WHERE digest = ?"
    private static let tokenByName: SQL = tokenColumns + "WHERE name = ?"
    private static let allTokens: SQL = tokenColumns + "ORDER BY name, number"
    private static let deleteToken: SQL = "DELETE FROM access_token WHERE id = ?"
    private static let deleteTokens: SQL = "DELETE FROM access_token WHERE name = ?"
    private static let insertToken: SQL =
        "INSERT INTO access_token (id, name, digest, created_at, expires_at) VALUES (?, ?, ?, ?, ?)"
}
