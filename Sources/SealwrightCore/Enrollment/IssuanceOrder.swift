// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Everything an issuance needs to know, gathered by the deciding step.
///
/// An order alone buys nothing: issuing takes an ``Authorized`` one.
package struct IssuanceOrder: Sendable {
    package let enrollment: EnrollmentID
    package let key: IdempotencyKey
    package let certificationRequest: VerifiedRequest
    /// SHA-256 of the key that signed the message.
    package let signerKeyDigest: [UInt8]
    /// What the certificate is asked to say.
    package internal(set) var wish: RequestedCertificate
    /// The subject as RFC 4514 text, made once.
    package let subject: String
    package let via: String
    package let policy: EnrollmentPolicy
    package let profile: CertificateProfile
    package let renewed: Credential?
    package let challenge: ChallengeID?
    /// Whether the challenge was consumed when the request was queued.
    package let isChallengeConsumed: Bool
    /// The device the certificate is for, when it is known already.
    package internal(set) var device: Device?
    package let approver: String?
    /// Why a person approved it, in their words.
    package internal(set) var approvalReason: String?
    /// Who asks, for the audit trail.
    package let actor: String
    /// The peer's address, for the audit trail.
    package let peer: String?
    package let createdAt: Timestamp

    init(
        enrollment: EnrollmentID, key: IdempotencyKey, certificationRequest: VerifiedRequest,
        signerKeyDigest: [UInt8], wish: RequestedCertificate, via: String, policy: EnrollmentPolicy,
        profile: CertificateProfile, renewed: Credential?, challenge: ChallengeID?,
        isChallengeConsumed: Bool = false, approver: String?, actor: String, peer: String?, createdAt: Timestamp
    ) {
        self.enrollment = enrollment
        self.key = key
        self.certificationRequest = certificationRequest
        self.signerKeyDigest = signerKeyDigest
        self.wish = wish
        self.subject = wish.subject.rfc4514
        self.via = via
        self.policy = policy
        self.profile = profile
        self.renewed = renewed
        self.challenge = challenge
        self.isChallengeConsumed = isChallengeConsumed
        self.approver = approver
        self.actor = actor
        self.peer = peer
        self.createdAt = createdAt
    }
}

extension IssuanceOrder {
    /// The key rule of the profile with what the endpoint changes about it.
    var keyRule: KeyRule {
        var rule = profile.key
        if let minimum = policy.minimumRSABits { rule.minimumRSABits = minimum }
        if policy.keysMustDecrypt {
            rule.curves = []
            rule.allowsEd25519 = false
        }
        if !policy.checksWeakKeys { rule.checksWeakness = false }
        return rule
    }

    /// Finds the device the certificate is for, and refuses a blocked one.
    ///
    /// A device that challenge or renewed certificate name is this device; else the one known by the certificate's
    /// name; else a new one, which comes into being with its certificate.
    mutating func settleDevice(_ named: DeviceID?, in store: any Store) async throws(EnrollmentRefusal) {
        let allowed = profile.alternativeNames.allowed
        let name = Device.Attachment.naming(subject, wish.alternativeNames.filter { allowed.contains($0.kind) })
        device = try await EnrollmentRefusal.storing { () throws(StoreError) in
            if let named, let device = try await store.device(named) { return device }
            return try await store.device(attachment: name)
        }
        guard let device else { return }
        guard device.state != .blocked, device.state != .retired else { throw .denied(.deviceBlocked(device.id)) }
        if renewed == nil, policy.uniqueSubject == .refuse { try await refuseSecond(of: device, in: store) }
    }

    private func refuseSecond(of device: Device, in store: any Store) async throws(EnrollmentRefusal) {
        var filter = CredentialFilter(now: createdAt)
        filter.device = device.id
        filter.status = .valid
        let query = filter
        let valid = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.credentials(query, after: nil, limit: 1)
        }
        guard valid.items.isEmpty else { throw .denied(.subjectAlreadyEnrolled(subject)) }
    }
}

extension IssuanceOrder {
    /// The enrolment that the store keeps of this order.
    func enrollment(state: Enrollment.State, plan: IssuancePlan?, now: Timestamp) -> Enrollment {
        Enrollment(
            id: enrollment, key: key, state: state, certificationRequest: certificationRequest.storable,
            keyDigest: certificationRequest.keyDigest, signerKeyDigest: signerKeyDigest,
            subject: subject, profile: profile.name, via: via,
            renewedFrom: renewed?.id, device: device?.id, challenge: challenge,
            successor: policy.isAhead ? policy.authority : nil, createdAt: createdAt, updatedAt: now,
            plan: plan?.planned, reason: approvalReason, decidedBy: approver)
    }
}
