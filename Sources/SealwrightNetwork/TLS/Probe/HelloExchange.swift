// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Sends a hello and reads what the server says to it, then ends the connection.
final class HelloExchange<Flight: ReceivedFlight>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Octets of a flight that are read; a chain of ten large certificates has 60 KiB.
    private static var limit: Int { 512 << 10 }
    private let hello: [UInt8]
    private let promise: EventLoopPromise<Flight>
    private var flight: Flight
    private var octets = 0

    /// - Parameters:
    ///   - hello: the record that is sent.
    ///   - flight: what takes the answer.
    ///   - promise: gets the flight when it is complete, too long or ended.
    init(_ hello: [UInt8], into flight: Flight, _ promise: EventLoopPromise<Flight>) {
        self.hello = hello
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
