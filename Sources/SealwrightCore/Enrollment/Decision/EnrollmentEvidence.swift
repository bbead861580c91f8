// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What entitles a request, if anything.
enum Grounds: Sendable {
    /// A challenge of ours that fits the request; the store still has to consume it.
    case challenge(Challenge)
    /// A certificate of ours that may be renewed.
    case renewal(Credential, CertificateView)
    /// A webhook said yes; the text names who.
    case webhook(String)
    /// The very same request was granted or queued before.
    case repeated(Enrollment, Credential?)
    /// Nothing, and the endpoint lets a person decide then.
    case nothing

    var challenge: Challenge? { if case .challenge(let challenge) = self { challenge } else { nil } }
    var credential: Credential? { if case .renewal(let credential, _) = self { credential } else { nil } }
    /// The profile that the challenge buys or the certificate has, when it is not the endpoint's.
    var profile: String? { challenge?.profile ?? credential?.profile }
    var approver: String? { if case .webhook(let name) = self { name } else { nil } }
}

/// Looks for what entitles a device's request.
struct EnrollmentEvidence: Sendable {
    let store: any Store
    let registry: AuthorityRegistry
    let clock: any Clock
    let authorizer: (any EnrollmentAuthorizer)?

    /// The grounds of a request.
    ///
    /// A first message signed by a certificate of ours is a renewal (macOS and Cisco renew so). When that certificate
    /// can no longer be renewed, a challenge may still entitle the request as a first one; without one a person or the
    /// webhook decides where they would decide about a stranger's.
    ///
    /// - Throws: the refusal when nothing entitles the request.
    func grounds(for request: EnrollmentRequest, policy: EnrollmentPolicy) async throws(EnrollmentRefusal) -> Grounds {
        guard case .credential(let certificate) = request.signer else {
            if request.kind == .renewal { throw .denied(.signerUnknown) }
            return try await firstGrounds(for: request, policy: policy, isSignerOurs: false)
        }
        do {
            return .renewal(try await renewable(by: certificate, request, policy: policy), certificate)
        } catch .denied(let reason) {
            guard isFirst(request, refusedAsRenewal: reason, policy) else { throw .denied(reason) }
            return try await firstGrounds(for: request, policy: policy, isSignerOurs: reason != .signerUnknown)
        }
    }

    // MARK: - First requests

    /// Whether a message that its signer's certificate does not entitle is judged as a first request.
    ///
    /// Too early a renewal stays one: it is told when the window opens, and no person is asked about it.
    private func isFirst(
        _ request: EnrollmentRequest, refusedAsRenewal reason: DenialReason, _ policy: EnrollmentPolicy
    ) -> Bool {
        guard request.kind == .initial, reason.leavesRoomForFirstRequest else { return false }
        if request.challenge != nil { return true }
        if case .renewalOutsideWindow = reason { return false }
        return policy.authentication.webhook || policy.authentication.letsStrangersWait
    }

    private func firstGrounds(
        for request: EnrollmentRequest, policy: EnrollmentPolicy, isSignerOurs: Bool
    ) async throws(EnrollmentRefusal) -> Grounds {
        guard isSignerOurs || !policy.signerKeyMustMatch || request.isSignedByRequestedKey else {
            throw .denied(.signerKeyMismatch)
        }
        if let decided = try await decided(request, policy) { return decided }
        do {
            return try await permission(of: request, policy: policy)
        } catch .denied(let reason) where reason.concernsChallenge {
            // Its challenge is spent, of course, when this is a retransmission of a request that was granted, or that
            // waited; how that ended is told as a poll is told it.
            if let repeated = try await repetition(of: request, policy: policy, hasSpentChallenge: true) {
                return repeated
            }
            if reason == .challengeAlreadyUsed, let asked = try await earlier(request, policy) { return asked }
            throw .denied(reason)
        }
    }

