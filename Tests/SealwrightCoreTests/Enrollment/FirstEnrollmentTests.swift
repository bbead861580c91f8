// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("Enrolment: first requests and their challenges")
struct FirstEnrollmentTests {
    @Test func `a device with a challenge gets its certificate`() async throws {
        let bench = try await Bench()
        var device = try await bench.device("CN=laptop-7,O=Contoso")
        device.ask(for: ["DNS:laptop-7.contoso.com"])
        let credential = try await bench.issue(device)

        #expect(credential.subject == "CN=laptop-7,O=Contoso")
        #expect(credential.issuedVia == "scep:default")
        #expect(credential.challenge != nil)
        let view = try credential.view
        let issuing = try #require(bench.hierarchy.registry.context(TestHierarchy.issuingID))
        let key = try #require(issuing.certificate.publicKey)
        #expect(view.isSigned(by: key))
        #expect(view.subjectAlternativeName?.dnsNames == ["laptop-7.contoso.com"])
        #expect(view.findings.isEmpty)
        let holder = try await bench.holder(of: credential)
        #expect(holder.attachments == [.scepSubject("CN=laptop-7,O=Contoso")])
        #expect(holder.name == "laptop-7")
    }

    @Test func `the plan was stored before and holds exactly the signed octets`() async throws {
        let bench = try await Bench()
        let key = WitnessKey(base: try TestKeys.shared.key(.ecP256, 901), store: bench.store)
        try await bench.replaceIssuingKey(by: key)
        let credential = try await bench.issue(bench.device())
        let planned = try #require(await key.seen.first?.plan)
        #expect(try Array(credential.view.tbsCertificate) == planned.tbsCertificate)
        #expect(credential.serial == planned.serial)
        #expect(try await bench.enrollment(of: credential).state == .issued)
        #expect(
            await bench.store.events.map(\.action).suffix(3) == [
                "challenge.created", "enrollment.planned", "certificate.issued",
            ])
    }

    @Test func `no challenge, no certificate`() async throws {
        let bench = try await Bench()
        let device = try TestDevice("CN=laptop-7")
        #expect(try await bench.enroll(device).reason == .challengeMissing)
    }

    @Test func `of a refused subject the audit trail holds no more than its beginning`() async throws {
        let bench = try await Bench()
        let device = try TestDevice("CN=" + String(repeating: "\\0D", count: 20_000))
        #expect(try await bench.enroll(device).reason == .challengeMissing)
        let subject = try #require(await bench.store.events.last?.details["subject"])
        #expect(subject.hasPrefix("CN=\\0d\\0d") && subject.utf8.count == 1_024)
    }

    /// Asked for each request of a connection, whose client shows a certificate of its own making.
    @Test func `a certificate with a long issuer is told apart from ours in no time`() async throws {
        let bench = try await Bench()
        let long = String(repeating: "\u{DF}", count: 15_000)
        let certificate = try TestDevice("CN=\(long),O=\(long)").selfSigned()
        let duration = processorTime {
            for _ in 0..<500 { #expect(bench.hierarchy.registry.authority(issuing: certificate) == nil) }
        }
        #expect(duration < .seconds(2), "\(duration)")
    }

    @Test func `a challenge nobody made is refused`() async throws {
        let bench = try await Bench()
        var device = try TestDevice("CN=laptop-7")
        device.challenge = Secret("ABCDEFGHJKMNPQRSTVWXYZ0123")
        #expect(try await bench.enroll(device).reason == .challengeUnknown)
        let event = try #require(await bench.store.events.last)
        #expect(event.outcome == "enrollment.challenge-unknown")
        #expect(!event.details.values.contains { $0.contains("ABCDEFGH") })
    }

    @Test func `a flood of refused requests is answered, and does not fill the audit trail`() async throws {
        let bench = try await Bench()
        var device = try TestDevice("CN=laptop-7")
        device.challenge = Secret("guessed")
        let request = try device.request()
        for _ in 0..<1_010 { #expect(await bench.service.enroll(request).reason == .challengeUnknown) }
        #expect(await bench.store.events.count { $0.action == "enrollment.refused" } == 1_000)
    }

    @Test func `a used challenge is refused`() async throws {
        let bench = try await Bench()
        let first = try await bench.device()
        var second = try TestDevice("CN=laptop-8")
        second.challenge = first.challenge
        #expect(try await bench.enroll(first).credential != nil)
        #expect(try await bench.enroll(second).reason == .challengeAlreadyUsed)
    }

    @Test func `an expired challenge is refused, at its last second it is not`() async throws {
        let bench = try await Bench()
        let (early, late) = (try await bench.device(), try await bench.device())
        bench.clock.advance(by: 3600)
        #expect(try await bench.enroll(early).credential != nil)
        bench.clock.advance(by: 1)
        guard case .challengeExpired = try await bench.enroll(late).reason else {
            Issue.record("not refused as expired")
            return
        }
    }

    @Test(arguments: ["CN=administrator", "CN=laptop-7,O=Other", ""])
    func `a challenge for one subject buys no other`(subject: String) async throws {
        let bench = try await Bench()
        var device = try TestDevice(subject)
        device.ask(for: ["DNS:a.example.com"])
        device.challenge = try await bench.challenges.create(
            ChallengeOrder(subject: "CN=laptop-7,O=Contoso", createdBy: "test")
        ).secret
        guard case .challengeSubjectMismatch = try await bench.enroll(device).reason else {
            Issue.record("not refused")
            return
        }
        device.subject = "cn=LAPTOP-7, o=contoso"
        device.transactionID = [1]
        device.extensions = []
        #expect(try await bench.enroll(device).credential != nil)
    }

    @Test func `a challenge for a subject alone buys no other device's names`() async throws {
        let bench = try await Bench()
        var device = try TestDevice("CN=laptop-7.example.com")
        device.challenge = try await bench.challenges.create(
            ChallengeOrder(subject: "CN=laptop-7.example.com", createdBy: "test")
        ).secret
        for foreign in ["DNS:dc.example.com", "IP:192.0.2.1", "URI:https://dc.example.com/", "email:a@example.com"] {
            device.extensions = []
            device.ask(for: ["DNS:laptop-7.example.com", foreign])
            #expect(try await bench.enroll(device).reason == .challengeSubjectMismatch(requested: foreign))
        }
        device.extensions = []
        device.ask(for: ["DNS:Laptop-7.example.com", "UPN:administrator@example.com"])
        let credential = try #require(try await bench.enroll(device).credential)
        #expect(try credential.view.subjectAlternativeName?.names == [.dnsName("Laptop-7.example.com")])
    }

    @Test(arguments: ["DNS:pc_7.example.com", "DNS:laptop-7", "email:somebody", "URI:gopher://a.example.com/"])
    func `a name that no certificate gets is told to whoever orders the challenge`(_ name: String) async throws {
        let bench = try await Bench()
        await #expect(throws: EnrollmentRefusal.self) {
            try await bench.challenges.create(
                ChallengeOrder(subjectAlternativeNames: ["DNS:a.example.com", name], createdBy: "test"))
        }
        #expect(try await bench.challenges.list().items.isEmpty)
    }

    @Test func `a challenge for some names buys no others`() async throws {
        let bench = try await Bench()
        var device = try TestDevice("CN=laptop-7")
        device.challenge = try await bench.challenges.create(
            ChallengeOrder(subjectAlternativeNames: ["DNS:a.example.com"], createdBy: "test")
        ).secret
        device.ask(for: ["DNS:a.example.com", "DNS:b.example.com"])
        let reason = try await bench.enroll(device).reason
        #expect(reason == .challengeSubjectMismatch(requested: "DNS:b.example.com"))
        device.extensions = []
        device.ask(for: ["DNS:A.example.com"])
        #expect(try await bench.enroll(device).credential != nil)
    }

    @Test func `a challenge of another endpoint is unknown`() async throws {
        let bench = try await Bench(others: [EnrollmentPolicy(endpoint: EndpointID(rawValue: "apple"))])
        var device = try await bench.device()
        device.endpoint = EndpointID(rawValue: "apple")
        #expect(try await bench.enroll(device).reason == .challengeUnknown)
    }

    @Test func `an endpoint without a policy issues nothing`() async throws {
        let bench = try await Bench()
        var device = try await bench.device()
        device.endpoint = EndpointID(rawValue: "api")
        #expect(try await bench.enroll(device).reason == .notPermitted("enrolment at api"))
    }

    @Test func `a static challenge is taken only where the policy says so`() async throws {
        let bench = try await Bench()
        _ = try await bench.challenges.setStatic(
            name: "lab", secret: Secret("correct horse battery"), endpoint: .default, createdBy: "configuration")
        var device = try TestDevice("CN=laptop-7")
        device.challenge = Secret("correct horse battery")
        #expect(try await bench.enroll(device).reason == .notPermitted("static challenges"))

        var policy = EnrollmentPolicy()
        policy.authentication.staticChallenge = true
        let lab = try await Bench(policy)
        _ = try await lab.challenges.setStatic(
            name: "lab", secret: Secret("correct horse battery"), endpoint: .default, createdBy: "configuration")
        for number in 0..<3 {
            var device = try TestDevice("CN=laptop-\(number)")
            device.challenge = Secret("correct horse battery")
            #expect(try await lab.enroll(device).credential != nil)
        }
    }

    @Test func `a static challenge is replaced, not doubled`() async throws {
        let bench = try await Bench()
        for text in ["correct horse battery", "correct horse battery", "another long secret"] {
            _ = try await bench.challenges.setStatic(
                name: "lab", secret: Secret(text), endpoint: .default, createdBy: "configuration")
        }
        #expect(try await bench.challenges.list().items.count == 1)
        await #expect(throws: EnrollmentRefusal.self) {
            try await bench.challenges.setStatic(
                name: "short", secret: Secret("short"), endpoint: .default, createdBy: "configuration")
        }
    }

    @Test func `a static challenge that the settings name no more lets nobody in`() async throws {
        let bench = try await Bench()
        let once = try await bench.challenges.create(ChallengeOrder(createdBy: "operator:test"))
        var made: [Challenge] = []
        for (name, maker) in [("old", "configuration"), ("kept", "configuration"), ("other", "operator:test")] {
            made.append(
                try await bench.challenges.setStatic(
                    name: name, secret: Secret("a long secret of \(name)"), endpoint: .default, createdBy: maker))
        }
        try await bench.challenges.removeStatic(createdBy: "configuration", except: [made[1].id])
        let left = try await bench.challenges.list().items
        #expect(Set(left.map(\.id)) == [made[1].id, made[2].id, once.challenge.id])
    }

    @Test func `the message must be signed by the key it asks a certificate for`() async throws {
        let bench = try await Bench()
        let device = try await bench.device()
        let other = try TestDevice("CN=laptop-7")
        let request = EnrollmentRequest(
            endpoint: .default, via: "scep:default", kind: .initial, messageType: "19", transactionID: [1],
            certificationRequest: try VerifiedRequest(device.certificationRequest()), challenge: device.challenge,
            signer: .selfSigned(try other.selfSigned()), peer: nil, receivedAt: bench.clock.now)
        #expect(await bench.service.enroll(request).reason == .signerKeyMismatch)
    }

    @Test func `a request that its own key did not sign goes no further`() async throws {
        var bytes = try TestDevice("CN=laptop-7").certificationRequest().encoded
        bytes[bytes.count - 3] ^= 1
        let request = try CertificationRequest(parsing: bytes)
        #expect(throws: DenialReason.requestSignatureInvalid) { try VerifiedRequest(request) }
    }

    @Test func `the stored request does not tell the challenge`() async throws {
        let bench = try await Bench()
        let device = try await bench.device()
        let secret = try #require(device.challenge).reveal()
        let credential = try await bench.issue(device)
        let enrollment = try await bench.enrollment(of: credential)
        let stored = try CertificationRequest(parsing: enrollment.certificationRequest)
        #expect(stored.challengePassword == String(repeating: "*", count: secret.utf8.count))
        #expect(stored.subject == (try device.certificationRequest().subject))
    }

    @Test func `a challenge is blanked out whatever string it comes in, and nothing else is`() throws {
        let long = [UInt8]("secret-in-two-".utf8), rest = [UInt8]("pieces".utf8)
        var constructed: [UInt8] = [0x2C, 0x80, 0x0C, UInt8(long.count)] + long
        constructed += [0x0C, UInt8(rest.count)] + rest + [0, 0]
        for value in [constructed, [0x13, 6] + rest, [0x16, 6] + rest, [0x04, 6] + rest, [0x0C, 0]] {
            var device = try TestDevice("CN=pieces")
            device.attributes = [Attribute(type: .challengePassword, values: [value])]
            let request = try VerifiedRequest(device.certificationRequest())
            let stored = try CertificationRequest(parsing: request.storable)
            #expect(stored.subject.commonName == "pieces")
            #expect(stored.challengePassword?.contains { $0 != "*" } != true)
            #expect(stored.attributes.count == 1)
        }
    }

    @Test func `the second certificate of a subject is the same device's`() async throws {
        let bench = try await Bench()
        let first = try await bench.issue(bench.device())
        let second = try await bench.issue(bench.device())
        #expect(first.device == second.device)
        let other = try await bench.issue(bench.device("CN=other"))
        #expect(first.device != other.device)
    }

    @Test(arguments: [Device.State.blocked, .retired])
    func `a blocked device is refused`(state: Device.State) async throws {
        let bench = try await Bench()
        let credential = try await bench.issue(bench.device())
        let id = try #require(credential.device)
        _ = try await bench.store.setState(
            state, of: id, event: AuditEvent(action: "device.blocked", at: bench.clock.now, actor: "test", object: "d"))
        #expect(try await bench.enroll(bench.device()).reason == .deviceBlocked(id))
    }

    @Test func `an endpoint can allow one valid certificate a subject`() async throws {
        let bench = try await Bench(EnrollmentPolicy(uniqueSubject: .refuse))
        let credential = try await bench.issue(bench.device())
        #expect(
            try await bench.enroll(bench.device()).reason == .subjectAlreadyEnrolled("CN=laptop-7"))
        _ = try await bench.store.revoke(
            serial: credential.serial, Revocation(at: bench.clock.now, reason: .superseded),
            event: AuditEvent(action: "certificate.revoked", at: bench.clock.now, actor: "test", object: "c"))
        #expect(try await bench.enroll(bench.device()).credential != nil)
    }

    @Test func `with a clock that went back nothing is issued`() async throws {
        let bench = try await Bench()
        let (early, late) = (try await bench.device(), try await bench.device())
        bench.clock.advance(by: 3000)
        #expect(try await bench.enroll(early).credential != nil)
        try await bench.clockGuard.refresh()
        bench.clock.advance(by: -601)
        guard case .unavailable(.clock(.wentBack)) = try await bench.enroll(late) else {
            Issue.record("issued")
            return
        }
    }

    @Test func `with a CRL in parts each certificate names its own`() async throws {
        let bench = try await Bench(crlPartitions: 4)
        let credential = try await bench.issue(bench.device())
        let part = try #require(CRLPart(covering: credential.serial, of: 4))
        let url = "http://ca.example.com:8080/crl/issuing/\(part.index)-of-4.crl"
        #expect(try credential.view.crlDistributionPoints?.uris == [url])
        let whole = try await Bench()
        let other = try await whole.issue(whole.device())
        #expect(try other.view.crlDistributionPoints?.uris == ["http://ca.example.com:8080/crl/issuing.crl"])
    }

    @Test func `a store that fails makes the service unavailable, not wrong`() async throws {
        let bench = try await Bench()
        let device = try await bench.device()
        await bench.store.fail(with: .unavailable("disk full"))
        #expect(try await bench.enroll(device) == .unavailable(.store(.unavailable("disk full"))))
        await bench.store.fail(with: nil)
        #expect(try await bench.enroll(device).credential != nil)
    }
}
