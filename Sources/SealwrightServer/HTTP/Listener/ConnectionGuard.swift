// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import PKIFormats

/// Keeps one connection honest: how many there are, how slow it is, what it asks for and when it ends.
///
/// Sits right behind the HTTP decoder and watches message boundaries: the header must be complete in time, then the
/// body, then the answer must be taken, then the next request must begin. What a slow client sends cannot push a
/// deadline further out, because deadlines belong to boundaries and not to bytes; a body must also keep up a rate.
///
/// What no router should see ends here with an answer of its own: targets that are no path, framing that two programs
/// could read differently, whatever the decoder refuses.
///
/// Source: RFC 9112, sections 3.2, 6.3 and 9.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ListenerLimits
    private let census: ConnectionCensus
    private let requestLine: RequestLineWatch
    /// Octets of a body beyond which it is refused unread.
    private let bodyLimit: Int
    private var address = ""
    private var isCounted = false
    /// When the connection ends unless something happens before.
    private var deadline = NIODeadline.distantFuture
    /// Looks at the deadline; not moved with it, because a deadline moves several times a message.
    private var alarm: Scheduled<Void>?
    private var alarmAt = NIODeadline.distantFuture
    /// Looks at the rate of a body; while it does, there is no other deadline.
    private var bodyWatch: Scheduled<Void>?
    /// Requests begun on this connection.
    private var requests = 0
    /// Requests passed on whose answers are not complete.
    private var unanswered = 0
    /// Whether the newest request's body is still coming.
    private var isReceiving = false
    /// Whether the newest request is one whose answer has no content.
    private var isHead = false
    /// Whether the newest request is for the administration interface, where every refusal is a problem document.
    private var isForAPI = false
    /// Octets of that body since its rate was looked at last.
    private var receivedOctets: Int64 = 0
    /// Octets of that body in all.
    private var bodyOctets = 0
    /// Whether that body, or the one that is answered, is counted as a large one.
    private var holdsLargeBody = false
    /// Whether an answer has begun and is not complete.
    private var isAnswering = false
    /// Whether the present answer is the last one.
    private var isLast = false
    /// Whether the peer takes each answer for the last one unless told otherwise, as clients of HTTP/1.0 do.
    private var isOldPeer = false
    /// The refusal that follows the answers still to be given.
    private var refusal: HTTPResponseStatus?
    /// Whether the last answer has been given: nothing is passed on in either direction any more.
    private var isFinished = false

    init(limits: ListenerLimits, census: ConnectionCensus, requestLine: RequestLineWatch, bodyLimit: Int) {
        self.limits = limits
        self.census = census
        self.requestLine = requestLine
        self.bodyLimit = bodyLimit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        address = context.channel.remoteAddress?.ipAddress ?? "local"
        isCounted = census.admit(address)
        guard isCounted else { return context.close(promise: nil) }
        schedule(context, seconds: limits.headerSeconds)
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        bodyWatch?.cancel()
        if isCounted { census.leave(address) }
        isCounted = false
        leaveLargeBody()
        context.fireChannelInactive()
    }
}

// MARK: - In

