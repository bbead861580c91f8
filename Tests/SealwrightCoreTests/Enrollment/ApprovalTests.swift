// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("RFC 8894 section 3.3.3: a person decides, the device asks again")
struct ApprovalTests {
    private func policy(
        _ approval: EnrollmentPolicy.Approval, challenge: Bool = true, webhook: Bool = false
    ) -> EnrollmentPolicy {
        EnrollmentPolicy(
            authentication: EnrollmentPolicy.Authentication(challenge: challenge, approval: approval, webhook: webhook))
    }

    /// A device whose request waits: with a challenge where every request waits, without one where strangers' do.
    private func waiting(
        _ approval: EnrollmentPolicy.Approval
    ) async throws -> (bench: Bench, device: TestDevice, request: EnrollmentRequest, id: EnrollmentID) {
        let bench = try await Bench(policy(approval))
        let device = try await approval == .always ? bench.device() : TestDevice("CN=laptop-7")
        let request = try device.request(now: bench.clock.now)
        return (bench, device, request, try #require(await bench.service.enroll(request).pendingID))
    }

    private func poll(_ bench: Bench, _ device: TestDevice, subject: String? = nil) async throws -> IssuanceOutcome {
        await bench.service.poll(
            endpoint: device.endpoint, transactionID: device.transactionID,
            signerKeyDigest: SubjectPublicKeyInfo(device.key.publicKey).digest,
            subject: try subject.map { try DistinguishedName(text: $0) })
    }

    @Test func `without a challenge the request waits, is approved and found by the poll`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        let request = try device.request()
        let id = try #require(await bench.service.enroll(request).pendingID)
        #expect(try await poll(bench, device) == .pending(id))
        #expect(await bench.service.enroll(request) == .pending(id))
        // The same key and transaction, signed once more: still the one that waits.
        #expect(try await bench.enroll(device) == .pending(id))

        guard case .decided(.issued(let credential)) = await bench.service.approve(id, by: "operator:alice") else {
            Issue.record("not issued")
            return
        }
        #expect(credential.approver == "operator:alice")
        #expect(try await poll(bench, device, subject: "cn=LAPTOP-7") == .issued(credential))
        #expect(await bench.service.enroll(request) == .issued(credential))
        #expect(try await bench.issuedCount == 1)
        guard case .alreadyDecided = await bench.service.approve(id, by: "operator:bob") else {
            Issue.record("decided twice")
            return
        }
    }

