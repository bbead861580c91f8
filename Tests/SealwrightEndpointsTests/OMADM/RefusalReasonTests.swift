// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3.2.1.4: why an ordered certificate was refused, told wherever somebody looks")
struct RefusalReasonTests {
    /// One cause, and what is told of it.
    struct Cause: Sendable, CustomTestStringConvertible {
        let name: String
        let change: TamperedAgent.Change?
        /// Seconds that the device lets pass between the order and its request.
        var delay: Int64 = 0
        let code: String
        /// What the sentence says.
        let words: String
        let errorCode: HResult

        var testDescription: String { name }
    }

    static let causes = [
        Cause(
            name: "key too short", change: .init(node: "KeyLength", value: "1024"),
            code: "enrollment.key-too-small", words: "the RSA key has 1024 bits, at least 2048 are needed",
            errorCode: .badAlgorithm),
        Cause(
            name: "SHA-1 refused", change: .init(node: "HashAlgorithm", value: "SHA-1"),
            code: "scep.algorithm-not-allowed", words: "is not allowed here", errorCode: .badAlgorithm),
        Cause(
            name: "challenge wrong", change: .init(node: "Challenge", value: "0123456789ABCDEF"),
            code: "enrollment.challenge-unknown", words: "the challenge is not known here",
            errorCode: .requestDenied),
        Cause(
            name: "challenge expired", change: nil, delay: 8 * 86_400, code: "enrollment.challenge-expired",
            words: "the challenge expired at", errorCode: .requestDenied),
        Cause(
            name: "subject other than ordered", change: .init(node: "SubjectName", value: "CN=laptop-8"),
            code: "enrollment.challenge-subject-mismatch", words: "the challenge was not made for CN=laptop-8",
            errorCode: .requestDenied),
    ]

    @Test(arguments: causes)
    func `audit trail, explanation and the certificate's record name the cause`(cause: Cause) async throws {
        let bench = try await ManagementBench()
        var agent = try TamperedAgent(bench, changing: cause.change)
        _ = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        try await agent.converse()
        bench.bench.clock.advance(by: cause.delay)
        try await agent.enroll()

        let event = try await Self.refusal(bench)
        #expect(event.outcome == cause.code)
        let sentence = event.details["reason"] ?? event.details["detail"] ?? ""
        #expect(sentence.contains(cause.words), "\(event)")

        let message = try #require(agent.transport.messages.last)
        let explained = try await Self.explain(message, at: bench.bench)
        #expect(explained.code == cause.code && explained.text.contains(cause.words), "\(explained)")
        let entry = try #require(ErrorCatalog.entry(cause.code))
        #expect(!entry.cause.isEmpty && !entry.remedy.isEmpty)

        try await agent.converse()
        let installation = try await bench.installation("wifi")
        #expect(installation.stage == .failed)
        #expect(installation.reason == "the authority refused the request: \(sentence) (\(cause.code))")
        #expect(installation.errorCode == Int32(bitPattern: cause.errorCode.rawValue))
    }

    @Test func `the same order, left alone, is installed`() async throws {
        let bench = try await ManagementBench()
        var agent = try TamperedAgent(bench, changing: nil)
        _ = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        try await agent.converse()
        try await agent.enroll()
        try await agent.converse()
        let installation = try await bench.installation("wifi")
        #expect(installation.stage == .installed && installation.reason == nil, "\(installation)")
    }

    @Test func `a stranger's refusal does not explain an order whose own is known`() async throws {
        let bench = try await ManagementBench()
        var agent = try TamperedAgent(bench, changing: .init(node: "KeyLength", value: "1024"))
        _ = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        try await agent.converse()
        try await agent.enroll()
        bench.bench.clock.advance(by: 1)
        let stranger = try await bench.bench.send(bench.bench.request("CN=laptop-7", challenge: "guessed"))
        #expect(stranger.status == .failure)
        try await agent.converse()
        #expect(try await bench.installation("wifi").reason?.contains("1024 bits") == true)
    }

    private static func refusal(_ bench: ManagementBench) async throws -> AuditEvent {
        let records = try await bench.bench.store.newestAuditRecords(object: nil, limit: 1_000)
        let actions = ["enrollment.refused", "scep.refused"]
        return try #require(records.map(\.event).first { actions.contains($0.action) })
    }

    /// What `sealwright scep explain` finds out: the state machine's refusal, or the middle's forecast.
    private static func explain(_ message: [UInt8], at bench: Workbench) async throws -> (code: String, text: String) {
        let endpoint = bench.endpoint()
        let keys = endpoint.unwrapping
        var transaction = ServerTransaction(settings: endpoint.settings, recipients: keys.map(\.certificate))
        var action = transaction.received(message)
        while case .unwrap(let attempt) = action {
            let key = try await keys[attempt.recipient].key.unwrap(
                attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength)
            action = transaction.keyUnwrapped(key)
        }
        switch action {
        case .refuse(let refusal): return (refusal.code, refusal.text)
        case .decide(let request):
            guard case .refused(let refusal) = await endpoint.forecast(request) else { return ("", "not refused") }
            return (refusal.code, refusal.text)
        case .unreadable, .unwrap: return ("", "unreadable")
        }
    }
}
