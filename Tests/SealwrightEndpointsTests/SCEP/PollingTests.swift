// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3.3.3: PENDING, approval and CertPoll")
struct PollingTests {
    static let policy = EnrollmentPolicy(authentication: .init(approval: .whenUnauthenticated))

    func waiting(_ bench: Workbench) async throws -> EnrollmentID {
        let all = try await bench.store.enrollments(in: .pending, limit: 10)
        #expect(all.count == 1)
        return try #require(all.first).id
    }

    @Test func `an approved request is issued to the poll`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let forge = try bench.request()
        let pending = try await bench.send(forge)
        #expect(pending.status == .pending)
        #expect(pending.message?.signedData.content == [])
        #expect(pending.failInfo == nil)
        #expect(try await bench.send(bench.poll(forge)).status == .pending)
        _ = try await bench.enrollment.approve(waiting(bench), by: "operator:anna")
        let answer = try await bench.send(bench.poll(forge))
        let certificate = try answer.certificate(LabKeys.device())
        #expect(certificate.subject.commonName == "laptop-7")
        #expect(answer.transactionID == pending.transactionID)
        #expect(try await bench.send(bench.poll(forge)).certificate(LabKeys.device()) == certificate)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a denied request is badRequest with the approver's words`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let forge = try bench.request()
        #expect(try await bench.send(forge).status == .pending)
        _ = try await bench.enrollment.deny(waiting(bench), by: "operator:anna", reason: "unknown laptop")
        let answer = try await bench.send(bench.poll(forge))
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(answer.text?.contains("unknown laptop") == true, "\(answer)")
        #expect(try await bench.issuedCount == 0)
    }

    @Test(arguments: [false, true])
    func `the request sent again after its denial is refused as the poll is`(hasChallenge: Bool) async throws {
        let approval: EnrollmentPolicy.Approval = hasChallenge ? .always : .whenUnauthenticated
        let bench = try await Workbench(policy: EnrollmentPolicy(authentication: .init(approval: approval)))
        let forge = try await hasChallenge ? bench.request(challenge: bench.challenge()) : bench.request()
        #expect(try await bench.send(forge).status == .pending)
        _ = try await bench.enrollment.deny(waiting(bench), by: "operator:anna", reason: "unknown laptop")
        let polled = try await bench.send(bench.poll(forge))
        let repeated = try await bench.send(forge)
        #expect(repeated.refuses(.badRequest), "\(repeated)")
        #expect(repeated.text == polled.text && polled.text?.contains("unknown laptop") == true, "\(repeated)")
        #expect(try await bench.store.enrollments(in: .pending, limit: 10).isEmpty)
    }

    /// certmonger repeats the PKCSReq and never sends a CertPoll.
    @Test func `the request repeated is PENDING again, and issued after the approval`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        var forge = try bench.request()
        for _ in 0..<3 {
            forge.senderNonce = DER.octets(SecureRandom.bytes(16))
            #expect(try await bench.send(forge).status == .pending)
        }
        _ = try await bench.enrollment.approve(waiting(bench), by: "operator:anna")
        forge.senderNonce = DER.octets(SecureRandom.bytes(16))
        let certificate = try await bench.send(forge).certificate(LabKeys.device())
        #expect(try await bench.send(forge).certificate(LabKeys.device()) == certificate)
        #expect(try await bench.issuedCount == 1)
    }

    /// certmonger signs each repetition's certificate anew.
    @Test func `the request repeated under another throw-away certificate of the same key is the same`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        var forge = try bench.request()
        #expect(try await bench.send(forge).status == .pending)
        let key = try LabKeys.device()
        forge.sign(
            with: try CertificateView(parsing: Forge.selfSigned(forge.signer.subject, key, at: bench.clock.now)), key)
        #expect(try await bench.send(forge).status == .pending)
        _ = try await waiting(bench)
    }

    @Test func `with approval always a challenge alone is PENDING and spent once`() async throws {
        let bench = try await Workbench(policy: EnrollmentPolicy(authentication: .init(approval: .always)))
        let forge = try await bench.request(challenge: bench.challenge())
        #expect(try await bench.send(forge).status == .pending)
        #expect(try await bench.send(forge).status == .pending)
        #expect(try await bench.usableChallenges == 0)
        _ = try await bench.enrollment.approve(waiting(bench), by: "operator:anna")
        #expect(try await bench.send(forge).status == .success)
        #expect(try await bench.send(bench.poll(forge)).status == .success)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `an unknown transaction is badCertId`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let answer = try await bench.send(bench.poll(bench.request()))
        #expect(answer.refuses(.badCertId), "\(answer)")
    }

    @Test func `another key, and another subject, learn nothing`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let forge = try bench.request()
        #expect(try await bench.send(forge).status == .pending)
        _ = try await bench.enrollment.approve(waiting(bench), by: "operator:anna")
        let stranger = try await bench.send(bench.poll(forge, key: LabKeys.device(1)))
        #expect(stranger.refuses(.badCertId), "\(stranger)")
        #expect(try await bench.send(bench.poll(forge, subject: "CN=other")).refuses(.badCertId))
    }

    @Test func `a poll may name any issuer, an empty subject, or nothing at all`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let forge = try bench.request()
        #expect(try await bench.send(forge).status == .pending)
        // strongSwan names the RA, certmonger the issuer of the CA certificate.
        for issuer in [try bench.ra.subject, try bench.root.certificate.subject] {
            var poll = try bench.poll(forge)
            poll.plaintext = IssuerAndSubject(issuer: issuer, subject: forge.signer.subject).derBytes
            #expect(try await bench.send(poll).status == .pending)
        }
        var poll = try bench.poll(forge)
        poll.plaintext = IssuerAndSubject(issuer: .empty, subject: .empty).derBytes
        #expect(try await bench.send(poll).status == .pending)
        for content in [[UInt8]?.none, []] {
            var poll = try bench.poll(forge)
            poll.content = .some(content)
            #expect(try await bench.send(poll).status == .pending)
        }
    }

    @Test func `a certificate that was revoked meanwhile is not handed to a poll`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let forge = try bench.request()
        #expect(try await bench.send(forge).status == .pending)
        _ = try await bench.enrollment.approve(waiting(bench), by: "operator:anna")
        let certificate = try await bench.send(bench.poll(forge)).certificate(LabKeys.device())
        _ = try await bench.revocation.revoke(certificate.serialNumber, actor: "test")
        let answer = try await bench.send(bench.poll(forge))
        #expect(answer.refuses(.badRequest), "\(answer)")
    }

    @Test func `a poll at another endpoint finds nothing`() async throws {
        let other = EndpointID(rawValue: "other")
        let bench = try await Workbench(
            policy: Self.policy, others: [EnrollmentPolicy(endpoint: other, authentication: .init(approval: .always))])
        let forge = try bench.request()
        #expect(try await bench.send(forge).status == .pending)
        #expect(try await bench.send(bench.poll(forge), to: other).refuses(.badCertId))
    }

    @Test func `our client waits, survives a restart and gets its certificate`() async throws {
        let bench = try await Workbench(policy: Self.policy)
        let client = LabClient(bench: bench)
        var transaction = try await client.transaction("CN=patient")
        #expect(try await client.run(&transaction) == .waiting(seconds: 60))
        _ = try await bench.enrollment.approve(waiting(bench), by: "operator:anna")
        var restored = try client.restored(transaction)
        guard case .finished(.certificate(let encoded, _)) = try await client.run(&restored) else {
            Issue.record("not finished")
            return
        }
        #expect(try CertificateView(parsing: encoded).subject.commonName == "patient")
    }
}
