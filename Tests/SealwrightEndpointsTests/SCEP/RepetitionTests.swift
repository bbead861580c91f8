// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("DESIGN section 5: the same message again, and a hundred at once")
struct RepetitionTests {
    @Test(arguments: StoreKind.allCases)
    func `one message posted a hundred times in parallel yields one certificate`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let bench = try await Workbench(store: store)
            let message = try await bench.request(challenge: bench.challenge()).message()
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<100 { group.addTask { try await bench.post(message) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let key = try LabKeys.device()
            let certificates = try Set(answers.filter { $0.status == .success }.map { try $0.certificate(key).encoded })
            #expect(certificates.count == 1)
            #expect(answers.allSatisfy { $0.status == .success || $0.status == .pending })
            #expect(Set(answers.map(\.senderNonce)).count == 100)
            #expect(try await bench.issuedCount == 1)
            #expect(try await bench.usableChallenges == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a hundred racers on one challenge yield one certificate`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let bench = try await Workbench(store: store)
            let challenge = try await bench.challenge()
            let messages = try (0..<100).map { try bench.request("CN=racer-\($0)", challenge: challenge).message() }
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for message in messages { group.addTask { try await bench.post(message) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == .success } == 1)
            #expect(answers.count { $0.refuses(.badRequest) } == 99)
            #expect(try await bench.issuedCount == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `one renewal posted a hundred times in parallel yields one certificate`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let bench = try await Workbench(store: store)
            let old = try await bench.enrolled()
            let message = try bench.renewal(old).message()
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<100 { group.addTask { try await bench.post(message) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let key = try LabKeys.device()
            let certificates = try Set(answers.filter { $0.status == .success }.map { try $0.certificate(key).encoded })
            #expect(certificates.count == 1)
            #expect(answers.allSatisfy { $0.status == .success || $0.status == .pending })
            #expect(try await bench.issuedCount == 2)
        }
    }

    @Test func `a retransmission gets the same certificate under fresh nonces`() async throws {
        let bench = try await Workbench()
        let key = try LabKeys.device()
        var forge = try await bench.request(challenge: bench.challenge())
        let first = try await bench.send(forge)
        forge.senderNonce = DER.octets(SecureRandom.bytes(16))
        let second = try await bench.send(forge)
        #expect(try first.certificate(key) == second.certificate(key))
        #expect(first.senderNonce != second.senderNonce)
        #expect(first.recipientNonce != second.recipientNonce)
        #expect(second.recipientNonce.map { DER.octets($0.octets) } == forge.senderNonce)
        #expect(first.senderNonce?.octets.count == 16)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `the same transactionID with another key while the first is pending is badRequest`() async throws {
        let bench = try await Workbench(
            policy: EnrollmentPolicy(authentication: .init(approval: .whenUnauthenticated)))
        let first = try bench.request()
        #expect(try await bench.send(first).status == .pending)
        var second = try bench.request(key: LabKeys.device(1))
        second.transactionID = first.transactionID
        let answer = try await bench.send(second)
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(try await bench.send(first).status == .pending)
    }

    @Test func `after 24 hours a repetition is a new transaction, whose challenge is spent`() async throws {
        let bench = try await Workbench()
        let forge = try await bench.request(challenge: bench.challenge())
        _ = try await bench.send(forge).certificate(LabKeys.device())
        bench.clock.advance(by: 86_400)
        #expect(try await bench.send(forge).status == .success)
        bench.clock.advance(by: 1)
        let late = try await bench.send(forge)
        #expect(late.refuses(.badRequest), "\(late)")
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a superseded certificate is not handed out again`() async throws {
        let bench = try await Workbench()
        let forge = try await bench.request(challenge: bench.challenge())
        let old = try await bench.send(forge).certificate(LabKeys.device())
        #expect(try await bench.send(bench.renewal(old)).status == .success)
        let again = try await bench.send(forge)
        #expect(again.refuses(.badRequest), "\(again)")
        #expect(try await bench.issuedCount == 2)
    }

    @Test(arguments: [CRLReason.keyCompromise, .certificateHold])
    func `a revoked certificate is not handed out again`(reason: CRLReason) async throws {
        let bench = try await Workbench()
        let forge = try await bench.request(challenge: bench.challenge())
        let certificate = try await bench.send(forge).certificate(LabKeys.device())
        _ = try await bench.revocation.revoke(certificate.serialNumber, reason: reason, actor: "test")
        let again = try await bench.send(forge)
        #expect(again.refuses(.badRequest), "\(again)")
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a first request with the transactionID of an earlier one, same key, needs its own permission`()
        async throws
    {
        let bench = try await Workbench()
        let first = try await bench.request(challenge: bench.challenge())
        let old = try await bench.send(first).certificate(LabKeys.device())
        var second = try bench.request(challenge: "not a challenge")
        second.transactionID = first.transactionID
        #expect(try await bench.send(second).refuses(.badRequest))
        second = try await bench.request(challenge: bench.challenge())
        second.transactionID = first.transactionID
        let new = try await bench.send(second).certificate(LabKeys.device())
        #expect(new.serialNumber != old.serialNumber)
        #expect(try await bench.issuedCount == 2)
    }

    @Test func `a renewal that repeats the transactionID and key of the first request issues anew`() async throws {
        let bench = try await Workbench()
        let first = try await bench.request(challenge: bench.challenge())
        let old = try await bench.send(first).certificate(LabKeys.device())
        var renewal = try bench.renewal(old)
        renewal.transactionID = first.transactionID
        let new = try await bench.send(renewal).certificate(LabKeys.device())
        #expect(new.serialNumber != old.serialNumber)
        #expect(try await bench.send(renewal).certificate(LabKeys.device()) == new)
    }
}
