// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import SealwrightNetwork
import SealwrightTesting
import Synchronization

/// A server on the loopback interface: TLS by a listener, or plain octets, and a word for whoever comes in.
final class LoopbackServer: Sendable {
    private let channel: any Channel
    /// Guards what happened, which event loops note and tests read.
    private let noted = Mutex<(events: [TLSEvent], peers: [PeerIdentity?])>(([], []))

    /// The port.
    var port: Int { channel.localAddress?.port ?? 0 }
    /// Handshakes that came to nothing.
    var events: [TLSEvent] { noted.withLock { $0.events } }
    /// Who was there when a request was answered.
    var peers: [PeerIdentity?] { noted.withLock { $0.peers } }

    /// Serves TLS: answers each request line with `hello`.
    static func tls(
        _ make: (@escaping @Sendable (TLSEvent) -> Void) throws -> TLSListener
    ) async throws -> (server: LoopbackServer, listener: TLSListener) {
        let box = EventBox()
        let listener = try make { event in box.note(event) }
        let server = try await LoopbackServer { channel, server in
            let connection = try listener.install(on: channel)
            try channel.pipeline.syncOperations.addHandler(Greeter { server.note(connection.peer) })
        }
        box.forward(to: { event in server.note(event) })
        return (server, listener)
    }

    /// Serves with handlers of the test's own.
    init(_ prepare: @escaping @Sendable (any Channel, LoopbackServer) throws -> Void) async throws {
        let owner = Owner()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let server = owner.server { try prepare(channel, server) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        owner.server = self
    }

    func stop() async { try? await channel.close() }

    /// Waits until something is noted.
    func eventually(_ condition: (LoopbackServer) -> Bool) async -> Bool {
        (try? await SealwrightTesting.eventually { condition(self) }) == true
    }

    private func note(_ event: TLSEvent) { noted.withLock { $0.events.append(event) } }
    private func note(_ peer: PeerIdentity?) { noted.withLock { $0.peers.append(peer) } }
}

/// Knows the server once it is there.
private final class Owner: Sendable {
    private let state = Mutex<LoopbackServer?>(nil)
    var server: LoopbackServer? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Holds events until somebody takes them.
private final class EventBox: Sendable {
    private let state = Mutex<(waiting: [TLSEvent], sink: (@Sendable (TLSEvent) -> Void)?)>(([], nil))

    func note(_ event: TLSEvent) {
        let sink = state.withLock { state in
            if state.sink == nil { state.waiting.append(event) }
            return state.sink
        }
        sink?(event)
    }

    func forward(to sink: @escaping @Sendable (TLSEvent) -> Void) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.sink = sink
            return state.waiting
        }
        for event in waiting { sink(event) }
    }
}

/// Answers whatever comes with an HTTP answer and ends the connection.
private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let asked: () -> Void
    private var text = ""

    init(asked: @escaping () -> Void) { self.asked = asked }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard text.contains("\r\n\r\n") || text.contains("\n\n") else { return }
        text = ""
        asked()
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
