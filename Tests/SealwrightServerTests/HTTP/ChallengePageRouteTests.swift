// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("NDES /certsrv/mscep_admin/: which endpoint's page a path is")
struct ChallengePageRouteTests {
    @Test func `the page of another endpoint than default lies below, by its name`() async throws {
        let files = try TemporaryFolder()
        let password = try files.write("jamf:correct horse battery", "ndes.txt")
        let settings = try files.write("scep:\n  managed:\n    ndes-password-file: \(password)\n", "sealwright.yaml")
        let configuration = try await ServerConfiguration.load(
            flags: ["server.hosts": .stringArray(["127.0.0.1"])], file: settings)
        let server = try await RunningServer.start { $0.endpoints = configuration.endpoints }
        func page(_ path: String) async throws -> HTTPResponse {
            let basic = "Basic " + Data("jamf:correct horse battery".utf8).base64EncodedString()
            return try await server.secure("GET", path, token: "", fields: [("Authorization", basic)])
        }
        #expect(try await page("/certsrv/mscep_admin/").status == 404, "default has none")
        #expect(try await page("/certsrv/mscep_admin/nowhere").status == 404)
        #expect(try await page("/certsrv/mscep_admin/managed").status == 200)
        #expect(try await page("/certsrv/mscep_admin/managed/").status == 200)
        let made = try await server.secure("GET", "/api/v1/challenges").json["items"] as? [[String: Any]] ?? []
        #expect(made.compactMap { $0["endpoint"] as? String } == ["managed", "managed"])
        await server.stop()
    }

    @Test func `an endpoint without a page does not show that of default`() async throws {
        let files = try TemporaryFolder()
        let password = try files.write("jamf:correct horse battery", "ndes.txt")
        let text = "scep:\n  default:\n    ndes-password-file: \(password)\n  phones:\n    preset: apple\n"
        let settings = try files.write(text, "sealwright.yaml")
        let configuration = try await ServerConfiguration.load(
            flags: ["server.hosts": .stringArray(["127.0.0.1"])], file: settings)
        let server = try await RunningServer.start { $0.endpoints = configuration.endpoints }
        let basic = "Basic " + Data("jamf:correct horse battery".utf8).base64EncodedString()
        for (path, status) in [("phones", 404), ("phones/", 404), ("default", 200), ("mscep.asp", 200), ("", 200)] {
            let answer = try await server.secure(
                "GET", "/certsrv/mscep_admin/\(path)", token: "", fields: [("Authorization", basic)])
            #expect(answer.status == status, "\(path)")
        }
        await server.stop()
    }
}
