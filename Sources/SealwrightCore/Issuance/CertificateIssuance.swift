// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import PKIFormats
import Synchronization

/// Carries out what was authorised: plan, lint, transaction 1, sign, verify, transaction 2.
///
/// What will be signed is stored before it is signed, so after a crash the same octets are signed again or the plan is
/// marked failed: never a signed certificate without a row, never two certificates for one permission.
struct CertificateIssuance: Sendable {
    let store: any Store
    let registry: AuthorityRegistry
    let publication: Publication
    let crlPartitions: Int
    let clockGuard: ClockGuard?
    let profiles: [String: CertificateProfile]
    let clock: any Clock
    let logger: Logger
    let metrics: IssuanceMetrics
    let observer: (any EnrollmentObserver)?
    let progress = IssuanceProgress()
    let planners = PlannerCache()
    let waitingRoom = WaitingRoom()

    /// Issues what was ordered, once, however often the same order comes.
    func issue(_ authorized: Authorized<IssuanceOrder>) async throws(EnrollmentRefusal) -> IssuanceOutcome {
        let order = authorized.value
        let (planner, key) = try planner(for: order)
        guard progress.claim(order.enrollment) else { return try await outcome(waitingFor: order.enrollment) }
        defer { progress.release(order.enrollment) }
        for _ in 0..<Self.serialNumberAttempts {
            let linted = try plan(order, with: planner)
            let enrollment = order.enrollment(state: .issuing, plan: linted.plan, now: clock.now)
            let recorded = try await EnrollmentRefusal.storing { () throws(StoreError) in
                try await store.recordPlan(
                    enrollment, consuming: order.isChallengeConsumed ? nil : order.challenge,
                    replayWindow: order.policy.replayWindow, event: .planned(order, linted.plan, at: clock.now))
            }
            switch recorded {
            case .recorded:
                return .issued(try await complete(enrollment, linted, key: key, device: order.device))
            case .serialTaken: continue
            case .duplicate(let left, nil) where left.id == order.enrollment && left.state == .issuing:
                return .issued(try await carryOn(left))
            case let other: return try await outcome(of: other, order)
            }
        }
        throw .unavailable(.serialNumbersTaken)
    }

    /// Checks that an order could be issued as it is, and queues it for a person.
    func queue(_ order: IssuanceOrder) async throws(EnrollmentRefusal) -> IssuanceOutcome {
        let planner = try planner(for: order).planner
        _ = try plan(order, with: planner)
        let enrollment = order.enrollment(state: .pending, plan: nil, now: clock.now)
        if let waiting = try await waiting(enrollment) { return .pending(waiting) }
        let endpoint = enrollment.key.endpoint
        if waitingRoom.isFull(endpoint, at: clock.now) { throw .denied(.tooManyWaiting) }
        let recorded = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.recordPending(
                enrollment, consuming: order.challenge, limit: order.policy.waitingLimit,
                event: .queued(order, at: clock.now))
        }
        if recorded == .tooManyWaiting { waitingRoom.foundFull(endpoint, at: clock.now) }
        guard case .recorded = recorded else { return try await outcome(of: recorded, order) }
        return .pending(enrollment.id)
    }

    /// The enrolment of the same key, transaction and subject that waits already: a client that signs its request
    /// anew while it waits must not queue twice, or one approval would leave the other waiting.
    func waiting(_ enrollment: Enrollment) async throws(EnrollmentRefusal) -> EnrollmentID? {
        try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.enrollment(
                endpoint: enrollment.key.endpoint, transactionID: enrollment.key.transactionID,
                keyDigest: enrollment.keyDigest, subject: enrollment.subject, in: .pending)?.id
        }
    }

    /// Each collision of 126 random bits is news; three in a row are a broken random source.
    private static let serialNumberAttempts = 3
}

// MARK: - Planning

extension CertificateIssuance {
    /// The planner of an order and the key that signs.
    func planner(
        for order: IssuanceOrder
    ) throws(EnrollmentRefusal) -> (planner: IssuancePlanner, key: any PrivateKey) {
        try planner(for: order.profile, authority: order.policy.authority, isAhead: order.policy.isAhead)
    }

