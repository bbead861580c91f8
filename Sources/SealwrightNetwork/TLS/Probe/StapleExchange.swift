// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Begins a handshake of TLS 1.3 to see whether the server staples an OCSP response, and ends the connection then.
final class StapleExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Octets of a flight that are read.
    private static let limit = 512 << 10
    private let promise: EventLoopPromise<Bool?>
    private var flight: EncryptedFlight
    private var octets = 0

    init(_ flight: EncryptedFlight, _ promise: EventLoopPromise<Bool?>) {
        self.flight = flight
        self.promise = promise
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { send(context) }
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        octets += buffer.readableBytes
        flight.receive(buffer.readableBytesView)
        if flight.isComplete || octets > Self.limit { finish(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(flight.hasStapledStatus)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(context) }

    private func finish(_ context: ChannelHandlerContext) {
        promise.succeed(flight.hasStapledStatus)
        context.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: flight.hello)), promise: nil)
    }
}
