// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

extension SQLiteStore: InstallationStore {
    package func installation(
        _ id: CertificateInstallationID
    ) async throws(StoreError) -> CertificateInstallation? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.installationByID).bind(id).first(CertificateInstallationRow.read)
        }
    }

    package func installation(
        device: DeviceID, scope: CommandScope, kind: CertificateInstallation.Kind, uniqueID: String
    ) async throws(StoreError) -> CertificateInstallation? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.installationByName).bind(device).bind(uniqueID).bind(kind).bind(scope)
                .first(CertificateInstallationRow.read)
        }
    }

    package func installations(
        of device: DeviceID?, stage: CertificateInstallation.Stage?, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<CertificateInstallation> {
        let limit = max(limit, 1)
        let number = cursor.flatMap(Int64.init) ?? .max
        let found: [CertificateInstallationRow.Numbered]
        if let device {
            // A device has few, and each of its sessions asks.
            found = try readers.read { connection throws(StoreError) in
                try connection.statement(Self.ofDevice).bind(device).bind(stage).bind(number).bind(limit + 1)
                    .all(CertificateInstallationRow.readNumbered)
            }
        } else {
            found = try await readAtLength { connection throws(StoreError) in
                let statement =
                    if let stage {
                        try connection.statement(Self.inStage).bind(stage)
                    } else {
                        try connection.statement(Self.everyInstallation)
                    }
                return try statement.bind(number).bind(limit + 1).all(CertificateInstallationRow.readNumbered)
            }
        }
        let items = found.prefix(limit)
        return Page(
            items: items.map(\.installation), next: found.count > limit ? items.last.map { String($0.number) } : nil)
    }

    package func replace(
        _ before: CertificateInstallation, with after: CertificateInstallation, event: AuditEvent?
    ) async throws(StoreError) -> Bool {
        let prepared = event.map(PreparedEvent.init)
        return try await commits.perform { session throws(StoreError) in
            let stored = try session.statement(Self.installationByID).bind(before.id)
                .first(CertificateInstallationRow.read)
            guard stored == before, try CertificateInstallationRow.save(after, in: session) == nil else {
                return false
            }
            if let prepared { try session.append(prepared) }
            return true
        }
    }

    package func installationsDue(
        forRenewalAt now: Timestamp, limit: Int
    ) async throws(StoreError) -> [CertificateInstallation] {
        try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.due).bind(now).bind(max(limit, 0)).all(CertificateInstallationRow.read)
        }
    }

    private static let installationByID: SQL = CertificateInstallationRow.select + "WHERE id = ?"
    private static let installationByName: SQL =
        CertificateInstallationRow.select + "WHERE device = ? AND unique_id = ? AND kind = ? AND scope = ?"
    // The second mark is named twice, as `?2`, so that marks are bound in their order all the same.
    private static let ofDevice: SQL =
        CertificateInstallationRow.select + """
            WHERE device = ?1 AND (?2 IS NULL OR stage = ?2) AND number < ?3 ORDER BY number DESC LIMIT ?4
            """
    private static let inStage: SQL =
        CertificateInstallationRow.select + "WHERE stage = ? AND number < ? ORDER BY number DESC LIMIT ?"
    private static let everyInstallation: SQL =
        CertificateInstallationRow.select + "WHERE number < ? ORDER BY number DESC LIMIT ?"
    static let due: SQL =
        CertificateInstallationRow.select + """
            INDEXED BY certificate_installation_by_renewal
            WHERE renew_at IS NOT NULL AND renew_at <= ? AND NOT EXISTS (
                SELECT 1 FROM device d WHERE d.id = certificate_installation.device
                    AND d.state IN ('blocked', 'retired'))
            ORDER BY renew_at, number LIMIT ?
            """
}
