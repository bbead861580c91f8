// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// How an ``Enrollment`` lies in its table, with the plan beside it while there is one.
enum EnrollmentRow {
    static let select: SQL =
        """
        SELECT e.id, e.endpoint, e.message_type, e.transaction_id, e.request_digest, e.signer_digest, e.state,
            e.request, e.key_digest, e.signer_key_digest, e.subject, e.profile, e.via, e.renewed_from, e.device,
            e.challenge, e.successor, e.created_at, e.updated_at, e.credential, e.reason, e.decided_by,
            p.serial, p.authority, p.tbs_certificate, p.not_before, p.not_after
        FROM enrollment e LEFT JOIN plan p ON p.serial = e.serial
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
            successor: row.optionalName(), createdAt: row.moment(), updatedAt: row.moment(),
            credential: row.optionalName(), reason: row.optionalText(), decidedBy: row.optionalText()
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
            request, key_digest, signer_key_digest, subject, profile, via, renewed_from, device, challenge, successor,
            created_at, updated_at, serial, credential, reason, decided_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Adds an enrolment with its plan, if it has one.
    static func insert(_ enrollment: Enrollment, in session: WriteSession) throws(StoreError) {
        let key = enrollment.key
        try session.statement(insertStatement)
            .bind(enrollment.id).bind(key.endpoint).bind(key.messageType).bind(key.transactionID)
            .bind(key.requestDigest).bind(key.signerDigest).bind(enrollment.state)
            .bind(enrollment.certificationRequest).bind(enrollment.keyDigest).bind(enrollment.signerKeyDigest)
            .bind(enrollment.subject).bind(enrollment.profile).bind(enrollment.via).bind(enrollment.renewedFrom)
            .bind(enrollment.device).bind(enrollment.challenge).bind(enrollment.successor).bind(enrollment.createdAt)
            .bind(enrollment.updatedAt).bind(enrollment.plan?.serial.storedOctets).bind(enrollment.credential)
            .bind(enrollment.reason).bind(enrollment.decidedBy).run()
        try insert(enrollment.plan, of: session.connection.lastRow, in: session)
    }

    private static let updateStatement: SQL =
        "UPDATE enrollment SET state = ?, updated_at = ?, reason = ?, decided_by = ?, serial = ? WHERE number = ?"

    /// Gives an enrolment that waited, or failed, its plan.
    static func update(_ number: Int64, to enrollment: Enrollment, in session: WriteSession) throws(StoreError) {
        try session.statement(updateStatement)
            .bind(enrollment.state).bind(enrollment.updatedAt).bind(enrollment.reason).bind(enrollment.decidedBy)
            .bind(enrollment.plan?.serial.storedOctets).bind(number).run()
        try insert(enrollment.plan, of: number, in: session)
    }

    private static let insertPlanStatement: SQL =
        """
        INSERT INTO plan (serial, enrollment, authority, tbs_certificate, not_before, not_after)
        VALUES (?, ?, ?, ?, ?, ?)
        """

    private static func insert(
        _ plan: PlannedCertificate?, of number: Int64, in session: WriteSession
    ) throws(StoreError) {
        guard let plan else { return }
        try session.statement(insertPlanStatement)
            .bind(plan.serial).bind(number).bind(plan.authority).bind(plan.tbsCertificate).bind(plan.notBefore)
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
