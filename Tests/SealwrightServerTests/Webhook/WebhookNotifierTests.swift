// SPDX-License-Identifier: Apache-2.0

import Configuration
import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightCore
import SealwrightTesting
import ServiceLifecycle
import Testing

@testable import SealwrightServer

@Suite("Webhooks: told how a SCEP request ended")
struct WebhookNotifierTests {
    private static let secret = Array("0123456789abcdef".utf8)

    private func server(
        notifying url: String, _ more: [String: ConfigContent] = [:]
    ) async throws -> RunningServer {
        try await withTemporaryFolder { folder in
            let path = folder + "/webhook.key"
            try Data(Self.secret).base64EncodedString().write(toFile: path, atomically: true, encoding: .utf8)
            let settings: [String: ConfigContent] = [
                "scep.default.webhook.notify-url": .string(url), "scep.default.webhook.secret-file": .string(path),
                "scep.default.webhook.id": .string("7c0c"),
            ]
            return try await RunningServer.start(settings: settings.merging(more) { _, new in new })
        }
    }

    private func device(_ subject: String, _ server: RunningServer) async throws -> TestDevice {
        var device = try TestDevice(subject, key: TestKeys.shared.key(.rsa2048))
        device.transactionID = Array("transaction of \(subject)".utf8)
        device.challenge = try await server.middle.challenges.create(ChallengeOrder(createdBy: "test")).secret
        return device
    }

    private func request(_ device: TestDevice) throws -> EnrollmentRequest {
        try device.request(now: SystemClock().now)
    }

    @Test func `a certificate is told with its DER, signed as the question is, and once`() async throws {
        let receiver = try await WebhookReceiver.start()
        let server = try await server(notifying: receiver.url)
        let request = try request(await device("CN=laptop-7", server))
        guard case .issued(let credential) = await server.middle.enrollment.enroll(request) else {
            Issue.record("not issued")
            return
        }
        guard case .issued(let again) = await server.middle.enrollment.enroll(request) else {
            Issue.record("not issued again")
            return
        }
        #expect(again.certificate == credential.certificate)
        // Its notice comes behind that of a repetition, if there were one.
        _ = await server.middle.enrollment.enroll(try self.request(await device("CN=laptop-8", server)))
        let calls = await receiver.calls(2).filter { $0.transactionID == "transaction of CN=laptop-7" }
        #expect(calls.count == 1)
        let call = try #require(calls.first)

        let told = try #require(call.json["x509Certificate"] as? [String: Any])
        let view = try CertificateView(parsing: credential.certificate)
        #expect(told["raw"] as? String == Data(credential.certificate).base64EncodedString())
        #expect(told["publicKey"] as? String == Data(view.subjectPublicKeyInfo.encoded).base64EncodedString())
        #expect(told["publicKeyAlgorithm"] as? String == "RSA")
        #expect(told["notBefore"] as? String == view.notBefore?.iso8601)
        #expect(told["notAfter"] as? String == view.notAfter?.iso8601)
        #expect(call.json["provisionerName"] as? String == "default")
        #expect(call.json["scepErrorCode"] == nil && call.json["scepErrorDescription"] == nil)
        let asked = try #require(call.json["x509CertificateRequest"] as? [String: Any])
        #expect((asked["subject"] as? [String: Any])?["commonName"] as? String == "laptop-7")
        // The challenge stands in the PKCS#10 too.
        #expect(call.json["scepChallenge"] == nil && asked["raw"] == nil)

        #expect(call.fields["content-type"] == "application/json")
        #expect(call.fields["x-smallstep-webhook-id"] == "7c0c" && call.fields["sealwright-webhook-id"] == "7c0c")
        let code = Hex.encode(DigestAlgorithm.sha256.authenticationCode(call.body, key: Self.secret))
        #expect(call.fields["x-smallstep-signature"] == code)
        let own = try #require(call.fields["sealwright-signature"])
        let stamp = try #require(own.split(separator: ",").first?.dropFirst(2))
        let stamped = Array("\(stamp).".utf8) + call.body
        let expected = Hex.encode(DigestAlgorithm.sha256.authenticationCode(stamped, key: Self.secret))
        #expect(own == "t=\(stamp),v1=\(expected)")
        await server.stop()
        await receiver.stop()
    }

