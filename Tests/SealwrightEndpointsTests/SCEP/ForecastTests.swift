// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("What an endpoint would answer is what it answers, and foretelling changes nothing")
struct ForecastTests {
    /// How a forecast and an answer are compared.
    enum Ending: Equatable {
        case success, pending
        case failure(FailInfo, String)
        case unavailable

        init(_ forecast: SCEPForecast) {
            self =
                switch forecast {
                case .enrollment(.pending), .handedOut(.pending): .pending
                case .enrollment(.issued), .enrollment(.repeated), .handedOut(.success), .handedOut(.crl): .success
                case .refused(let refusal), .handedOut(.failure(let refusal)): .failure(refusal.failInfo, refusal.text)
                case .enrollment(.denied), .enrollment(.unavailable), .unavailable: .unavailable
                }
        }

        init(_ answer: Answer) {
            self =
                switch answer.status {
                case .success: .success
                case .pending: .pending
                case .failure: .failure(answer.failInfo ?? .badTime, answer.text ?? "")
                case nil: .unavailable
                }
        }
    }

    /// Foretells a message twice, sends it, and compares.
    func check(_ forge: Forge, at bench: Workbench, is expected: PKIStatus, _ comment: String) async throws {
        let message = try forge.message()
        let events = try await audited(bench)
        let first = try await foretold(message, at: bench)
        #expect(try await foretold(message, at: bench) == first, "\(comment)")
        #expect(try await audited(bench) == events, "\(comment)")
        let answer = try await bench.post(message)
        #expect(first == Ending(answer), "\(comment): \(answer)")
        #expect(answer.status == expected, "\(comment): \(answer)")
    }

    /// Everything that was audited, but for the CRL that a revocation publishes in its own time.
    func audited(_ bench: Workbench) async throws -> [AuditEvent] {
        try await bench.store.auditRecords(after: 0, limit: 1_000).map(\.event).filter { $0.action != "crl.published" }
    }

    func foretold(_ message: [UInt8], at bench: Workbench) async throws -> Ending {
        Ending(try await forecast(message, at: bench))
    }

    func forecast(_ message: [UInt8], at bench: Workbench) async throws -> SCEPForecast {
        let endpoint = bench.endpoint()
        let keys = endpoint.unwrapping
        var opener: SCEPEndpoint.Recipient?
        var transaction = ServerTransaction(settings: endpoint.settings, recipients: keys.map(\.certificate))
        var action = transaction.received(message)
        while case .unwrap(let attempt) = action {
            opener = keys[attempt.recipient]
            let key = try await keys[attempt.recipient].key.unwrap(
                attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength)
            action = transaction.keyUnwrapped(key)
        }
        switch action {
        case .decide(let request): return await endpoint.forecast(request, openedBy: opener)
        case .refuse(let refusal): return .refused(refusal)
        case .unreadable, .unwrap: return .unavailable(code: "scep.unreadable")
        }
    }

    @Test func `first requests are foretold`() async throws {
        let bench = try await Workbench()
        try await check(bench.request(), at: bench, is: .failure, "no challenge")
        try await check(bench.request(challenge: "wrong"), at: bench, is: .failure, "unknown challenge")
        let challenge = try await bench.challenge()
        let good = try bench.request(challenge: challenge)
        try await check(good, at: bench, is: .success, "good")
        try await check(good, at: bench, is: .success, "the same again")
        try await check(bench.request("CN=other", challenge: challenge), at: bench, is: .failure, "spent challenge")
        let bound = try await bench.challenge(subject: "CN=bound")
        try await check(bench.request("CN=free", challenge: bound), at: bench, is: .failure, "bound challenge")
        let late = try await bench.challenge(ttl: 60)
        bench.clock.advance(by: 120)
        try await check(bench.request("CN=late", challenge: late), at: bench, is: .failure, "expired challenge")
    }

    @Test func `renewals are foretold`() async throws {
        let bench = try await Workbench()
        let held = try await bench.enrolled()
        try await check(bench.renewal(held, subject: "CN=another"), at: bench, is: .failure, "another subject")
        try await check(bench.renewal(held), at: bench, is: .success, "renewal")
        let device = try LabKeys.device()
        var stranger = try bench.request("CN=stranger", key: device)
        stranger.messageType = "17"
        try await check(stranger, at: bench, is: .failure, "renewal without a certificate of ours")
    }

    @Test func `a revoked certificate renews nothing`() async throws {
        let bench = try await Workbench()
        let held = try await bench.enrolled()
        _ = try await bench.revocation.revoke(held.serialNumber, reason: .keyCompromise, actor: "test")
        try await check(bench.renewal(held), at: bench, is: .failure, "revoked")
    }

    @Test func `approval and polling are foretold`() async throws {
        let bench = try await Workbench(policy: EnrollmentPolicy(authentication: .init(approval: .whenUnauthenticated)))
        let request = try bench.request()
        try await check(bench.poll(request), at: bench, is: .failure, "nothing to poll for")
        try await check(request, at: bench, is: .pending, "unauthenticated")
        try await check(request, at: bench, is: .pending, "the same again")
        try await check(bench.poll(request), at: bench, is: .pending, "poll")
        var thief = try bench.request("CN=thief", key: LabKeys.device(1))
        thief.transactionID = request.transactionID
        try await check(thief, at: bench, is: .failure, "transactionID in use")
        let waiting = try #require(try await bench.store.enrollments(in: .pending, limit: 10).first)
        _ = await bench.enrollment.deny(waiting.id, by: "operator:anna", reason: "no")
        try await check(bench.poll(request), at: bench, is: .failure, "denied")
        try await check(request, at: bench, is: .failure, "denied, and sent again")
    }

    @Test func `that as many wait as may is foretold`() async throws {
        var policy = EnrollmentPolicy(authentication: .init(approval: .whenUnauthenticated))
        policy.waitingLimit = 1
        let bench = try await Workbench(policy: policy)
        let request = try bench.request()
        try await check(request, at: bench, is: .pending, "the only place")
        try await check(bench.request("CN=second", key: LabKeys.device(1)), at: bench, is: .failure, "no place")
        try await check(request, at: bench, is: .pending, "the one that waits")
    }

    @Test func `what is encrypted to the staged successor's RA would be issued by the successor`() async throws {
        let bench = try await Workbench()
        let next = try await bench.ceremony.stageSuccessor()
        let ra = try #require(bench.registry.identities(.scepRA, for: next.id).first)
        let request = try await bench.request(challenge: bench.challenge())
        var ahead = request
        ahead.recipient = try EnvelopedData.Recipient(certificate: ra.certificate)
        for (forge, authority) in [(request, try bench.issuing.id), (ahead, next.id)] {
            guard case .enrollment(.issued(let certificate)) = try await forecast(forge.message(), at: bench) else {
                Issue.record("nothing would be issued")
                continue
            }
            #expect(certificate.authority == authority)
        }
        try await check(ahead, at: bench, is: .success, "to the successor")
    }

    @Test func `keys and names that are refused`() async throws {
        let bench = try await Workbench(policy: EnrollmentPolicy(minimumRSABits: 3_072))
        try await check(bench.request(challenge: bench.challenge()), at: bench, is: .failure, "short key")
        #expect(try await bench.usableChallenges == 1)
    }
}
