// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import SealwrightCore
import SealwrightNetwork
import Synchronization
import Testing

@testable import SealwrightServer

@Suite("Listeners: what each serves, and how caches are told")
struct ListenerTests {
    private func server() async throws -> RunningServer { try await RunningServer.shared.value }

    @Test(arguments: ["/healthz", "/readyz", "/metrics", "/version", "/openapi.json"])
    func `what watches the server is on every listener`(_ path: String) async throws {
        let server = try await server()
        #expect(try await server.plain("GET", path).status == 200)
        #expect(try await server.secure("GET", path, token: "").status == 200)
    }

    @Test func `however many ask for the health, it is looked at once a second`() async {
        let (looks, watch) = (Counter(), Stopwatch())
        let window = HealthWindow(
            {
                await looks.count()
                return HealthReport(checks: [])
            }, now: { watch.now })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = await window.report() } }
        }
        #expect(await looks.value == 1)
        for (milliseconds, expected) in [(999, 1), (1, 2)] {
            watch.pass(.milliseconds(milliseconds))
            _ = await window.report()
            #expect(await looks.value == expected)
        }
    }

    private actor Counter {
        private(set) var value = 0
        func count() { value += 1 }
    }

    /// A clock that goes on when it is told to.
    private final class Stopwatch: Sendable {
        private let moment = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { moment.withLock { $0 } }
        func pass(_ duration: Duration) { moment.withLock { $0 += duration } }
    }

    @Test func `every metric has a sentence of help`() async throws {
        let text = String(decoding: try await server().plain("GET", "/metrics").body, as: UTF8.self)
        let lines = text.split(separator: "\n")
        for (index, line) in lines.enumerated() where line.hasPrefix("# TYPE ") {
            let name = line.split(separator: " ")[2]
            #expect(index > 0 && lines[index - 1].hasPrefix("# HELP \(name) "), "\(name)")
        }
    }

    @Test func `the metrics tell whether the server can do its work`() async throws {
        let server = try await server()
        let text = String(decoding: try await server.plain("GET", "/metrics").body, as: UTF8.self)
        #expect(text.split(separator: "\n").contains("sealwright_ready 1"))
        let full = HealthReport(checks: [HealthReport.Check("store", .failed, "takes no writes")])
        #expect(server.middle.metricsText(full).split(separator: "\n").contains("sealwright_ready 0"))
    }

    @Test func `the metrics tell no end of an authority that has retired, nor of its RA`() async throws {
        let server = try await RunningServer.start()
        func isTold(_ kind: String, _ name: String) -> Bool {
            server.middle.metricsText(HealthReport(checks: [])).contains(
                #"sealwright_certificate_expiry_timestamp_seconds{kind="\#(kind)",name="\#(name)"}"#)
        }
        #expect(isTold("ca", "issuing") && isTold("scep-ra", "issuing") && isTold("ca", "root"))
        let next = try await server.middle.ceremony.stageSuccessor().id.rawValue
        #expect(isTold("ca", "issuing") && isTold("ca", next))
        _ = try await server.middle.ceremony.rotate()
        #expect(!isTold("ca", "issuing") && !isTold("scep-ra", "issuing") && !isTold("scep-ra-encryption", "issuing"))
        #expect(!isTold("tls-server", "issuing") && isTold("ocsp-signer", "issuing"), "it answers on")
        #expect(isTold("ca", next) && isTold("scep-ra", next) && isTold("tls-server", next) && isTold("ca", "root"))
        await server.stop()
    }

    @Test func `the administration interface is on HTTPS only`() async throws {
        #expect(try await server().plain("GET", "/api/v1/status").status == 404)
    }

    @Test func `an unknown SCEP endpoint is 404 and another method is 405`() async throws {
        let server = try await server()
        #expect(try await server.plain("GET", "/scep/nobody?operation=GetCACaps").status == 404)
        let put = try await server.plain("PUT", "/scep/default")
        #expect(put.status == 405)
        #expect(put.field("Allow") == "GET, HEAD, POST")
        #expect(try await server.plain("OPTIONS", "/scep/default/a").field("Allow") == "GET, HEAD, POST")
        let post = try await server.plain("POST", "/crl/issuing.crl")
        #expect(post.status == 405)
        #expect(post.field("Allow") == "GET, HEAD")
    }

    /// The root's, because that of the issuing authority is made anew seconds after other tests revoked something.
    @Test func `a CRL carries validators and a client that has it gets 304`() async throws {
        let server = try await server()
        let first = try await server.plain("GET", "/crl/root.crl")
        #expect(first.status == 200)
        #expect(first.mediaType == "application/pkix-crl")
        let tag = try #require(first.field("ETag"))
        #expect(first.field("Cache-Control")?.contains("max-age=") ?? false)
        let url = "GET /crl/root.crl HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: \(tag)\r\n\r\n"
        let second = await server.raw(url)
        #expect(second.statuses == [304])
        #expect(second.text.hasSuffix("\r\n\r\n"))
    }

    @Test func `a client's condition is judged as it is written`() async throws {
        let server = try await server()
        var first = try await server.plain("GET", "/crl/root.crl")
        // In the second in which it was made another could follow, so that its date moves on once.
        for _ in 0..<50 where first.field("Last-Modified") == first.field("Date") {
            try await Task.sleep(for: .milliseconds(100))
            first = try await server.plain("GET", "/crl/root.crl")
        }
        let tag = try #require(first.field("ETag"))
        let made = try #require(first.field("Last-Modified"))
        let cases: [(String, Int)] = [
            ("If-None-Match: W/\(tag)", 304), ("If-None-Match: \"x\", W/\"y\",\(tag)", 304), ("If-None-Match: *", 304),
            ("If-None-Match: \"x\"", 200), ("If-None-Match: \(tag.dropFirst().dropLast())", 200),
            ("If-None-Match: \"x,\(tag.dropFirst())", 200), ("If-None-Match: ", 200),
            ("If-None-Match: \"x\"\r\nIf-Modified-Since: \(made)", 200), ("If-Modified-Since: \(made)", 304),
            ("If-Modified-Since: Sun Nov  6 08:49:37 2094", 304),
            ("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", 200), ("If-Modified-Since: yesterday", 200),
            ("If-Match: \(tag)", 200), ("If-Match: *", 200),
            ("If-Match: W/\(tag)", 412), ("If-Match: \"x\"", 412), ("If-Unmodified-Since: \(made)", 200),
            ("If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", 412),
            ("If-Unmodified-Since: \(made)\r\nIf-Modified-Since: \(made)", 304), ("Range: bytes=0-9", 200),
        ]
        for (field, status) in cases {
            let answer = await server.raw(
                "GET /crl/root.crl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(field)\r\n\r\n")
            #expect(answer.statuses == [status], "\(field)")
        }
    }

    @Test func `dates are read in all three forms`() {
        let moment = HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(moment.map(HTTPDate.text) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT") == moment)
        #expect(HTTPDate.parse("Sun Nov  6 08:49:37 1994") == moment)
        for text in ["", "Sun", "Sun, 06 Nov 1994 08:49 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT", "a b c d e f"] {
            #expect(HTTPDate.parse(text) == nil, "\(text)")
        }
    }

    @Test func `HEAD tells the length and sends nothing`() async throws {
        let server = try await server()
        let length = try await server.plain("GET", "/crl/root.crl").body.count
        let head = await server.raw("HEAD /crl/root.crl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(head.statuses == [200])
        #expect(head.hasField("Content-Length: \(length)"))
        #expect(head.text.hasSuffix("\r\n\r\n"))
    }

    @Test func `the parts of a CRL are served under the URL that certificates name`() async throws {
        let server = try await RunningServer.start(settings: ["crl.partitions": .int(4)])
        for part in ["0-of-4", "3-of-4"] {
            let answer = try await server.plain("GET", "/crl/issuing/\(part).crl")
            #expect(answer.status == 200)
            #expect(answer.mediaType == "application/pkix-crl")
            #expect(try await server.plain("GET", "/crl/issuing/\(part).pem").status == 200)
        }
        for path in ["issuing/4-of-4.crl", "issuing/0-of-5.crl", "issuing/x.crl", "root/0-of-4.crl", "no/0-of-4.crl"] {
            #expect(try await server.plain("GET", "/crl/\(path)").status == 404)
        }
        #expect(try await server.plain("GET", "/crl/issuing.crl").status == 200)
        await server.stop()
    }

    @Test func `with require-https SCEP, which protects itself, stays on the plain listener`() async throws {
        let server = try await RunningServer.start(settings: ["server.require-https": .bool(true)])
        #expect(try await server.plain("GET", "/scep/default?operation=GetCACaps").status == 200)
        #expect(try await server.secure("GET", "/scep/default?operation=GetCACaps", token: "").status == 200)
        #expect(try await server.plain("GET", "/crl/issuing.crl").status == 200)
        await server.stop()
    }
}
