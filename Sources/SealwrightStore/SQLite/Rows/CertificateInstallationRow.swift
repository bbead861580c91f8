// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// How a ``CertificateInstallation`` lies in its table.
///
/// `stage` repeats what the moments say, to be found by, and alone tells an end that was ordered from a failure.
enum CertificateInstallationRow {
    static let select: SQL =
        """
        SELECT number, id, device, scope, kind, unique_id, specification, subject, generation, challenge, ordered_at,
            delivered_at, requested_at, issued_at, installed_at, failed_at, error_code, reason, credential,
            issued_thumbprint, thumbprint, previous_credential, previous_thumbprint, renew_at,
            stage
        FROM certificate_installation
        """

    /// A record and the number of its row.
    struct Numbered {
        let number: Int64
        let installation: CertificateInstallation
    }

    static func read(_ row: inout SQLRow) throws(StoreError) -> CertificateInstallation {
        try readNumbered(&row).installation
    }

    static func readNumbered(_ row: inout SQLRow) throws(StoreError) -> Numbered {
        let number = row.int()
        let id = CertificateInstallationID(rawValue: row.text())
        let device = DeviceID(rawValue: row.text())
        let (scope, kind): (CommandScope, CertificateInstallation.Kind) = (try row.word(), try row.word())
        let (uniqueID, specification, subject) = (row.text(), row.text(), row.text())
        let generation = Int(row.int())
        let challenge: ChallengeID? = row.optionalName()
        var installation = CertificateInstallation(
            id: id, device: device, scope: scope, kind: kind, uniqueID: uniqueID, specification: specification,
            subject: subject,
            challenge: challenge, orderedAt: row.moment())
        installation.generation = generation
        readProgress(of: &installation, &row)
        return Numbered(number: number, installation: installation)
    }

    private static func readProgress(of installation: inout CertificateInstallation, _ row: inout SQLRow) {
        installation.deliveredAt = row.optionalMoment()
        installation.requestedAt = row.optionalMoment()
        installation.issuedAt = row.optionalMoment()
        installation.installedAt = row.optionalMoment()
        installation.failedAt = row.optionalMoment()
        installation.errorCode = row.optionalInt().map { Int32(truncatingIfNeeded: $0) }
        installation.reason = row.optionalText()
        installation.credential = row.optionalName()
        installation.issuedThumbprint = row.optionalText()
        installation.thumbprint = row.optionalText()
        installation.previousCredential = row.optionalName()
        installation.previousThumbprint = row.optionalText()
        installation.renewAt = row.optionalMoment()
        installation.isRemoved = row.text() == CertificateInstallation.Stage.removed.rawValue
    }

    // MARK: Writing

    private static let rival: SQL =
        """
        SELECT id, generation FROM certificate_installation
        WHERE device = ? AND unique_id = ? AND kind = ? AND scope = ?
        """
    private static let insert: SQL =
        """
        INSERT INTO certificate_installation (stage, generation, challenge, ordered_at, delivered_at, requested_at,
            issued_at, installed_at, failed_at, error_code, reason, credential, issued_thumbprint, thumbprint,
            previous_credential, previous_thumbprint, renew_at, specification, subject, id, device, scope, kind,
            unique_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let update: SQL =
        """
        UPDATE certificate_installation SET stage = ?, generation = ?, challenge = ?, ordered_at = ?, delivered_at = ?,
            requested_at = ?, issued_at = ?, installed_at = ?, failed_at = ?, error_code = ?, reason = ?,
            credential = ?, issued_thumbprint = ?, thumbprint = ?, previous_credential = ?, previous_thumbprint = ?,
            renew_at = ?, specification = ?, subject = ?
        WHERE id = ?
        """

    /// Adds a record, or replaces it unless a later generation is stored.
    ///
    /// - Parameters:
    ///   - installation: the record.
    ///   - isOrder: whether it is ordered now: then a generation that is stored already is another order's.
    ///   - session: the transaction.
    /// - Returns: why it is not saved, or `nil`.
    /// - Throws: ``StoreError``.
    static func save(
        _ installation: CertificateInstallation, isOrder: Bool = false, in session: WriteSession
    ) throws(StoreError) -> QueueOutcome? {
        let holder = try session.statement(rival)
            .bind(installation.device).bind(installation.uniqueID).bind(installation.kind).bind(installation.scope)
            .first { row in (id: CertificateInstallationID(rawValue: row.text()), generation: Int(row.int())) }
        guard let holder else {
            let statement = bind(installation, to: try session.statement(insert)).bind(installation.device)
            try statement.bind(installation.scope).bind(installation.kind).bind(installation.uniqueID).run()
            return nil
        }
        guard holder.id == installation.id else { return .installationExists(holder.id) }
        let isOutdated =
            isOrder ? holder.generation >= installation.generation : holder.generation > installation.generation
        guard !isOutdated else { return .installationOutdated }
        try bind(installation, to: try session.statement(update)).run()
        return nil
    }

    /// Binds what changes, and then the identifier.
    private static func bind(_ installation: CertificateInstallation, to statement: SQLStatement) -> SQLStatement {
        statement
            .bind(installation.stage).bind(installation.generation).bind(installation.challenge)
            .bind(installation.orderedAt).bind(installation.deliveredAt).bind(installation.requestedAt)
            .bind(installation.issuedAt).bind(installation.installedAt).bind(installation.failedAt)
            .bind(installation.errorCode.map(Int64.init)).bind(installation.reason).bind(installation.credential)
            .bind(installation.issuedThumbprint).bind(installation.thumbprint).bind(installation.previousCredential)
            .bind(installation.previousThumbprint).bind(installation.renewAt).bind(installation.specification)
            .bind(installation.subject).bind(installation.id)
    }
}
