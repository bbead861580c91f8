// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3.3.1.2: renewal by the certificate a device holds")
struct RenewalTests {
    /// RenewalReq, the drafts' UpdateReq, and PKCSReq as macOS and Cisco renew.
    @Test(arguments: ["17", "18", "19"], [false, true])
    func `a valid certificate renews itself`(type: String, takesNewKey: Bool) async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled(names: ["DNS:laptop-7.example.com"])
        let newKey = try LabKeys.device(takesNewKey ? 1 : 0)
        let answer = try await bench.send(bench.renewal(old, new: newKey, type: type))
        // The envelope is for the key that signed the request, the certificate for the key asked for.
        let new = try answer.certificate(LabKeys.device())
        #expect(new.publicKey == newKey.publicKey)
        #expect(new.serialNumber != old.serialNumber)
        #expect(new.subject.matches(old.subject))
        #expect(new.subjectAlternativeName?.names == [.dnsName("laptop-7.example.com")])
        let issuer = try bench.issuing.id
        let stored = try #require(try await bench.store.credential(authority: issuer, serial: old.serialNumber))
        #expect(stored.status(at: bench.clock.now) == .superseded)
    }

    @Test func `a renewal needs no challenge and ignores one it brings`() async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        #expect(try await bench.send(bench.renewal(old, challenge: "wrong")).status == .success)
    }

    func refusal(
        policy: EnrollmentPolicy = EnrollmentPolicy(), _ body: (Workbench, CertificateView) async throws -> Forge
    ) async throws -> [Answer] {
        let bench = try await Workbench(policy: policy)
        let old = try await bench.enrolled()
        var forge = try await body(bench, old)
        var answers: [Answer] = []
        for type in ["17", "19"] {
            forge.messageType = type
            answers.append(try await bench.send(forge))
        }
        #expect(try await bench.issuedCount == 1)
        return answers
    }

    @Test func `outside the window is badRequest and says when it opens`() async throws {
        let answers = try await refusal(policy: EnrollmentPolicy(renewalWindow: .third)) { try $0.renewal($1) }
        for answer in answers {
            #expect(answer.refuses(.badRequest), "\(answer)")
            #expect(answer.text?.contains("2027-01") == true, "\(answer)")
        }
    }

    @Test func `inside the window is granted`() async throws {
        let bench = try await Workbench(policy: EnrollmentPolicy(renewalWindow: .third))
        let old = try await bench.enrolled()
        bench.clock.advance(by: 245 * 86_400)
        #expect(try await bench.send(bench.renewal(old)).status == .success)
    }

    @Test func `another subject is badRequest`() async throws {
        for answer in try await refusal({ try $0.renewal($1, subject: "CN=domain-controller") }) {
            #expect(answer.refuses(.badRequest), "\(answer)")
        }
    }

    @Test func `a name the old certificate does not have is badRequest`() async throws {
        let name = SubjectAlternativeName([.dnsName("dc.example.com")]).certificateExtension
        for answer in try await refusal({ try $0.renewal($1, extensions: [name]) }) {
            #expect(answer.refuses(.badRequest), "\(answer)")
        }
    }

    @Test(arguments: [CRLReason.keyCompromise, .certificateHold])
    func `a revoked certificate and one on hold are badRequest, a challenge beside does not help`(
        reason: CRLReason
    ) async throws {
        let answers = try await refusal { bench, old in
            _ = try await bench.revocation.revoke(old.serialNumber, reason: reason, actor: "test")
            return try await bench.renewal(old, challenge: bench.challenge())
        }
        for answer in answers { #expect(answer.refuses(.badRequest), "\(answer)") }
    }

    @Test func `a hold that is released leaves the certificate renewable`() async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        _ = try await bench.revocation.revoke(old.serialNumber, reason: .certificateHold, actor: "test")
        #expect(try await bench.send(bench.renewal(old)).refuses(.badRequest))
        _ = try await bench.revocation.release(old.serialNumber, actor: "test")
        #expect(try await bench.send(bench.renewal(old)).status == .success)
    }

    @Test func `a key that cannot decrypt is badAlg: its certificate could not be renewed`() async throws {
        let bench = try await Workbench(policy: EnrollmentPolicy(keysMustDecrypt: true))
        let old = try await bench.enrolled()
        let answer = try await bench.send(bench.renewal(old, new: TestKeys.shared.key(.ecP256, 78)))
        #expect(answer.refuses(.badAlg), "\(answer)")
        #expect(try await bench.send(bench.renewal(old, new: LabKeys.device(1))).status == .success)
    }

    @Test func `an expired certificate is badRequest, and within the grace granted`() async throws {
        for answer in try await refusal({ bench, old in
            bench.clock.advance(by: 366 * 86_400)
            return try bench.renewal(old)
        }) {
            #expect(answer.refuses(.badRequest), "\(answer)")
        }
        let bench = try await Workbench(policy: EnrollmentPolicy(expiredGrace: 30 * 86_400))
        let old = try await bench.enrolled()
        bench.clock.advance(by: 366 * 86_400)
        #expect(try await bench.send(bench.renewal(old)).status == .success)
    }

    @Test func `an expired certificate with a challenge is a first request`() async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        bench.clock.advance(by: 366 * 86_400)
        let renewal = try await bench.renewal(old, type: "19", challenge: bench.challenge())
        #expect(try await bench.send(renewal).status == .success)
        #expect(try await bench.usableChallenges == 0)
    }

    @Test func `an expired certificate waits where a stranger's request would, as a first request and no renewal`()
        async throws
    {
        let bench = try await Workbench(policy: EnrollmentPolicy(authentication: .init(approval: .whenUnauthenticated)))
        let old = try await bench.enrolled()
        bench.clock.advance(by: 366 * 86_400)
        let renewal = try await bench.send(bench.renewal(old))
        #expect(renewal.refuses(.badRequest), "\(renewal)")
        let first = try bench.renewal(old, type: "19")
        #expect(try await bench.send(first).status == .pending)
        let waiting = try #require(try await bench.store.enrollments(in: .pending, limit: 10).first)
        _ = await bench.enrollment.approve(waiting.id, by: "operator:anna")
        #expect(try await bench.send(bench.poll(first)).status == .success)
    }

    @Test func `where strangers wait, a revoked certificate and one renewed too early are refused all the same`()
        async throws
    {
        var policy = EnrollmentPolicy(authentication: .init(approval: .whenUnauthenticated))
        policy.renewalWindow = .third
        let bench = try await Workbench(policy: policy)
        let old = try await bench.enrolled()
        let early = try await bench.send(bench.renewal(old, type: "19"))
        #expect(early.refuses(.badRequest), "\(early)")
        _ = try await bench.revocation.revoke(old.serialNumber, reason: .keyCompromise, actor: "test")
        let revoked = try await bench.send(bench.renewal(old, type: "19"))
        #expect(revoked.refuses(.badRequest), "\(revoked)")
        #expect(try await bench.store.enrollments(in: .pending, limit: 10).isEmpty)
    }

    @Test func `a self-signed certificate renews nothing: badCertId`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.messageType = "17"
        let answer = try await bench.send(forge)
        #expect(answer.refuses(.badCertId), "\(answer)")
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `a certificate of a foreign CA is badCertId`() async throws {
        let bench = try await Workbench()
        let foreign = try await Workbench().enrolled(key: LabKeys.device())
        let answer = try await bench.send(bench.renewal(foreign))
        #expect(answer.refuses(.badCertId), "\(answer)")
        #expect(try await bench.issuedCount == 0)
    }

    /// CVE-2026-30836 and micromdm/scep#235: a certificate that merely says it is from us.
    @Test func `a certificate with our issuer's name and key identifier that we did not issue is badCertId`()
        async throws
    {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        let issuing = try bench.issuing.certificate
        let key = try LabKeys.device(2)
        for serial in [SerialNumber.random(), old.serialNumber] {
            let tbs = TBSCertificate(
                serialNumber: serial, signature: .rsaPKCS1(.sha256), issuer: issuing.subject,
                notBefore: bench.clock.now.adding(seconds: -60), notAfter: bench.clock.now.adding(seconds: 86_400),
                subject: old.subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
                extensions: old.extensions.filter { $0.oid == .authorityKeyIdentifier }
            ).derBytes
            let forged = try CertificateView(
                parsing: TBSCertificate.certificate(
                    tbs: tbs, signature: key.signSynchronously(tbs, algorithm: .rsaPKCS1(.sha256)),
                    algorithm: .rsaPKCS1(.sha256)))
            for type in ["17", "19"] {
                let answer = try await bench.send(bench.renewal(forged, held: key, type: type))
                #expect(answer.refuses(.badCertId), "\(answer)")
            }
        }
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `our certificate without its key is badMessageCheck`() async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        let answer = try await bench.send(bench.renewal(old, held: LabKeys.device(2)))
        #expect(answer.refuses(.badMessageCheck), "\(answer)")
    }

    @Test func `a certificate of the server's own renews nothing`() async throws {
        let bench = try await Workbench()
        let ra = try #require(bench.registry.identities(.scepRA, for: try bench.issuing.id).first)
        let material = try await bench.keys.material(of: ra.identity.keyID)
        let key = try SoftwareKey(material, id: ra.identity.keyID, pool: LabKeys.pool)
        for type in ["17", "19"] {
            let answer = try await bench.send(bench.renewal(ra.certificate, held: key, type: type))
            #expect(answer.refuses(.badRequest), "\(answer)")
        }
        #expect(try await bench.issuedCount == 0)
    }

    @Test func `an endpoint without renewal refuses it`() async throws {
        let policy = EnrollmentPolicy(authentication: .init(renewal: false))
        for answer in try await refusal(policy: policy, { try $0.renewal($1) }) {
            #expect(answer.refuses(.badRequest), "\(answer)")
        }
    }

    @Test func `a device that was blocked does not renew`() async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        let issuer = try bench.issuing.id
        let credential = try #require(try await bench.store.credential(authority: issuer, serial: old.serialNumber))
        let device = try #require(credential.device)
        _ = try await bench.store.setState(
            .blocked, of: device,
            event: AuditEvent(action: "device.blocked", at: bench.clock.now, actor: "test", object: device.rawValue))
        let answer = try await bench.send(bench.renewal(old))
        #expect(answer.refuses(.badRequest), "\(answer)")
    }
}
