// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite(
    "The command line: a server from its start to its end", .enabled(if: Program.isBuilt, "the program is not built"))
struct ServerProcessTests {
    @Test func `a day in the life of a server`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            try await startOthers(beside: server, in: folder)
            let secret = try await enroll(at: server, in: folder)
            try await lookAtEnrollment(data)
            let serial = try await revoke(data)
            try await askNonsense(data)

            #expect(await server.stop() == 0)
            for word in [secret, try #require(Self.token(data))] { #expect(!server.logText.contains(word)) }
            #expect(try await Program.run("status", "--data", data).status == 6)
            let offline = try await Program.run("doctor", "--data", data)
            #expect(offline.status == 0)
            #expect(offline.output.contains("is not running; only its files were looked at"))
            let again = try await Program.serve(data)
            #expect(try await Program.run("certificate", "show", serial, "--data", data).status == 0)
            #expect(await again.stop() == 0)
        }
    }

    /// A second start on a folder that is served tells of the first, and one on a port that is taken makes nothing.
    private func startOthers(beside server: Served, in folder: String) async throws {
        let data = server.folder
        let second = try await Program.run("up", "--data", data, "--host", "127.0.0.1")
        #expect(second.status == 0)
        #expect(second.output.contains("existing, served by process \(server.process.processIdentifier)"))
        #expect(second.output.contains("stop                 kill \(server.process.processIdentifier)"))
        #expect(second.output.contains("http://127.0.0.1:\(server.httpPort)/scep/default"))
        let serve = try await Program.run("serve", "--data", data, "--host", "127.0.0.1")
        #expect(serve.status == 5)
        #expect(serve.errors.contains("in use by process \(server.process.processIdentifier)"))
        let taken = try await Program.run(
            "up", "--data", folder + "/other", "--host", "127.0.0.1", "--listen", "127.0.0.1", "--http-port",
            "\(server.httpPort)", "--https-port", "0", "--device-port", "0")
        #expect(taken.status == 6)
        #expect(taken.errors.contains("--http-port"))
        // The port would stand in the certificate of an authority that a later start with another one goes on with.
        #expect(!FileManager.default.fileExists(atPath: folder + "/other"))
    }

    /// A challenge is good for one certificate; gives the challenge.
    private func enroll(at server: Served, in folder: String) async throws -> String {
        let data = server.folder
        let challenge = try await Program.run("challenge", "create", "--data", data, "--subject", "CN=one")
        let secret = challenge.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(challenge.status == 0 && secret.count >= 20 && !secret.contains("\n"))
        let enrolled = try await Program.run(
            "scep", "enroll", "--url", "http://127.0.0.1:\(server.httpPort)/scep/default", "--challenge", secret,
            "--subject", "CN=one", "--key-out", folder + "/k.pem", "--cert-out", folder + "/c.pem")
        #expect(enrolled.status == 0, "\(enrolled.errors)")
        let used = try await Program.run(
            "scep", "enroll", "--url", "http://127.0.0.1:\(server.httpPort)/scep/default", "--challenge", secret,
            "--subject", "CN=one", "--key-out", folder + "/k2.pem", "--cert-out", folder + "/c2.pem")
        #expect(used.status == 4)
        _ = try await Program.run(
            "challenge", "create", "--data", data, "--subject", "CN=two", "--san", "DNS:two.example.test")
        let open = try await Program.run("challenge", "list", "--data", data)
        #expect(open.output.contains("  DNS:two.example.test  "), "\(open.output)")
        return secret
    }

    private func lookAtEnrollment(_ data: String) async throws {
        let ended = try await Program.run("enrollment", "list", "--state", "issued", "--data", data, "--json")
        let enrollments = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        let enrollment = try #require((enrollments?["items"] as? [[String: Any]])?.first?["id"] as? String)
        let shown = try await Program.run("enrollment", "show", enrollment, "--data", data)
        #expect(shown.output.hasPrefix("Subject       CN=one\nNames         -\nKey           RSA"), "\(shown)")
    }

    /// The newest certificate is good until it is revoked; gives its serial number.
    private func revoke(_ data: String) async throws -> String {
        #expect(try await Program.run("status", "--data", data).status == 0)
        #expect(try await Program.run("doctor", "--data", data).status == 0)
        let list = try await Program.run("certificate", "list", "--data", data, "--json")
        let items = try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any]
        let first = (items?["items"] as? [[String: Any]])?.first
        let serial = try #require(first?["serial"] as? String)
        #expect(try await Program.run("ca", "ocsp", serial, "--data", data).status == 0)
        #expect(
            try await Program.run("certificate", "revoke", serial, "--yes", "--data", data).output
                == "revoked \(serial) (CN=one)\n")
        #expect(try await Program.run("ca", "ocsp", serial, "--data", data).status == 1)
        return serial
    }

    /// What is not there is told as that, and what makes no sense as that.
    private func askNonsense(_ data: String) async throws {
        #expect(try await Program.run("certificate", "show", "00ff", "--data", data).status == 3)
        for nothing in ["", "..", "zz"] {
            #expect(try await Program.run("certificate", "show", nothing, "--data", data).status == 2)
        }
        #expect(try await Program.run("certificate", "list", "--limit", "5000", "--data", data).status == 0)
        #expect(try await Program.run("certificate", "list", "--after", "zz", "--data", data).status == 2)
        #expect(try await Program.run("audit", "verify", "--head", "zz", "--data", data).status == 2)
        let other = String(repeating: "00", count: 32)
        let missing = try await Program.run("audit", "verify", "--head", other, "--json", "--data", data)
        #expect(missing.status == 1 && missing.output.contains("\"containsHead\":false"))
        #expect(try await Program.run("audit", "verify", "--data", data).status == 0)
    }

    @Test func `a request that runs when the server is told to stop is answered`() async throws {
        try await withTemporaryFolder { folder in
            let server = try await Program.serve(folder + "/data")
            let request = try #require(RawConnection(port: server.httpPort))
            request.write(
                "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                    + "Expect: 100-continue\r\n\r\nhe")
            #expect(await request.read { $0.statuses == [100] }.statuses == [100])
            async let status = server.stop()
            #expect(try await eventually { RawConnection(port: server.httpPort) == nil }, "it takes connections")
            request.write("llo")
            let given = await request.read()
            #expect(given.statuses == [100, 400])
            #expect(given.isClosed)
            #expect(await status == 0)
        }
    }

    @Test(arguments: ["trap '' HUP; exec", "exec env --default-signal=HUP setsid"])
    func `who has no terminal, or was started by nohup, does not end at SIGHUP`(_ start: String) async throws {
        try await withTemporaryFolder { folder in
            let port = try FreePort.any()
            let flags = "--host 127.0.0.1 --listen 127.0.0.1 --http-port \(port) --https-port 0 --device-port 0"
            let server = try ForeignProgram(
                "/bin/sh", ["-c", "\(start) '\(Program.path)' up --data '\(folder)/data' \(flags)"])
            func isReady() async -> Bool {
                let octets = Array("GET /readyz HTTP/1.0\r\n\r\n".utf8)
                return await RawAnswer.exchange(octets, port: port, seconds: 25).statuses == [200]
            }
            #expect(try await eventually { await isReady() })
            server.send(SIGHUP)
            if start.hasSuffix("setsid") {
                #expect(try await eventually { server.errors.contains("SIGHUP changes nothing") })
            }
            // Who was ended by the signal answers no more.
            for _ in 0..<2 { #expect(await isReady()) }
            #expect(server.isRunning)
            #expect(server.errors.contains("SIGHUP changes nothing") == start.hasSuffix("setsid"))
            #expect(await server.stop() == 0)
        }
    }

    @Test func `what SIGHUP does depends on how the server was started`() {
        #expect(HangUp(isIgnored: true, hasTerminal: true) == .passesBy)
        #expect(HangUp(isIgnored: true, hasTerminal: false) == .passesBy)
        #expect(HangUp(isIgnored: false, hasTerminal: true) == .ends)
        #expect(HangUp(isIgnored: false, hasTerminal: false) == .isTold)
    }

    @Test func `a server whose log and summary cannot be written serves`() async throws {
        try await withTemporaryFolder { folder in
            let port = try FreePort.any()
            let flags = "--host 127.0.0.1 --listen 127.0.0.1 --http-port \(port) --https-port 0 --device-port 0"
            let server = try ForeignProgram(
                "/bin/sh", ["-c", "exec '\(Program.path)' up --data '\(folder)/data' \(flags) >/dev/full 2>/dev/full"],
                environment: ["SEALWRIGHT_LOG_LEVEL": "debug"])
            for _ in 0..<2 {
                let isAnswered = try await eventually {
                    await RawAnswer.exchange(Array("GET /readyz HTTP/1.0\r\n\r\n".utf8), port: port, seconds: 2)
                        .statuses == [200]
                }
                #expect(isAnswered)
            }
            #expect(await server.stop() == 0)
        }
    }

    @Test func `a lost token lets nobody in once it is made anew`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let first = try await Program.serve(data)
            try FileManager.default.moveItem(atPath: data + "/admin.token", toPath: folder + "/lost")
            #expect(try await Program.run("status", "--data", data).errors.contains("made anew when the server starts"))
            await first.stop()
            let second = try await Program.serve(data)
            let server = ["--server", "https://127.0.0.1:\(second.httpsPort)", "--root-file", data + "/trust.pem"]
            let lost = try await Program.run(["status", "--token-file", folder + "/lost"] + server)
            #expect(lost.status == 4 && lost.errors.contains("[api.token-unknown]"), "\(lost)")
            #expect(try await Program.run(["status", "--token-file", data + "/admin.token"] + server).succeeded)
            await second.stop()
        }
    }

    @Test func `who has a token of their own stands in the trail by its name, beside the folder too`() async throws {
        try await withTemporaryFolder { folder in
            let (data, token) = (folder + "/data", folder + "/ada.token")
            let server = try await Program.serve(data)
            let made = try await Program.run("token", "create", "ada", "--data", data)
            try made.output.write(toFile: token, atomically: false, encoding: .utf8)
            #expect(try await Program.run("challenge", "create", "--data", data, "--token-file", token).succeeded)
            let trail = try await Program.run("audit", "list", "--actor", "operator:ada", "--data", data)
            #expect(trail.output.contains("challenge.created"), "\(trail)")
            let trusting = try await Program.run("status", "--data", data, "--root-file", data + "/root.pem")
            #expect(trusting.status == 2 && trusting.errors.contains("--root-file is for --server"))
            #expect(await server.stop() == 0)
        }
    }

    @Test func `the log tells where a server listens, that it is ready, and that it ended`() async throws {
        try await withTemporaryFolder { folder in
            let server = try await Program.serve(folder + "/data")
            #expect(await server.stop() == 0)
            for part in [
                #""msg":"Listening""#, #""address":"127.0.0.1:\#(server.httpsPort)""#, #""listener":"https""#,
                #""msg":"Server ready""#, #""msg":"Server ended""#,
            ] {
                #expect(server.logText.contains(part), "\(part): \(server.logText)")
            }
        }
    }

    private static func token(_ data: String) -> String? {
        (try? String(contentsOfFile: data + "/admin.token", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
