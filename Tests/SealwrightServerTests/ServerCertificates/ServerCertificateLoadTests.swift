// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Synchronization
import Testing

@testable import SealwrightServer

@Suite(
    "The server's certificate: switching it under load loses no request",
    .enabled(if: Curl.isInstalled, "curl is not installed"))
struct ServerCertificateLoadTests {
    @Test func `twenty activations under kept and new connections, and no request fails`() async throws {
        let server = try await RunningServer.start()
        var ids = ["own"]
        for _ in 0..<2 {
            let made = try await server.secure("POST", "/api/v1/server-certificates/self-signed", json: "{}")
            ids.append(try #require(made.json["id"] as? String))
        }
        let trust = server.folder.path + "/load.pem"
        try await Self.anchors(server).write(toFile: trust, atomically: true, encoding: .utf8)
        let url = "https://127.0.0.1:\(server.address.httpsPort)/version"
        let isOver = Flag()
        let loads = try await withThrowingTaskGroup(of: Curl.Tally.self) { group in
            for keepsAlive in [true, false] {
                for _ in 0..<2 {
                    group.addTask {
                        var tally = Curl.Tally()
                        while !isOver.isRaised {
                            tally += try await Curl.get(url, times: 100, trusting: trust, keepsAlive: keepsAlive)
                        }
                        return tally
                    }
                }
            }
            for round in 0..<20 {
                try await Task.sleep(for: .milliseconds(150))
                let id = ids[(round + 1) % ids.count]
                let answer = try await Self.activate(id, server)
                #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
                #expect(answer.json["active"] as? String == id)
            }
            isOver.raise()
            return try await group.reduce(into: [Curl.Tally]()) { $0.append($1) }
        }
        let all = loads.reduce(into: Curl.Tally()) { $0 += $1 }
        #expect(all.failures == [], "of \(all.requests) requests")
        #expect(all.requests >= 400)
        #expect(all.connections < all.requests, "some requests must have come over kept connections")
        #expect(all.connections > 200, "some requests must have come over new connections")
        await server.stop()
    }

    private static func activate(_ id: String, _ server: RunningServer) async throws -> HTTPResponse {
        try await server.secure("POST", "/api/v1/server-certificates/\(id)/activate", json: "{}")
    }

    /// Everything that will be served in the test.
    private static func anchors(_ server: RunningServer) async throws -> String {
        let list = try await server.secure("GET", "/api/v1/server-certificates")
        let items = list.json["items"] as? [[String: Any]] ?? []
        let own = try String(contentsOfFile: server.folder.rootCertificate, encoding: .utf8)
        return own + items.compactMap { ($0["anchor"] as? [String: Any])?["pem"] as? String }.joined()
    }
}

/// The `curl` program as a foreign client.
enum Curl {
    static let isInstalled = ForeignProgram.areExpected("curl")

    /// What came of some requests.
    struct Tally: Sendable {
        var requests = 0
        var connections = 0
        /// Status, exit code and words of each that failed.
        var failures: [String] = []

        static func += (left: inout Tally, right: Tally) {
            left.requests += right.requests
            left.connections += right.connections
            left.failures += right.failures
        }
    }

    /// Asks several times from one process.
    static func get(_ url: String, times: Int, trusting: String, keepsAlive: Bool) async throws -> Tally {
        var arguments = [
            "--silent", "--show-error", "--cacert", trusting, "--output", "/dev/null", "--write-out",
            "%{http_code} %{exitcode} %{num_connects} %{errormsg}\n", "\(url)?[1-\(times)]",
        ]
        if !keepsAlive { arguments += ["--header", "Connection: close"] }
        let lines = try await ForeignProgram("curl", arguments).result().output.split(separator: "\n")
        var tally = Tally()
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count >= 3 else { continue }
            tally.requests += 1
            tally.connections += Int(words[2]) ?? 0
            if words[0] != "200" || words[1] != "0" { tally.failures.append(String(line)) }
        }
        if tally.requests != times { tally.failures.append("\(tally.requests) of \(times) requests were made") }
        return tally
    }
}

/// Told by one task, seen by others.
private final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    func raise() { raised.store(true, ordering: .relaxed) }
}