    /// The planner of a profile under an authority that issues now, and the key that signs.
    ///
    /// The staged successor issues to who asks it ahead of its time, and what was planned so.
    private func planner(
        for profile: CertificateProfile, authority id: AuthorityID, isAhead: Bool
    ) throws(EnrollmentRefusal) -> (planner: IssuancePlanner, key: any PrivateKey) {
        func unavailable(_ reason: String) -> EnrollmentRefusal { .denied(.authorityUnavailable(id, reason: reason)) }
        if let fault = clockGuard?.fault(at: clock.now) { throw .unavailable(.clock(fault)) }
        guard let context = registry.context(id) else { throw unavailable("there is none of this name") }
        guard let key = context.key else { throw unavailable("its key is not on this machine") }
        guard context.authority.status == .active || (isAhead && context.authority.status == .staged) else {
            throw unavailable("it is \(context.authority.status.rawValue)")
        }
        if let revocation = context.revocation { throw unavailable("its certificate was revoked at \(revocation.at)") }
        guard context.authority.kind == .issuing else { throw unavailable("a root signs authorities only") }
        return try EnrollmentRefusal.judging { () throws(DenialReason) in
            (
                try planners.planner(
                    profile: profile, context: context, publication: publication, crlPartitions: crlPartitions), key
            )
        }
    }

    func plan(_ order: IssuanceOrder, with planner: IssuancePlanner) throws(EnrollmentRefusal) -> LintedPlan {
        try EnrollmentRefusal.judging { () throws(DenialReason) in
            let plan = try planner.plan(order.wish, keyRule: order.keyRule, now: clock.now)
            return try PreIssuanceLint.check(plan, profile: planner.profile, issuer: planner.issuer)
        }
    }
}

// MARK: - After the plan

