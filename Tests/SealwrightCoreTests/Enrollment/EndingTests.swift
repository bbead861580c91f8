// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightTesting
import Synchronization
import Testing

@testable import SealwrightCore

@Suite("The EnrollmentObserver port: how requests ended is told once")
struct EndingTests {
    /// Keeps what it is told.
    private final class Recorder: EnrollmentObserver {
        private let state = Mutex<[EnrollmentEnding]>([])
        var endings: [EnrollmentEnding] { state.withLock { $0 } }
        var words: [String] { endings.map(\.word) }

        func ended(_ ending: EnrollmentEnding) { state.withLock { $0.append(ending) } }
    }

    private let recorder = Recorder()

    private func bench(
        _ approval: EnrollmentPolicy.Approval = .whenUnauthenticated, waitingTime: Int64 = 3_600
    ) async throws -> Bench {
        var policy = EnrollmentPolicy(authentication: EnrollmentPolicy.Authentication(approval: approval))
        policy.waitingTime = waitingTime
        return try await Bench(policy, observer: recorder)
    }

    @Test func `a certificate is told when it is stored, and not again when the message comes again`() async throws {
        let bench = try await bench()
        let device = try await bench.device()
        let request = try device.request(now: bench.clock.now)
        let credential = try #require(await bench.service.enroll(request).credential)
        #expect(await bench.service.enroll(request) == .issued(credential))
        #expect(recorder.words == ["issued"])
        let ending = try #require(recorder.endings.first)
        #expect(ending.key == request.key && ending.at == bench.clock.now)
        // Without its challenge, which a receiver has no need of.
        #expect(ending.certificationRequest == request.certificationRequest.storable)
        guard case .issued(let told) = ending.result else {
            Issue.record("told as \(ending.word)")
            return
        }
        #expect(told == credential)
    }

    @Test func `a refusal is told with its reason`() async throws {
        let bench = try await bench()
        var device = try TestDevice("CN=laptop-8")
        device.challenge = Secret("wrong")
        _ = try await bench.enroll(device)
        #expect(recorder.words == ["enrollment.challenge-unknown"])
    }

    @Test func `what waits has not ended; its approval and the certificate are one end`() async throws {
        let bench = try await bench()
        let device = try TestDevice("CN=laptop-7")
        let request = try device.request(now: bench.clock.now)
        let id = try #require(await bench.service.enroll(request).pendingID)
        #expect(await bench.service.enroll(request) == .pending(id))
        #expect(recorder.words.isEmpty)
        _ = await bench.service.approve(id, by: "operator:alice")
        _ = await bench.service.enroll(request)
        #expect(recorder.words == ["issued"])
        #expect(recorder.endings.first?.key == request.key)
    }

    @Test func `a person's denial is told once; the same message waits again later and can end otherwise`()
        async throws
    {
        let bench = try await bench()
        let request = try TestDevice("CN=laptop-7").request(now: bench.clock.now)
        let id = try #require(await bench.service.enroll(request).pendingID)
        _ = await bench.service.deny(id, by: "operator:alice", reason: "not ours")
        _ = await bench.service.deny(id, by: "operator:bob", reason: nil)
        #expect(recorder.words == ["enrollment.denied-by-approver"])
        #expect(recorder.endings.first?.key == request.key && recorder.endings.first?.enrollment == id)
        #expect(await bench.service.enroll(request).reason == .deniedByApprover("not ours"))
        #expect(recorder.words == ["enrollment.denied-by-approver"])
        bench.clock.advance(by: 86_401)
        let again = try #require(await bench.service.enroll(request).pendingID)
        _ = await bench.service.approve(again, by: "operator:bob")
        #expect(recorder.words == ["enrollment.denied-by-approver", "issued"])
    }

    @Test func `what nobody decided in time has ended too`() async throws {
        let bench = try await bench()
        _ = try await bench.enroll(TestDevice("CN=laptop-7"))
        bench.clock.advance(by: 3_600)
        #expect(try await bench.service.endLapsed() == 1)
        #expect(try await bench.service.endLapsed() == 0)
        #expect(recorder.words == ["enrollment.waited-too-long"])
    }

    @Test func `a refusal that may change and the certificate that follows are two ends`() async throws {
        let bench = try await bench()
        let device = try await bench.device()
        let request = try device.request(now: bench.clock.now)
        let issuing = try #require(bench.hierarchy.registry.context(TestHierarchy.issuingID))
        try await bench.replaceIssuingKey(by: nil)
        // The authority has no key: refused, retryable, and told as what it is.
        _ = await bench.service.enroll(request)
        try await bench.replaceIssuingKey(by: issuing.key)
        #expect(await bench.service.enroll(request).credential != nil)
        #expect(recorder.words == ["enrollment.authority-unavailable", "issued"])
    }
}

extension EnrollmentEnding {
    fileprivate var word: String {
        switch result {
        case .issued: "issued"
        case .refused(let reason): reason.code
        }
    }
}
