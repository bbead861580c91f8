// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightEndpoints
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("The log tells of requests that got no further than their address")
struct RefusalLogTests {
    @Test func `of a misspelt SCEP endpoint, a message too large, and whoever has no token`() async throws {
        let log = LogRecorder()
        let server = try await RunningServer.start(log: log)
        _ = try await server.plain("GET", "/scep/defualt?operation=GetCACert")
        let large = [UInt8](repeating: 0, count: SCEPEndpoint.messageLimit + 1)
        // The answer may come before all is sent, and the connection end with it.
        _ = try? await server.plain("POST", "/scep/default?operation=PKIOperation", body: large)
        _ = try await server.secure("GET", "/api/v1/status", token: "sw_pat_wrong")
        await server.stop()

        let unknown = try #require(log.lines.first { $0.message == "SCEP endpoint unknown" })
        #expect(unknown.level == .info)
        #expect(unknown.facts["path"] == "/scep/defualt")
        #expect(unknown.facts["peer"] == "127.0.0.1")
        let tooLarge = try #require(log.lines.first { $0.message == "SCEP message too large" })
        #expect(tooLarge.facts["path"] == "/scep/default")
        let refused = try #require(log.lines.first { $0.message == "Access to the API refused" })
        #expect(refused.level == .notice)
        #expect(refused.facts["error.code"] == "api.token-unknown")
        #expect(refused.facts["path"] == "/api/v1/status")
        #expect(!refused.facts.values.contains { $0.contains("sw_pat") })
    }
}
