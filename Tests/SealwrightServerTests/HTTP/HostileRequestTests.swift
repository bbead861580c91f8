// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("RFC 9112: what a listener does with requests that are wrong, greedy or old")
struct HostileRequestTests {
    private func server() async throws -> RunningServer { try await RunningServer.shared.value }

    private static let capabilities = "GET /scep/default?operation=GetCACaps HTTP/1."

    @Test func `HTTP 1.0 without Host gets a counted answer and the end of the connection`() async throws {
        let answer = try await server().raw(Self.capabilities + "0\r\n\r\n")
        #expect(answer.statuses == [200])
        #expect(answer.isClosed && answer.hasField("Connection: close"))
        #expect(answer.text.lowercased().contains("\r\ncontent-length: "))
        #expect(!answer.text.lowercased().contains("transfer-encoding"))
    }

    @Test(arguments: ["close", "Close", "TE, close"])
    func `Connection close is honoured however it is written`(_ value: String) async throws {
        let answer = try await server().raw(Self.capabilities + "1\r\nHost: x\r\nConnection: \(value)\r\n\r\n")
        #expect(answer.statuses == [200])
        #expect(answer.isClosed)
    }

    @Test func `three requests at once get three answers in order on a connection that stays`() async throws {
        let one = Self.capabilities + "1\r\nHost: x\r\n\r\n"
        let connection = try #require(RawConnection(port: try await server().address.httpPort))
        connection.write(one + one + one)
        #expect(await connection.read { $0.statuses.count == 3 }.statuses == [200, 200, 200])
        #expect(await !connection.read(seconds: 1).isClosed)
    }

    @Test func `garbage behind a good request is refused after the good answer`() async throws {
        let answer = try await server().raw(Self.capabilities + "1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n")
        #expect(answer.statuses == [200, 400])
        #expect(answer.isClosed)
    }