    /// The enrolment of the very same request that a person decided about, when that is the answer.
    ///
    /// Clients that repeat their request instead of polling would have the person asked for ever. They come late:
    /// certmonger after seven days, so that what was decided is told as long as a request may wait. What was approved
    /// and could not be issued then is issued to them as it is to a poll.
    private func decided(
        _ request: EnrollmentRequest, _ policy: EnrollmentPolicy
    ) async throws(EnrollmentRefusal) -> Grounds? {
        guard policy.authentication.approval != .never else { return nil }
        let found = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.enrollment(request.key)
        }
        guard let found, found.decidedBy != nil else { return nil }
        let window = max(policy.replayWindow, policy.waitingTime)
        switch found.state {
        case .approved: return .repeated(found, nil)
        case .denied: return clock.now.seconds(since: found.updatedAt) <= window ? .repeated(found, nil) : nil
        case .issued: return try await handedOut(found, within: window)
        case .pending, .issuing, .failed: return nil
        }
    }

    /// The enrolment without a certificate for which this key spent the challenge, under the same transactionID and
    /// for the same subject: a client that makes its request anew, instead of polling, asks about that one.
    private func earlier(
        _ request: EnrollmentRequest, _ policy: EnrollmentPolicy
    ) async throws(EnrollmentRefusal) -> Grounds? {
        guard let spent = try await challenge(of: request, policy.authentication) else { return nil }
        let found = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.enrollment(
                endpoint: request.endpoint, transactionID: request.key.transactionID, keyDigest: request.keyDigest,
                subject: request.subject.rfc4514, in: nil)
        }
        guard let found, found.state != .issued, found.challenge == spent.id else { return nil }
        return .repeated(found, nil)
    }

    private func permission(
        of request: EnrollmentRequest, policy: EnrollmentPolicy
    ) async throws(EnrollmentRefusal) -> Grounds {
        let ways = policy.authentication
        if let challenge = try await challenge(of: request, ways) {
            try EnrollmentRefusal.judging { () throws(DenialReason) in
                try ChallengeRules(ways: ways, now: clock.now).check(challenge, for: request)
            }
            return .challenge(challenge)
        }
        if ways.webhook {
            if let repeated = try await repetition(of: request, policy: policy) { return repeated }
            return try await ask(request, policy)
        }
        if ways.takesChallenges, request.challenge != nil { throw .denied(.challengeUnknown) }
        if ways.letsStrangersWait { return .nothing }
        throw .denied(ways.takesChallenges ? .challengeMissing : .notPermitted("first requests"))
    }

    private func challenge(
        of request: EnrollmentRequest, _ ways: EnrollmentPolicy.Authentication
    ) async throws(EnrollmentRefusal) -> Challenge? {
        guard ways.takesChallenges, let digest = request.challenge?.digest else { return nil }
        return try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.challenge(endpoint: request.endpoint, digest: digest)
        }
    }

    private func ask(
        _ request: EnrollmentRequest, _ policy: EnrollmentPolicy
    ) async throws(EnrollmentRefusal) -> Grounds {
        guard let authorizer else { throw .denied(.webhookUnavailable) }
        switch await authorizer.verdict(on: request, policy: policy) {
        case .allowed(let name): return .webhook(name)
        case .denied(let text): throw .denied(.webhookDenied(String(text.prefix(255))))
        case .unavailable: throw .denied(.webhookUnavailable)
        }
    }

    // MARK: - Renewals and repetitions

    private func renewable(
        by certificate: CertificateView, _ request: EnrollmentRequest, policy: EnrollmentPolicy
    ) async throws(EnrollmentRefusal) -> Credential {
        guard policy.authentication.renewal else { throw .denied(.notPermitted("renewal")) }
        guard let authority = registry.authority(issuing: certificate) else { throw .denied(.signerUnknown) }
        let stored = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.credential(authority: authority.id, serial: certificate.serialNumber)
        }
        // The same octets as we stored are proof enough that we issued it; no signature needs checking.
        guard let stored, stored.certificate == certificate.encoded else { throw .denied(.signerUnknown) }
        try EnrollmentRefusal.judging { () throws(DenialReason) in
            try RenewalRules(policy: policy).check(
                stored, certificate, asking: request.subject, via: request.via, isOrdered: request.isOrdered,
                now: clock.now)
        }
        return stored
    }

    /// The enrolment this request repeats, when its certificate may be handed out again.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - policy: the endpoint's policy.
    ///   - hasSpentChallenge: whether nothing else can come of it, so that an earlier refusal is the answer; without,
    ///     one that was refused before is judged anew.
    /// - Returns: the grounds, or `nil` when it repeats nothing.
    /// - Throws: ``EnrollmentRefusal/unavailable(_:)``.
    private func repetition(
        of request: EnrollmentRequest, policy: EnrollmentPolicy, hasSpentChallenge: Bool = false
    ) async throws(EnrollmentRefusal) -> Grounds? {
        let found = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.enrollment(request.key)
        }
        guard let found else { return nil }
        switch found.state {
        case .pending, .approved, .issuing: return .repeated(found, nil)
        case .denied, .failed: return hasSpentChallenge ? .repeated(found, nil) : nil
        case .issued: return try await handedOut(found, within: policy.replayWindow)
        }
    }

    /// An issued enrolment with its certificate, while that is valid and was issued within the window.
    private func handedOut(_ found: Enrollment, within window: Int64) async throws(EnrollmentRefusal) -> Grounds? {
        guard let id = found.credential, clock.now.seconds(since: found.updatedAt) <= window else { return nil }
        let credential = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.credential(id)
        }
        guard let credential, credential.status(at: clock.now) == .valid else { return nil }
        return .repeated(found, credential)
    }
}

extension EnrollmentPolicy.Authentication {
    /// Whether challenges of any kind are taken.
    fileprivate var takesChallenges: Bool { challenge || staticChallenge }

    /// Whether a first request that nothing authorises waits for a person.
    fileprivate var letsStrangersWait: Bool {
        approval == .whenUnauthenticated || (approval == .always && !takesChallenges)
    }
}

extension DenialReason {
    /// Whether a refused renewal may still be judged as a first request.
    ///
    /// Not when the certificate was revoked: a thief of the key may have the challenge too.
    fileprivate var leavesRoomForFirstRequest: Bool {
        switch self {
        case .signerRevoked, .deviceBlocked: false
        default: true
        }
    }
}
