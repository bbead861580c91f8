// SPDX-License-Identifier: Apache-2.0

/// What became of a plan.
package enum PlanOutcome: Sendable, Hashable {
    /// Stored; sign now.
    case recorded
    /// The same request was made before: its enrolment, and its credential once issued.
    case duplicate(Enrollment, Credential?)
    /// Another key uses this transactionID in a pending enrolment, or a caller named another order so.
    case transactionIDInUse
    /// The challenge does not exist.
    case challengeUnknown
    /// The challenge was spent before.
    case challengeAlreadyUsed
    /// The challenge is past its time.
    case challengeExpired
    /// The serial number exists; make a new plan.
    case serialTaken
    /// As many enrolments of the endpoint wait for a person as may.
    case tooManyWaiting
}

/// What became of a decision about a pending enrolment.
package enum DecisionOutcome: Sendable, Hashable {
    /// Recorded; the enrolment as it is now.
    case decided(Enrollment)
    /// No such enrolment.
    case notFound
    /// It was decided before.
    case alreadyDecided(Enrollment)
}

/// Enrolments from request to certificate.
package protocol EnrollmentStore: Sendable {
    /// Transaction 1 of an issuance: consumes the challenge, reserves the serial, stores the plan.
    ///
    /// The order of checks inside the transaction: duplicate by `IdempotencyKey` (waiting or being signed; or issued at
    /// most `replayWindow` seconds ago, its credential valid, unrevoked, not superseded), transactionID in use,
    /// challenge, serial. A transactionID that is a caller's own name (``IdempotencyKey/isNamedByCaller``) is in use
    /// as long as its order would be repeated, and its order is repeated whatever became of the credential.
    ///
    /// Consuming and storing are atomic: of 100 racers on one challenge one sees `recorded`.
    /// A pending or approved enrolment with the same `id` is turned into `issuing`.
    func recordPlan(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, replayWindow: Int64, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome
    /// Transaction 2: stores the certificate, marks the enrolment issued, links the renewed credential, creates or
    /// touches the device.
    func recordCertificate(
        _ credential: Credential, device: Device?, event: AuditEvent
    ) async throws(StoreError)
    /// Marks an enrolment failed. A consumed challenge stays consumed.
    func recordFailure(_ id: EnrollmentID, reason: String, event: AuditEvent) async throws(StoreError)
    /// Stores an enrolment that waits for approval, consuming the challenge if one was used, unless `limit` enrolments
    /// of its endpoint wait already.
    ///
    /// The limit comes after what an earlier enrolment has to say, and before the challenge.
    func recordPending(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, limit: Int, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome
    /// Marks an enrolment failed that nobody decided.
    ///
    /// - Returns: whether it still waited; one that was decided meanwhile is left as it is, without the event.
    func recordLapse(_ id: EnrollmentID, reason: String, event: AuditEvent) async throws(StoreError) -> Bool
    /// Approves or denies.
    func decide(
        _ id: EnrollmentID, approve: Bool, by actor: String, reason: String?, event: AuditEvent
    ) async throws(StoreError) -> DecisionOutcome
    /// One enrolment.
    func enrollment(_ id: EnrollmentID) async throws(StoreError) -> Enrollment?
    /// The newest enrolment of exactly this request.
    func enrollment(_ key: IdempotencyKey) async throws(StoreError) -> Enrollment?
    /// The newest enrolment of an endpoint with this transactionID, key, the request's or the signer's, and subject,
    /// an RFC 4514 text; of a state, if one is named.
    func enrollment(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8], subject: String, in state: Enrollment.State?
    ) async throws(StoreError) -> Enrollment?
    /// Enrolments of an endpoint with this transactionID and key, the request's or the signer's, newest first.
    func enrollments(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8], limit: Int
    ) async throws(StoreError) -> [Enrollment]
    /// The newest enrolment that used this challenge.
    func enrollment(challenge: ChallengeID) async throws(StoreError) -> Enrollment?
    /// Whether an enrolment with this transactionID and another key waits at an endpoint, for a person or its
    /// certificate.
    func isInUse(
        _ transactionID: [UInt8], at endpoint: EndpointID, byOtherThan keyDigest: [UInt8]
    ) async throws(StoreError) -> Bool
    /// How many enrolments of an endpoint wait for a person, counted up to `limit`.
    func waitingCount(at endpoint: EndpointID, upTo limit: Int) async throws(StoreError) -> Int
    /// Enrolments in a state, oldest first, that came after another one; none when there is no such other one.
    func enrollments(
        in state: Enrollment.State, after cursor: EnrollmentID?, limit: Int
    ) async throws(StoreError) -> [Enrollment]
}

extension EnrollmentStore {
    /// Enrolments in a state, oldest first.
    package func enrollments(in state: Enrollment.State, limit: Int) async throws(StoreError) -> [Enrollment] {
        try await enrollments(in: state, after: nil, limit: limit)
    }
}