    static let ambiguous = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "Content-Length: -1\r\n\r\n",
        "Content-Length: 5, 5\r\n\r\nhello", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello", "Transfer-Encoding: \r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nZZ\r\n", "Host: y\r\nContent-Length: 0\r\n\r\n",
    ]

    @Test(arguments: ambiguous)
    func `framing that two programs could read differently is refused`(_ rest: String) async throws {
        let answer = try await server().raw(
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\n" + rest)
        #expect(answer.statuses == [400])
        #expect(answer.isClosed)
    }

    static let targets = [
        "/scep/\u{E9}", "/\u{FF}\u{80}", "*", "a/b", "1x://host:?/a", "://", "ftp://x/y", "/a\u{1}b", "\\", "?a=b",
    ]

    @Test(arguments: targets)
    func `a target that is no path is refused before any router sees it`(_ target: String) async throws {
        let answer = try await server().raw("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.statuses == [400])
        #expect(answer.isClosed)
    }

    @Test(arguments: ["FOO /healthz HTTP/1.1", "get /healthz HTTP/1.1", "X-Y!~ * HTTP/1.0"])
    func `a method that nobody knows is 501, for it is no fault of the form`(_ line: String) async throws {
        let answer = try await server().raw(line + "\r\nHost: x\r\n\r\n")
        #expect(answer.statuses == [501])
        #expect(answer.isClosed)
    }

    @Test(arguments: [
        ("FOO / HTTP/1.1\r\n", true), ("FOO / HTTP/1.1\n", true), ("FOO / HTTP/1.1", true),
        ("GET / HTTP/1.1\r\n", false),
        ("FOO / HTTP/1.2\r\n", false), ("FOO / HTTP/1.1 \r\n", false), ("FOO  / HTTP/1.1\r\n", false),
        ("FO(O / HTTP/1.1\r\n", false), ("FO\u{E9} / HTTP/1.1\r\n", false), (" / HTTP/1.1\r\n", false),
        ("GARBAGE\r\n", false), ("", false), ("\u{16}\u{3}\u{1}", false),
        ("GET / HTTP/1.1\r\n\r\nFOO / HTTP/1.1", false),
    ])
    func `only a request line names a method`(_ octets: String, _ isNamed: Bool) {
        #expect(RequestLineWatch.namesUnknownMethod(Array(octets.utf8)) == isNamed)
    }

    @Test func `a question about the server as a whole is no fault of the request, and is not answered`() async throws {
        let answer = try await server().raw("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.statuses == [501])
        #expect(answer.isClosed)
    }

    @Test(arguments: ["Expect", "Connection", "Content-Type", "X-Other"])
    func `a field with more combining marks in a row than texts have is refused`(_ name: String) async throws {
        let marks = String(repeating: "\u{301}\u{323}", count: 3_000)
        let answer = try await server().raw(Self.capabilities + "1\r\nHost: x\r\n\(name): a\(marks)\r\n\r\n")
        #expect(answer.statuses == [400])
        #expect(answer.isClosed)
    }

    @Test(arguments: [
        "//healthz", "http://x/healthz", "HTTPS://x:1/healthz", "/healthz?%zz=%C3&&=%", "/healthz/", "/healthz?a?b#c",
    ])
    func `odd but readable targets are answered`(_ target: String) async throws {
        let answer = try await server().raw("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.statuses == [200])
    }

    @Test func `octets that are no HTTP get 400`() async throws {
        let port = try await server().address.httpPort
        for octets: [UInt8] in [[0x16, 0x03, 0x01, 0x02, 0x00, 0x01], [0xFF, 0xFE, 0x0D, 0x0A, 0x0D, 0x0A]] {
            let answer = await RawAnswer.exchange(octets, port: port, seconds: 25)
            #expect(answer.statuses == [400])
            #expect(answer.isClosed)
        }
    }

    @Test func `five hundred random targets never end the server`() async throws {
        let server = try await server()
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("/%&=?#:@!$'()*+,;[]{}|\\^`<>\"~.abcAZ019-_".utf8) + [0xC3, 0xA9, 0xFF, 0x80, 0xED, 0xA0]
        let starts = ["/scep/default", "/readyz", "/ocsp/issuing", "/crl/", "http://", "//", "/api/v1/", ""]
        for _ in 0..<500 {
            let start = starts.randomElement(using: &generator) ?? ""
            let rest = (0..<Int.random(in: 1...40)).compactMap { _ in alphabet.randomElement(using: &generator) }
            let octets =
                Array("GET \(start)".utf8) + rest + Array(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
            let answer = await RawAnswer.exchange(octets, port: server.address.httpPort, seconds: 25)
            #expect(answer.statuses.count == 1 && answer.statuses.allSatisfy { $0 < 500 || $0 == 503 })
        }
        #expect(try await server.plain("GET", "/healthz").status == 200)
    }

    @Test func `a message in the URL may have 32 KiB on SCEP paths and nowhere else`() async throws {
        let server = try await server()
        func get(_ path: String, _ count: Int) async -> [Int] {
            let text = path + String(repeating: "A", count: count)
            return await server.raw("GET \(text) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").statuses
        }
        let scep = "/scep/default?operation=PKIOperation&message="
        // Read and found to be no message, which is another answer than not being read.
        #expect(await get(scep, 32 * 1_024 - 100) == [400])
        #expect([[414], [431]].contains(await get(scep, 40_000)))
        #expect(await get("/healthz?", 9_000) == [414])
    }

    @Test func `too many header fields and too long ones are refused`() async throws {
        let server = try await server()
        let many = String(repeating: "A: b\r\n", count: 101)
        #expect(await server.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n\(many)\r\n").statuses == [431])
        let long = String(repeating: "b", count: 50_000)
        #expect(await server.raw("GET /healthz HTTP/1.1\r\nHost: x\r\nA: \(long)\r\n\r\n").statuses == [431])
    }

    @Test func `a body over the limit gets 413 and the end, announced or not`() async throws {
        let server = try await server()
        let post = "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\n"
        let announced = await server.raw(
            post + "Content-Length: 300000\r\n\r\n" + String(repeating: "a", count: 300_000))
        #expect(announced.statuses == [413])
        #expect(announced.isClosed)
        let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
        let chunked = await server.raw(
            post + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 8) + "0\r\n\r\n")
        #expect(chunked.statuses == [413])
        #expect(chunked.isClosed)
    }

    @Test func `a client that waits for 100 Continue is told to go on`() async throws {
        let answer = try await server().raw(
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                + "Content-Length: 5\r\nConnection: close\r\n\r\nhello")
        #expect(answer.statuses == [100, 400])
    }

    @Test func `slow headers, slow bodies and silence end when their time is over`() async throws {
        let server = try await RunningServer.start { configuration in
            configuration.limits.headerSeconds = 1
            configuration.limits.bodySeconds = 1
            configuration.limits.idleSeconds = 1
            configuration.limits.requestsPerConnection = 2
        }
        // Without the settings above none of them would end within nine seconds.
        let header = await server.raw("GET /healthz HTTP/1.1\r\nHos", seconds: 9)
        #expect(header.isClosed)
        let body = await server.raw(
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", seconds: 9)
        #expect(body.isClosed)
        #expect(body.statuses == [408] && body.hasField("Connection: close"))
        let idle = await server.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", seconds: 9)
        #expect(idle.statuses == [200])
        #expect(idle.isClosed)
        let one = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        let many = await server.raw(one + one + one)
        #expect(many.statuses == [200, 200])
        #expect(many.isClosed)
        await server.stop()
    }

    @Test func `a body that trickles is told 408 long before its deadline, one that only begins late is not`()
        async throws
    {
        func head(_ octets: Int) -> String {
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nContent-Length: \(octets)\r\n\r\n"
        }
        let server = try await RunningServer.start { $0.limits.bodyGraceSeconds = 3 }
        let late = try #require(RawConnection(port: server.address.httpPort))
        late.write(head(6) + "abc")
        #expect(await late.read(seconds: 0.5).text.isEmpty)
        late.write("def")
        #expect(await late.read { $0.statuses == [400] }.statuses == [400])
        // Some octets within the grace, then none; its deadline would come after half a minute.
        let trickle = await server.raw(head(100_000) + "abc", later: "def", pause: 0.5)
        #expect(trickle.statuses == [408])
        #expect(trickle.isClosed && trickle.seconds > 3)
        // Nobody waits for the one that was given up.
        #expect(try await server.plain("GET", "/readyz").status == 200)
        await server.stop()
    }

    @Test(arguments: [
        "", "Host: a b\r\n", "Host: a/b\r\n", "Host: a@b\r\n", "Host: [::1\r\n", "Host: []\r\n",
        "Host: a:b\r\n", "Host: a, b\r\n", "Host: \u{E9}\r\n", "Host: a\r\nHost: a\r\n",
    ])
    func `a request of HTTP 1.1 that does not name one host is refused`(_ field: String) async throws {
        let answer = try await server().raw("GET /healthz HTTP/1.1\r\n\(field)\r\n")
        #expect(answer.statuses == [400])
        #expect(answer.isClosed)
    }

    @Test(arguments: ["", " ", " [::1]:8080", " a_b.example:", " 127.0.0.1:80", " %61!$&'()*+,;="])
    func `a host of any readable kind is taken`(_ value: String) async throws {
        let answer = try await server().raw("GET /healthz HTTP/1.1\r\nHost:\(value)\r\nConnection: close\r\n\r\n")
        #expect(answer.statuses == [200])
    }

    @Test(arguments: [
        "/scep/%64efault?operation=GetCACaps", "/crl/issuing%2Ecrl", "/ca/%69%73%73uing%2ecer", "/%68ealthz",
        "/CertSrv/%6Dscep/mscep.dll?operation=GetCACaps", "http://x/%68ealthz",
    ])
    func `escaped letters, digits and dots in a path stand for themselves`(_ target: String) async throws {
        let answer = try await server().raw("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.statuses == [200])
    }

    @Test(arguments: [
        ("/a%2Fb/%41%7e?x=%41", "/a%2Fb/A~?x=%41"), ("/%2541", "/%2541"), ("/%", "/%"), ("/%4", "/%4"),
        ("/%%41", "/%%41"),
        ("/%%32%46", "/%%32%46"), ("/%41%zz", "/%41%zz"), ("/%00%20%61", "/%00%20a"), ("/%2e%2E/a", "/../a"),
    ])
    func `every other escape is left for who reads it, and none is undone twice`(_ target: String, _ seen: String) {
        #expect(RequestTarget.judge(target, limits: ListenerLimits()) == .accepted(seen))
    }

    @Test(arguments: ["ZZ\r\n", "0\r\nContent-Length: 5\r\n\r\n"])
    func `a broken body is told at once in the last request of a connection too`(_ body: String) async throws {
        let answer = try await server().raw(
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + body)
        #expect(answer.statuses == [400])
        #expect(answer.isClosed)
    }

    /// The decoder reads nothing behind such a request; a client that was not told would wait for its second answer.
    @Test(arguments: [
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n",
        "CONNECT /healthz HTTP/1.1\r\nHost: x\r\n",
    ])
    func `who offers another protocol is answered, and told to come again on another connection`(
        _ head: String
    ) async throws {
        let answer = try await server().raw(head + "\r\n")
        #expect([[200], [405]].contains(answer.statuses))
        #expect(answer.isClosed && answer.hasField("Connection: close"))
    }

    @Test func `no answer to HEAD has content, or the next one would be misread`() async throws {
        let server = try await server()
        for path in ["/nothing", "/scep/nobody", "/healthz", "/crl/nobody.crl"] {
            let answer = await server.raw(
                "HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.statuses.count == 2)
            let behindHead = answer.text.components(separatedBy: "\r\n\r\n").dropFirst().first
            #expect(behindHead?.hasPrefix("HTTP/1.1 200") ?? false, "\(path)")
        }
        let long = await server.raw("HEAD /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(long.statuses == [414])
        #expect(long.text.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: ["gzip", "GZIP", "identity, br", "x-gzip"])
    func `a compressed body is refused, and what is taken is told`(_ coding: String) async throws {
        let answer = try await server().raw(
            "POST /ocsp/issuing HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: \(coding)\r\n"
                + "Content-Length: 3\r\n\r\nabc")
        #expect(answer.statuses == [415])
        #expect(answer.hasField("Accept-Encoding: identity"))
    }

    @Test(arguments: ["identity", "utf-8", ""])
    func `what is no coding does not matter`(_ coding: String) async throws {
        let answer = try await server().raw(
            "POST /ocsp/issuing HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: \(coding)\r\n"
                + "Content-Length: 3\r\n\r\nabc")
        #expect(answer.statuses == [200])
    }

    @Test func `who asks before sending too much is not told to go on`() async throws {
        let answer = try await server().raw(
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                + "Content-Length: 300000\r\n\r\n")
        #expect(answer.statuses == [413])
        #expect(answer.isClosed)
    }
}