    @Test func `a refusal is told with the number of its failInfo and our sentence, and once`() async throws {
        let receiver = try await WebhookReceiver.start()
        let server = try await server(notifying: receiver.url)
        var stranger = try TestDevice("CN=laptop-9", key: TestKeys.shared.key(.rsa2048))
        stranger.transactionID = Array("stranger".utf8)
        stranger.challenge = Secret("open sesame, please")
        let request = try request(stranger)
        for _ in 0..<3 { _ = await server.middle.enrollment.enroll(request) }
        _ = await server.middle.enrollment.enroll(try self.request(await device("CN=laptop-8", server)))
        let calls = await receiver.calls(2)
        #expect(calls.count == 2)
        let call = try #require(calls.first { $0.transactionID == "stranger" })
        #expect(call.json["scepErrorCode"] as? Int == 2)
        #expect(call.json["scepErrorDescription"] as? String == "the challenge is not known here")
        #expect(call.json["x509Certificate"] == nil)
        let text = String(decoding: call.body, as: UTF8.self)
        #expect(!text.contains("open sesame") && !text.contains("scepChallenge"))
        await server.stop()
        await receiver.stop()
    }

    @Test func `what waits is told when it is approved or denied`() async throws {
        let receiver = try await WebhookReceiver.start()
        let server = try await server(
            notifying: receiver.url, ["scep.default.approval": .string("when-unauthenticated")])
        for (name, isApproved) in [("first", true), ("second", false)] {
            var device = try TestDevice("CN=\(name)", key: TestKeys.shared.key(.rsa2048))
            device.transactionID = Array(name.utf8)
            guard case .pending(let id) = await server.middle.enrollment.enroll(try request(device)) else {
                Issue.record("does not wait")
                return
            }
            if isApproved {
                _ = await server.middle.enrollment.approve(id, by: "operator:alice")
            } else {
                _ = await server.middle.enrollment.deny(id, by: "operator:alice", reason: "not ours")
            }
        }
        let calls = await receiver.calls(2)
        #expect(calls.count == 2)
        let approved = try #require(calls.first { $0.transactionID == "first" })
        #expect(approved.json["x509Certificate"] != nil)
        // Without a challenge in it the PKCS#10 is told as it is.
        #expect((approved.json["x509CertificateRequest"] as? [String: Any])?["raw"] is String)
        let denied = try #require(calls.first { $0.transactionID == "second" })
        #expect(denied.json["scepErrorDescription"] as? String == "an administrator refused: not ours")
        await server.stop()
        await receiver.stop()
    }

    @Test func `a receiver that does not answer keeps no device waiting`() async throws {
        let receiver = try await WebhookReceiver.start(delay: .seconds(30))
        let server = try await server(notifying: receiver.url)
        let start = ContinuousClock.now
        for number in 0..<8 {
            let request = try request(await device("CN=laptop-\(number)", server))
            guard case .issued = await server.middle.enrollment.enroll(request) else {
                Issue.record("not issued")
                continue
            }
        }
        // To one attempt the client gives ten seconds, and it makes two.
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(await receiver.calls(1).count >= 1)
        await server.stop()
        await receiver.stop()
    }
}

@Suite("Webhooks: the queue of notices")
struct WebhookNoticeQueueTests {
    private let metrics = PrometheusRegistry()
    private let log = LogRecorder()

