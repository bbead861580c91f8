// SPDX-License-Identifier: Apache-2.0

import Configuration
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Doctor: where certificates send devices")
struct DoctorTests {
    @Test func `an authority whose certificate names another place than the server has is told`() async throws {
        let (first, second) = (try FreePort.any(), try FreePort.any())
        var server = try await RunningServer.start(settings: ["server.http-port": .int(first)])
        let folder = server.folder
        func strays() async -> [Doctor.Finding] {
            await Doctor(middle: server.middle).findings().filter { $0.message.contains("for the CRL of root") }
        }
        #expect(await strays().isEmpty)
        for settings: [String: ConfigContent] in [
            ["server.http-port": .int(second)],
            ["server.http-port": .int(first), "server.hosts": .stringArray(["pki.example.test"])],
        ] {
            await server.stop(keepingFolder: true)
            server = try await RunningServer.start(in: folder, settings: settings)
            let found = try #require(await strays().first)
            #expect(found.severity == .warning && found.topic == "authority issuing")
            #expect(found.message.contains("names 127.0.0.1 port \(first)"), "\(found.message)")
            // Who looks at the folder alone does not know with which flags it is served.
            let offline = await Doctor(middle: server.middle, isServing: false).findings()
            #expect(!offline.contains { $0.message == found.message })
        }
        await server.stop(keepingFolder: true)
        let both = ["pki.example.test", "127.0.0.1"]
        server = try await RunningServer.start(
            in: folder, settings: ["server.http-port": .int(first), "server.hosts": .stringArray(both)])
        #expect(await strays().isEmpty, "the old name is served too")
        await server.stop()
    }
}
