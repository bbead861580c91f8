// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("RFC 8894 section 3.3.1.2: renewal")
struct RenewalTests {
    @Test(arguments: [EnrollmentRequest.Kind.renewal, .initial])
    func `a valid certificate renews itself, whatever the message calls it`(kind: EnrollmentRequest.Kind) async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        device.key = try TestKeys.shared.fresh(.ecP256)
        let new = try await bench.issue(device, kind)
        #expect(new.renewedFrom == old.id)
        #expect(new.device == old.device)
        #expect(new.challenge == nil)
        let superseded = try await bench.store.credential(old.id)
        #expect(superseded?.renewedTo == new.id)
        #expect(superseded?.status(at: bench.clock.now) == .superseded)
    }

    @Test func `a renewal with the same key and transaction issues anew`() async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        device.transactionID = [7]
        let second = try await bench.issue(device, .renewal)
        device.certificate = try second.view
        let third = try await bench.issue(device, .renewal)
        #expect(Set([old.serial, second.serial, third.serial]).count == 3)
        #expect(third.renewedFrom == second.id)
    }

    @Test func `a repeated renewal message gets the same certificate`() async throws {
        let bench = try await Bench()
        let (device, _) = try await bench.enrolled()
        let request = try device.request(.renewal)
        let first = await bench.service.enroll(request)
        #expect(await bench.service.enroll(request) == first)
        #expect(try await bench.issuedCount == 2)
    }

    @Test func `names are carried over, and none can be added`() async throws {
        let bench = try await Bench()
        var (device, _) = try await bench.enrolled(names: ["DNS:a.example.com", "DNS:b.example.com"])
        let same = try await bench.issue(device, .renewal)
        #expect(try same.view.subjectAlternativeName?.dnsNames == ["a.example.com", "b.example.com"])

        device.ask(for: ["DNS:a.example.com", "DNS:c.example.com"])
        let outcome = try await bench.enroll(device, .renewal)
        #expect(outcome.reason == .renewalSubjectMismatch(requested: "DNS:c.example.com"))

        device.extensions = []
        device.ask(for: ["DNS:B.example.com"])
        let fewer = try await bench.issue(device, .renewal)
        #expect(try fewer.view.subjectAlternativeName?.dnsNames == ["B.example.com"])
    }

    @Test func `another subject is refused unless the policy allows it`() async throws {
        let bench = try await Bench()
        var (device, _) = try await bench.enrolled()
        device.subject = "CN=administrator"
        let outcome = try await bench.enroll(device, .renewal)
        #expect(outcome.reason == .renewalSubjectMismatch(requested: "CN=administrator"))

        let lax = try await Bench(EnrollmentPolicy(renewalKeepsSubject: false))
        (device, _) = try await lax.enrolled()
        device.subject = "CN=laptop-8"
        #expect(try await lax.issue(device, .renewal).subject == "CN=laptop-8")
    }

    @Test func `a revoked certificate renews nothing, not even with a challenge`() async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        _ = try await bench.store.revoke(
            serial: old.serial, Revocation(at: bench.clock.now, reason: .keyCompromise),
            event: AuditEvent(action: "certificate.revoked", at: bench.clock.now, actor: "test", object: "c"))
        #expect(try await bench.enroll(device, .renewal).reason == .signerRevoked(.keyCompromise))
        device.challenge = try await bench.device().challenge
        #expect(try await bench.enroll(device, .initial).reason == .signerRevoked(.keyCompromise))
        let refusals = await bench.store.events.filter { $0.action == "enrollment.refused" }
        #expect(refusals.count == 2)
        #expect(refusals.allSatisfy { $0.object == old.device?.rawValue && $0.details["endpoint"] == "default" })
    }

    @Test func `a refusal is told of a device only where its key or its challenge proves it`() async throws {
        let bench = try await Bench()
        let (device, credential) = try await bench.enrolled()
        let id = try #require(credential.device)
        _ = try await bench.store.setState(
            .blocked, of: id, event: AuditEvent(action: "test", at: bench.clock.now, actor: "test", object: "d"))
        #expect(try await bench.enroll(device, .renewal).reason == .deviceBlocked(id))
        // The same subject, with no more than a guess.
        var stranger = try TestDevice(device.subject)
        stranger.challenge = Secret("guessed")
        #expect(try await bench.enroll(stranger).reason == .challengeUnknown)
        let refusals = await bench.store.events.filter { $0.action == "enrollment.refused" }
        #expect(refusals.map(\.object) == [id.rawValue, "default"])
    }

    @Test func `an expired certificate is refused, within the grace it is not`() async throws {
        for (grace, isRenewed) in [(Int64(0), false), (7200, true)] {
            let bench = try await Bench(EnrollmentPolicy(expiredGrace: grace))
            let (device, old) = try await bench.enrolled()
            bench.clock.set(old.notAfter)
            #expect(try await bench.enroll(device, .renewal).credential != nil)
            bench.clock.advance(by: 3600)
            var late = device
            late.transactionID = [9]
            let outcome = try await bench.enroll(late, .renewal)
            #expect((outcome.credential != nil) == isRenewed)
            if !isRenewed { #expect(outcome.reason == .signerExpired(at: old.notAfter)) }
        }
    }

    @Test func `an expired certificate with a challenge enrols anew`() async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        bench.clock.set(old.notAfter.adding(seconds: 1))
        device.challenge = try await bench.device().challenge
        let new = try await bench.issue(device, .initial)
        #expect(new.renewedFrom == nil)
        #expect(new.challenge != nil)
        #expect(new.device == old.device)
    }

    @Test(arguments: [RenewalWindow.half, .third, .days(30)])
    func `before the window opens a renewal is refused`(window: RenewalWindow) async throws {
        let bench = try await Bench(EnrollmentPolicy(renewalWindow: window))
        let (device, old) = try await bench.enrolled()
        let opening = window.opening(notBefore: old.notBefore, notAfter: old.notAfter)
        bench.clock.set(opening.adding(seconds: -1))
        #expect(try await bench.enroll(device, .renewal).reason == .renewalOutsideWindow(opensAt: opening))
        bench.clock.set(opening)
        #expect(try await bench.enroll(device, .renewal).credential != nil)
    }

    @Test func `what an administrator ordered is renewed before the window opens`() async throws {
        let bench = try await Bench(EnrollmentPolicy(renewalWindow: .third))
        let (device, old) = try await bench.enrolled()
        let request = try device.request(.renewal, isOrdered: true, now: bench.clock.now)
        #expect(await bench.service.enroll(request).credential?.renewedFrom == old.id)
    }

    @Test func `a renewal signed by the client's own certificate is refused`() async throws {
        let bench = try await Bench()
        let device = try await bench.device()
        #expect(try await bench.enroll(device, .renewal).reason == .signerUnknown)
    }

    @Test func `a certificate bought by a challenge for another profile renews under that`() async throws {
        let bench = try await Bench()
        var device = try TestDevice("CN=www.example.com")
        device.ask(for: ["DNS:www.example.com"])
        let order = ChallengeOrder(profile: "server", createdBy: "test")
        device.challenge = try await bench.challenges.create(order).secret
        let old = try await bench.issue(device)
        #expect(old.profile == "server")
        device.certificate = try old.view
        device.challenge = nil
        #expect(try await bench.issue(device, .renewal).profile == "server")
    }

    @Test func `claiming our issuer does not excuse a message from being signed by the request's key`() async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        var forged = old.certificate
        forged[forged.count - 2] ^= 1
        device.certificate = try CertificateView(parsing: forged)
        device.key = try TestKeys.shared.fresh(.ecP256)
        device.challenge = try await bench.device().challenge
        #expect(try await bench.enroll(device).reason == .signerKeyMismatch)
    }

    @Test func `a certificate that only claims our issuer is refused`() async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        var forged = old.certificate
        forged[forged.count - 2] ^= 1
        device.certificate = try CertificateView(parsing: forged)
        #expect(try await bench.enroll(device, .renewal).reason == .signerUnknown)
    }

    @Test func `the signer is told apart by its issuer`() async throws {
        let bench = try await Bench()
        let (device, old) = try await bench.enrolled()
        #expect(bench.service.signer(try old.view) == .credential(try old.view))
        let own = try device.selfSigned()
        #expect(bench.service.signer(own) == .selfSigned(own))
    }

    @Test func `a certificate of another profile or authority opens no endpoint`() async throws {
        let servers = EnrollmentPolicy(endpoint: EndpointID(rawValue: "servers"), profile: "server")
        let bench = try await Bench(others: [servers])
        var (device, _) = try await bench.enrolled(names: ["DNS:a.example.com"])
        device.endpoint = servers.endpoint
        guard case .signerNotForEndpoint = try await bench.enroll(device, .renewal).reason else {
            Issue.record("a device certificate renewed as a server's")
            return
        }
        var policy = EnrollmentPolicy(authority: AuthorityID(rawValue: "issuing-2"))
        let rules = RenewalRules(policy: policy)
        let (_, credential) = try await bench.enrolled()
        let view = try credential.view
        #expect(throws: DenialReason.self) {
            try rules.check(credential, view, asking: view.subject, via: "est:x", now: bench.clock.now)
        }
        policy.renewalAuthorities = [TestHierarchy.issuingID]
        #expect(throws: Never.self) {
            try RenewalRules(policy: policy).check(
                credential, view, asking: view.subject, via: "est:x", now: bench.clock.now)
        }
    }

    @Test func `the server's own certificates renew nothing`() async throws {
        let bench = try await Bench()
        var (device, old) = try await bench.enrolled()
        let own = Credential(
            id: old.id, authority: old.authority, serial: old.serial, certificate: old.certificate,
            subject: old.subject, notBefore: old.notBefore, notAfter: old.notAfter, keyDigest: old.keyDigest,
            fingerprint: old.fingerprint, profile: old.profile, owner: .own, device: nil, issuedVia: "init",
            enrollment: nil, challenge: nil, approver: nil, renewedFrom: nil, issuedAt: old.issuedAt)
        try await bench.store.save(
            own, event: AuditEvent(action: "test", at: bench.clock.now, actor: "test", object: "c"))
        device.transactionID = [3]
        #expect(try await bench.enroll(device, .renewal).reason == .signerNotForEndpoint("it is the server's own"))
    }

    @Test func `where renewal is off, a certificate says nothing`() async throws {
        var policy = EnrollmentPolicy()
        policy.authentication.renewal = false
        let bench = try await Bench(policy)
        var (device, _) = try await bench.enrolled()
        #expect(try await bench.enroll(device, .renewal).reason == .notPermitted("renewal"))
        #expect(try await bench.enroll(device, .initial).reason == .notPermitted("renewal"))
        device.challenge = try await bench.device().challenge
        #expect(try await bench.enroll(device, .initial).credential != nil)
    }

    @Test func `a blocked device does not renew`() async throws {
        let bench = try await Bench()
        let (device, old) = try await bench.enrolled()
        let id = try #require(old.device)
        _ = try await bench.store.setState(
            .blocked, of: id,
            event: AuditEvent(action: "device.blocked", at: bench.clock.now, actor: "test", object: id.rawValue))
        #expect(try await bench.enroll(device, .renewal).reason == .deviceBlocked(id))
    }
}
