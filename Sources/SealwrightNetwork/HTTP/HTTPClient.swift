// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TrustEvaluation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A small HTTP/1.1 client: one connection a request, bounded in time and size, no redirects, no cookies.
///
/// For peers whose certificates Sealwright judges itself: AsyncHTTPClient offers no verification callback.
package struct HTTPClient: Sendable {
    /// Bounds of one exchange.
    package struct Limits: Sendable {
        /// From the connection attempt to the last octet of the answer.
        package var seconds = 30
        /// Octets of the answer's body.
        ///
        /// A GetCACert chain is under 64 KiB, a full CRL may have many MiB.
        package var bodyOctets = 64 << 20

        package init() {}
    }

    private let limits: Limits
    private let tls: TLSClientSettings?
    private let address: String?

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - limits: bounds of each exchange.
    ///   - tls: how servers of `https` URLs are judged, by default by the system's trust anchors.
    ///   - address: where to connect instead of resolving the URL's host, whose name is still what TLS verifies. The
    ///     command line reaches its own server by it, whatever name the certificate carries.
    package init(limits: Limits = Limits(), tls: TLSClientSettings? = nil, address: String? = nil) {
        self.limits = limits
        self.tls = tls
        self.address = address
    }

    /// The same client with another judgement of servers.
    package func trusting(_ tls: TLSClientSettings) -> HTTPClient {
        HTTPClient(limits: limits, tls: tls, address: address)
    }

    /// Sends a request and reads the whole answer; a task that is cancelled waits no longer.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - sink: takes the body of a successful answer piece by piece, for files too large for memory; the answer's own
    ///     body is empty then. It is called on the connection's event loop.
    /// - Returns: the answer.
    /// - Throws: ``NetworkError``.
    package func send(
        _ request: HTTPRequest, body sink: (@Sendable ([UInt8]) throws -> Void)? = nil
    ) async throws(NetworkError) -> HTTPResponse {
        let url = request.url
        let box = ConnectionBox()
        let channel = try await connect(to: url, box)
        let promise = channel.eventLoop.makePromise(of: HTTPResponse.self)
        let deadline = channel.eventLoop.scheduleTask(in: .seconds(Int64(limits.seconds))) {
            promise.fail(NetworkError.timedOut(host: url.host, seconds: limits.seconds))
        }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        do {
            let handler = ExchangeHandler(request: request, limits: limits, sink: sink, promise: promise)
            try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                try channel.pipeline.syncOperations.addHandler(handler)
            }.get()
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(
                    NetworkError.connectionFailed(
                        host: url.host, port: url.port, reason: "given up, as nobody waits for the answer"))
            }
        } catch {
            promise.fail(error)
            throw Self.translate(error, url: url, box.connection)
        }
    }

    private func connect(to url: HTTPURL, _ box: ConnectionBox) async throws(NetworkError) -> any Channel {
        do {
            let client = try url.isSecure ? TLSClient(tls ?? .trusting(nil)) : nil
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(Int64(limits.seconds)))
                .channelOption(.autoRead, value: true)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let client else { return }
                        box.connection = try client.install(
                            on: channel, serverName: url.host, names: [.host(url.host)])
                    }
                }
                .connect(host: address ?? url.host, port: url.port).get()
        } catch {
            throw Self.translate(error, url: url, nil)
        }
    }

    private static func translate(_ error: any Error, url: HTTPURL, _ connection: TLSConnection?) -> NetworkError {
        if let diagnosis = connection?.facts.diagnosis { return .tlsFailed(host: url.host, diagnosis) }
        return switch error {
        case let error as NetworkError: error
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            .tlsFailed(
                host: url.host, TLSFailure.diagnose(error, connection?.facts ?? TLSConnectionFacts()))
        case ChannelError.connectTimeout(let waited):
            .timedOut(host: url.host, seconds: Int(waited.nanoseconds / 1_000_000_000))
        case HTTPParserError.invalidEOFState, is ChannelError: .connectionLost(host: url.host, port: url.port)
        case let error as IOError where [EPIPE, ECONNRESET, ECONNABORTED].contains(error.errnoCode):
            .connectionLost(host: url.host, port: url.port)
        case is HTTPParserError: .protocolViolation(String(describing: error))
        case let error as NIOConnectionError:
            error.connectionErrors.first.map {
                .connectionFailed(host: url.host, port: url.port, reason: plain($0.error))
            } ?? .nameNotResolved(host: url.host)
        default: .connectionFailed(host: url.host, port: url.port, reason: plain(error))
        }
    }

    /// An error of the network in words.
    static func plain(_ error: any Error) -> String {
        if let failure = error as? NIOConnectionError {
            return failure.connectionErrors.first.map { plain($0.error) } ?? "the name does not resolve"
        }
        guard let failure = error as? IOError else { return String(describing: error) }
        return switch failure.errnoCode {
        case ECONNREFUSED: "connection refused; is the server running?"
        case ETIMEDOUT: "no answer"
        case EHOSTUNREACH: "no route to the host"
        default: failure.description
        }
    }
}

