// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite("sealwright scep: every operation of the client", .needs("openssl", "curl"))
    struct OwnClientTests {
        @Test func `it reads capabilities and CA certificates, and holds them against a fingerprint`() async throws {
            try await Lab.run { lab in
                let capabilities = try await lab.scep("caps")
                #expect(capabilities.contains("SCEPStandard"))
                #expect(!capabilities.contains("DES3"))
                try await lab.fetchAuthorities()
                let digest = try await lab.run(
                    "openssl", "x509", "-in", "root.pem", "-noout", "-fingerprint", "-sha256")
                let fingerprint = String(digest.output.split(separator: "=").last?.dropLast() ?? "")
                try await lab.scep("getca", "--ca-fingerprint", fingerprint)
                let wrong = String(repeating: "0", count: 64)
                #expect(try await !lab.scepResult("getca", "--ca-fingerprint", wrong).succeeded)
            }
        }

        @Test(.needs("python3"), arguments: [503, 302])
        func `a server that is busy or leads elsewhere is not taken for one without capabilities`(
            status: Int
        ) async throws {
            let script = """
                import http.server, sys
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(int(sys.argv[2]) if "GetCACaps" in self.path else 404)
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
                """
            let port = try FreePort.any()
            let server = try ForeignProgram("python3", ["-c", script, String(port), String(status)])
            let folder = try TemporaryFolder()
            var errors = ""
            _ = try await eventually {
                let client = try ForeignProgram(
                    Tool.sealwright,
                    ["scep", "enroll", "--url", "http://127.0.0.1:\(port)/scep", "--challenge", "c"]
                        + ["--subject", "CN=a", "--key-out", folder.path("key.pem")]
                        + ["--cert-out", folder.path("certificate.pem")])
                errors = try await client.result(within: 120).errors
                return !errors.contains("[network.connection-failed]")
            }
            _ = await server.stop()
            #expect(errors.contains("GetCACaps with HTTP \(status)"), "\(errors)")
            #expect(errors.contains("[scep.http-status]"))
            #expect(!errors.contains("--allow-legacy"))
        }

        @Test func `it enrols, renews, and fetches its certificate and the CRL`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                try await lab.enroll("first", "--challenge", lab.challenge())
                #expect(try await lab.fault(in: "first.pem") == "")
                try await lab.scep(
                    "renew", "--cert", "first.pem", "--key", "first.key", "--now", "--key-out", "second.key",
                    "--cert-out", "second.pem")
                #expect(try await lab.fault(in: "second.pem") == "")
                #expect(try await lab.certificate("second.pem", belongsTo: "second.key"))
                let identity = ["--cert", "second.pem", "--key", "second.key"]
                try await lab.scep(["getcert", "--out", "fetched.pem"] + identity)
                #expect(try await lab.serial("fetched.pem") == lab.serial("second.pem"))
                try await lab.scep(["getcrl", "--out", "fetched.crl"] + identity)
                let list = try await lab.run(
                    "openssl", "crl", "-in", "fetched.crl", "-CAfile", "issuing.pem", "-noout", mayFail: true)
                #expect((list.output + list.errors).contains("verify OK"), "\(list)")
            }
        }

        @Test func `it needs no challenge on the server's own machine`() async throws {
            try await Lab.run { lab in
                try await lab.sealwright("scep", "enroll", "--subject", "CN=first")
                #expect(lab.exists("first.pem"))
                #expect(try await lab.sealwright("certificate", "list").contains("CN=first"))
            }
        }

        @Test(arguments: ["apple", "cisco"])
        func `on the server's own machine an endpoint need not list the root`(preset: String) async throws {
            try await Lab.run(settings: "scep: { other: { preset: \(preset) } }\n") { lab in
                try await lab.sealwright("scep", "enroll", "--subject", "CN=own", "--endpoint", "other")
                #expect(lab.exists("own.pem"))
            }
        }

        @Test func `it speaks HTTPS to a server whose root it was given, and to no other`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                let secure = ["--url", "\(lab.https)/scep/default", "--subject", "CN=secure"]
                let files = ["--key-out", "secure.key", "--cert-out", "secure.pem", "--force"]
                let request = ["scep", "enroll", "--challenge", try await lab.challenge()] + secure + files
                #expect(try await !lab.run(Tool.sealwright, request, mayFail: true).succeeded)
                try await lab.run(Tool.sealwright, request + ["--root-file", "data/root.pem"])
                #expect(try await lab.fault(in: "secure.pem") == "")
            }
        }

        @Test func `a client that dies while it waits goes on where it was`() async throws {
            try await Lab.run(settings: "scep: { manual: { approval: always } }\n") { lab in
                try await lab.fetchAuthorities()
                let challenge = try await lab.challenge("manual")
                let files = ["--key-out", "waiting.key", "--cert-out", "waiting.pem", "--poll-interval", "1"]
                let client = try lab.start(
                    Tool.sealwright,
                    ["scep", "enroll", "--url", lab.url("manual"), "--subject", "CN=waiting", "--challenge", challenge]
                        + files)
                // The file is there before the request leaves, so that the server is asked whether it came.
                #expect(try await lab.eventually { try await lab.sealwright("enrollment", "list").contains("en_") })
                #expect(lab.exists("waiting.pem.pending"))
                await client.kill()
                try await lab.approveWaitingEnrollment()
                try await lab.run(
                    Tool.sealwright, ["scep", "poll", "--state", "waiting.pem.pending", "--poll-interval", "1"])
                #expect(try await lab.fault(in: "waiting.pem") == "")
                #expect(try await lab.certificate("waiting.pem", belongsTo: "waiting.key"))
                #expect(!lab.exists("waiting.pem.pending"))
            }
        }

        @Test func `a client whose polls are used up keeps what it needs to go on`() async throws {
            try await Lab.run(settings: "scep: { manual: { approval: always } }\n") { lab in
                try await lab.fetchAuthorities()
                let challenge = try await lab.challenge("manual")
                let enroll = [
                    "scep", "enroll", "--url", lab.url("manual"), "--subject", "CN=late", "--challenge", challenge,
                    "--key-out", "late.key", "--cert-out", "late.pem", "--poll-count", "0",
                ]
                let waiting = try await lab.run(Tool.sealwright, enroll, mayFail: true)
                #expect(waiting.status == 6, "\(waiting)")
                #expect(lab.exists("late.pem.pending"))
                #expect(try await lab.run(Tool.sealwright, enroll, mayFail: true).status == 5)
                try await lab.approveWaitingEnrollment()
                try await lab.run(Tool.sealwright, ["scep", "poll", "--state", "late.pem.pending"])
                #expect(try await lab.certificate("late.pem", belongsTo: "late.key"))
                #expect(!lab.exists("late.pem.pending"))
            }
        }

        @Test func `it fetches the certificates to come once a successor is staged`() async throws {
            try await Lab.run { lab in
                #expect(try await !lab.scepResult("getca", "--next").succeeded)
                try await lab.sealwright("ca", "rotate", "--stage", "--yes")
                #expect(try await lab.scep("caps").contains("GetNextCACert"))
                try await lab.scep("getca", "--next", "--out", "next.pem")
                try await lab.fetchAuthorities()
                #expect(try await lab.serial("next.pem") != lab.serial("issuing.pem"))
                try await lab.run("openssl", "verify", "-CAfile", "root.pem", "-untrusted", "next.pem", "next.pem")
            }
        }

        @Test func `doctor names an endpoint that takes short keys, and one that hides its RA`() async throws {
            let settings = "scep: { short: { minimum-rsa-bits: 1024 }, alone: { getcacert: ca } }\n"
            try await Lab.run(settings: settings) { lab in
                let found = try await lab.run(Tool.sealwright, ["doctor", "--data", "data"], mayFail: true)
                #expect(found.status == 1, "\(found)")
                #expect(found.text.contains("! scep short"), "\(found)")
                #expect(found.text.contains("✗ scep alone"), "\(found)")
            }
        }

        @Test(arguments: [["--poll-interval", "9223372036854775807"], ["--poll-interval", "0"], ["--poll-count=-1"]])
        func `a number of seconds or polls that makes no sense is a wrong flag`(flags: [String]) async throws {
            try await Lab.run { lab in
                let files = ["--key-out", "x.key", "--cert-out", "x.pem"]
                let enroll = ["scep", "enroll", "--url", lab.url(), "--subject", "CN=x", "--challenge", "x"]
                let refused = try await lab.run(Tool.sealwright, enroll + files + flags, mayFail: true)
                #expect(refused.status == 2, "\(refused)")
                #expect(!lab.exists("x.key"))
            }
        }

        @Test func `a refused renewal leaves no key behind, and a refused poll says which one stays`() async throws {
            let settings = "scep: { default: { renewal-window: third }, manual: { approval: when-unauthenticated } }\n"
            try await Lab.run(settings: settings) { lab in
                try await lab.enroll("first", "--challenge", lab.challenge())
                let renewal = try await lab.scepResult("renew", "--cert", "first.pem", "--key", "first.key", "--now")
                #expect(renewal.status == 4, "\(renewal)")
                #expect(lab.exists("first.key") && !lab.exists("first.key.new"))

                let enroll = ["scep", "enroll", "--url", lab.url("manual"), "--subject", "CN=late", "--no-wait"]
                _ = try await lab.run(Tool.sealwright, enroll, mayFail: true)
                let list = try await lab.sealwright("enrollment", "list")
                let waiting = list.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("en_") }
                try await lab.sealwright("enrollment", "deny", String(try #require(waiting)))
                let poll = try await lab.run(
                    Tool.sealwright, ["scep", "poll", "--state", "late.pem.pending", "--no-wait"], mayFail: true)
                #expect(poll.status == 4 && poll.errors.contains("late.key"), "\(poll)")
                #expect(lab.exists("late.key") && !lab.exists("late.pem.pending"))
            }
        }

        @Test func `a refusal is told in one sentence`() async throws {
            try await Lab.run { lab in
                let refused = try await lab.enroll("wrong", "--challenge", "nonsense", mayFail: true)
                #expect(!refused.succeeded)
                #expect(refused.errors.contains("challenge"), "\(refused)")
                #expect(!lab.exists("wrong.pem"))
                #expect(!lab.exists("wrong.key") && !lab.exists("wrong.pem.pending"), "the next try is not in the way")
            }
        }
    }
}

extension Lab {
    /// `sealwright scep …` against the default endpoint; what it printed.
    @discardableResult
    fileprivate func scep(_ arguments: String...) async throws -> String { try await scep(arguments) }

    @discardableResult
    fileprivate func scep(_ arguments: [String]) async throws -> String {
        try await run(Tool.sealwright, ["scep"] + arguments + ["--url", url()]).output
    }

    fileprivate func scepResult(_ arguments: String...) async throws -> ForeignProgram.Result {
        try await run(Tool.sealwright, ["scep"] + arguments + ["--url", url()], mayFail: true)
    }

    @discardableResult
    fileprivate func enroll(_ name: String, _ extra: String..., mayFail: Bool = false) async throws
        -> ForeignProgram.Result
    {
        let files = ["--subject", "CN=\(name)", "--key-out", "\(name).key", "--cert-out", "\(name).pem"]
        return try await run(Tool.sealwright, ["scep", "enroll", "--url", url()] + files + extra, mayFail: mayFail)
    }
}
