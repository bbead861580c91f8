// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import SealwrightTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import SealwrightServer

@Suite("RFC 9112 section 9: the requests of one connection")
struct RequestExchangeTests {
    @Test(arguments: [true, false])
    func `answers come in the order of the requests, however long each takes`(_ staysOnEventLoop: Bool) async throws {
        let server = try await BareServer.start(staysOnEventLoop: staysOnEventLoop)
        let answer = await server.send(
            ["/slow/1", "/2", "/slow/3", "/4"].map(Self.get).joined() + Self.get("/5", "Connection: close"))
        #expect(answer.statuses == [200, 200, 200, 200, 200])
        #expect(answer.isClosed)
        let bodies = ["<slow/1>", "<2>", "<slow/3>", "<4>", "<5>"].compactMap { answer.text.range(of: $0)?.lowerBound }
        #expect(bodies.count == 5 && bodies == bodies.sorted())
        await server.stop()
    }

    /// ApacheBench waits for ever where an answer does not say so.
    @Test func `a client of HTTP/1.0 that asks to go on is told that it may`() async throws {
        let server = try await BareServer.start()
        let old = "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
        let answer = await server.send(old + "GET /b HTTP/1.0\r\n\r\n")
        #expect(answer.statuses == [200, 200] && answer.isClosed)
        let heads = answer.text.lowercased()
        #expect(heads.contains("connection: keep-alive") && heads.contains("connection: close"))
        #expect(answer.text.hasSuffix("<b>"))
        await server.stop()
    }

    @Test func `a thousand requests sent at once are answered one by one`() async throws {
        let server = try await BareServer.start { $0.requestsPerConnection = 2_000 }
        let answer = await server.send(
            String(repeating: Self.get("/a"), count: 1_000) + Self.get("/b", "Connection: close"), seconds: 60)
        #expect(answer.statuses.count == 1_001)
        #expect(answer.text.hasSuffix("<b>"))
        await server.stop()
    }

    @Test func `of large bodies only so many are kept at a time`() async throws {
        let server = try await BareServer.start {
            $0.largeBodyOctets = 1_000
            $0.largeBodies = 1
            $0.bodyGraceSeconds = 30
        }
        func post(_ octets: Int, _ field: String? = nil) -> String {
            "POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(field ?? "Content-Length: \(octets)")\r\n\r\n"
        }
        let body = String(repeating: "x", count: 3_000)
        let first = try server.connect()
        // Whoever is told to go on has the place of its body.
        first.write(post(3_000, "Content-Length: 3000\r\nExpect: 100-continue"))
        #expect(await first.read { $0.statuses == [100] }.statuses == [100])
        let second = await server.send(post(3_000) + body)
        #expect(second.statuses == [503] && second.isClosed)
        let chunks = String(repeating: "1f4\r\n\(body.prefix(500))\r\n", count: 6) + "0\r\n\r\n"
        #expect(await server.send(post(0, "Transfer-Encoding: chunked") + chunks).statuses == [503])
        #expect(await server.send(post(1_000) + body.prefix(1_000)).statuses == [200])
        first.write(body)
        #expect(await first.read().text.hasSuffix("<3000>"))
        #expect(await server.send(post(3_000) + body).statuses == [200])
        await server.stop()
    }

    @Test(arguments: ["/now", "/slow/a"])
    func `a client that says it will send no more still gets its answer`(_ path: String) async throws {
        let server = try await BareServer.start()
        let answer = await server.send(Self.get(path), halfClosing: true)
        #expect(answer.statuses == [200])
        #expect(answer.isClosed)
        let incomplete = await server.send(
            "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", halfClosing: true)
        #expect(incomplete.statuses == [400])
        #expect(incomplete.isClosed)
        await server.stop()
    }