    private func notifier(
        _ url: String, _ adjust: (inout WebhookNoticeQueue.Limits) -> Void = { _ in }
    ) throws -> WebhookNotifier {
        var limits = WebhookNoticeQueue.Limits(pauses: [.milliseconds(10)])
        adjust(&limits)
        let hook = SCEPEndpointOptions.WebhookOptions(
            url: nil, notifyURL: url, id: "7c0c", secret: [1, 2, 3], token: nil)
        let log = log
        return try #require(
            WebhookNotifier(
                hooks: [.default: hook], counter: metrics, clock: FixedClock(),
                logger: Logger(label: "test") { _ in log }, limits: limits))
    }

    private func refusal(
        _ number: Int, _ reason: DenialReason = .challengeUnknown, at endpoint: EndpointID = .default,
        enrollment: EnrollmentID? = nil
    ) -> EnrollmentEnding {
        let key = IdempotencyKey(
            endpoint: endpoint, messageType: "19", transactionID: Array("transaction \(number)".utf8),
            requestDigest: [UInt8(clamping: number)], signerDigest: nil)
        return EnrollmentEnding(
            key: key, enrollment: enrollment, certificationRequest: [], result: .refused(reason),
            at: Timestamp(seconds: 1_780_315_200))
    }

    private func metric(_ outcome: String) -> String? {
        let start = #"sealwright_webhook_notices_total{endpoint="default",outcome="\#(outcome)"} "#
        let line = metrics.text().split(separator: "\n").first { $0.hasPrefix(start) }
        return line.map { String($0.dropFirst(start.count)) }
    }

    @Test func `what does not fit is counted and told in the log once a while`() throws {
        let notifier = try notifier("http://127.0.0.1:9/") { $0.places = 8 }
        for number in 0..<20 { notifier.ended(refusal(number)) }
        #expect(notifier.waiting == 6, "the last quarter is for certificates")
        #expect(metric("dropped") == "14")
        let lines = log.lines.filter { $0.message == "Webhook notices dropped: too many wait" }
        #expect(lines.map { $0.facts["count"] } == ["1"])
    }

    @Test func `large requests fill the queue too`() throws {
        let notifier = try notifier("http://127.0.0.1:9/") { $0.octets = 4_096 }
        for number in 0..<20 { notifier.ended(refusal(number)) }
        #expect(notifier.waiting == 6, "each takes 512 octets and what its request has")
    }

    @Test func `nothing waits twice, and nothing that is another endpoint's or has not ended`() throws {
        let notifier = try notifier("http://127.0.0.1:9/")
        notifier.ended(refusal(1))
        notifier.ended(refusal(1))
        #expect(notifier.waiting == 1)
        notifier.ended(refusal(1, .challengeExpired(at: Timestamp(seconds: 0))))
        #expect(notifier.waiting == 2)
        notifier.ended(refusal(2, at: EndpointID(rawValue: "other")))
        notifier.ended(refusal(3, .webhookUnavailable))
        #expect(notifier.waiting == 2)
        // The same message waited twice, and a person denied it twice.
        for id in ["a", "b", "b"] {
            notifier.ended(refusal(4, .deniedByApprover(nil), enrollment: EnrollmentID(rawValue: id)))
        }
        #expect(notifier.waiting == 4)
        #expect(metric("dropped") == nil)
    }

    @Test func `the refusals that are remembered are so many`() throws {
        let notifier = try notifier("http://127.0.0.1:9/") { $0.remembered = 2 }
        for number in [1, 2, 1, 2, 3, 2, 1] { notifier.ended(refusal(number)) }
        #expect(notifier.waiting == 4, "1, 2, 3, and 1 again")
    }

    @Test func `a receiver that is out of order is tried again, one that refuses is not`() async throws {
        let answers = [0: 500, 1: 503, 2: 204, 3: 404]
        let receiver = try await WebhookReceiver.start { answers[$0] ?? 200 }
        let notifier = try notifier(receiver.url) { $0.parallel = 1 }
        let running = Task { await notifier.run() }
        notifier.ended(refusal(1))
        #expect(await receiver.calls(3).count == 3)
        notifier.ended(refusal(2))
        notifier.ended(refusal(3))
        let calls = await receiver.calls(5)
        #expect(calls.map(\.transactionID) == [1, 1, 1, 2, 3].map { "transaction \($0)" })
        #expect(try await eventually { metric("delivered") == "2" && metric("given-up") == "1" })
        let line = try #require(log.lines.first { $0.message == "Webhook notice given up" })
        #expect(notifier.waiting == 0)
        #expect(line.facts["transactionID"] == "transaction 2" && line.facts["reason"] == "status 404")
        running.cancel()
        await running.value
        await receiver.stop()
    }

    @Test func `nobody there is given up, and tells why`() async throws {
        let receiver = try await WebhookReceiver.start()
        await receiver.stop()
        let notifier = try notifier(receiver.url)
        let running = Task { await notifier.run() }
        notifier.ended(refusal(1))
        func line() -> LogRecorder.Line? { log.lines.first { $0.message == "Webhook notice given up" } }
        #expect(try await eventually { line() != nil })
        #expect(metric("given-up") == "1")
        let line = try #require(line())
        #expect(line.facts["reason"]?.contains("refused") == true)
        running.cancel()
        await running.value
    }

    @Test func `what waits when the server ends is told first`() async throws {
        let receiver = try await WebhookReceiver.start(delay: .milliseconds(200))
        let notifier = try notifier(receiver.url) {
            $0.parallel = 1
            $0.farewell = .seconds(60)
        }
        let group = ServiceGroup(
            configuration: .init(services: [notifier], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let task = Task { try await group.run() }
        for number in 0..<4 { notifier.ended(refusal(number)) }
        #expect(await receiver.calls(1).count >= 1)
        await group.triggerGracefulShutdown()
        _ = await task.result
        #expect(receiver.calls.count == 4)
        #expect(notifier.waiting == 0 && metric("delivered") == "4")
        await receiver.stop()
    }

    @Test func `a receiver that is away holds a server that ends up no longer than its farewell`() async throws {
        let receiver = try await WebhookReceiver.start(delay: .seconds(30))
        let notifier = try notifier(receiver.url) { $0.farewell = .milliseconds(300) }
        let group = ServiceGroup(
            configuration: .init(services: [notifier], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let task = Task { try await group.run() }
        for number in 0..<6 { notifier.ended(refusal(number)) }
        #expect(await receiver.calls(1).count >= 1)
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        _ = await task.result
        #expect(ContinuousClock.now - start < .seconds(8))
        let line = try #require(log.lines.first { $0.message == "Webhook notices not delivered: the server ends" })
        #expect(line.facts["count"] == "6")
        await receiver.stop()
    }
}

extension WebhookReceiver.Call {
    fileprivate var transactionID: String? { json["scepTransactionID"] as? String }
}