/// Carries the connection out of the pipeline's making.
private final class ConnectionBox: Sendable {
    /// Written once on the event loop before the connection is handed out.
    private let state = Mutex<TLSConnection?>(nil)

    var connection: TLSConnection? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

extension String {
    /// Whether this is an IPv4 or IPv6 address and not a name.
    package var isIPAddressLiteral: Bool {
        contains(":") || (!isEmpty && allSatisfy { $0 == "." || ("0"..."9").contains($0) })
    }
}

/// Writes one request when the connection is up and collects one answer.
private final class ExchangeHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private struct Collected {
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let request: HTTPRequest
    private let limits: HTTPClient.Limits
    private let sink: (@Sendable ([UInt8]) throws -> Void)?
    private let promise: EventLoopPromise<HTTPResponse>
    /// Touched on the channel's event loop only, which the bound box asserts.
    private let collected: NIOLoopBoundBox<Collected>

    init(
        request: HTTPRequest, limits: HTTPClient.Limits, sink: (@Sendable ([UInt8]) throws -> Void)?,
        promise: EventLoopPromise<HTTPResponse>
    ) {
        self.request = request
        self.limits = limits
        self.sink = sink
        self.promise = promise
        self.collected = NIOLoopBoundBox.makeBoxSendingValue(Collected(), eventLoop: promise.futureResult.eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        var head = HTTPRequestHead(
            version: request.isHTTP10 ? .http1_0 : .http1_1, method: HTTPMethod(rawValue: request.method),
            uri: request.url.target())
        if !request.isHTTP10 {
            head.headers.add(name: "Host", value: request.url.hostField)
            head.headers.add(name: "Connection", value: "close")
        }
        for field in request.fields { head.headers.add(name: field.name, value: field.value) }
        if !request.body.isEmpty || request.method != "GET" {
            head.headers.replaceOrAdd(name: "Content-Length", value: String(request.body.count))
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !request.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: request.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).cascadeFailure(to: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): collected.value.head = head
        case .body(let chunk) where sink != nil && collected.value.head?.status == .ok:
            do { try sink?(Array(chunk.readableBytesView)) } catch {
                promise.fail(error)
                context.close(promise: nil)
            }
        case .body(let chunk):
            guard collected.value.body.count + chunk.readableBytes <= limits.bodyOctets else {
                promise.fail(NetworkError.responseTooLarge(limit: limits.bodyOctets))
                return context.close(promise: nil)
            }
            collected.value.body.append(contentsOf: chunk.readableBytesView)
        case .end: finish()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that closes TLS without close_notify after a complete answer is common and harmless.
        if let tls = error as? NIOSSLError, case .uncleanShutdown = tls { return }
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ChannelError.eof)
    }

    private func finish() {
        guard let head = collected.value.head else {
            return promise.fail(NetworkError.protocolViolation("an answer without a status line"))
        }
        promise.succeed(
            HTTPResponse(
                status: Int(head.status.code), fields: head.headers.map { ($0.name, $0.value) },
                body: collected.value.body))
    }
}