    @Test func `a body larger than any route takes is answered before it is complete`() async throws {
        let server = try await BareServer.start()
        let post = "POST /length HTTP/1.1\r\nHost: x\r\n"
        let announced = await server.send(post + "Content-Length: 2000000\r\n\r\n")
        #expect(announced.statuses == [200])
        #expect(announced.text.hasSuffix("<0>") && announced.isClosed)
        let chunk = "400\r\n" + String(repeating: "a", count: 1_024) + "\r\n"
        let chunked = await server.send(
            post + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 200) + "0\r\n\r\n")
        #expect(chunked.statuses == [200])
        #expect(chunked.isClosed)
        await server.stop()
    }

    @Test(arguments: [true, false])
    func `a large answer waits for a client that reads late, and others behind it`(_ isStream: Bool) async throws {
        let server = try await BareServer.start { $0.idleSeconds = 1 }
        let path = isStream ? "/stream" : "/large"
        let answer = await server.send(
            Self.get(path) + Self.get(path) + Self.get("/last", "Connection: close"), readAfter: 2, seconds: 60)
        #expect(answer.statuses == [200, 200, 200])
        #expect(answer.text.utf8.count > 2 * BareServer.largeOctets)
        #expect(answer.text.hasSuffix("<last>"))
        await server.stop()
    }

    @Test func `an answer that fails midway ends the connection without its end`() async throws {
        let server = try await BareServer.start()
        let answer = await server.send(Self.get("/broken") + Self.get("/never"))
        #expect(answer.statuses == [200])
        #expect(answer.isClosed && !answer.text.contains("<never>"))
        await server.stop()
    }

    @Test func `a shutdown waits for the answer under way, says so and ends idle connections`() async throws {
        let server = try await BareServer.start()
        let (idle, busy) = (try server.connect(), try server.connect())
        idle.write(Self.get("/now"))
        busy.write(Self.get("/held"))
        #expect(await idle.read { $0.text.hasSuffix("<now>") }.statuses == [200])
        try await server.begins("/held")
        async let stopped: Void = server.stop()
        #expect(await idle.read().isClosed)
        server.release()
        let answered = await busy.read()
        #expect(answered.statuses == [200] && answered.text.hasSuffix("<held>"))
        #expect(answered.isClosed && answered.hasField("Connection: close"))
        await stopped
    }

    @Test func `a request that comes just after the end was asked for is the last one of its connection`() async throws
    {
        let server = try await BareServer.start()
        let late = try server.connect()
        late.write(Self.get("/first"))
        #expect(await late.read { $0.text.hasSuffix("<first>") }.hasField("Connection: close") == false)
        async let stopped: Void = server.stop()
        #expect(try await eventually { server.ending.hasBegun })
        late.write(Self.get("/late") + Self.get("/never"))
        let answer = await late.read()
        #expect(answer.statuses == [200, 200] && answer.text.hasSuffix("<late>"))
        #expect(answer.isClosed && answer.hasField("Connection: close"))
        await stopped
    }

    /// Who comes between the last look into the queue and the end of it is reset; nearly all were.
    @Test func `of many connections made around the end hardly one is reset, whatever was read of it`() async throws {
        var lost = 0
        for _ in 0..<3 {
            let server = try await BareServer.start()
            lost += await withTaskGroup(of: RawAnswer?.self) { group in
                for _ in 0..<40 { group.addTask { await server.send(Self.get("/now")) } }
                group.addTask {
                    await server.stop()
                    return nil
                }
                return await group.reduce(into: 0) { count, answer in
                    if let answer, !answer.isRefused, answer.statuses != [200] { count += 1 }
                }
            }
        }
        #expect(lost <= 12)
    }

    @Test(.timeLimit(.minutes(1)))
    func `clients that do not take their answers or end their requests do not keep a server from ending`() async throws
    {
        let server = try await BareServer.start(patience: .seconds(1)) { $0.bodyGraceSeconds = 30 }
        let (reader, writer) = (try server.connect(), try server.connect())
        reader.write(Self.get("/large"))
        try await server.begins("/large")
        writer.write("POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\nabc")
        #expect(await writer.read { $0.statuses == [100] }.statuses == [100])
        // An answer that is not taken would hold it for two minutes.
        await server.stop()
        let (read, written) = (await reader.read(), await writer.read())
        #expect(read.text.utf8.count < BareServer.largeOctets && written.isClosed)
    }

    @Test func `a client that goes away takes nobody with it, and its answer is finished`() async throws {
        let server = try await BareServer.start()
        _ = await server.send(Self.get("/slow/gone"), seconds: 0)
        try await server.begins("/slow/gone")
        await server.stop()
        #expect(server.finished.withLock { $0 } == ["/slow/gone"])
    }

    private static func get(_ path: String) -> String { get(path, "A: b") }

    private static func get(_ path: String, _ field: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n"
    }
}

