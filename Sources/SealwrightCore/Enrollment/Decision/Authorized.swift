// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A value that the deciding step let pass.
///
/// Issuing takes nothing else. Only ``EnrollmentDecider``, in this file, can make one, so a path that forgets to decide
/// does not compile; CVE-2026-30836 was such a path.
package struct Authorized<Value: Sendable>: Sendable {
    package let value: Value

    fileprivate init(_ value: Value) { self.value = value }
}

/// Decides who gets a certificate.
struct EnrollmentDecider: Sendable {
    let store: any Store
    let clock: any Clock
    let evidence: EnrollmentEvidence
    let profiles: [String: CertificateProfile]
    let policies: [EndpointID: EnrollmentPolicy]

    /// What was decided about a request.
    enum Decision: Sendable {
        /// It gets its certificate.
        case authorized(Authorized<IssuanceOrder>)
        /// A person decides.
        case needsApproval(IssuanceOrder)
        /// The very same request was granted before.
        case repeated(Enrollment, Credential?)
    }

    /// Decides about a device's request.
    func decide(_ request: EnrollmentRequest) async throws(EnrollmentRefusal) -> Decision {
        var policy = try policy(of: request.endpoint)
        // Who renews what the successor issued ahead of time asks it too: clients fetch GetCACert before they renew,
        // and that names the present RA.
        if request.asksSuccessor || isOfSuccessor(request.signer) { policy = policy.ahead(in: evidence.registry) }
        let grounds = try await evidence.grounds(for: request, policy: policy)
        var order = try order(for: request, policy: policy, grounds: grounds)
        if let challenge = grounds.challenge {
            try EnrollmentRefusal.judging { () throws(DenialReason) in
                try ChallengeRules.checkOwnNames(order.wish, under: order.profile, of: challenge)
            }
        }
        if case .repeated = grounds {} else { try await KeyRules(store: store, clock: clock).check(order) }
        let named = grounds.challenge?.device ?? grounds.credential?.device
        switch grounds {
        case .repeated(let enrollment, let credential):
            return .repeated(enrollment, credential)
        case .renewal(_, let certificate):
            order.wish = try EnrollmentRefusal.judging { () throws(DenialReason) in
                try RenewalRules(policy: policy).continuation(of: certificate, asking: order.wish, under: order.profile)
            }
            try await order.settleDevice(named, in: store)
            return .authorized(Authorized(order))
        case .challenge, .webhook:
            try await order.settleDevice(named, in: store)
            return policy.authentication.approval == .always ? .needsApproval(order) : .authorized(Authorized(order))
        case .nothing:
            try await order.settleDevice(named, in: store)
            return .needsApproval(order)
        }
    }

    /// Turns an enrolment that a person approved into an order.
    func authorize(approved enrollment: Enrollment) async throws(EnrollmentRefusal) -> Authorized<IssuanceOrder> {
        guard enrollment.state == .approved else { throw .denied(.notPermitted("issuing before the approval")) }
        var policy = try policy(of: enrollment.key.endpoint)
        // Once it has taken over, the policy names it anyway.
        if let asked = enrollment.successor, asked == evidence.registry.staged()?.id {
            policy = policy.ahead(in: evidence.registry)
        }
        let request: CertificationRequest
        do {
            request = try CertificationRequest(parsing: enrollment.certificationRequest)
        } catch {
            throw .unavailable(.store(.corrupted("the request of enrolment \(enrollment.id): \(error)")))
        }
        var order = IssuanceOrder(
            enrollment: enrollment.id, key: enrollment.key,
            certificationRequest: VerifiedRequest(verifiedBefore: request),
            signerKeyDigest: enrollment.signerKeyDigest,
            wish: try EnrollmentRefusal.judging { () throws(DenialReason) in try RequestedCertificate(request) },
            via: enrollment.via, policy: policy, profile: try profile(named: enrollment.profile), renewed: nil,
            challenge: enrollment.challenge, isChallengeConsumed: true, approver: enrollment.decidedBy,
            actor: enrollment.decidedBy ?? "operator:unknown", peer: nil, createdAt: enrollment.createdAt)
        order.approvalReason = enrollment.reason
        try await KeyRules(store: store, clock: clock).check(order)
        try await order.settleDevice(enrollment.device, in: store)
        return Authorized(order)
    }

    /// Turns an operator's wish into an order: whoever may use the API decides by asking.
    func authorize(_ wish: OperatorRequest) async throws(EnrollmentRefusal) -> Authorized<IssuanceOrder> {
        let id = EnrollmentID.new(milliseconds: clock.milliseconds)
        let policy = EnrollmentPolicy(endpoint: .api, authority: wish.authority, profile: wish.profile)
        var order = IssuanceOrder(
            enrollment: id, key: wish.key(for: id), certificationRequest: wish.certificationRequest,
            signerKeyDigest: wish.certificationRequest.keyDigest,
            wish: try EnrollmentRefusal.judging(wish.requestedCertificate), via: wish.via, policy: policy,
            profile: try profile(named: wish.profile), renewed: nil, challenge: nil,
            approver: wish.operator, actor: wish.operator, peer: wish.peer, createdAt: clock.now)
        try await KeyRules(store: store, clock: clock).check(order)
        try await order.settleDevice(nil, in: store)
        return Authorized(order)
    }
}

// MARK: - Parts of an order

extension EnrollmentDecider {
    private func order(
        for request: EnrollmentRequest, policy: EnrollmentPolicy, grounds: Grounds
    ) throws(EnrollmentRefusal) -> IssuanceOrder {
        IssuanceOrder(
            enrollment: .new(milliseconds: clock.milliseconds), key: request.key,
            certificationRequest: request.certificationRequest, signerKeyDigest: request.signerKeyDigest,
            wish: try EnrollmentRefusal.judging { () throws(DenialReason) in
                if let wish = request.wish { return wish }
                return try RequestedCertificate(request.certificationRequest.request)
            },
            via: request.via, policy: policy, profile: try profile(named: grounds.profile ?? policy.profile),
            renewed: grounds.credential, challenge: grounds.challenge?.id,
            approver: grounds.approver, actor: request.actor, peer: request.peer, createdAt: clock.now)
    }

    /// Whether the signer's certificate names the staged successor as its issuer.
    private func isOfSuccessor(_ signer: EnrollmentRequest.Signer) -> Bool {
        guard case .credential(let certificate) = signer, let staged = evidence.registry.staged() else { return false }
        return evidence.registry.authority(issuing: certificate)?.id == staged.id
    }

    private func policy(of endpoint: EndpointID) throws(EnrollmentRefusal) -> EnrollmentPolicy {
        guard let policy = policies[endpoint] else { throw .denied(.notPermitted("enrolment at \(endpoint)")) }
        return policy.following(evidence.registry)
    }

    private func profile(named name: String) throws(EnrollmentRefusal) -> CertificateProfile {
        guard let profile = profiles[name] else { throw .denied(.notPermitted("the profile \(name)")) }
        return profile
    }
}
