// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import SealwrightTesting
import ServiceLifecycle
import Synchronization

@testable import SealwrightServer

/// Somebody who is notified, on a free loopback port.
struct WebhookReceiver: Sendable {
    /// One call.
    struct Call: Sendable {
        let body: [UInt8]
        let fields: [String: String]

        /// The body as JSON.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
        }
    }

    private final class Kept: Sendable {
        let calls = Mutex<[Call]>([])
        let isOver = Mutex(false)
    }

    let url: String
    private let kept: Kept
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// What came until now.
    var calls: [Call] { kept.calls.withLock { $0 } }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - delay: how long each call is left without an answer.
    ///   - status: the answer to the call of this number, from 0 on.
    /// - Returns: the receiver.
    /// - Throws: when there is no port.
    static func start(
        delay: Duration = .zero, status: @escaping @Sendable (Int) -> Int = { _ in 200 }
    ) async throws -> WebhookReceiver {
        let kept = Kept()
        let service = RequestService(bodyLimit: 1 << 20, staysOnEventLoop: true) { request, _ in
            var body: [UInt8] = []
            do {
                for try await chunk in request.body { body += Array(chunk.readableBytesView) }
            } catch {
                return Response(status: .badRequest)
            }
            let fields = request.headers.map { ($0.name.canonicalName, $0.value) }
            let call = Call(body: body, fields: Dictionary(fields) { first, _ in first })
            let number = kept.calls.withLock { calls in
                calls.append(call)
                return calls.count - 1
            }
            let end = ContinuousClock.now + delay
            while ContinuousClock.now < end, !kept.isOver.withLock({ $0 }) {
                try? await Task.sleep(for: .milliseconds(10))
            }
            return Response(status: HTTPResponse.Status(code: status(number)))
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let limits = ListenerLimits()
        let listener = Listener(
            ListenerChannel(service: service, limits: limits, census: ConnectionCensus(limits: limits), tls: nil),
            at: .hostname("127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton, logger: logger,
            patience: .seconds(1)
        ) { continuation.yield($0.localAddress?.port ?? 0) }
        let group = ServiceGroup(configuration: .init(services: [listener], logger: logger))
        let task = Task { try await group.run() }
        for await port in stream {
            return WebhookReceiver(url: "http://127.0.0.1:\(port)/told", kept: kept, group: group, task: task)
        }
        throw CancellationError()
    }

    /// Waits until so many calls came; what is not there in time is found missing by the test.
    func calls(_ count: Int) async -> [Call] {
        _ = try? await eventually { calls.count >= count }
        return calls
    }

    /// Answers what waits and is no longer there.
    func stop() async {
        kept.isOver.withLock { $0 = true }
        task.cancel()
        _ = await task.result
    }
}
