// SPDX-License-Identifier: Apache-2.0

import NIOCore
import SealwrightNetwork
import SealwrightTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("The HTTP client")
struct HTTPClientTests {
    @Test(.timeLimit(.minutes(1)))
    func `a task that is cancelled waits no longer for a silent server`() async throws {
        let (connections, connected) = AsyncStream.makeStream(of: Void.self)
        let silent = try await LoopbackServer { _, _ in connected.yield() }
        let url = try HTTPURL("http://127.0.0.1:\(silent.port)/")
        var limits = HTTPClient.Limits()
        limits.seconds = 600
        let client = HTTPClient(limits: limits)
        let waiting = Task { try await client.send(HTTPRequest(url: url)) }
        for await _ in connections { break }
        waiting.cancel()
        await #expect(throws: NetworkError.self) { try await waiting.value }
        await silent.stop()
    }

    @Test(
        arguments: ["", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"], [false, true])
    func `a connection that ends before the answer is complete is told as that`(
        start: String, isReset: Bool
    ) async throws {
        let error = await error(of: Breaker(saying: start, isReset: isReset))
        guard case .connectionLost = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a server of another protocol is told as that`() async throws {
        let error = await error(of: Breaker(saying: "SSH-2.0-OpenSSH_9.2\r\n", isReset: false))
        guard case .protocolViolation = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Source: RFC 6761, section 6.4: no name ends in `invalid`.
    @Test func `a name without an address is told as that`() async throws {
        let url = try HTTPURL("http://nowhere.invalid/")
        await #expect(throws: NetworkError.nameNotResolved(host: "nowhere.invalid")) {
            try await HTTPClient().send(HTTPRequest(url: url))
        }
    }

    @Test func `a connection that is never made is told as no answer in time`() async throws {
        let full = try UnansweredPort()
        var limits = HTTPClient.Limits()
        limits.seconds = 1
        let url = try HTTPURL("http://127.0.0.1:\(full.port)/")
        await #expect(throws: NetworkError.timedOut(host: "127.0.0.1", seconds: 1)) {
            try await HTTPClient(limits: limits).send(HTTPRequest(url: url))
        }
    }

    private func error(of breaker: @autoclosure @escaping @Sendable () -> Breaker) async -> NetworkError? {
        do {
            let server = try await LoopbackServer { channel, _ in
                try channel.pipeline.syncOperations.addHandler(breaker())
            }
            defer { Task { await server.stop() } }
            let url = try HTTPURL("http://127.0.0.1:\(server.port)/")
            _ = try await HTTPClient().send(HTTPRequest(url: url))
        } catch {
            return error as? NetworkError
        }
        return nil
    }
}

/// Answers a request with some octets and ends the connection, politely or not.
private final class Breaker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String
    private let isReset: Bool

    init(saying text: String, isReset: Bool) {
        self.text = text
        self.isReset = isReset
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = context.channel
        let isReset = isReset
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
            guard isReset else { return channel.close(promise: nil) }
            // The system resets a connection that is closed without lingering.
            let options = channel as? any SocketOptionProvider
            options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}

/// A port on which nobody takes the connections that come, and whose queue of them is full.
private final class UnansweredPort {
    let port: Int
    private var descriptors: [CInt] = []

    init() throws {
        #if canImport(Glibc)
        let stream = CInt(SOCK_STREAM.rawValue)
        #else
        let stream = CInt(SOCK_STREAM)
        #endif
        port = try FreePort.any()
        let place = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let listener = socket(AF_INET, stream, 0)
        descriptors.append(listener)
        #expect(place.withSockAddr { bind(listener, $0, socklen_t($1)) } == 0)
        #expect(listen(listener, 0) == 0)
        for _ in 0..<4 {
            let client = socket(AF_INET, stream, 0)
            _ = fcntl(client, F_SETFL, O_NONBLOCK)
            _ = place.withSockAddr { connect(client, $0, socklen_t($1)) }
            descriptors.append(client)
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
