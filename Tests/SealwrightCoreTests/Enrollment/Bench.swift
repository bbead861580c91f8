// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

/// A whole middle in memory, for one test.
struct Bench {
    let store = InMemoryStore()
    let clock = FixedClock()
    let hierarchy: TestHierarchy
    let clockGuard: ClockGuard
    let service: EnrollmentService
    let challenges: ChallengeService

    init(
        _ policy: EnrollmentPolicy = EnrollmentPolicy(), profiles: [CertificateProfile] = [.device, .server],
        authorizer: (any EnrollmentAuthorizer)? = nil, others: [EnrollmentPolicy] = [], issuing: KeyType = .ecP256,
        crlPartitions: Int = 0, observer: (any EnrollmentObserver)? = nil
    ) async throws {
        hierarchy = try await TestHierarchy(in: store, clock: clock, issuing: issuing)
        clockGuard = ClockGuard(store: store, registry: hierarchy.registry)
        service = EnrollmentService(
            store: store, registry: hierarchy.registry, publication: hierarchy.publication, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            profiles: Dictionary(profiles.map { ($0.name, $0) }) { first, _ in first },
            policies: Dictionary(([policy] + others).map { ($0.endpoint, $0) }) { first, _ in first },
            authorizer: authorizer, observer: observer, crlPartitions: crlPartitions, clockGuard: clockGuard)
        challenges = ChallengeService(
            store: store, clock: clock, profiles: Dictionary(profiles.map { ($0.name, $0) }) { first, _ in first },
            policies: Dictionary(([policy] + others).map { ($0.endpoint, $0) }) { first, _ in first })
    }

    /// A device with a fresh challenge.
    func device(_ subject: String = "CN=laptop-7", key: SoftwareKey? = nil) async throws -> TestDevice {
        var device = try TestDevice(subject, key: key)
        device.challenge = try await challenges.create(ChallengeOrder(createdBy: "test")).secret
        return device
    }

    /// Enrols a device and gives it its certificate to sign with.
    func enrolled(_ subject: String = "CN=laptop-7", names: [String] = []) async throws -> (TestDevice, Credential) {
        var device = try await device(subject)
        if !names.isEmpty { device.ask(for: names) }
        let credential = try await issue(device)
        device.certificate = try CertificateView(parsing: credential.certificate)
        device.challenge = nil
        device.transactionID = SecureRandom.bytes(16)
        device.extensions = []
        return (device, credential)
    }

    /// Sends a device's request.
    func enroll(
        _ device: TestDevice, _ kind: EnrollmentRequest.Kind = .initial
    ) async throws -> IssuanceOutcome {
        await service.enroll(try device.request(kind, now: clock.now))
    }

    /// Sends a device's request and expects a certificate.
    func issue(_ device: TestDevice, _ kind: EnrollmentRequest.Kind = .initial) async throws -> Credential {
        let outcome = try await enroll(device, kind)
        return try #require(outcome.credential, "\(outcome)")
    }

    /// The enrolment that led to a credential.
    func enrollment(of credential: Credential) async throws -> Enrollment {
        let id = try #require(credential.enrollment)
        let enrollment = try await store.enrollment(id)
        return try #require(enrollment)
    }

    /// The device that holds a credential.
    func holder(of credential: Credential) async throws -> Device {
        let id = try #require(credential.device)
        let device = try await store.device(id)
        return try #require(device)
    }

    /// Gives the issuing authority another key object, as if its token had been changed.
    func replaceIssuingKey(by key: (any PrivateKey)?) async throws {
        let issuing = try #require(hierarchy.registry.context(TestHierarchy.issuingID))
        await hierarchy.keys.set(key, for: issuing.authority.keyID)
        try await hierarchy.registry.reload()
    }

    /// How many certificates devices have.
    var issuedCount: Int {
        get async throws { try await store.credentialCount() }
    }
}

extension IssuanceOutcome {
    var credential: Credential? { if case .issued(let credential) = self { credential } else { nil } }
    var reason: DenialReason? { if case .denied(let reason) = self { reason } else { nil } }
    var pendingID: EnrollmentID? { if case .pending(let id) = self { id } else { nil } }
}

extension Credential {
    var view: CertificateView {
        get throws { try CertificateView(parsing: certificate) }
    }
}
