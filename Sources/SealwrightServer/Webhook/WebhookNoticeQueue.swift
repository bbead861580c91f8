// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import ServiceLifecycle
import Synchronization

/// What one webhook is to be told, and whoever tells it.
///
/// It lives in memory: a process that dies takes with it what it has not told yet. The audit trail has it all.
final class WebhookNoticeQueue: Sendable {
    /// How much waits, and how long anybody tries.
    struct Limits: Sendable {
        /// Notices that wait or are being told.
        var places = 1_000
        /// Octets of all of them: requests come from anybody.
        var octets = 16 << 20
        /// Notices told at once.
        var parallel = 4
        /// From one failed attempt, within which the client tries twice, to the next.
        var pauses: [Duration] = [.seconds(5), .seconds(30)]
        /// What a server that ends gives to those that wait.
        var farewell = Duration.seconds(5)
        /// From one word in the log about lost notices to the next.
        var silence = Duration.seconds(600)
        /// Refusals that are remembered, so that a device that repeats its message is told of once.
        var remembered = 4_096

        static let standard = Limits()

        /// Whether one more fits: anybody can be refused, so that the last quarter is for certificates.
        func hasRoom(for result: EnrollmentEnding.Result, beside waiting: Int, _ kept: Int) -> Bool {
            if case .issued = result { return waiting < places && kept < octets }
            return waiting < places - places / 4 && kept < octets - octets / 4
        }
    }

    fileprivate struct State {
        var waiting = 0
        var octets = 0
        var lost = 0
        var lastTold: ContinuousClock.Instant?
        var refusals = RefusalMemory()
    }

    private let endpoint: EndpointID
    private let url: String
    private let hook: SCEPEndpointOptions.WebhookOptions
    private let limits: Limits
    private let counter: any EventCounter
    private let clock: any SealwrightCore.Clock
    private let logger: Logger
    private let client = WebhookClient()
    private let state = Mutex(State())
    private let endings: AsyncStream<EnrollmentEnding>
    private let entrance: AsyncStream<EnrollmentEnding>.Continuation

    init(
        endpoint: EndpointID, url: String, hook: SCEPEndpointOptions.WebhookOptions, limits: Limits,
        counter: any EventCounter, clock: any SealwrightCore.Clock, logger: Logger
    ) {
        self.endpoint = endpoint
        self.url = url
        self.hook = hook
        self.limits = limits
        self.counter = counter
        self.clock = clock
        self.logger = logger
        // Who may come in is counted here.
        (endings, entrance) = AsyncStream.makeStream(of: EnrollmentEnding.self, bufferingPolicy: .unbounded)
    }
}

// MARK: - In

extension WebhookNoticeQueue {
    /// Takes what there is room for.
    func add(_ ending: EnrollmentEnding) {
        // The device is answered 503 and comes again: nothing has ended.
        if case .refused(.webhookUnavailable) = ending.result { return }
        let mark = ending.refusalMark
        let (isTaken, lost) = state.withLock { state -> (Bool, Int) in
            if let mark, state.refusals.contains(mark) { return (true, 0) }
            if limits.hasRoom(for: ending.result, beside: state.waiting, state.octets) {
                if let mark { state.refusals.insert(mark, limit: limits.remembered) }
                state.waiting += 1
                state.octets += ending.octets
                entrance.yield(ending)
                return (true, 0)
            }
            state.lost += 1
            let now = ContinuousClock.now
            if let last = state.lastTold, now - last < limits.silence { return (false, 0) }
            state.lastTold = now
            defer { state.lost = 0 }
            return (false, state.lost)
        }
        guard !isTaken else { return }
        count("dropped")
        if lost > 0 {
            logger.warning(
                "Webhook notices dropped: too many wait",
                metadata: ["url": "\(url)", "endpoint": "\(endpoint)", "count": "\(lost)"])
        }
    }

    /// How many wait or are being told.
    var waiting: Int { state.withLock { $0.waiting } }

    private func leave(_ ending: EnrollmentEnding) {
        state.withLock { state in
            state.waiting -= 1
            state.octets -= ending.octets
        }
    }

    private func count(_ outcome: String) {
        counter.count(
            "sealwright_webhook_notices_total", [("endpoint", endpoint.rawValue), ("outcome", outcome)])
    }
}

extension EnrollmentEnding {
    /// Roughly what it takes to keep.
    fileprivate var octets: Int {
        guard case .issued(let credential) = result else { return certificationRequest.count + 512 }
        return certificationRequest.count + credential.certificate.count + 512
    }

    /// The same for every repetition of a message that is refused for the same reason; `nil` for a certificate, which
    /// is told once anyway.
    ///
    /// A person may deny the same message twice, when it waits again.
    fileprivate var refusalMark: [UInt8]? {
        guard case .refused(let reason) = result else { return nil }
        let words = [key.messageType, enrollment?.rawValue ?? "", reason.code]
        return DigestAlgorithm.sha256.hash(
            key.requestDigest + (key.signerDigest ?? []) + DigestAlgorithm.sha256.hash(key.transactionID)
                + Array(words.joined(separator: " ").utf8))
    }
}

// MARK: - Out

extension WebhookNoticeQueue {
    /// Tells what comes until the server ends; what waits then gets a few seconds.
    func run() async {
        // A task of its own, or it would hear of the end itself and leave at once what waits.
        let work = Task { await self.tellAll() }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await work.value
            } onGracefulShutdown: {
                self.entrance.finish()
                Task {
                    try? await Task.sleep(for: self.limits.farewell)
                    work.cancel()
                }
            }
        } onCancel: {
            work.cancel()
        }
        let left = waiting
        guard left > 0 else { return }
        logger.warning(
            "Webhook notices not delivered: the server ends",
            metadata: ["url": "\(url)", "endpoint": "\(endpoint)", "count": "\(left)"])
    }

    private func tellAll() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await ending in endings {
                if running >= limits.parallel {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask { await self.tell(ending) }
            }
        }
    }

    private func tell(_ ending: EnrollmentEnding) async {
        var failure = "it cannot be written"
        if let body = try? Array(JSON.encoder.encode(WebhookNotice(ending))) {
            attempts: for pause in [.zero] + limits.pauses {
                if pause > .zero { try? await Task.sleep(for: pause) }
                // Counted as left behind where the server ends.
                if Task.isCancelled { return }
                switch await attempt(body) {
                case .delivered:
                    leave(ending)
                    return count("delivered")
                case .failed(let reason, let isFinal):
                    failure = reason
                    if isFinal { break attempts }
                }
            }
        }
        if Task.isCancelled { return }
        leave(ending)
        count("given-up")
        logger.warning(
            "Webhook notice given up",
            metadata: [
                "url": "\(url)", "endpoint": "\(endpoint)", "transactionID": "\(ending.key.transactionText)",
                "reason": "\(failure)",
            ])
    }

    private enum Attempt {
        case delivered
        /// `isFinal` when the receiver understood, and does not want it.
        case failed(String, isFinal: Bool)
    }

    private func attempt(_ body: [UInt8]) async -> Attempt {
        do {
            let answer = try await client.post(body, to: url, fields: hook.fields(signing: body, at: clock.now))
            if (200..<300).contains(answer.status) { return .delivered }
            let comesAgain = answer.status >= 500 || [408, 425, 429].contains(answer.status)
            return .failed("status \(answer.status)", isFinal: !comesAgain)
        } catch {
            return .failed("\(error)", isFinal: false)
        }
    }
}
