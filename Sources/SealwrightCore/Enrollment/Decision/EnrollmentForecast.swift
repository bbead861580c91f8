// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What would become of a request if it came now.
///
/// Nothing is stored, consumed, signed or asked outside to find out.
package enum EnrollmentForecast: Sendable {
    /// A new certificate, planned, linted and not signed. Its serial number and times would be others.
    case issued(Certificate)
    /// The certificate that the same request got before, once more.
    case repeated(Credential)
    /// No certificate yet.
    case pending(Wait)
    /// A refusal.
    case denied(DenialReason)
    /// No decision now.
    case unavailable(Unavailability)

    /// The certificate that would be issued.
    package struct Certificate: Sendable {
        package let subject: DistinguishedName
        package let alternativeNames: [GeneralName]
        package let notAfter: Timestamp
        package let profile: String
        /// Who would issue it: of a device that asks the staged successor that one.
        package let authority: AuthorityID
        /// Wishes of the request that the profile does not grant.
        package let ignored: [String]
        package let grounds: Grounds

        package init(
            subject: DistinguishedName, alternativeNames: [GeneralName], notAfter: Timestamp, profile: String,
            authority: AuthorityID, ignored: [String], grounds: Grounds
        ) {
            self.subject = subject
            self.alternativeNames = alternativeNames
            self.notAfter = notAfter
            self.profile = profile
            self.authority = authority
            self.ignored = ignored
            self.grounds = grounds
        }
    }

    /// What a request without its certificate waits for.
    package enum Wait: Sendable, Hashable {
        /// A person would be asked.
        case approval
        /// A person is being asked.
        case approvalUnderWay
        /// The certificate is planned and not signed; the server finishes it.
        case signature
    }

    /// What would entitle the request.
    package enum Grounds: Sendable, Hashable {
        case challenge(ChallengeID)
        /// The serial number of the certificate it renews.
        case renewal(SerialNumber)
        /// The web service, which is not asked for a forecast.
        case webhook
        /// A person said yes before.
        case approval
    }
}

/// Stands for a web service that is not asked: the forecast goes on as if it had agreed.
package struct UnaskedWebhook: EnrollmentAuthorizer {
    /// How it is named where an approver is.
    static let name = "webhook (not asked)"

    package init() {}

    package func verdict(on request: EnrollmentRequest, policy: EnrollmentPolicy) async -> AuthorizerVerdict {
        .allowed(by: Self.name)
    }
}

// MARK: - Foretelling

extension EnrollmentService {
    /// Foretells ``enroll(_:)`` with the same rules in the same order.
    ///
    /// The service must have been made with an ``UnaskedWebhook`` where the endpoint has a webhook.
    package func forecast(_ request: EnrollmentRequest) async -> EnrollmentForecast {
        do {
            switch try await decider.decide(request) {
            case .authorized(let order): return try await issuance.forecast(order.value)
            case .needsApproval(let order): return try await issuance.forecastQueue(order)
            case .repeated(let enrollment, _) where enrollment.state == .approved:
                return try await issuance.forecast(try await decider.authorize(approved: enrollment).value)
            case .repeated(let enrollment, let credential):
                return try await issuance.forecast(of: enrollment, credential)
            }
        } catch {
            return error.forecast
        }
    }

    /// Foretells ``poll(endpoint:transactionID:signerKeyDigest:subject:)``.
    package func forecastPoll(
        endpoint: EndpointID, transactionID: [UInt8], signerKeyDigest: [UInt8], subject: DistinguishedName? = nil
    ) async -> EnrollmentForecast {
        do {
            let found = try await polled(
                endpoint: endpoint, transactionID: transactionID, signerKeyDigest: signerKeyDigest, subject: subject)
            guard found.state == .approved else { return try handedOut(try await issuance.forecast(of: found, nil)) }
            return try await issuance.forecast(try await decider.authorize(approved: found).value)
        } catch {
            return error.forecast
        }
    }

    private func handedOut(_ forecast: EnrollmentForecast) throws(EnrollmentRefusal) -> EnrollmentForecast {
        if case .repeated(let credential) = forecast { _ = try stillGood(.issued(credential)) }
        return forecast
    }
}

