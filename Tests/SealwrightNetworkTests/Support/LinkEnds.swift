// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import SealwrightNetwork
import Synchronization
import Testing

/// Two ends of TLS on loopback, and what each of them says about it.
struct LinkEnds {
    /// What the end that connects knows afterwards.
    let client: TLSConnectionFacts
    /// What the end that listens said, when the handshake came to nothing there.
    let server: [TLSEvent]
    /// Whether the application's first octets came back.
    let hasTalked: Bool

    /// Connects once and asks for a word.
    static func meet(
        _ listener: @escaping (@escaping @Sendable (TLSEvent) -> Void) throws -> TLSListener,
        _ settings: TLSClientSettings,
        serverName: String? = "localhost"
    ) async throws -> LinkEnds {
        let (server, _) = try await LoopbackServer.tls(listener)
        let ends = try await meet(port: server.port, settings, serverName: serverName)
        if !ends.hasTalked { _ = await server.eventually { !$0.events.isEmpty } }
        await server.stop()
        return LinkEnds(client: ends.facts, server: server.events, hasTalked: ends.hasTalked)
    }

    /// Connects to a port and asks for a word.
    static func meet(
        port: Int, _ settings: TLSClientSettings, serverName: String? = "localhost"
    ) async throws -> (facts: TLSConnectionFacts, hasTalked: Bool) {
        let client = try TLSClient(settings)
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let promise = loop.makePromise(of: Bool.self)
        let deadline = loop.scheduleTask(in: .seconds(60)) { promise.succeed(false) }
        let holder = ConnectionHolder()
        let channel = try await ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                holder.connection = try client.install(on: channel, serverName: serverName)
                try channel.pipeline.syncOperations.addHandler(Asker(promise))
            }
        }.connect(host: "127.0.0.1", port: port).get()
        let hasTalked = try await promise.futureResult.get()
        deadline.cancel()
        try? await channel.close()
        return (try #require(holder.connection).facts, hasTalked)
    }
}

private final class ConnectionHolder: Sendable {
    private let state = Mutex<TLSConnection?>(nil)
    var connection: TLSConnection? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Asks when TLS is there; succeeds with whether an answer came.
private final class Asker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let promise: EventLoopPromise<Bool>

    init(_ promise: EventLoopPromise<Bool>) { self.promise = promise }

    func channelActive(context: ChannelHandlerContext) {
        // Kept back by TLS until the handshake is over.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { promise.succeed(true) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    func channelInactive(context: ChannelHandlerContext) { promise.succeed(false) }
}
