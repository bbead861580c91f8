// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes connections that are too many, too slow or too long-lived.
///
/// Sits behind the HTTP decoder and watches message boundaries: the header must be complete in time, then the body,
/// then the next request must begin before the idle time is over. What a slow client sends cannot push a deadline
/// further out, because deadlines belong to boundaries and not to bytes.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ListenerLimits
    private let census: ConnectionCensus
    private var address = ""
    private var isCounted = false
    private var requests = 0
    private var deadline: Scheduled<Void>?
    private var closeAfterAnswer = false

    init(limits: ListenerLimits, census: ConnectionCensus) {
        self.limits = limits
        self.census = census
    }

    func handlerAdded(context: ChannelHandlerContext) {
        address = context.channel.remoteAddress?.ipAddress ?? "local"
        isCounted = census.admit(address)
        guard isCounted else { return context.close(promise: nil) }
        schedule(context, seconds: limits.headerSeconds)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if isCounted { census.leave(address) }
        isCounted = false
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requests += 1
            closeAfterAnswer = requests >= limits.requestsPerConnection
            schedule(context, seconds: limits.bodySeconds)
        case .end: deadline?.cancel()
        case .body: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        if closeAfterAnswer {
            context.writeAndFlush(data, promise: promise)
            return context.close(promise: nil)
        }
        schedule(context, seconds: limits.idleSeconds)
        context.write(data, promise: promise)
    }

    private func schedule(_ context: ChannelHandlerContext, seconds: Int64) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    }
}
