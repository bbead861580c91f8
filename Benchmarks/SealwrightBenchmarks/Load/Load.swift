// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Requests sent over some keep-alive connections, each from a thread of its own.
struct Load {
    let port: Int
    let connections: Int

    /// What came of it.
    struct Outcome: Sendable {
        /// In the order of the requests.
        var bodies: [[UInt8]] = []
        /// Seconds from a request to its answer.
        var latencies: [Double] = []
        /// Seconds from the first request to the last answer.
        var wall = 0.0
    }

    /// Sends every request once.
    ///
    /// - Throws: ``BenchmarkError`` when any answer is not 200.
    func send(_ requests: [[UInt8]]) async throws -> Outcome {
        let start = ContinuousClock.now
        let shares: [Share] = try await withCheckedThrowingContinuation { continuation in
            let collector = Collector(expected: connections) { continuation.resume(with: $0) }
            for connection in 0..<connections {
                let thread = Thread { collector.add(Result { try share(of: connection, requests) }) }
                thread.stackSize = 1 << 20
                thread.start()
            }
        }
        let all = shares.flatMap { $0 }.sorted { $0.index < $1.index }
        return Outcome(
            bodies: all.map(\.body), latencies: all.map(\.latency), wall: (ContinuousClock.now - start).seconds)
    }

    private typealias Share = [(index: Int, body: [UInt8], latency: Double)]

    private func share(of connection: Int, _ requests: [[UInt8]]) throws -> Share {
        var http = try LoopbackConnection(port: port)
        var share: Share = []
        share.reserveCapacity(requests.count / connections + 1)
        for index in stride(from: connection, to: requests.count, by: connections) {
            let start = ContinuousClock.now
            let reply = try http.exchange(requests[index])
            guard reply.status == 200 else {
                throw BenchmarkError("\(reply.status): \(String(decoding: reply.body.prefix(200), as: UTF8.self))")
            }
            share.append((index, reply.body, (ContinuousClock.now - start).seconds))
            if reply.isLast { http = try LoopbackConnection(port: port) }
        }
        return share
    }

    /// Waits for every thread and tells once.
    private final class Collector: Sendable {
        private struct State {
            var shares: [Share] = []
            var failure: (any Error)?
            var missing: Int
        }

        /// Guards what came back so far.
        private let state: Mutex<State>
        private let finish: @Sendable (Result<[Share], any Error>) -> Void

        init(expected: Int, _ finish: @escaping @Sendable (Result<[Share], any Error>) -> Void) {
            state = Mutex(State(missing: expected))
            self.finish = finish
        }

        func add(_ result: Result<Share, any Error>) {
            let complete = state.withLock { state -> Result<[Share], any Error>? in
                switch result {
                case .success(let share): state.shares.append(share)
                case .failure(let error): state.failure = error
                }
                state.missing -= 1
                guard state.missing == 0 else { return nil }
                return state.failure.map { .failure($0) } ?? .success(state.shares)
            }
            if let complete { finish(complete) }
        }
    }
}

/// Complete HTTP/1.1 requests.
enum HTTPMessage {
    static func get(_ target: String) -> [UInt8] {
        Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".utf8)
    }

    static func post(_ target: String, type: String, _ body: [UInt8]) -> [UInt8] {
        let head =
            "POST \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: \(type)\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
