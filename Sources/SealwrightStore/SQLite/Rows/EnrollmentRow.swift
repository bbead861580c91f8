// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// How an ``Enrollment`` lies in its table, with the plan beside it while there is one.
enum EnrollmentRow {
    static let select: SQL =
        """
        SELECT e.id, e.endpoint, e.message_type, e.transaction_id, e.request_digest, e.signer_digest, e.state,
            e.request, e.key_digest, e.signer_key_digest, e.subject, e.profile, e.via, e.renewed_from, e.device,
            e.challenge, e.created_at, e.updated_at, e.credential, e.reason, e.decided_by,
            p.serial, p.authority, p.tbs_certificate, p.not_before, p.not_after
        FROM enrollment e LEFT JOIN plan p ON p.enrollment = e.number
        """

    static func read(_ row: inout SQLRow) throws(StoreError) -> Enrollment {
        Enrollment(
            id: EnrollmentID(rawValue: row.text()),
            key: IdempotencyKey(
                endpoint: EndpointID(rawValue: row.text()), messageType: row.text(), transactionID: row.octets(),
                requestDigest: row.octets(), signerDigest: row.optionalOctets()),
            state: try row.word(), certificationRequest: row.octets(), keyDigest: row.octets(),
            signerKeyDigest: row.octets(), subject: row.text(), profile: row.text(), via: row.text(),
            renewedFrom: row.optionalName(), device: row.optionalName(), challenge: row.optionalName(),
            createdAt: row.moment(), updatedAt: row.moment(), credential: row.optionalName(),
            reason: row.optionalText(), decidedBy: row.optionalText()
        ).with(plan(&row))
    }

    private static func plan(_ row: inout SQLRow) -> PlannedCertificate? {
        guard let serial = row.optionalOctets() else { return nil }
        return PlannedCertificate(
            authority: AuthorityID(rawValue: row.text()), serial: SerialNumber(octets: serial),
            tbsCertificate: row.octets(), notBefore: row.moment(), notAfter: row.moment())
    }

    private static let insertStatement: SQL =
        """
        INSERT INTO enrollment (id, endpoint, message_type, transaction_id, request_digest, signer_digest, state,
            request, key_digest, signer_key_digest, subject, profile, via, renewed_from, device, challenge, created_at,
            updated_at, credential, reason, decided_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Adds a row.
    ///
    /// - Returns: its number.
    static func insert(_ enrollment: Enrollment, in session: WriteSession) throws(StoreError) -> Int64 {
        let key = enrollment.key
        try session.statement(insertStatement)
            .bind(enrollment.id).bind(key.endpoint).bind(key.messageType).bind(key.transactionID)
            .bind(key.requestDigest).bind(key.signerDigest).bind(enrollment.state)
            .bind(enrollment.certificationRequest).bind(enrollment.keyDigest).bind(enrollment.signerKeyDigest)
            .bind(enrollment.subject).bind(enrollment.profile).bind(enrollment.via).bind(enrollment.renewedFrom)
            .bind(enrollment.device).bind(enrollment.challenge).bind(enrollment.createdAt).bind(enrollment.updatedAt)
            .bind(enrollment.credential).bind(enrollment.reason).bind(enrollment.decidedBy).run()
        return session.connection.lastRow
    }

    private static let insertPlanStatement: SQL =
        """
        INSERT INTO plan (enrollment, serial, authority, tbs_certificate, not_before, not_after)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (enrollment) DO UPDATE SET serial = excluded.serial, authority = excluded.authority,
            tbs_certificate = excluded.tbs_certificate, not_before = excluded.not_before,
            not_after = excluded.not_after
        """

    /// Stores the plan of an enrolment, in place of one that failed; the unique serial is thereby reserved.
    static func insert(
        _ plan: PlannedCertificate, of number: Int64, in session: WriteSession
    ) throws(StoreError) {
        try session.statement(insertPlanStatement)
            .bind(number).bind(plan.serial).bind(plan.authority).bind(plan.tbsCertificate).bind(plan.notBefore)
            .bind(plan.notAfter).run()
    }
}

extension Enrollment {
    fileprivate func with(_ plan: PlannedCertificate?) -> Enrollment {
        var copy = self
        copy.plan = plan
        return copy
    }
}
