// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers the requests of one connection, one after the other and in their order.
///
/// A request is answered once it is complete, or as soon as it is larger than any route takes; so its task begins on the
/// event loop that read it, and an answer that waits for nothing is written before that loop looks for other octets.
/// While an answer is under way nothing is read, so a peer that sends more than it takes is slowed by its own system.
///
/// Sits behind ``ConnectionGuard``, which has refused whatever is no request and bounds every time.
final class RequestExchange: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let service: RequestService
    private let connection: Connection
    private let ending: ListenerEnding
    /// Kept once the connection has gone and no answer is under way.
    private let end: EventLoopPromise<Void>

    /// The head of the request that is being read.
    private var head: HTTPRequest?
    /// Its body so far.
    private var body = ByteBuffer()
    /// Parts of requests behind the one that is answered.
    private var waiting = CircularBuffer<HTTPRequestPart>()
    private var isAnswering = false
    /// Whether the rest of the request is not wanted, because it is answered already.
    private var isDiscarding = false
    private var isDraining = false
    /// Whether the channel asked for octets while an answer was under way.
    private var isReadHeld = false
    /// Whether an answer was given that the peer has not taken yet.
    private var isBlocked = false
    /// Whether the present answer is the last one.
    private var isLast = false
    private var isGone = false

    /// The promise is kept when the connection has gone and its last answer was given.
    init(
        _ service: RequestService, _ connection: Connection, ending: ListenerEnding, end: EventLoopPromise<Void>
    ) {
        self.service = service
        self.connection = connection
        self.ending = ending
        self.end = end
    }
}

// MARK: - In

extension RequestExchange {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        waiting.append(unwrapInboundIn(data))
        drain(context)
    }

    /// Octets are wanted when the next request may be read.
    func read(context: ChannelHandlerContext) {
        if isAnswering, !isDiscarding { isReadHeld = true } else { context.read() }
    }

    /// Reads what waits, until an answer is under way that must be given first.
    ///
    /// Answers given at once lead here again; only the first caller goes on, so that many requests at once do not nest.
    private func drain(_ context: ChannelHandlerContext) {
        guard !isDraining else { return }
        isDraining = true
        while !isAnswering || isDiscarding, let part = waiting.popFirst() { receive(part, context) }
        isDraining = false
        guard isReadHeld, !isAnswering else { return }
        isReadHeld = false
        context.read()
    }

    private func receive(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            self.head = head
            guard let announced = head.headerFields[.contentLength].flatMap({ Int($0) }) else { return }
            // The route's own limit is lower: it refuses without the body.
            if announced > service.bodyLimit { answerEarly(RequestBody(buffer: ByteBuffer()), context) }
        case .body(let octets):
            guard !isDiscarding else { return }
            if body.readableBytes == 0 { body = octets } else { body.writeImmutableBuffer(octets) }
            if body.readableBytes > service.bodyLimit { answerEarly(RequestBody(buffer: body), context) }
        case .end:
            if isDiscarding { isDiscarding = false } else { answer(RequestBody(buffer: body), context) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isLast = true
            closeIfIdle(context)
        case is ChannelShouldQuiesceEvent:
            isLast = true
            // A request may be on its way, or have come and not been read: closing now would reset it.
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.lastCall) { self.closeIfIdle(context) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// How long a connection without a request waits for its last one when the server ends.
    private static let lastCall = TimeAmount.milliseconds(500)

    private func closeIfIdle(_ context: ChannelHandlerContext) {
        if !isAnswering, head == nil, !isGone { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isLast = true
        if error is HTTPParserError, head != nil {
            answerEarly(RequestBody(asyncSequence: BrokenBody()), context)
        } else if !isAnswering {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { leave() }

    /// A connection that was refused before it was open has no other end.
    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        isGone = true
        if !isAnswering || isBlocked { end.succeed() }
    }
}

// MARK: - Out

extension RequestExchange {
    private func answerEarly(_ body: RequestBody, _ context: ChannelHandlerContext) {
        isDiscarding = true
        answer(body, context)
    }

    private func answer(_ body: RequestBody, _ context: ChannelHandlerContext) {
        guard let head else { return }
        if ending.hasBegun { isLast = true }
        self.head = nil
        self.body = ByteBuffer()
        isAnswering = true
        let request = Request(head: head, body: body)
        let outlet = ResponseOutlet(
            exchange: NIOLoopBound((self, context), eventLoop: context.eventLoop), eventLoop: context.eventLoop)
        let (service, connection) = (service, connection)
        let isHead = head.method == .head
        let work: @Sendable () async -> Void = {
            await outlet.write(await service.responder(request, connection), isHead: isHead)
        }
        guard service.staysOnEventLoop else {
            Task { await work() }
            return
        }
        Task.immediate(executorPreference: EventLoopExecutor(context.eventLoop)) { await work() }
    }

    /// Sends parts of the present answer; on the event loop only.
    ///
    /// The promise is kept when the last of them was taken by the system.
    func send(_ parts: [HTTPResponsePart], _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        guard !isGone else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            if case .end? = parts.last { answered(context) }
            return
        }
        for part in parts.dropLast() { context.write(wrapOutboundOut(markedIfLast(part)), promise: nil) }
        guard let last = parts.last else { return }
        context.writeAndFlush(wrapOutboundOut(markedIfLast(last)), promise: promise)
        if case .end = last { answered(context) }
    }

    /// The answer cannot be completed, and the peer must not take it for complete.
    func abort(_ context: ChannelHandlerContext) {
        isAnswering = false
        if isGone { end.succeed() } else { context.close(promise: nil) }
    }

    /// The connection's end is said in the head; ``ConnectionGuard`` carries it out.
    private func markedIfLast(_ part: HTTPResponsePart) -> HTTPResponsePart {
        guard isLast, case .head(var head) = part else { return part }
        head.headerFields[.connection] = "close"
        return .head(head)
    }

    private func answered(_ context: ChannelHandlerContext) {
        guard !isGone else {
            isAnswering = false
            return end.succeed()
        }
        if isLast { return finish(context) }
        guard context.channel.isWritable else { return isBlocked = true }
        isAnswering = false
        drain(context)
    }

    /// The head may have gone before it was known that the answer is the last one.
    private func finish(_ context: ChannelHandlerContext) {
        isAnswering = false
        waiting.removeAll()
        context.close(mode: .output, promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isBlocked, context.channel.isWritable {
            isBlocked = false
            answered(context)
        }
        context.fireChannelWritabilityChanged()
    }
}

/// A body that ended before it was complete.
private struct BrokenBody: AsyncSequence, AsyncIteratorProtocol, Sendable {
    func next() async throws -> ByteBuffer? { throw HTTPParserError.invalidEOFState }
    func makeAsyncIterator() -> BrokenBody { self }
}
