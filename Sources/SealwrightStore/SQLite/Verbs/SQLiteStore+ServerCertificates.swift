// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
package import SealwrightCore

extension SQLiteStore: ServerCertificateStore {
    package func serverCertificates() async throws(StoreError) -> [ServerCertificate] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allServerCertificates).all(Self.serverCertificate)
        }
    }

    package func serverCertificate(_ id: ServerCertificateID) async throws(StoreError) -> ServerCertificate? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.oneServerCertificate).bind(id).first(Self.serverCertificate)
        }
    }

    package func save(
        _ certificate: ServerCertificate, replacing: ServerCertificate.State?, event: AuditEvent
    ) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            if let replacing {
                try session.statement(Self.updateServerCertificate)
                    .bind(certificate.state).bind(OctetsList.encode(certificate.chain)).bind(certificate.anchor)
                    .bind(TextList.encode(certificate.remarks)).bind(certificate.id).bind(replacing).run()
            } else {
                try session.statement(Self.insertServerCertificate)
                    .bind(certificate.id).bind(certificate.source).bind(certificate.state)
                    .bind(TextList.encode(certificate.names)).bind(certificate.request)
                    .bind(OctetsList.encode(certificate.chain)).bind(certificate.anchor).bind(certificate.keyID)
                    .bind(certificate.createdAt).bind(certificate.createdBy)
                    .bind(TextList.encode(certificate.remarks)).run()
            }
            guard session.connection.changes == 1 else { return false }
            try session.append(prepared)
            return true
        }
    }

    package func serverSelection() async throws(StoreError) -> ServerSelection {
        let stored = try readers.read { connection throws(StoreError) in
            try connection.statement(Self.selection).first(Self.readSelection)
        }
        return stored ?? .initial
    }

    package func select(_ selection: ServerSelection, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            let stored = try session.statement(Self.selection).first(Self.readSelection) ?? .initial
            guard selection.revision == stored.revision + 1 else { return false }
            try session.statement(Self.upsertSelection)
                .bind(selection.active).bind(selection.previous).bind(selection.changedAt).bind(selection.revision)
                .run()
            if case .certificate(let id) = selection.active {
                try session.statement(Self.markUsed).bind(id).run()
            }
            try session.append(prepared)
            return true
        }
    }

    private static func serverCertificate(_ row: inout SQLRow) throws(StoreError) -> ServerCertificate {
        ServerCertificate(
            id: ServerCertificateID(rawValue: row.text()), source: try row.word(), state: try row.word(),
            names: TextList.decode(row.text()), request: row.optionalOctets(), chain: OctetsList.decode(row.octets()),
            anchor: row.optionalOctets(), keyID: KeyID(rawValue: row.text()), createdAt: row.moment(),
            createdBy: row.text(), remarks: TextList.decode(row.text()))
    }

    private static func readSelection(_ row: inout SQLRow) throws(StoreError) -> ServerSelection {
        ServerSelection(
            active: .init(rawValue: row.text()), previous: row.optionalText().map { .init(rawValue: $0) },
            changedAt: row.moment(), revision: row.int())
    }

    private static let columns: SQL =
        """
        SELECT id, source, state, names, request, chain, anchor, key_id, created_at, created_by, remarks
        FROM server_certificate
        """
    private static let allServerCertificates: SQL = columns + "ORDER BY number DESC"
    private static let oneServerCertificate: SQL = columns + "WHERE id = ?"
    private static let insertServerCertificate: SQL =
        """
        INSERT OR IGNORE INTO server_certificate (
            id, source, state, names, request, chain, anchor, key_id, created_at, created_by, remarks)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let updateServerCertificate: SQL =
        "UPDATE server_certificate SET state = ?, chain = ?, anchor = ?, remarks = ? WHERE id = ? AND state = ?"
    private static let markUsed: SQL =
        "UPDATE server_certificate SET state = 'used' WHERE id = ? AND state = 'candidate'"
    private static let selection: SQL = "SELECT active, previous, changed_at, revision FROM server_selection"
    private static let upsertSelection: SQL =
        """
        INSERT INTO server_selection (one, active, previous, changed_at, revision) VALUES (1, ?, ?, ?, ?)
        ON CONFLICT (one) DO UPDATE SET active = excluded.active, previous = excluded.previous,
            changed_at = excluded.changed_at, revision = excluded.revision
        """
}
