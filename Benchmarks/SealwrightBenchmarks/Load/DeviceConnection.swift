// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import SealwrightNetwork
import Synchronization
import TrustEvaluation

/// One HTTP/1.1 connection over TLS to the server under test; a request waits for the answer to the one before.
///
/// TLS is that of the factory, without resumption: each connection is a whole handshake.
final class DeviceConnection: Sendable {
    private let channel: any Channel
    private let answers: AnswerHandler

    /// Connects; the handshake goes on while the first request waits for it.
    init(_ tls: TLSClient, port: Int) async throws {
        let answers = AnswerHandler()
        self.answers = answers
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try tls.install(on: channel, serverName: nil, names: [.host("127.0.0.1")])
                    try channel.pipeline.syncOperations.addHandler(answers)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Whether the connection can be used still.
    var isOpen: Bool { channel.isActive && !answers.isOver }

    /// Sends a request, complete with its head, and reads the answer.
    func exchange(_ request: [UInt8]) async throws -> HTTPReply {
        try await withCheckedThrowingContinuation { continuation in
            answers.wait(continuation)
            channel.writeAndFlush(ByteBuffer(bytes: request), promise: nil)
        }
    }

    /// Ends the connection and waits until it has ended.
    func close() async { try? await channel.close() }
}

/// Hands each answer to whoever waits for it.
private final class AnswerHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var reader = HTTPReplyReader()
        var waiting: CheckedContinuation<HTTPReply, any Error>?
        var failure: (any Error)?
    }

    /// Guards the octets received and who waits for them.
    private let state = Mutex(State())

    var isOver: Bool { state.withLock { $0.failure != nil } }

    func wait(_ continuation: CheckedContinuation<HTTPReply, any Error>) {
        let failure = state.withLock { state -> (any Error)? in
            if state.failure == nil { state.waiting = continuation }
            return state.failure
        }
        if let failure { continuation.resume(throwing: failure) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let octets = unwrapInboundIn(data)
        do {
            let (waiting, reply) = try state.withLock { state in
                state.reader.append(octets.readableBytesView)
                guard let reply = try state.reader.next() else {
                    return (CheckedContinuation<HTTPReply, any Error>?.none, HTTPReply?.none)
                }
                let waiting = state.waiting
                state.waiting = nil
                if reply.isLast { state.failure = BenchmarkError("the server ended the connection as it had said") }
                return (waiting, reply)
            }
            if let reply { waiting?.resume(returning: reply) }
        } catch {
            fail(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(BenchmarkError("the server closed the connection"))
    }

    private func fail(_ error: any Error) {
        let waiting = state.withLock { state in
            let waiting = state.waiting
            state.waiting = nil
            state.failure = state.failure ?? error
            return waiting
        }
        waiting?.resume(throwing: error)
    }
}