extension CertificateIssuance {
    /// Signs a stored plan and stores the certificate.
    ///
    /// A failure leaves the plan; the same message, or the next start, goes on with it.
    private func complete(
        _ enrollment: Enrollment, _ linted: LintedPlan, key: any PrivateKey, device: Device?
    ) async throws(EnrollmentRefusal) -> Credential {
        let certificate: [UInt8]
        do {
            certificate = try await PlanSigner.sign(linted, with: key)
        } catch {
            logger.error(
                "Signing failed",
                metadata: ["enrollment.id": "\(enrollment.id)", "error.code": "\(error.code)", "error": "\(error)"])
            throw .unavailable(error)
        }
        let now = clock.now
        let device = Device.holding(linted.plan, of: enrollment, known: device, clock: clock)
        let credential = Credential(certificate, of: linted.plan, for: enrollment, device: device.id, clock: clock)
        try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.recordCertificate(credential, device: device, event: .issued(credential, at: now))
        }
        metrics.issued(profile: credential.profile, via: credential.issuedVia)
        logger.info(
            "Certificate issued",
            metadata: [
                "certificate.serial": "\(credential.serial)", "certificate.subject": "\(credential.subject)",
                "device.id": "\(device.id)", "enrollment.id": "\(enrollment.id)", "via": "\(credential.issuedVia)",
            ])
        tell(enrollment, .issued(credential))
        return credential
    }

    /// Tells whoever hears of ends how an enrolment ended.
    func tell(_ enrollment: Enrollment, _ result: EnrollmentEnding.Result) {
        observer?.ended(EnrollmentEnding(enrollment, result, at: clock.now))
    }

    /// What an outcome of the store other than a stored plan means.
    private func outcome(
        of recorded: PlanOutcome, _ order: IssuanceOrder
    ) async throws(EnrollmentRefusal) -> IssuanceOutcome {
        switch recorded {
        case .duplicate(let enrollment, let credential): return try await outcome(of: enrollment, credential)
        case .transactionIDInUse: throw .denied(.transactionIDInUse)
        case .challengeUnknown: throw .denied(.challengeUnknown)
        case .challengeAlreadyUsed: throw .denied(.challengeAlreadyUsed)
        case .challengeExpired: throw .denied(.challengeExpired(at: clock.now))
        case .tooManyWaiting: throw .denied(.tooManyWaiting)
        case .recorded, .serialTaken: throw .unavailable(.serialNumbersTaken)
        }
    }

    /// The outcome of an enrolment that exists: its certificate, or how far it has come.
    ///
    /// An issuance that runs in this process is waited for; one that was left behind is finished.
    func outcome(
        of enrollment: Enrollment, _ credential: Credential?
    ) async throws(EnrollmentRefusal) -> IssuanceOutcome {
        switch enrollment.state {
        case .pending, .approved: return .pending(enrollment.id)
        case .denied: throw .denied(.deniedByApprover(enrollment.reason))
        case .failed: throw .denied(.failed(enrollment))
        case .issued:
            if let credential { return .issued(credential) }
            return .issued(try await issuedCredential(enrollment))
        case .issuing:
            let isWorkedOn = await progress.wait(for: enrollment.id)
            // The state was read before: the work on it may have ended since, even without a wait.
            guard let left = try await current(enrollment.id), left.state == .issuing, !isWorkedOn,
                clock.now.seconds(since: left.updatedAt) >= Self.patience
            else { return try await outcome(waitingFor: enrollment.id) }
            // Left behind, for no other node would be at it so long.
            return .issued(try await finish(left))
        }
    }

    /// What became of an enrolment that somebody else in this process works on.
    private func outcome(waitingFor id: EnrollmentID) async throws(EnrollmentRefusal) -> IssuanceOutcome {
        _ = await progress.wait(for: id)
        guard let enrollment = try await current(id), enrollment.state == .issued else { return .pending(id) }
        return .issued(try await issuedCredential(enrollment))
    }

    private func current(_ id: EnrollmentID) async throws(EnrollmentRefusal) -> Enrollment? {
        try await EnrollmentRefusal.storing { () throws(StoreError) in try await store.enrollment(id) }
    }

    func issuedCredential(_ enrollment: Enrollment) async throws(EnrollmentRefusal) -> Credential {
        guard let id = enrollment.credential,
            let credential = try await EnrollmentRefusal.storing({ () throws(StoreError) in
                try await store.credential(id)
            })
        else { throw .denied(.transactionEnded("its certificate is not here any more")) }
        return credential
    }

    /// Seconds after which a plan without a certificate counts as left behind; signing takes milliseconds.
    private static let patience: Int64 = 5
}

// MARK: - After a crash

extension CertificateIssuance {
    /// Finishes an enrolment whose plan has no certificate.
    ///
    /// - Throws: a refusal; with ``EnrollmentRefusal/denied(_:)`` the plan can never be carried out unless it is
    ///   retryable.
    func finish(_ enrollment: Enrollment) async throws(EnrollmentRefusal) -> Credential {
        guard progress.claim(enrollment.id) else { throw .unavailable(.overloaded) }
        defer { progress.release(enrollment.id) }
        return try await carryOn(enrollment)
    }

    /// Signs the same octets that were planned, after holding them once more against profile and issuer: whoever could
    /// write to the store must not get signed what he likes.
    private func carryOn(_ enrollment: Enrollment) async throws(EnrollmentRefusal) -> Credential {
        guard let planned = enrollment.plan, let profile = profiles[enrollment.profile] else {
            throw .denied(.issuanceFailed("it has no plan, or its profile is gone"))
        }
        guard planned.notAfter >= clock.now else { throw .denied(.issuanceFailed("the planned validity has passed")) }
        let (planner, key) = try planner(for: profile, authority: planned.authority, isAhead: true)
        let linted = try EnrollmentRefusal.judging { () throws(DenialReason) in
            let plan = try IssuancePlan(planned, profile: profile.name, issuer: planner.issuer)
            return try PreIssuanceLint.check(plan, profile: profile, issuer: planner.issuer)
        }
        let name = Device.Attachment.naming(enrollment.subject, linted.plan.alternativeNames)
        let device = try await EnrollmentRefusal.storing { () throws(StoreError) in
            if let id = enrollment.device { return try await store.device(id) }
            return try await store.device(attachment: name)
        }
        return try await complete(enrollment, linted, key: key, device: device)
    }
}
