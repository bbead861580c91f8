// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("sealwright tls test", .enabled(if: Program.isBuilt, "the program is not built"))
struct TLSTestCommandTests {
    private func root(_ server: RunningServer, in folder: String) throws -> String {
        let path = folder + "/root.pem"
        try String(contentsOfFile: server.folder.rootCertificate, encoding: .utf8)
            .write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `our own listeners are acceptable`() async throws {
        let server = try await RunningServer.shared.value
        try await withTemporaryFolder { folder in
            let root = try root(server, in: folder)
            let text = try await Program.run(
                "tls", "test", "127.0.0.1:\(server.address.httpsPort)", "--trust", root)
            #expect(text.status == 0, "\(text)")
            #expect(text.output.contains("is acceptable: 0 errors, 0 warnings"))
            #expect(text.output.contains("refused          SSLv3, TLSv1.0, TLSv1.1"))
            let devices = try await Program.run(
                "tls", "test", "127.0.0.1:\(server.address.devicePort)", "--trust", root, "--json")
            #expect(devices.status == 0, "\(devices)")
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(devices.output.utf8)) as? [String: Any])
            #expect(json["clientCertificate"] as? String == "asked for")
            #expect((json["certificateAuthorities"] as? [String])?.isEmpty == false)
            #expect((json["connection"] as? [String: String])?.count == 10)
            #expect(json["acceptable"] as? Bool == true)
        }
    }

    @Test func `every fault is told with its code, and the exit status is 1`() async throws {
        let server = try await RunningServer.shared.value
        try await withTemporaryFolder { folder in
            let result = try await Program.run(
                "tls", "test", "127.0.0.1:\(server.address.httpsPort)", "--trust", try root(server, in: folder),
                "--name",
                "other.example.test", "--serial", "0102")
            #expect(result.status == 1)
            #expect(result.output.contains("SW-TLS-022  ERROR  name mismatch"), "\(result)")
            #expect(result.output.contains("SW-TLS-023  ERROR  serial number mismatch"))
            #expect(result.output.contains("is NOT acceptable: 2 errors"))
            let cured = try await Program.run(
                "tls", "test", "127.0.0.1:\(server.address.httpsPort)", "--trust", try root(server, in: folder),
                "--name",
                "other.example.test", "--distinguished-name", "127.0.0.1")
            #expect(cured.status == 0, "\(cured)")
        }
    }

    @Test func `plain text is a fault, and nobody there is another exit status`() async throws {
        let server = try await RunningServer.shared.value
        let plain = try await Program.run("tls", "test", "127.0.0.1:\(server.address.httpPort)")
        #expect(plain.status == 1 && plain.output.contains("SW-TLS-001"), "\(plain)")
        let gone = try await Program.run("tls", "test", "127.0.0.1:1", "--timeout", "3")
        #expect(gone.status == 6 && gone.output.contains("SW-NET-001"), "\(gone)")
    }

    @Test func `addresses of IPv6 stand in brackets, and each protocol before TLS has its usual port`() async throws {
        let bare = try await Program.run("tls", "test", "100::1", "--timeout", "1")
        #expect(bare.output.contains("[100::1]:443 is NOT acceptable"), "\(bare)")
        let mail = try await Program.run("tls", "test", "[100::1]", "--starttls", "smtp", "--timeout", "1")
        #expect(mail.output.contains("[100::1]:587 is NOT acceptable"), "\(mail)")
    }

    @Test(arguments: [
        ["no/peer"], ["a:99999"], ["a:443", "--starttls", "gopher"], ["a:443", "--minimum", "1.1"],
        ["a:443", "--serial", "xyz"], ["a:443", "--timeout", "0"], ["a:443", "--key", "k"],
    ])
    func `a command line that makes no sense is exit 2`(arguments: [String]) async throws {
        let all = arguments + Array(repeating: "", count: 3 - arguments.count)
        let result =
            arguments.count == 1
            ? try await Program.run("tls", "test", all[0])
            : try await Program.run("tls", "test", all[0], all[1], all[2])
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
    }
}
