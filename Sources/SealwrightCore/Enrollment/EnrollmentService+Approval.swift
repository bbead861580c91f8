// SPDX-License-Identifier: Apache-2.0

import Logging
package import PKIFormats

extension EnrollmentService {
    /// Answers a device that asks what became of its request.
    ///
    /// The transaction is found by its identifier together with the key that signs the question; the subject, when the
    /// message names one, must be the request's.
    ///
    /// Source: RFC 8894, section 3.3.3.
    package func poll(
        endpoint: EndpointID, transactionID: [UInt8], signerKeyDigest: [UInt8], subject: DistinguishedName? = nil
    ) async -> IssuanceOutcome {
        do {
            let found = try await polled(
                endpoint: endpoint, transactionID: transactionID, signerKeyDigest: signerKeyDigest, subject: subject)
            if found.state == .approved { return try await issueApproved(found) }
            return try stillGood(try await issuance.outcome(of: found, nil))
        } catch {
            return error.outcome
        }
    }

    /// The enrolment that a device may ask about: of those under this transactionID and key the newest for the subject
    /// that it names, or the newest of all.
    ///
    /// - Throws: ``DenialReason/transactionUnknown`` when there is none, or it is another's.
    func polled(
        endpoint: EndpointID, transactionID: [UInt8], signerKeyDigest: [UInt8], subject: DistinguishedName?
    ) async throws(EnrollmentRefusal) -> Enrollment {
        let found = try await EnrollmentRefusal.storing { () throws(StoreError) -> [Enrollment] in
            guard let subject, !subject.isEmpty else {
                return try await store.enrollments(
                    endpoint: endpoint, transactionID: transactionID, keyDigest: signerKeyDigest, limit: 1)
            }
            let same = try await store.enrollment(
                endpoint: endpoint, transactionID: transactionID, keyDigest: signerKeyDigest,
                subject: subject.rfc4514, in: nil)
            if let same { return [same] }
            return try await store.enrollments(
                endpoint: endpoint, transactionID: transactionID, keyDigest: signerKeyDigest,
                limit: Self.respelledSubjects)
        }
        guard let meant = found.first(where: { $0.isAskedFor(by: subject) }) else { throw .denied(.transactionUnknown) }
        return meant
    }

    /// Enrolments of one transaction and key that are looked through for a subject which the poll writes in other
    /// letters than the request; one written alike is found among any number.
    private static let respelledSubjects = 100

    /// Approves a waiting enrolment and issues its certificate, so that the device finds it when it asks again.
    package func approve(_ id: EnrollmentID, by actor: String, reason: String? = nil) async -> ApprovalOutcome {
        await decide(id, approve: true, by: actor, reason: reason)
    }

    /// Refuses a waiting enrolment; the reason is told to the device.
    package func deny(_ id: EnrollmentID, by actor: String, reason: String? = nil) async -> ApprovalOutcome {
        await decide(id, approve: false, by: actor, reason: reason)
    }

    /// Finishes what an earlier process left: plans without certificates, approvals without plans.
    ///
    /// A plan that can never be carried out is marked failed; one that cannot now, because a key is away, stays.
    ///
    /// - Returns: how many certificates were issued.
    /// - Throws: ``StoreError``.
    package func finishInterrupted() async throws(StoreError) -> Int {
        var issued = 0
        for enrollment in try await store.enrollments(in: .issuing, limit: Self.batch) {
            do {
                _ = try await issuance.finish(enrollment)
                issued += 1
            } catch {
                try await settle(enrollment, error)
            }
        }
        for enrollment in try await store.enrollments(in: .approved, limit: Self.batch) {
            do {
                if case .issued = try await issueApproved(enrollment) { issued += 1 }
            } catch {
                tellUnfinished(enrollment, error)
            }
        }
        if issued > 0 { logger.notice("Interrupted issuances finished", metadata: ["count": "\(issued)"]) }
        return issued
    }

    private func settle(_ enrollment: Enrollment, _ refusal: EnrollmentRefusal) async throws(StoreError) {
        tellUnfinished(enrollment, refusal)
        guard case .denied(let reason) = refusal, !reason.isRetryable else { return }
        try await store.recordFailure(
            enrollment.id, reason: reason.code, event: .failed(enrollment.id, reason, at: clock.now))
        issuance.tell(enrollment, .refused(reason))
    }

    private func tellUnfinished(_ enrollment: Enrollment, _ refusal: EnrollmentRefusal) {
        logger.error(
            "Interrupted issuance not finished",
            metadata: ["enrollment.id": "\(enrollment.id)", "error": "\(refusal)"])
    }

    private func decide(
        _ id: EnrollmentID, approve: Bool, by actor: String, reason: String?
    ) async -> ApprovalOutcome {
        let decision: DecisionOutcome
        do {
            decision = try await store.decide(
                id, approve: approve, by: actor, reason: reason,
                event: .decided(id, approved: approve, by: actor, reason: reason, at: clock.now))
        } catch {
            return .unavailable(.store(error))
        }
        switch decision {
        case .notFound: return .notFound
        case .alreadyDecided(let enrollment): return .alreadyDecided(enrollment)
        case .decided(let enrollment):
            issuance.waitingRoom.someoneLeft()
            guard approve else {
                issuance.tell(enrollment, .refused(.deniedByApprover(reason)))
                return .decided(.denied(.deniedByApprover(reason)))
            }
            do { return .decided(try await issueApproved(enrollment)) } catch { return .decided(error.outcome) }
        }
    }

    /// Issues an approved enrolment.
    ///
    /// What refuses it now will refuse it for ever, so it is marked failed then.
    func issueApproved(_ enrollment: Enrollment) async throws(EnrollmentRefusal) -> IssuanceOutcome {
        do {
            return try await issuance.issue(try await decider.authorize(approved: enrollment))
        } catch {
            if case .denied(let reason) = error, !reason.isRetryable {
                try await EnrollmentRefusal.storing { () throws(StoreError) in
                    try await store.recordFailure(
                        enrollment.id, reason: reason.code, event: .failed(enrollment.id, reason, at: clock.now))
                }
                issuance.tell(enrollment, .refused(reason))
            }
            throw error
        }
    }

    /// A certificate is handed out to a poll only while it is good.
    func stillGood(_ outcome: IssuanceOutcome) throws(EnrollmentRefusal) -> IssuanceOutcome {
        guard case .issued(let credential) = outcome else { return outcome }
        switch credential.status(at: clock.now) {
        case .valid, .superseded: return outcome
        case .revoked, .onHold: throw .denied(.transactionEnded("its certificate is revoked"))
        case .expired: throw .denied(.transactionEnded("its certificate has expired"))
        }
    }

    /// Enrolments looked at in one go when the server starts; more are left to the devices' next messages.
    private static let batch = 10_000
}

extension Enrollment {
    /// Whether a poll that names this subject, or none, can mean the enrolment.
    fileprivate func isAskedFor(by subject: DistinguishedName?) -> Bool {
        guard let subject, !subject.isEmpty else { return true }
        return (try? DistinguishedName(rfc4514: self.subject))?.matchesIgnoringOrder(subject) ?? true
    }
}