/// A listener that repeats the path it was asked for.
private struct BareServer {
    static let largeOctets = 6 << 20

    let port: Int
    /// The paths whose answers were begun.
    let begun: Shared
    /// The paths whose answers were made.
    let finished: Shared
    /// Whether the listener was asked to end.
    let ending: ListenerEnding
    private let held: AsyncStream<Void>.Continuation
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    final class Shared: Sendable {
        private let state = Mutex<[String]>([])
        func withLock<T: Sendable>(_ body: (inout sending [String]) -> sending T) -> T { state.withLock(body) }
    }

    static func start(
        staysOnEventLoop: Bool = true, patience: Duration = .seconds(25),
        limits adjust: (inout ListenerLimits) -> Void = { _ in }
    ) async throws -> BareServer {
        var limits = ListenerLimits()
        adjust(&limits)
        let (begun, finished) = (Shared(), Shared())
        let (gate, held) = AsyncStream.makeStream(of: Void.self)
        let service = RequestService(bodyLimit: 65_536, staysOnEventLoop: staysOnEventLoop) { request, _ in
            begun.withLock { $0.append(request.uri.path) }
            if request.uri.path == "/held" { for await _ in gate {} }
            let response = await answer(request)
            finished.withLock { $0.append(request.uri.path) }
            return response
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let child = ListenerChannel(
            service: service, limits: limits, census: ConnectionCensus(limits: limits), tls: nil)
        let listener = Listener(
            child, at: .hostname("127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton, logger: logger,
            patience: patience
        ) { continuation.yield($0.localAddress?.port ?? 0) }
        let group = ServiceGroup(configuration: .init(services: [listener], logger: logger))
        let task = Task { try await group.run() }
        for await port in stream {
            return BareServer(
                port: port, begun: begun, finished: finished, ending: child.ending, held: held, group: group, task: task
            )
        }
        throw CancellationError()
    }

    /// Waits until the answer to a path is begun.
    func begins(_ path: String) async throws {
        #expect(try await eventually { begun.withLock { $0.contains(path) } }, "\(path)")
    }

    /// Lets what was asked under `/held` be answered.
    func release() { held.finish() }

    func connect() throws -> RawConnection { try #require(RawConnection(port: port)) }

    private static func answer(_ request: Request) async -> Response {
        let path = request.uri.path
        if path.hasPrefix("/slow") { try? await Task.sleep(for: .milliseconds(700)) }
        switch path {
        case "/large": return response(String(repeating: "x", count: largeOctets))
        case "/stream":
            let piece = ByteBuffer(string: String(repeating: "y", count: 100_000))
            let body = ResponseBody { writer in
                for _ in 0..<(largeOctets / 100_000 + 1) { try await writer.write(piece) }
                try await writer.finish(nil)
            }
            return Response(status: .ok, body: body)
        case "/broken":
            let body = ResponseBody(contentLength: 900_000) { writer in
                try await writer.write(ByteBuffer(string: String(repeating: "z", count: 300_000)))
                throw CancellationError()
            }
            return Response(status: .ok, body: body)
        case "/length":
            var octets = 0
            do {
                for try await chunk in request.body { octets += chunk.readableBytes }
            } catch {
                return Response(status: .badRequest)
            }
            return response("<\(octets)>")
        default:
            do {
                for try await _ in request.body {}
            } catch {
                return Response(status: .badRequest)
            }
            return response("<\(path.dropFirst())>")
        }
    }

    private static func response(_ text: String) -> Response {
        Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    func send(
        _ text: String, later: String = "", pause: Double = 1, halfClosing: Bool = false, readAfter: Double = 0,
        seconds: Int = 25
    ) async -> RawAnswer {
        await RawAnswer.exchange(
            Array(text.utf8), later: Array(later.utf8), pause: pause, halfClosing: halfClosing, readAfter: readAfter,
            port: port, seconds: seconds)
    }

    /// Lets the answers under way end.
    func stop() async {
        await group.triggerGracefulShutdown()
        _ = await task.result
    }
}
