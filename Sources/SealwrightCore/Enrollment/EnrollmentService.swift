// SPDX-License-Identifier: Apache-2.0

package import Logging
package import Metrics
package import PKIFormats

/// Enrolment, the same for every protocol: a request comes in, a certificate or a reason goes out.
///
/// The service never throws: each method ends in an outcome that an endpoint can tell its peer.
package final class EnrollmentService: Sendable {
    let store: any Store
    let registry: AuthorityRegistry
    let clock: any Clock
    let logger: Logger
    let metrics: IssuanceMetrics
    let decider: EnrollmentDecider
    let issuance: CertificateIssuance
    /// Where endpoints that enrol tell whom they refused.
    package let refusals: RefusalTrail

    /// Puts the service together.
    ///
    /// - Parameters:
    ///   - store: where everything is kept.
    ///   - registry: the authorities.
    ///   - publication: the URLs that go into certificates.
    ///   - clock: the time.
    ///   - logger: where decisions are told.
    ///   - profiles: certificate profiles by name.
    ///   - policies: the endpoints' policies; a request is judged by its own endpoint's and no other.
    ///   - authorizer: the webhook, if there is one.
    ///   - observer: who hears how requests ended.
    ///   - metrics: the metrics back end.
    ///   - crlPartitions: how many parts the CRL has, as ``CRLSettings`` says.
    ///   - clockGuard: tells when the clock is too wrong to issue.
    package init(
        store: any Store, registry: AuthorityRegistry, publication: Publication, clock: any Clock, logger: Logger,
        profiles: [String: CertificateProfile] = CertificateProfile.builtIn,
        policies: [EndpointID: EnrollmentPolicy], authorizer: (any EnrollmentAuthorizer)? = nil,
        observer: (any EnrollmentObserver)? = nil,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance, crlPartitions: Int = 0, clockGuard: ClockGuard? = nil
    ) {
        self.store = store
        self.refusals = RefusalTrail(store: store)
        self.registry = registry
        self.clock = clock
        self.logger = logger
        self.metrics = IssuanceMetrics(factory: metrics)
        self.decider = EnrollmentDecider(
            store: store, clock: clock,
            evidence: EnrollmentEvidence(store: store, registry: registry, clock: clock, authorizer: authorizer),
            profiles: profiles, policies: policies)
        self.issuance = CertificateIssuance(
            store: store, registry: registry, publication: publication, crlPartitions: crlPartitions,
            clockGuard: clockGuard, profiles: profiles, clock: clock, logger: logger, metrics: self.metrics,
            observer: observer)
    }

    /// Who signed a message, told by the certificate that came with it.
    package func signer(_ certificate: CertificateView) -> EnrollmentRequest.Signer {
        registry.authority(issuing: certificate) == nil ? .selfSigned(certificate) : .credential(certificate)
    }

    /// Judges a device's request and issues, queues or refuses.
    package func enroll(_ request: EnrollmentRequest) async -> IssuanceOutcome {
        var isRepetition = false
        do {
            switch try await decider.decide(request) {
            case .authorized(let order): return try await issuance.issue(order)
            case .needsApproval(let order): return try await issuance.queue(order)
            case .repeated(let enrollment, let credential):
                isRepetition = true
                if enrollment.state == .approved { return try await issueApproved(enrollment) }
                return try await issuance.outcome(of: enrollment, credential)
            }
        } catch {
            let challenge = await challenge(of: request)
            let device = await device(of: request, refused: error) ?? challenge?.device
            await tell(error, via: request.via, at: request.endpoint) {
                .refused(request, $0, challenge: challenge?.id, device: device, at: self.clock.now)
            }
            // How the first of several ended was told then.
            if case .denied(let reason) = error, !isRepetition { tellObserver(request, reason) }
            return error.outcome
        }
    }

    /// Issues what an operator orders.
    package func issue(_ wish: OperatorRequest) async -> IssuanceOutcome {
        do {
            if let given = try await answer(givenTo: wish) { return given }
            return try await issuance.issue(decider.authorize(wish))
        } catch {
            await tell(error, via: wish.via) { .refused(wish, $0, at: self.clock.now) }
            return error.outcome
        }
    }

    /// The answer that the same order under the same name got before.
    ///
    /// Nothing is judged again: a key that was compromised since, or a device that was blocked, makes it no other order.
    private func answer(givenTo wish: OperatorRequest) async throws(EnrollmentRefusal) -> IssuanceOutcome? {
        guard let name = wish.idempotencyKey else { return nil }
        let found = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.enrollments(
                endpoint: .api, transactionID: Array(name.text.utf8), keyDigest: wish.certificationRequest.keyDigest,
                limit: 1)
        }
        let policy = EnrollmentPolicy(endpoint: .api, authority: wish.authority, profile: wish.profile)
        guard let found = found.first, found.state == .issued, found.key == wish.key(for: found.id),
            clock.now.seconds(since: found.updatedAt) <= policy.replayWindow
        else { return nil }
        return try await issuance.outcome(of: found, nil)
    }

    /// The challenge that a refused request carried, by which whoever ordered the certificate finds the refusal.
    private func challenge(of request: EnrollmentRequest) async -> Challenge? {
        guard let digest = request.challenge?.digest else { return nil }
        return try? await store.challenge(endpoint: request.endpoint, digest: digest)
    }

    /// The device that was refused: the one that is not let in, or the holder of the certificate that signed.
    private func device(of request: EnrollmentRequest, refused refusal: EnrollmentRefusal) async -> DeviceID? {
        if case .denied(.deviceBlocked(let id)) = refusal { return id }
        guard case .credential(let certificate) = request.signer,
            let authority = registry.authority(issuing: certificate),
            let held = try? await store.credential(authority: authority.id, serial: certificate.serialNumber),
            held.certificate == certificate.encoded
        else { return nil }
        return held.device
    }

    private func tellObserver(_ request: EnrollmentRequest, _ reason: DenialReason) {
        issuance.observer?.ended(
            EnrollmentEnding(
                key: request.key, certificationRequest: request.certificationRequest.storable,
                result: .refused(reason), at: clock.now))
    }

    /// Tells a refusal to log, metrics and audit trail.
    private func tell(
        _ refusal: EnrollmentRefusal, via: String, at endpoint: EndpointID? = nil,
        event: (DenialReason) -> AuditEvent
    ) async {
        switch refusal {
        case .denied(let reason):
            metrics.failed(reason: reason.code, via: via)
            let event = event(reason)
            guard await record(event, reason, at: endpoint) else { return }
            var metadata: Logger.Metadata = ["reason": "\(reason.code)", "sentence": "\(reason)", "via": "\(via)"]
            for field in ["subject", "peer", "transactionID", "challenge"] {
                if let value = event.details[field] { metadata[field] = "\(value.beginning(256))" }
            }
            logger.notice("Enrollment refused", metadata: metadata)
        case .unavailable(let cause):
            metrics.failed(reason: cause.code, via: via)
            logger.error(
                "Enrollment not possible",
                metadata: ["error.code": "\(cause.code)", "error": "\(cause)", "via": "\(via)"])
        }
    }

    /// Writes a refusal into the audit trail.
    ///
    /// A store that cannot take the event changes nothing: nothing was granted.
    ///
    /// That an endpoint is full is told once for many refusals, or whoever fills it would fill log and trail next.
    ///
    /// - Returns: whether the log is to hear of it too.
    private func record(_ event: AuditEvent, _ reason: DenialReason, at endpoint: EndpointID?) async -> Bool {
        let isFull = reason == .tooManyWaiting
        do {
            let isWritten = try await refusals.append(
                event, of: isFull ? endpoint?.rawValue ?? event.object : event.object,
                pace: isFull ? .seldom : .usual)
            return isWritten || !isFull
        } catch {
            logger.error("Audit event not written", metadata: ["error": "\(error)"])
            return true
        }
    }
}