extension CertificateIssuance {
    /// Foretells ``issue(_:)``: the plan and its lint, then the checks of transaction 1.
    func forecast(_ order: IssuanceOrder) async throws(EnrollmentRefusal) -> EnrollmentForecast {
        let planner = try planner(for: order).planner
        let plan = try plan(order, with: planner).plan
        if let earlier = try await earlier(order) { return earlier }
        return .issued(
            EnrollmentForecast.Certificate(
                subject: plan.subject, alternativeNames: plan.alternativeNames, notAfter: plan.notAfter,
                profile: plan.profile, authority: plan.authority, ignored: plan.ignored, grounds: order.grounds))
    }

    /// Foretells ``queue(_:)``.
    fileprivate func forecastQueue(_ order: IssuanceOrder) async throws(EnrollmentRefusal) -> EnrollmentForecast {
        let planner = try planner(for: order).planner
        _ = try plan(order, with: planner)
        let isWaiting = try await waiting(order.enrollment(state: .pending, plan: nil, now: clock.now)) != nil
        if isWaiting { return .pending(.approvalUnderWay) }
        if let earlier = try await earlier(order) { return earlier }
        if try await isFull(order) { throw .denied(.tooManyWaiting) }
        return .pending(.approval)
    }

    /// Whether as many requests of the endpoint wait as may.
    private func isFull(_ order: IssuanceOrder) async throws(EnrollmentRefusal) -> Bool {
        let limit = order.policy.waitingLimit
        return try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.waitingCount(at: order.key.endpoint, upTo: limit) >= limit
        }
    }

    /// Foretells ``outcome(of:_:)``, without finishing what was left behind.
    func forecast(
        of enrollment: Enrollment, _ credential: Credential?
    ) async throws(EnrollmentRefusal) -> EnrollmentForecast {
        switch enrollment.state {
        case .pending, .approved: return .pending(.approvalUnderWay)
        case .issuing: return .pending(.signature)
        case .denied: throw .denied(.deniedByApprover(enrollment.reason))
        case .failed: throw .denied(.failed(enrollment))
        case .issued:
            if let credential { return .repeated(credential) }
            return .repeated(try await issuedCredential(enrollment))
        }
    }

    /// What the store would find when the plan is recorded: the same request before, or its transactionID in use.
    private func earlier(_ order: IssuanceOrder) async throws(EnrollmentRefusal) -> EnrollmentForecast? {
        let key = order.key
        let digest = order.certificationRequest.keyDigest
        let same = try await EnrollmentRefusal.storing { () throws(StoreError) in try await store.enrollment(key) }
        if let same, let repeated = try await repetition(same, of: order) { return repeated }
        let isInUse = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.isInUse(key.transactionID, at: key.endpoint, byOtherThan: digest)
        }
        if isInUse { throw .denied(.transactionIDInUse) }
        return nil
    }

    private func repetition(
        _ earlier: Enrollment, of order: IssuanceOrder
    ) async throws(EnrollmentRefusal) -> EnrollmentForecast? {
        switch earlier.state {
        case .denied, .failed: return nil
        case .pending, .approved: return earlier.id == order.enrollment ? nil : .pending(.approvalUnderWay)
        case .issuing: return .pending(.signature)
        case .issued:
            guard clock.now.seconds(since: earlier.updatedAt) <= order.policy.replayWindow else { return nil }
            let credential = try await issuedCredential(earlier)
            return credential.status(at: clock.now) == .valid ? .repeated(credential) : nil
        }
    }
}

extension IssuanceOrder {
    fileprivate var grounds: EnrollmentForecast.Grounds {
        if let renewed { return .renewal(renewed.serial) }
        if let challenge { return isChallengeConsumed ? .approval : .challenge(challenge) }
        return approver == UnaskedWebhook.name ? .webhook : .approval
    }
}

extension EnrollmentRefusal {
    fileprivate var forecast: EnrollmentForecast {
        switch self {
        case .denied(let reason): .denied(reason)
        case .unavailable(let cause): .unavailable(cause)
        }
    }
}
