// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// A certificate we issued, with everything needed to answer "who holds it and why".
package struct Credential: Sendable, Hashable, Codable {
    /// Whose certificate it is.
    package enum Owner: String, Sendable, Codable {
        /// A device's or user's.
        case device
        /// The server's own (RA, OCSP signer, TLS, an issuing authority).
        case own
    }

    package let id: CredentialID
    package let organization: OrganizationID
    package let authority: AuthorityID
    package let serial: SerialNumber
    /// DER.
    package let certificate: [UInt8]
    /// RFC 4514 text, for lists and searches.
    package let subject: String
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    /// SHA-256 of the SubjectPublicKeyInfo.
    package let keyDigest: [UInt8]
    /// SHA-256 of the certificate.
    package let fingerprint: [UInt8]
    package let profile: String
    package let owner: Owner
    package let device: DeviceID?
    /// How it came to be: `scep:default`, `api`, `init`.
    package let issuedVia: String
    package let enrollment: EnrollmentID?
    package let challenge: ChallengeID?
    /// Who approved it, when a person did.
    package let approver: String?
    package let renewedFrom: CredentialID?
    package let issuedAt: Timestamp
    /// Set later, by other events.
    package var renewedTo: CredentialID?
    package var revocation: Revocation?

    package init(
        id: CredentialID, organization: OrganizationID = .default, authority: AuthorityID, serial: SerialNumber,
        certificate: [UInt8], subject: String, notBefore: Timestamp, notAfter: Timestamp, keyDigest: [UInt8],
        fingerprint: [UInt8], profile: String, owner: Owner, device: DeviceID?, issuedVia: String,
        enrollment: EnrollmentID?, challenge: ChallengeID?, approver: String?, renewedFrom: CredentialID?,
        issuedAt: Timestamp, renewedTo: CredentialID? = nil, revocation: Revocation? = nil
    ) {
        self.id = id
        self.organization = organization
        self.authority = authority
        self.serial = serial
        self.certificate = certificate
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.keyDigest = keyDigest
        self.fingerprint = fingerprint
        self.profile = profile
        self.owner = owner
        self.device = device
        self.issuedVia = issuedVia
        self.enrollment = enrollment
        self.challenge = challenge
        self.approver = approver
        self.renewedFrom = renewedFrom
        self.issuedAt = issuedAt
        self.renewedTo = renewedTo
        self.revocation = revocation
    }
}

extension Credential {
    /// What a credential is at a moment.
    package enum Status: String, Sendable, Codable, CaseIterable {
        /// Inside its validity, not revoked.
        case valid
        /// Revoked as certificateHold; may be released.
        case onHold = "on-hold"
        /// Revoked for good.
        case revoked
        /// Past notAfter.
        case expired
        /// Valid still, but a renewal took its place.
        case superseded
    }

    /// The status at `now`.
    ///
    /// Revocation outlives expiry.
    package func status(at now: Timestamp) -> Status {
        if let revocation { return revocation.reason == .certificateHold ? .onHold : .revoked }
        if notAfter < now { return .expired }
        return renewedTo == nil ? .valid : .superseded
    }
}

/// That, when and why a certificate was revoked.
package struct Revocation: Sendable, Hashable, Codable {
    package let at: Timestamp
    package let reason: CRLReason
    /// When the key was probably compromised, if that is known.
    package let invalidityDate: Timestamp?

    package init(at: Timestamp, reason: CRLReason, invalidityDate: Timestamp? = nil) {
        self.at = at
        self.reason = reason
        self.invalidityDate = invalidityDate
    }

    /// This revocation where the certificate may have one already; `nil` when that stands.
    ///
    /// A hold becomes final with the date of the hold: nobody was to trust the certificate in between either.
    ///
    /// Source: ITU-T X.509, the reason code certificateHold of CRL entries.
    package func following(_ before: Revocation?) -> Revocation? {
        guard let before else { return self }
        guard before.reason == .certificateHold, reason != .certificateHold else { return nil }
        return Revocation(at: before.at, reason: reason, invalidityDate: invalidityDate)
    }
}

/// What the OCSP responder and renewal check need of a certificate; kept small so that it can be cached.
package struct CredentialStatus: Sendable, Hashable {
    package let credential: CredentialID
    package let owner: Credential.Owner
    package let notAfter: Timestamp
    package let renewedTo: CredentialID?
    package let revocation: Revocation?

    package init(
        credential: CredentialID, owner: Credential.Owner, notAfter: Timestamp, renewedTo: CredentialID?,
        revocation: Revocation?
    ) {
        self.credential = credential
        self.owner = owner
        self.notAfter = notAfter
        self.renewedTo = renewedTo
        self.revocation = revocation
    }
}