extension ConnectionGuard {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isFinished, refusal == nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): receive(head, context)
        case .body(let octets):
            receivedOctets += Int64(octets.readableBytes)
            bodyOctets += octets.readableBytes
            guard admitsBody(of: bodyOctets) else { return giveUp(.serviceUnavailable, context) }
            context.fireChannelRead(data)
        case .end:
            isReceiving = false
            schedule(context, seconds: limits.answerSeconds)
            context.fireChannelRead(data)
        }
    }

    /// Whatever still comes after the last answer is read and forgotten, because unread octets would make the system
    /// reset the connection before the peer has read the answer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isFinished { context.read() }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isFinished, case .inputClosed? = event as? ChannelEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        guard !isFinished, refusal == nil else { return }
        if isReceiving {
            // Somebody waits for the rest of this body; he must learn that there is none, and answers.
            isLast = true
            return context.fireErrorCaught(error)
        }
        // What follows a request that was the last one belongs to nobody.
        guard !isLast else { return }
        (isHead, isForAPI) = (false, false)
        switch error {
        case .headerOverflow: refuse(.requestHeaderFieldsTooLarge, context)
        // RFC 9110, section 9.1: what is no method of anybody's is not the fault of the request's form.
        case .invalidMethod where requestLine.namesUnknownMethod: refuse(.notImplemented, context)
        default: refuse(.badRequest, context)
        }
    }

    private func receive(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        // What follows a request that was the last one belongs to nobody.
        guard !isLast else { return }
        (isHead, isForAPI) = (head.method == .HEAD, head.uri.hasPrefix("/api/"))
        // Before anything compares them; a field may be as long as the longest target.
        guard head.headers.allSatisfy({ $0.value.isStreamSafe }) else { return refuse(.badRequest, context) }
        guard !isAmbiguous(head), HostField.isAcceptable(in: head) else { return refuse(.badRequest, context) }
        var head = head
        switch RequestTarget.judge(head.uri, limits: limits) {
        case .accepted(let target): head.uri = target
        // RFC 9110, section 9.3.7: a question about the server as a whole, to which there is no answer.
        case .malformed where head.method == .OPTIONS && head.uri == "*": return refuse(.notImplemented, context)
        case .malformed: return refuse(.badRequest, context)
        case .tooLong: return refuse(.uriTooLong, context)
        }
        let announced = head.headers["content-length"].first.flatMap { Int($0) } ?? 0
        guard admitsBody(of: announced) else { return refuse(.serviceUnavailable, context) }
        bodyOctets = 0
        requests += 1
        unanswered += 1
        isReceiving = true
        isOldPeer = head.version == .http1_0
        isLast = !head.isKeepAlive || endsParsing(head) || requests >= limits.requestsPerConnection
        receivedOctets = 0
        watchBody(context, remaining: limits.bodySeconds, isGrace: true)
        if waitsForConsent(head) {
            let go = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Whether the peer sends its body once it is told to go on, and the body is one that will be read.
    ///
    /// Source: RFC 9110, section 10.1.1.
    private func waitsForConsent(_ head: HTTPRequestHead) -> Bool {
        guard head.version == .http1_1,
            head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" })
        else { return false }
        return head.headers["content-length"].first.flatMap { Int($0) }.map { $0 <= bodyLimit } ?? true
    }

    /// Whether the decoder takes what follows this request for another protocol, and reads it no more.
    ///
    /// Nothing else is spoken here, so that an offer to change is passed over; but then the peer must be told not to
    /// send its next request on this connection. The HTTP client of Java offers `h2c` unless told otherwise.
    ///
    /// Source: RFC 9110, sections 7.8 and 9.3.6.
    private func endsParsing(_ head: HTTPRequestHead) -> Bool {
        guard head.method != .CONNECT else { return true }
        return head.headers.contains(name: "upgrade")
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// Framing that a program before us could have read in another way.
    ///
    /// A Transfer-Encoding counts however empty it is: chunked must be the last coding, and it is the only one read here.
    ///
    /// Source: RFC 9112, sections 6.1 and 6.3.
    private func isAmbiguous(_ head: HTTPRequestHead) -> Bool {
        let lengths = head.headers["content-length"]
        let codings = head.headers["transfer-encoding"].map { value in
            value.trimming { $0 == " " || $0 == "\t" }.lowercased()
        }
        if lengths.count > 1 { return true }
        guard !codings.isEmpty else { return false }
        return !lengths.isEmpty || head.version != .http1_1 || codings != ["chunked"]
    }

    /// Answers with a status of our own as soon as the answers before are out, and ends the connection.
    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        refusal = status
        if unanswered == 0 { writeRefusal(context) }
    }

    private func writeRefusal(_ context: ChannelHandlerContext) {
        guard let status = refusal else { return }
        let text = "\(status.code) \(status.reasonPhrase)"
        let problem = isForAPI ? ProblemDocument.unreadable(text, status: Int(status.code)).octets : nil
        let body = ByteBuffer(bytes: problem ?? Array((text + "\n").utf8))
        var head = HTTPResponseHead(version: .http1_1, status: status)
        head.headers = [
            "Content-Type": problem == nil ? "text/plain; charset=utf-8" : ProblemDocument.mediaType,
            "Content-Length": String(body.readableBytes), "Cache-Control": "no-store", "Connection": "close",
        ]
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        finish(context)
    }
}

// MARK: - Slow bodies

extension ConnectionGuard {
    /// Looks at the rate of a body at the end of each stretch, until it is complete or its time is over.
    ///
    /// The first stretch may be as slow as it likes. The timer is the deadline, so a body that comes at once costs no
    /// other one.
    private func watchBody(_ context: ChannelHandlerContext, remaining: Int64, isGrace: Bool) {
        bodyWatch?.cancel()
        deadline = .distantFuture
        let stretch = min(max(limits.bodyGraceSeconds, 1), max(remaining, 0))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let limits = limits
        bodyWatch = context.eventLoop.scheduleTask(in: .seconds(stretch)) {
            let (watcher, context) = bound.value
            let isTooSlow = !isGrace && watcher.receivedOctets < limits.bodyOctetsPerSecond * stretch
            guard remaining > stretch, !isTooSlow else { return watcher.giveUp(.requestTimeout, context) }
            watcher.receivedOctets = 0
            watcher.watchBody(context, remaining: remaining - stretch, isGrace: false)
        }
    }

    /// Answers in the place of whoever waits for the body, where no other answer is under way.
    ///
    /// Source: RFC 9110, section 15.5.9.
    private func giveUp(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        guard unanswered == 1, !isAnswering, !isFinished, refusal == nil else { return context.close(promise: nil) }
        refusal = status
        writeRefusal(context)
    }
}

// MARK: - Large bodies

extension ConnectionGuard {
    /// Whether a body of a length may be kept, and counts it where it is a large one.
    ///
    /// What is longer than any route takes is refused without being kept.
    private func admitsBody(of length: Int) -> Bool {
        guard length > limits.largeBodyOctets, length <= bodyLimit, !holdsLargeBody else { return true }
        holdsLargeBody = census.admitLargeBody()
        return holdsLargeBody
    }

    private func leaveLargeBody() {
        if holdsLargeBody { census.leaveLargeBody() }
        holdsLargeBody = false
    }
}

// MARK: - Out

extension ConnectionGuard {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isFinished else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        schedule(context, seconds: limits.answerSeconds)
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isAnswering = true
            // An answer before the whole request has come: the rest is not worth reading.
            if isReceiving, unanswered == 1 { isLast = true }
            if head.headers[canonicalForm: "connection"].contains("close") { isLast = true }
            if isLast, unanswered == 1, refusal == nil {
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            } else if isOldPeer {
                head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            isAnswering = false
            unanswered -= 1
            if !isReceiving || unanswered == 0 { leaveLargeBody() }
            context.write(data, promise: promise)
            guard unanswered == 0 else { return }
            if refusal != nil { return writeRefusal(context) }
            if isLast { return finish(context) }
            schedule(context, seconds: limits.idleSeconds)
        }
    }

    /// Says that no more will come, and gives the peer a moment to read it.
    private func finish(_ context: ChannelHandlerContext) {
        isFinished = true
        context.flush()
        context.close(mode: .output, promise: nil)
        schedule(context, seconds: limits.lingerSeconds)
        context.read()
    }

    private func schedule(_ context: ChannelHandlerContext, seconds: Int64) {
        bodyWatch?.cancel()
        bodyWatch = nil
        deadline = .now() + .seconds(seconds)
        guard alarm == nil || alarmAt > deadline else { return }
        alarm?.cancel()
        setAlarm(context)
    }

    /// An alarm that comes before the deadline has moved on sets itself anew.
    private func setAlarm(_ context: ChannelHandlerContext) {
        guard deadline != .distantFuture else { return }
        alarmAt = deadline
        alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.alarm = nil
            guard self.deadline <= .now() else { return self.setAlarm(context) }
            context.close(promise: nil)
        }
    }
}
