// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// How a ``Credential`` lies in its two tables: `credential` for what is filtered by and changes, `certificate` for
/// the rest.
enum CredentialRow {
    static let select: SQL =
        """
        SELECT c.number, c.id, c.serial, c.authority, c.owner, c.not_after, c.device, c.renewed_to, c.revoked_at,
            c.revocation_reason, c.invalidity_date, d.organization, d.subject, d.not_before, d.key_digest,
            d.fingerprint, d.profile, d.issued_via, d.enrollment, d.challenge, d.approver, d.renewed_from,
            d.issued_at, d.der
        FROM credential c JOIN certificate d ON d.number = c.number
        """

    /// A credential and the number of its rows.
    struct Numbered {
        let number: Int64
        let credential: Credential
    }

    static func read(_ row: inout SQLRow) throws(StoreError) -> Credential { try readNumbered(&row).credential }

    static func readNumbered(_ row: inout SQLRow) throws(StoreError) -> Numbered {
        let number = row.int()
        let id = CredentialID(rawValue: row.text())
        let serial = row.serial()
        let authority = AuthorityID(rawValue: row.text())
        let owner: Credential.Owner = try row.word()
        let notAfter = row.moment()
        let device: DeviceID? = row.optionalName()
        let renewedTo: CredentialID? = row.optionalName()
        let revocation = try revocation(&row)
        let organization = OrganizationID(rawValue: row.text())
        let subject = row.text()
        let notBefore = row.moment()
        let keyDigest = row.octets()
        let fingerprint = row.octets()
        let profile = row.text()
        let issuedVia = row.text()
        let enrollment: EnrollmentID? = row.optionalName()
        let challenge: ChallengeID? = row.optionalName()
        let approver = row.optionalText()
        let renewedFrom: CredentialID? = row.optionalName()
        let issuedAt = row.moment()
        let credential = Credential(
            id: id, organization: organization, authority: authority, serial: serial, certificate: row.octets(),
            subject: subject, notBefore: notBefore, notAfter: notAfter, keyDigest: keyDigest,
            fingerprint: fingerprint, profile: profile, owner: owner, device: device, issuedVia: issuedVia,
            enrollment: enrollment, challenge: challenge, approver: approver, renewedFrom: renewedFrom,
            issuedAt: issuedAt, renewedTo: renewedTo, revocation: revocation)
        return Numbered(number: number, credential: credential)
    }

    /// Reads `revoked_at`, `revocation_reason` and `invalidity_date`.
    static func revocation(_ row: inout SQLRow) throws(StoreError) -> Revocation? {
        let at = row.optionalMoment()
        let reason = row.int()
        let invalidityDate = row.optionalMoment()
        guard let at else { return nil }
        guard let known = CRLReason(rawValue: Int(reason)) else {
            throw .corrupted("the database holds \(reason) where a revocation reason must stand")
        }
        return Revocation(at: at, reason: known, invalidityDate: invalidityDate)
    }
}

// MARK: - Writing

extension CredentialRow {
    private static let insertCredential: SQL =
        """
        INSERT INTO credential (id, serial, authority, owner, not_after, standing, device, renewed_to, revoked_at,
            revocation_reason, invalidity_date)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let insertCertificate: SQL =
        """
        INSERT INTO certificate (number, organization, subject, not_before, key_digest, fingerprint, profile,
            issued_via, enrollment, challenge, approver, renewed_from, issued_at, der)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let linkRenewed: SQL =
        "UPDATE credential SET renewed_to = ?, standing = max(standing, 1) WHERE id = ?"

    /// Adds a credential, held by a device, and marks the one it renews as superseded.
    static func insert(
        _ credential: Credential, heldBy device: DeviceID?, in session: WriteSession
    ) throws(StoreError) {
        let revocation = credential.revocation
        try session.statement(insertCredential)
            .bind(credential.id).bind(credential.serial).bind(credential.authority).bind(credential.owner)
            .bind(credential.notAfter).bind(Standing(credential).rawValue).bind(device)
            .bind(credential.renewedTo).bind(revocation?.at).bind(revocation?.reason.rawValue)
            .bind(revocation?.invalidityDate).run()
        session.newestCredential = session.connection.lastRow
        try session.statement(insertCertificate)
            .bind(session.newestCredential).bind(credential.organization).bind(credential.subject)
            .bind(credential.notBefore).bind(credential.keyDigest).bind(credential.fingerprint)
            .bind(credential.profile).bind(credential.issuedVia).bind(credential.enrollment)
            .bind(credential.challenge).bind(credential.approver).bind(credential.renewedFrom)
            .bind(credential.issuedAt).bind(credential.certificate).run()
        if let renewed = credential.renewedFrom {
            try session.statement(linkRenewed).bind(credential.id).bind(renewed).run()
        }
    }

    private static let updateRevocation: SQL =
        """
        UPDATE credential SET revoked_at = ?, revocation_reason = ?, invalidity_date = ?, standing = ? WHERE number = ?
        """

    /// Writes a changed revocation.
    static func update(_ changed: Numbered, in session: WriteSession) throws(StoreError) {
        let revocation = changed.credential.revocation
        try session.statement(updateRevocation)
            .bind(revocation?.at).bind(revocation?.reason.rawValue).bind(revocation?.invalidityDate)
            .bind(Standing(changed.credential).rawValue).bind(changed.number).run()
    }
}

/// What a credential is apart from the passing of time, as the column `standing` holds it.
enum Standing: Int {
    case inForce = 0
    case superseded = 1
    case onHold = 2
    case revoked = 3

    init(_ credential: Credential) {
        switch credential.revocation?.reason {
        case .certificateHold: self = .onHold
        case .some: self = .revoked
        case nil: self = credential.renewedTo == nil ? .inForce : .superseded
        }
    }
}