    @Test func `with a challenge it passes, with a wrong one it does not wait`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        #expect(try await bench.enroll(bench.device()).credential != nil)
        var device = try TestDevice("CN=laptop-8")
        device.challenge = Secret("wrong")
        #expect(try await bench.enroll(device).reason == .challengeUnknown)
    }

    @Test func `always means a challenge and a person`() async throws {
        let bench = try await Bench(policy(.always))
        #expect(try await bench.enroll(TestDevice("CN=laptop-8")).reason == .challengeMissing)
        let device = try await bench.device()
        let id = try #require(try await bench.enroll(device).pendingID)
        var second = try TestDevice("CN=laptop-9")
        second.challenge = device.challenge
        #expect(try await bench.enroll(second).reason == .challengeAlreadyUsed)
        guard case .decided(.issued(let credential)) = await bench.service.approve(id, by: "operator:alice") else {
            Issue.record("not issued")
            return
        }
        #expect(credential.challenge != nil)
        var renewing = device
        renewing.certificate = try credential.view
        renewing.challenge = nil
        #expect(try await bench.enroll(renewing, .renewal).credential != nil)
    }

    @Test func `always without challenges means a person only`() async throws {
        let bench = try await Bench(policy(.always, challenge: false))
        #expect(try await bench.enroll(TestDevice("CN=laptop-8")).pendingID != nil)
    }

    @Test func `never without challenges means nobody`() async throws {
        let bench = try await Bench(policy(.never, challenge: false))
        #expect(try await bench.enroll(TestDevice("CN=laptop-8")).reason == .notPermitted("first requests"))
    }

    @Test func `a denied request is told so`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        let id = try #require(try await bench.enroll(device).pendingID)
        let outcome = await bench.service.deny(id, by: "operator:alice", reason: "not ours")
        #expect(outcome == .decided(.denied(.deniedByApprover("not ours"))))
        #expect(try await poll(bench, device).reason == .deniedByApprover("not ours"))
        #expect(await bench.store.events.last?.action == "enrollment.denied")
    }

    @Test(arguments: [EnrollmentPolicy.Approval.always, .whenUnauthenticated])
    func `a request sent again after its denial is denied alike`(approval: EnrollmentPolicy.Approval) async throws {
        let (bench, asking, request, id) = try await waiting(approval)
        var device = asking
        _ = await bench.service.deny(id, by: "operator:alice", reason: "not ours")
        for _ in 0..<2 { #expect(await bench.service.enroll(request).reason == .deniedByApprover("not ours")) }
        // Made anew it is another request: with the same challenge, which is spent, it is still about that one.
        let anew = try await bench.enroll(device)
        #expect(approval == .always ? anew.reason == .deniedByApprover("not ours") : anew.pendingID != nil)
        // Under another transactionID nothing is known of it.
        device.transactionID = SecureRandom.bytes(16)
        let other = try await bench.enroll(device)
        #expect(approval == .always ? other.reason == .challengeAlreadyUsed : other.pendingID != nil)
        bench.clock.advance(by: 7 * 86_400)
        #expect(await bench.service.enroll(request).reason == .deniedByApprover("not ours"))
        bench.clock.advance(by: 24 * 86_400)
        let late = await bench.service.enroll(request)
        #expect(approval == .always ? late.reason == .deniedByApprover("not ours") : late.pendingID != nil)
    }

    @Test(arguments: [EnrollmentPolicy.Approval.always, .whenUnauthenticated])
    func `a client that repeats its request a week after the approval gets that certificate, while it is good`(
        approval: EnrollmentPolicy.Approval
    ) async throws {
        let (bench, _, request, id) = try await waiting(approval)
        guard case .decided(.issued(let credential)) = await bench.service.approve(id, by: "operator:alice") else {
            Issue.record("not issued")
            return
        }
        bench.clock.advance(by: 7 * 86_400)
        #expect(await bench.service.enroll(request) == .issued(credential))
        #expect(try await bench.issuedCount == 1)
        bench.clock.advance(by: 24 * 86_400)
        let late = await bench.service.enroll(request)
        #expect(approval == .always ? late.reason == .challengeAlreadyUsed : late.pendingID != nil)
    }

    @Test func `a request made anew with its spent challenge waits on, and is told that nobody decided`() async throws {
        var brief = policy(.always)
        brief.waitingTime = 3_600
        let bench = try await Bench(brief)
        let device = try await bench.device()
        let id = try #require(try await bench.enroll(device).pendingID)
        #expect(try await bench.enroll(device).pendingID == id)
        bench.clock.advance(by: 3_600)
        #expect(try await bench.service.endLapsed() == 1)
        #expect(try await bench.enroll(device).reason == .waitedTooLong)
        #expect(try await bench.issuedCount == 0)
    }

    @Test func `as many wait as may, those stay, and many refusals are told once`() async throws {
        var limited = policy(.whenUnauthenticated)
        limited.waitingLimit = 2
        let bench = try await Bench(limited)
        func timesTold() async -> Int {
            await bench.store.events.count { $0.outcome == "enrollment.too-many-waiting" }
        }
        let first = try TestDevice("CN=laptop-1")
        let id = try #require(try await bench.enroll(first).pendingID)
        #expect(try await bench.enroll(TestDevice("CN=laptop-2")).pendingID != nil)
        let late = try TestDevice("CN=laptop-3")
        for _ in 0..<3 { #expect(try await bench.enroll(late).reason == .tooManyWaiting) }
        #expect(await timesTold() == 1)
        // Who waits may ask again, and a challenge needs no place.
        #expect(try await bench.enroll(first).pendingID == id)
        #expect(try await bench.enroll(bench.device("CN=laptop-4")).credential != nil)
        _ = await bench.service.deny(id, by: "operator:alice")
        #expect(try await bench.enroll(late).pendingID != nil)
        #expect(try await bench.enroll(TestDevice("CN=laptop-5")).reason == .tooManyWaiting)
        #expect(await timesTold() == 1)
        bench.clock.advance(by: 601)
        #expect(try await bench.enroll(TestDevice("CN=laptop-5")).reason == .tooManyWaiting)
        #expect(await timesTold() == 2)
        #expect(await bench.store.events.last?.details["untold"] == "3")
    }

    @Test func `what nobody decides ends in time, and the device may ask anew`() async throws {
        var brief = policy(.whenUnauthenticated)
        brief.waitingTime = 3_600
        let bench = try await Bench(brief)
        let device = try TestDevice("CN=laptop-7")
        let id = try #require(try await bench.enroll(device).pendingID)
        bench.clock.advance(by: 3_599)
        #expect(try await bench.service.endLapsed() == 0)
        bench.clock.advance(by: 1)
        #expect(try await bench.service.endLapsed() == 1)
        #expect(try await bench.service.endLapsed() == 0)
        #expect(try await poll(bench, device).reason == .waitedTooLong)
        let events = await bench.store.events
        #expect(events.contains { $0.action == "enrollment.lapsed" && $0.object == id.rawValue })
        guard case .alreadyDecided = await bench.service.approve(id, by: "operator:alice") else {
            Issue.record("approved after its end")
            return
        }
        #expect(try await bench.enroll(device).pendingID != nil)
    }

    @Test func `a poll for nothing, by another key or for another subject is refused alike`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        _ = try await bench.enroll(device)
        var stranger = try TestDevice("CN=laptop-7")
        #expect(try await poll(bench, stranger).reason == .transactionUnknown)
        stranger.transactionID = device.transactionID
        #expect(try await poll(bench, stranger).reason == .transactionUnknown)
        #expect(try await poll(bench, device, subject: "CN=other").reason == .transactionUnknown)
    }

    @Test func `another key under a waiting transactionID is refused`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        _ = try await bench.enroll(device)
        var other = try TestDevice("CN=laptop-7")
        other.transactionID = device.transactionID
        #expect(try await bench.enroll(other).reason == .transactionIDInUse)
    }

    @Test func `a request that could not be issued does not wait`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=" + String(repeating: "x", count: 65))
        guard case .subjectNotAllowed = try await bench.enroll(device).reason else {
            Issue.record("queued")
            return
        }
    }

    @Test func `a device blocked while it waited is refused at the approval`() async throws {
        let bench = try await Bench(policy(.always))
        let first = try await bench.device()
        let id = try #require(try await bench.enroll(first).pendingID)
        _ = await bench.service.approve(id, by: "operator:alice")
        let second = try await bench.device()
        let waiting = try #require(try await bench.enroll(second).pendingID)
        let known = try #require(try await bench.store.device(attachment: .scepSubject("CN=laptop-7")))
        _ = try await bench.store.setState(
            .blocked, of: known.id,
            event: AuditEvent(action: "device.blocked", at: bench.clock.now, actor: "test", object: "d"))
        let outcome = await bench.service.approve(waiting, by: "operator:alice")
        #expect(outcome == .decided(.denied(.deviceBlocked(known.id))))
        #expect(try await bench.store.enrollment(waiting)?.state == .failed)
    }

    @Test func `an approval whose issuance was cut off is made good at the next start`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let id = try #require(try await bench.enroll(TestDevice("CN=laptop-7")).pendingID)
        _ = try await bench.store.decide(
            id, approve: true, by: "operator:alice", reason: nil,
            event: AuditEvent(action: "enrollment.approved", at: bench.clock.now, actor: "test", object: "e"))
        #expect(try await bench.service.finishInterrupted() == 1)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `one key that asks for two names under one transactionID finds each by its subject`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let first = try TestDevice("CN=laptop-7")
        var second = try TestDevice("CN=laptop-8", key: first.key)
        second.transactionID = first.transactionID
        let waiting = try #require(try await bench.enroll(first).pendingID)
        let other = try #require(try await bench.enroll(second).pendingID)
        #expect(try await poll(bench, first, subject: "CN=laptop-7") == .pending(waiting))
        // Signed anew it does not queue again, though it is not the newest.
        #expect(try await bench.enroll(first) == .pending(waiting))
        guard case .decided(.issued(let credential)) = await bench.service.approve(waiting, by: "operator:alice") else {
            Issue.record("not issued")
            return
        }
        #expect(try await poll(bench, first, subject: "CN=laptop-7") == .issued(credential))
        #expect(try await poll(bench, first, subject: "CN=laptop-8") == .pending(other))
        #expect(try await poll(bench, first) == .pending(other), "who names no subject means the newest")
    }

    @Test func `of more names than are looked through, each is found that the poll writes as the request did`()
        async throws
    {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let first = try TestDevice("CN=laptop-0,O=Example")
        let waiting = try #require(try await bench.enroll(first).pendingID)
        for number in 1...100 {
            var other = try TestDevice("CN=laptop-\(number)", key: first.key)
            other.transactionID = first.transactionID
            #expect(try await bench.enroll(other).pendingID != nil)
        }
        #expect(try await poll(bench, first, subject: "CN=laptop-0,O=Example") == .pending(waiting))
        #expect(try await bench.enroll(first) == .pending(waiting))
        #expect(try await poll(bench, first, subject: "cn=LAPTOP-100").pendingID != nil)
        #expect(try await poll(bench, first, subject: "CN=laptop-101").reason == .transactionUnknown)
    }

    @Test func `approval and fifty polls at once are one certificate`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        let id = try #require(try await bench.enroll(device).pendingID)
        let outcomes = try await withThrowingTaskGroup(of: IssuanceOutcome.self) { group in
            group.addTask {
                guard case .decided(let outcome) = await bench.service.approve(id, by: "operator:alice") else {
                    return .pending(id)
                }
                return outcome
            }
            for _ in 0..<50 { group.addTask { try await poll(bench, device) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes.compactMap(\.credential)).count == 1)
        #expect(outcomes.allSatisfy { $0.credential != nil || $0 == .pending(id) })
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `an approval whose signing failed is finished by a poll`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        let id = try #require(try await bench.enroll(device).pendingID)
        let key = try TestKeys.shared.key(.ecP256, 901)
        try await bench.replaceIssuingKey(by: BrokenKey(base: key))
        guard case .decided(.unavailable) = await bench.service.approve(id, by: "operator:alice") else {
            Issue.record("signed")
            return
        }
        #expect(try await poll(bench, device) == .pending(id))
        try await bench.replaceIssuingKey(by: key)
        bench.clock.advance(by: 60)
        #expect(try await poll(bench, device).credential?.approver == "operator:alice")
    }

    @Test(arguments: [EnrollmentPolicy.Approval.always, .whenUnauthenticated])
    func `an approval that could not be carried out is by the request sent again`(
        approval: EnrollmentPolicy.Approval
    ) async throws {
        let (bench, _, request, id) = try await waiting(approval)
        let issuing = try #require(bench.hierarchy.registry.context(TestHierarchy.issuingID))
        try await bench.replaceIssuingKey(by: nil)
        _ = await bench.service.approve(id, by: "operator:alice")
        #expect(try await bench.store.enrollment(id)?.state == .approved)
        try await bench.replaceIssuingKey(by: issuing.key)
        let credential = await bench.service.enroll(request).credential
        #expect(credential?.approver == "operator:alice")
        #expect(await bench.service.enroll(request).credential == credential)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a certificate revoked meanwhile is not handed to a poll`() async throws {
        let bench = try await Bench(policy(.whenUnauthenticated))
        let device = try TestDevice("CN=laptop-7")
        let id = try #require(try await bench.enroll(device).pendingID)
        guard case .decided(.issued(let credential)) = await bench.service.approve(id, by: "operator:alice") else {
            Issue.record("not issued")
            return
        }
        _ = try await bench.store.revoke(
            serial: credential.serial, Revocation(at: bench.clock.now, reason: .keyCompromise),
            event: AuditEvent(action: "certificate.revoked", at: bench.clock.now, actor: "test", object: "c"))
        #expect(try await poll(bench, device).reason == .transactionEnded("its certificate is revoked"))
    }

    @Test func `nothing is decided about what is not there`() async throws {
        let bench = try await Bench()
        #expect(await bench.service.approve(EnrollmentID(rawValue: "en_x"), by: "operator:alice") == .notFound)
    }

    // MARK: - Webhook

    private struct Webhook: EnrollmentAuthorizer {
        let answer: AuthorizerVerdict

        func verdict(on request: EnrollmentRequest, policy: EnrollmentPolicy) async -> AuthorizerVerdict { answer }
    }

    @Test(
        arguments: zip(
            [AuthorizerVerdict.denied("unknown user"), .unavailable],
            [DenialReason.webhookDenied("unknown user"), .webhookUnavailable]))
    func `a webhook's no is final`(answer: AuthorizerVerdict, reason: DenialReason) async throws {
        let bench = try await Bench(policy(.never, webhook: true), authorizer: Webhook(answer: answer))
        var device = try TestDevice("CN=laptop-7")
        device.challenge = Secret("intune blob")
        #expect(try await bench.enroll(device).reason == reason)
        #expect(try await bench.enroll(bench.device()).credential != nil)
    }

    @Test func `a webhook's yes issues and is remembered`() async throws {
        let bench = try await Bench(
            policy(.never, webhook: true), authorizer: Webhook(answer: .allowed(by: "webhook:mdm")))
        let request = try TestDevice("CN=laptop-7").request()
        #expect(await bench.service.enroll(request).credential?.approver == "webhook:mdm")
        #expect(await bench.service.enroll(request).credential != nil)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a webhook that is asked for and not there refuses`() async throws {
        let bench = try await Bench(policy(.never, webhook: true))
        #expect(try await bench.enroll(TestDevice("CN=laptop-7")).reason == .webhookUnavailable)
    }

    // MARK: - Operators

    @Test func `an operator orders a certificate, once for each key of his own`() async throws {
        let bench = try await Bench()
        var device = try TestDevice("")
        device.ask(for: ["DNS:www.example.com"])
        let order = OperatorRequest(
            certificationRequest: try VerifiedRequest(device.certificationRequest()), profile: "server",
            authority: TestHierarchy.issuingID, subject: try DistinguishedName(text: "CN=www.example.com"),
            validity: RequestedValidity(amount: 30, unit: .days), operator: "operator:alice",
            idempotencyKey: .init(text: "order-1", fingerprint: [1]))
        let credential = try #require(await bench.service.issue(order).credential)
        #expect(credential.subject == "CN=www.example.com")
        #expect(credential.profile == "server")
        #expect(credential.issuedVia == "api")
        #expect(credential.notAfter == bench.clock.now.adding(seconds: 30 * 86_400 - 1))
        #expect(await bench.service.issue(order).credential == credential)
    }

    @Test func `a name that an operator gave one order is no other order's for a day, whatever became of it`()
        async throws
    {
        let bench = try await Bench()
        func order(_ subject: String, _ fingerprint: UInt8) throws -> OperatorRequest {
            OperatorRequest(
                certificationRequest: try VerifiedRequest(TestDevice(subject).certificationRequest()),
                profile: "device", authority: TestHierarchy.issuingID, operator: "operator:alice",
                idempotencyKey: .init(text: "order-1", fingerprint: [fingerprint]))
        }
        let first = try order("CN=a", 1)
        let credential = try #require(await bench.service.issue(first).credential)
        #expect(await bench.service.issue(try order("CN=b", 2)).reason == .transactionIDInUse)
        // For the same subject it is another order too.
        #expect(await bench.service.issue(try order("CN=a", 3)).reason == .transactionIDInUse)
        _ = try await bench.store.revoke(
            serial: credential.serial, Revocation(at: bench.clock.now, reason: .keyCompromise),
            event: AuditEvent(action: "test", at: bench.clock.now, actor: "test", object: "c"))
        #expect(await bench.service.issue(first).credential?.serial == credential.serial)
        #expect(try await bench.issuedCount == 1)
        bench.clock.advance(by: 86_401)
        #expect(await bench.service.issue(try order("CN=b", 2)).credential != nil)
    }

    @Test(arguments: ["unknown", "server"])
    func `an operator gets the profile's refusals too`(profile: String) async throws {
        let bench = try await Bench()
        let order = OperatorRequest(
            certificationRequest: try VerifiedRequest(TestDevice("CN=x").certificationRequest()), profile: profile,
            authority: TestHierarchy.issuingID, operator: "operator:alice")
        #expect(await bench.service.issue(order).reason != nil)
        #expect(await bench.store.events.last?.action == "enrollment.refused")
    }

    @Test func `a root signs no device, and an authority without key nobody`() async throws {
        let bench = try await Bench()
        let request = try VerifiedRequest(TestDevice("CN=x").certificationRequest())
        for authority in [TestHierarchy.rootID, AuthorityID(rawValue: "none")] {
            let order = OperatorRequest(
                certificationRequest: request, profile: "device", authority: authority, operator: "operator:alice")
            guard case .authorityUnavailable = await bench.service.issue(order).reason else {
                Issue.record("issued by \(authority)")
                return
            }
        }
        try await bench.replaceIssuingKey(by: nil)
        guard case .authorityUnavailable = try await bench.enroll(bench.device()).reason else {
            Issue.record("issued without a key")
            return
        }
    }
}
