// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats
package import SealwrightCore

extension SQLiteStore: AuthorityStore {
    package func authorities() async throws(StoreError) -> [Authority] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allAuthorities).all { row throws(StoreError) in
                Authority(
                    id: AuthorityID(rawValue: row.text()), name: row.text(), kind: try row.word(),
                    status: try row.word(), certificate: row.octets(), keyID: KeyID(rawValue: row.text()),
                    issuer: row.optionalName(), createdAt: row.moment())
            }
        }
    }

    package func save(_ authority: Authority, credential: Credential?, event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.upsertAuthority)
                .bind(authority.id).bind(authority.name).bind(authority.kind).bind(authority.status)
                .bind(authority.certificate).bind(authority.keyID).bind(authority.issuer).bind(authority.createdAt)
                .run()
            if let credential { try CredentialRow.insert(credential, heldBy: credential.device, in: session) }
            try session.append(prepared)
        }
    }

    package func serviceIdentities() async throws(StoreError) -> [ServiceIdentity] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allIdentities).all { row throws(StoreError) in
                ServiceIdentity(
                    purpose: try row.word(), authority: AuthorityID(rawValue: row.text()), certificate: row.octets(),
                    keyID: KeyID(rawValue: row.text()), notBefore: row.moment(), notAfter: row.moment())
            }
        }
    }

    package func save(
        _ identity: ServiceIdentity, credential: Credential, event: AuditEvent
    ) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.insertIdentity)
                .bind(identity.purpose).bind(identity.authority).bind(identity.certificate).bind(identity.keyID)
                .bind(identity.notBefore).bind(identity.notAfter).run()
            try CredentialRow.insert(credential, heldBy: credential.device, in: session)
            try session.append(prepared)
        }
    }

    package func removeServiceIdentities(
        endedBefore moment: Timestamp, event: AuditEvent
    ) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.deleteIdentities).bind(moment).run()
            try session.append(prepared)
        }
    }

    package func authorityRequests() async throws(StoreError) -> [AuthorityRequest] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allRequests).all { row in
                AuthorityRequest(
                    id: AuthorityID(rawValue: row.text()), name: row.text(), keyID: KeyID(rawValue: row.text()),
                    certificationRequest: row.octets(), createdAt: row.moment())
            }
        }
    }

    package func save(_ request: AuthorityRequest, event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.insertRequest)
                .bind(request.id).bind(request.name).bind(request.keyID).bind(request.certificationRequest)
                .bind(request.createdAt).run()
            try session.append(prepared)
        }
    }

    package func removeAuthorityRequest(_ id: AuthorityID, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            let found = try session.statement(Self.requestByID).bind(id).first { row in row.int() }
            guard found != nil else { return false }
            try session.statement(Self.deleteRequest).bind(id).run()
            try session.append(prepared)
            return true
        }
    }

    private static let allRequests: SQL =
        "SELECT id, name, key_id, request, created_at FROM authority_request ORDER BY number"
    private static let insertRequest: SQL =
        "INSERT INTO authority_request (id, name, key_id, request, created_at) VALUES (?, ?, ?, ?, ?)"
    private static let requestByID: SQL = "SELECT number FROM authority_request WHERE id = ?"
    private static let deleteRequest: SQL = "DELETE FROM authority_request WHERE id = ?"
    private static let allAuthorities: SQL =
        "SELECT id, name, kind, status, certificate, key_id, issuer, created_at FROM authority ORDER BY number"
    private static let upsertAuthority: SQL =
        """
        INSERT INTO authority (id, name, kind, status, certificate, key_id, issuer, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, status = excluded.status,
            certificate = excluded.certificate, key_id = excluded.key_id, issuer = excluded.issuer,
            created_at = excluded.created_at
        """
    private static let allIdentities: SQL =
        """
        SELECT purpose, authority, certificate, key_id, not_before, not_after
        FROM service_identity ORDER BY number DESC
        """
    private static let insertIdentity: SQL =
        """
        INSERT INTO service_identity (purpose, authority, certificate, key_id, not_before, not_after)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    private static let deleteIdentities: SQL = "DELETE FROM service_identity WHERE not_after < ?"
}
