// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Doctor: what will hurt later")
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

    @Test(arguments: [(200, "'sealwright ca csr'"), (2_000, "'sealwright ca rotate --stage'")])
    func `who has an authority that ends soon is advised to what lasts longer`(_ rootDays: Int, _ advice: String)
        async throws
    {
        let server = try await RunningServer.start()
        let foreign = try ForeignAuthority(in: server.folder.path + "/foreign", rootDays: rootDays, days: 199)
        func der(_ file: String) throws -> [UInt8] {
            let text = try String(contentsOfFile: foreign.file(file), encoding: .utf8)
            return try #require(try PEM.decode(Array(text.utf8)).first).der
        }
        let key = try PrivateKeyInfo(parsing: der("issuing.key")).material
        _ = try await server.middle.ceremony.importAuthority(
            ImportedAuthority(
                certificate: try der("issuing.pem"), key: key, chain: [try der("root.pem")], isActive: true))
        let findings = await Doctor(middle: server.middle).findings()
        let found = try #require(findings.first { $0.message.contains("what it issues with it") })
        #expect(found.remedy?.contains(advice) == true, "\(found)")
        await server.stop()
    }

    @Test func `an endpoint at which no further request can wait is told`() async throws {
        let server = try await RunningServer.start(settings: ["scep.default.waiting-limit": .int(2)])
        func findings() async -> [String] {
            await Doctor(middle: server.middle).findings().filter { $0.severity == .warning }.map(\.message)
        }
        let now = server.middle.clock.now
        for number: UInt8 in 1...2 {
            #expect(await !findings().contains { $0.contains("wait for approval") })
            let digest = [UInt8](repeating: number, count: 32)
            let waiting = Enrollment(
                id: EnrollmentID(rawValue: "en_\(number)"),
                key: IdempotencyKey(
                    endpoint: .default, messageType: "19", transactionID: [number], requestDigest: digest,
                    signerDigest: nil),
                state: .pending, certificationRequest: [], keyDigest: digest, signerKeyDigest: digest,
                subject: "CN=\(number)", profile: "device", via: "scep:default", renewedFrom: nil, device: nil,
                createdAt: now, updatedAt: now)
            let event = AuditEvent(action: "test", at: now, actor: "test", object: waiting.id.rawValue)
            _ = try await server.middle.store.recordPending(waiting, consuming: nil, limit: 2, event: event)
        }
        #expect(await findings().contains("2 requests wait for approval, and no further one is taken"))
        await server.stop()
    }
}
