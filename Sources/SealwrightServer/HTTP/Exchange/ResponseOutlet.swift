// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// The way of an answer from the task that makes it to its connection.
struct ResponseOutlet: Sendable {
    let exchange: NIOLoopBound<(RequestExchange, ChannelHandlerContext)>
    let eventLoop: any EventLoop

    /// Writes an answer; the connection is closed when its body fails midway.
    ///
    /// An answer to HEAD tells the length of the body and leaves it out, whoever made it: what would follow is read as
    /// the next answer.
    ///
    /// Source: RFC 9110, section 9.3.2; RFC 9112, section 6.3.
    func write(_ response: Response, isHead: Bool) async {
        let body = isHead ? ResponseBody() : response.body
        do {
            try await body.write(ResponseParts(outlet: self, head: response.head))
        } catch {
            onEventLoop { $0.abort($1) }
        }
    }

    /// Sends parts of the answer and forgets them.
    fileprivate func send(_ parts: [HTTPResponsePart]) { onEventLoop { $0.send(parts, nil, $1) } }

    /// Sends parts of the answer and waits until the system has taken them.
    ///
    /// - Throws: `ChannelError` when the connection has gone.
    fileprivate func sendAndWait(_ parts: [HTTPResponsePart]) async throws {
        let promise = eventLoop.makePromise(of: Void.self)
        onEventLoop { $0.send(parts, promise, $1) }
        try await promise.futureResult.get()
    }

    private func onEventLoop(_ work: @escaping @Sendable (RequestExchange, ChannelHandlerContext) -> Void) {
        if eventLoop.inEventLoop { return work(exchange.value.0, exchange.value.1) }
        eventLoop.execute { work(exchange.value.0, exchange.value.1) }
    }
}

/// Collects an answer into pieces: one that fits leaves whole, a larger one piece by piece as the peer takes it.
private struct ResponseParts: ResponseBodyWriter {
    private let outlet: ResponseOutlet
    private var parts: [HTTPResponsePart]
    private var octets = 0

    /// Octets of a body that are under way at a time.
    private static let pieceOctets = 256 << 10

    init(outlet: ResponseOutlet, head: HTTPResponse) {
        self.outlet = outlet
        parts = [.head(head)]
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceOctets - octets)),
            piece.readableBytes > 0
        {
            parts.append(.body(piece))
            octets += piece.readableBytes
            guard octets == Self.pieceOctets else { return }
            try await outlet.sendAndWait(parts)
            (parts, octets) = ([], 0)
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        outlet.send(parts + [.end(trailingHeaders)])
    }
}
