// SPDX-License-Identifier: Apache-2.0

import Configuration
import SealwrightNetwork
import Synchronization
import Testing

@testable import SealwrightServer

@Suite("Connections: how many are welcome, and who hears of those that are not")
struct ConnectionCensusTests {
    private final class Heard: Sendable {
        let refusals = Mutex<[ConnectionCensus.Refusal]>([])

        var all: [ConnectionCensus.Refusal] { refusals.withLock { $0 } }
    }

    private func census(_ heard: Heard, perAddress: Int = 2, inAll: Int = 4) -> ConnectionCensus {
        var limits = ListenerLimits()
        limits.connectionsPerAddress = perAddress
        limits.connections = inAll
        return ConnectionCensus(limits: limits) { refusal in heard.refusals.withLock { $0.append(refusal) } }
    }

    @Test func `one too many from an address is refused, and told once a minute with how many there were`() {
        let heard = Heard()
        let census = census(heard)
        let start = ContinuousClock.now
        #expect(census.admit("192.0.2.7", at: start) && census.admit("192.0.2.7", at: start))
        #expect(heard.all.isEmpty)
        for second in [0, 1, 59, 60] {
            #expect(!census.admit("192.0.2.7", at: start + .seconds(second)))
        }
        #expect(heard.all.map(\.untold) == [1, nil, nil, 3])
        #expect(heard.all.allSatisfy { $0.address == "192.0.2.7" && $0.isOfAddress })
        census.leave("192.0.2.7")
        #expect(census.admit("192.0.2.7", at: start))
    }

    @Test func `loopback has no limit of its own, and the listener's counts for all`() {
        let heard = Heard()
        let census = census(heard)
        for _ in 0..<4 { #expect(census.admit("127.0.0.1")) }
        #expect(!census.admit("192.0.2.7"))
        #expect(heard.all.map(\.isOfAddress) == [false])
    }

    @Test func `how many an address may have is a setting`() async throws {
        let flags: [String: ConfigContent] = [
            "server.hosts": .stringArray(["pki.example.test"]), "server.connections-per-address": .int(5_000),
        ]
        #expect(try await ServerConfiguration.load(flags: flags, file: nil).limits.connectionsPerAddress == 5_000)
    }

    @Test func `the metrics count what is refused from the start`() async throws {
        let server = try await RunningServer.shared.value
        let text = String(decoding: try await server.plain("GET", "/metrics").body, as: UTF8.self)
        #expect(text.contains(#"sealwright_connections_refused_total{listener="https"} 0"#))
    }
}
