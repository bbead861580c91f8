// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("DESIGN section 5: nothing is issued twice")
struct RepetitionTests {
    /// The key the test hierarchy issues with.
    private var issuingKey: SoftwareKey { get throws { try TestKeys.shared.key(.ecP256, 901) } }

    @Test func `one message a hundred times in parallel is one certificate`() async throws {
        let bench = try await Bench()
        let request = try await bench.device().request()
        let outcomes = await withTaskGroup(of: IssuanceOutcome.self) { group in
            for _ in 0..<100 { group.addTask { await bench.service.enroll(request) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes).count == 1)
        #expect(outcomes.first?.credential != nil)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a repetition that saw the issuance at work, and comes when it has ended, gets the certificate`()
        async throws
    {
        let bench = try await Bench()
        let first = await bench.service.enroll(try await bench.device().request())
        let enrollments = try await bench.store.enrollments(in: .issued, limit: 1)
        var seen = try #require(enrollments.first)
        seen.state = .issuing
        #expect(try await bench.service.issuance.outcome(of: seen, nil) == first)
    }

    @Test func `a hundred racers on one challenge are one certificate`() async throws {
        let bench = try await Bench()
        let challenge = try await bench.device().challenge
        let requests = try (0..<100).map { number in
            var device = try TestDevice("CN=racer-\(number)")
            device.challenge = challenge
            return try device.request()
        }
        let outcomes = await withTaskGroup(of: IssuanceOutcome.self) { group in
            for request in requests { group.addTask { await bench.service.enroll(request) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.credential != nil } == 1)
        #expect(outcomes.count { $0.reason == .challengeAlreadyUsed } == 99)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a retransmission gets its certificate though the challenge is spent, even after it expired`()
        async throws
    {
        let bench = try await Bench()
        let request = try await bench.device().request()
        let first = await bench.service.enroll(request)
        #expect(await bench.service.enroll(request) == first)
        bench.clock.advance(by: 7200)
        #expect(await bench.service.enroll(request) == first)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a retransmission gets its certificate though its key had another since under the same transactionID`()
        async throws
    {
        let bench = try await Bench()
        let device = try await bench.device("CN=laptop-7")
        var other = try await bench.device("CN=laptop-8", key: device.key)
        other.transactionID = device.transactionID
        let request = try device.request()
        let first = await bench.service.enroll(request)
        #expect(first.credential != nil)
        #expect(try await bench.enroll(other).credential != nil)
        #expect(await bench.service.enroll(request) == first)
        #expect(try await bench.issuedCount == 2)
    }

    @Test func `a retransmission is answered no longer than the replay window`() async throws {
        let bench = try await Bench()
        let request = try await bench.device().request()
        #expect(await bench.service.enroll(request).credential != nil)
        bench.clock.advance(by: 86_401)
        #expect(await bench.service.enroll(request).reason == .challengeAlreadyUsed)
    }

    @Test func `a retransmission does not hand out a revoked certificate`() async throws {
        let bench = try await Bench()
        let device = try await bench.device()
        let credential = try await bench.issue(device)
        _ = try await bench.store.revoke(
            serial: credential.serial, Revocation(at: bench.clock.now, reason: .keyCompromise),
            event: AuditEvent(action: "certificate.revoked", at: bench.clock.now, actor: "test", object: "c"))
        #expect(try await bench.enroll(device).reason == .challengeAlreadyUsed)
    }

    @Test func `a crash between the transactions is finished with the same octets`() async throws {
        let bench = try await Bench()
        let device = try await bench.device()
        let request = try device.request()
        try await bench.replaceIssuingKey(by: BrokenKey(base: try issuingKey))
        guard case .unavailable(.signing) = await bench.service.enroll(request) else {
            Issue.record("signing did not fail")
            return
        }
        let waiting = try await bench.store.enrollments(in: .issuing, limit: 10)
        #expect(waiting.count == 1)

        try await bench.replaceIssuingKey(by: try issuingKey)
        #expect(try await bench.service.finishInterrupted() == 1)
        let credential = try #require(await bench.service.enroll(request).credential)
        #expect(try Array(credential.view.tbsCertificate) == waiting.first?.plan?.tbsCertificate)
        #expect(credential.challenge != nil)
        #expect(try await bench.holder(of: credential).name == "laptop-7")
        #expect(try await bench.issuedCount == 1)
        #expect(try await bench.service.finishInterrupted() == 0)
    }

    @Test func `a plan left behind is finished by the next retransmission`() async throws {
        let bench = try await Bench()
        let request = try await bench.device().request()
        try await bench.replaceIssuingKey(by: BrokenKey(base: try issuingKey))
        _ = await bench.service.enroll(request)
        try await bench.replaceIssuingKey(by: try issuingKey)
        #expect(await bench.service.enroll(request).pendingID != nil)
        bench.clock.advance(by: 5)
        #expect(await bench.service.enroll(request).credential != nil)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a plan that was changed in the store is never signed`() async throws {
        let bench = try await Bench()
        let request = try await bench.device().request()
        let issuing = try #require(bench.hierarchy.registry.context(TestHierarchy.issuingID))
        let wish = RequestedCertificate(
            subject: try DistinguishedName(text: "CN=evil authority"),
            subjectPublicKeyInfo: issuing.certificate.subjectPublicKeyInfo)
        var profile = CertificateProfile.issuingAuthority()
        profile.validity = CertificateProfile.device.validity
        let evil = try IssuancePlanner(
            profile: profile, issuer: try PlanIssuer(issuing, publication: bench.hierarchy.publication)
        ).plan(wish, now: bench.clock.now)
        let tampered = Enrollment(
            id: .new(milliseconds: 1),
            key: IdempotencyKey(
                endpoint: .default, messageType: "19", transactionID: [1, 2], requestDigest: [], signerDigest: nil),
            state: .issuing, certificationRequest: request.certificationRequest.storable, keyDigest: [1],
            signerKeyDigest: [1], subject: "CN=evil", profile: "device", via: "scep:default", renewedFrom: nil,
            device: nil, createdAt: bench.clock.now, updatedAt: bench.clock.now,
            plan: evil.planned)
        _ = try await bench.store.recordPlan(
            tampered, consuming: nil, replayWindow: 0,
            event: AuditEvent(action: "test", at: bench.clock.now, actor: "test", object: "e"))
        #expect(try await bench.service.finishInterrupted() == 0)
        let now = try await bench.store.enrollment(tampered.id)
        #expect(now?.state == .failed)
        #expect(now?.reason == "enrollment.lint-failed")
    }

    @Test func `a failure to store the certificate is made good later`() async throws {
        let bench = try await Bench()
        let request = try await bench.device().request()
        try await bench.replaceIssuingKey(by: FaultingKey(base: try issuingKey, store: bench.store))
        #expect(await bench.service.enroll(request) == .unavailable(.store(.unavailable("power cut"))))
        await bench.store.fail(with: nil)
        bench.clock.advance(by: 10)
        try await bench.replaceIssuingKey(by: try issuingKey)
        #expect(await bench.service.enroll(request).credential != nil)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a signature that does not verify is not handed out`() async throws {
        let bench = try await Bench()
        let request = try await bench.device().request()
        try await bench.replaceIssuingKey(by: LyingKey(base: try issuingKey))
        #expect(await bench.service.enroll(request) == .unavailable(.signatureWrong))
        #expect(try await bench.issuedCount == 0)
    }
}
