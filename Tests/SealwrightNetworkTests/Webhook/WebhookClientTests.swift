// SPDX-License-Identifier: Apache-2.0

import NIOCore
import SealwrightNetwork
import Testing

@Suite("Webhooks: what is asked, and how long for")
struct WebhookClientTests {
    /// Begins an answer and goes on with an octet now and then, for ever.
    private final class Dripping: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var hasBegun = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasBegun else { return }
            hasBegun = true
            write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", context)
            drip(context)
        }

        private func drip(_ context: ChannelHandlerContext) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            _ = context.eventLoop.scheduleTask(in: .milliseconds(100)) {
                let (handler, context) = bound.value
                guard context.channel.isActive else { return }
                handler.write(" ", context)
                handler.drip(context)
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }

    @Test func `a receiver that is not there is told by host and port, with the reason in words`() async throws {
        let server = try await LoopbackServer { _, _ in }
        let port = server.port
        await server.stop()
        let reason = "connection refused; is the server running?"
        let start = ContinuousClock.now
        await #expect(throws: NetworkError.connectionFailed(host: "127.0.0.1", port: port, reason: reason)) {
            _ = try await WebhookClient().post([], to: "http://127.0.0.1:\(port)/", fields: [])
        }
        // Two attempts a second apart, and not two that last as long as they may.
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `an answer that comes octet by octet holds nobody longer than its time`() async throws {
        let server = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Dripping())
        }
        let start = ContinuousClock.now
        await #expect(throws: NetworkError.self) {
            try await WebhookClient().post(
                [], to: "http://127.0.0.1:\(server.port)/", fields: [], timeoutSeconds: 1)
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        await server.stop()
    }
}
