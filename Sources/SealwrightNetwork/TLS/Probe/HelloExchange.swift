// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Sends a hello and reads what the server says in the clear.
final class HelloExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Octets of a flight that are read; a chain of ten large certificates has 60 KiB.
    private static let limit = 512 << 10
    private let hello: [UInt8]
    private let promise: EventLoopPromise<ServerFlight>
    private var flight = ServerFlight()
    private var octets = 0

    init(_ hello: ClientHello, _ promise: EventLoopPromise<ServerFlight>) {
        self.hello = hello.record
        self.promise = promise
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { send(context) }
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        octets += buffer.readableBytes
        flight.receive(Array(buffer.readableBytesView))
        if flight.isComplete || octets > Self.limit {
            promise.succeed(flight)
            context.close(promise: nil)
        }
    }

    /// What came before the end counts: some servers refuse by closing.
    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(flight)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.succeed(flight)
        context.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: hello)), promise: nil)
    }
}
