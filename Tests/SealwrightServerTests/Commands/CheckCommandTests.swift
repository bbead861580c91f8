// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "The command line: check, certificate view",
    .enabled(if: Program.isBuilt && OpenSSL.isInstalled, "the program is not built, or openssl is missing"))
struct CheckCommandTests {
    private func withCertificates(_ body: (String) async throws -> Void) async throws {
        try await CommandCertificates.with { try await body($0.folder) }
    }

    @Test func `exit statuses: good, bad, warned, not found, usage`() async throws {
        try await withCertificates { folder in
            let (server, root) = (folder + "/server.pem", folder + "/root.crt.txt")
            let good = try await Program.run("check", server, "--trust", root, "--name", "ns.example.test")
            #expect(good.status == 0 && good.errors.isEmpty, "\(good.errors)\(good.output)")
            #expect(good.output.contains("Name                pass     ns.example.test"))
            let strict = try await Program.run(
                "check", server, "--trust", root, "--name", "ns.example.test", "--fail-on", "warning")
            #expect(strict.status == 1 && strict.output.contains("CHK-REV-002"))
            let other = try await Program.run("check", server, "--trust", root, "--name", "www.example.test")
            #expect(other.status == 1 && other.output.contains("CHK-NAME-001"))
            let untrusted = try await Program.run("check", server, "--name", "ns.example.test")
            #expect(untrusted.status == 1 && untrusted.output.contains("CHK-TRUST-001"))
            #expect(try await Program.run("check", folder + "/none.pem").status == 3)
            #expect(try await Program.run("check", server, "--profile", "none").status == 2)
            #expect(try await Program.run("check", server, "--format", "xml").status == 2)
            #expect(try await Program.run("check", server, "--at", "yesterday").status == 2)
            #expect(try await Program.run("check").status == 2)
        }
    }

    @Test func `another moment, a deny list, a result file`() async throws {
        try await withCertificates { folder in
            let (server, root) = (folder + "/server.pem", folder + "/root.crt.txt")
            let later = try await Program.run("check", server, "--trust", root, "--at", "2099-01-01", "--json")
            #expect(later.status == 1 && later.output.contains("CHK-VALID-001"))
            let print = try OpenSSL().run("x509", "-in", server, "-noout", "-fingerprint", "-sha256").output
            try print.split(separator: "=").last.map(String.init)?.write(
                toFile: folder + "/deny.txt", atomically: true, encoding: .utf8)
            let out = folder + "/result.csv"
            let denied = try await Program.run(
                "check", server, "--trust", root, "--deny-list", folder + "/deny.txt", "--format", "csv", "-o", out)
            #expect(denied.status == 1 && denied.output.isEmpty)
            #expect(try String(contentsOfFile: out, encoding: .utf8).contains("CHK-REV-006"))
        }
    }

    @Test func `a folder is told in the order of its files, and what is no certificate is one finding`() async throws {
        try await withCertificates { folder in
            let many = folder + "/many/deep"
            try FileManager.default.createDirectory(atPath: many, withIntermediateDirectories: true)
            for name in ["b.pem", "deep/a.crt"] {
                try FileManager.default.copyItem(atPath: folder + "/server.pem", toPath: folder + "/many/" + name)
            }
            try "no certificate".write(toFile: folder + "/many/c.pem", atomically: true, encoding: .utf8)
            try "not looked at".write(toFile: folder + "/many/README", atomically: true, encoding: .utf8)
            let result = try await Program.run(
                "check", folder + "/many", "--trust", folder + "/root.crt.txt", "--jobs", "3")
            let heads = result.output.split(separator: "\n").filter { $0.contains("profile modern") }
            #expect(result.status == 1)
            #expect(
                heads.map { $0.split(separator: " ")[0].split(separator: "/").last } == ["b.pem", "c.pem", "a.crt"])
            #expect(result.output.contains("CHK-FMT-005"))
            #expect(result.output.hasSuffix("3 subjects: 0 good, 2 with warnings, 1 bad\n"))
        }
    }

    @Test func `standard input, and a pipe that never ends`() async throws {
        try await withCertificates { folder in
            let text = try String(contentsOfFile: folder + "/server.pem", encoding: .utf8)
            let piped = try await Program.run("check", "-", "--trust", folder + "/root.crt.txt", input: text)
            #expect(piped.status == 0)
            try #require(mkfifo(folder + "/pipe.pem", 0o600) == 0)
            let start = ContinuousClock.now
            let stalled = try await Program.run("check", folder + "/pipe.pem", "--timeout", "1")
            #expect(stalled.status == 6 && stalled.output.contains("CHK-NET-002"))
            // Without the option it would be ten seconds.
            #expect(start.duration(to: .now) < .seconds(9))
        }
    }

    @Test func `online, a responder is asked with whoever is known to have issued`() async throws {
        try await withCertificates { folder in
            let port = try FreePort.any()
            let (crl, responder) = ("ldap://127.0.0.1/crl", "http://127.0.0.1:\(port)/ocsp")
            try """
            subjectAltName=DNS:ns.example.test
            extendedKeyUsage=serverAuth
            authorityInfoAccess=OCSP;URI:\(responder),caIssuers;URI:http://127.0.0.1:\(port)/root.cer
            crlDistributionPoints=URI:\(crl)
            """.write(toFile: folder + "/online.ext", atomically: true, encoding: .utf8)
            let made = try OpenSSL().run(
                "x509", "-req", "-in", folder + "/server.csr", "-CA", folder + "/root.crt.txt", "-CAkey",
                folder + "/root.key", "-CAcreateserial", "-days", "90", "-extfile", folder + "/online.ext", "-out",
                folder + "/online.pem")
            try #require(made.status == 0, "\(made.output)")
            let asked = try await Program.run(
                "check", folder + "/online.pem", "--trust", folder + "/root.crt.txt", "--online", "--format", "csv")
            #expect(asked.output.contains("\(responder): cannot connect"), "\(asked.output)")
            #expect(asked.output.contains("\(crl): only http is asked"), "\(asked.output)")
            let unknown = try await Program.run("check", folder + "/online.pem", "--online", "--format", "csv")
            #expect(
                unknown.output.contains("\(responder): the question needs the certificate of"), "\(unknown.output)")
            #expect(unknown.output.contains("/root.cer; it was not had: cannot connect"), "\(unknown.output)")
        }
    }

    @Test(.enabled(if: ForeignProgram.areExpected("python3"), "python3 is missing"))
    func `online, a list is fetched from where its URL leads, a few steps and over http only`() async throws {
        let script = """
            import http.server, sys
            places = {"/moved": "/list", "/round": "/round", "/safe": "https://127.0.0.1/list"}
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    place = places.get(self.path)
                    self.send_response(302 if place else 200)
                    if place: self.send_header("Location", place)
                    body = b"" if place else b"no list"
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
            http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
            """
        let port = try FreePort.any()
        let base = "http://127.0.0.1:\(port)"
        let server = try ForeignProgram("python3", ["-c", script, String(port)])
        try await withCertificates { folder in
            try "crlDistributionPoints=URI:\(base)/moved,URI:\(base)/round,URI:\(base)/safe\n"
                .write(toFile: folder + "/lists.ext", atomically: true, encoding: .utf8)
            let made = try OpenSSL().run(
                "x509", "-req", "-in", folder + "/server.csr", "-CA", folder + "/root.crt.txt", "-CAkey",
                folder + "/root.key", "-CAcreateserial", "-days", "90", "-extfile", folder + "/lists.ext", "-out",
                folder + "/lists.pem")
            try #require(made.status == 0, "\(made.output)")
            var output = ""
            _ = try await eventually {
                output = try await Program.run(
                    "check", folder + "/lists.pem", "--trust", folder + "/root.crt.txt", "--online", "--format", "csv"
                ).output
                return !output.contains("cannot connect")
            }
            #expect(output.contains("\(base)/moved: no readable CRL"), "\(output)")
            #expect(output.contains("\(base)/round: it leads on more than 3 times"), "\(output)")
            #expect(output.contains("\(base)/safe: it leads to https://127.0.0.1/list"), "\(output)")
        }
        await server.stop()
    }

    @Test func `a server that is away, and one that stalls`() async throws {
        let port = try FreePort.any()
        let away = try await Program.run("check", "127.0.0.1:\(port)", "--timeout", "2")
        #expect(away.status == 6 && away.output.contains("CHK-NET-001"), "\(away.output)\(away.errors)")
        let silent = try SilentListener()
        defer { silent.close() }
        let start = ContinuousClock.now
        let stalled = try await Program.run("check", "127.0.0.1:\(silent.port)", "--timeout", "1")
        #expect(stalled.status == 6 && stalled.output.contains("CHK-NET-002"), "\(stalled.output)\(stalled.errors)")
        #expect(start.duration(to: .now) < .seconds(9))
        let several = try await Program.run(
            "check", "127.0.0.1:\(port)", "127.0.0.1:\(silent.port)", "--timeout", "1", "--format", "sarif")
        #expect(several.status == 6 && several.output.contains("\"tls://127.0.0.1:\(port)\""))
    }

    @Test func `the server's own certificate passes Table 1, and so does every certificate it holds`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let served = try await Program.serve(data)
            let address = "127.0.0.1:\(served.httpsPort)"
            let table = try await Program.run(
                "check", address, "--profile", "itms-7.5", "--trust", data + "/root.pem")
            let modern = try await Program.run("check", address, "--data", data, "--online")
            let held = try await Program.run("check", "--data", data, "--json")
            let metrics = try await Program.run("check", "--data", data, "--format", "prometheus")
            let viewed = try await Program.run("certificate", "view", address)
            await served.stop()
            #expect(table.status == 0, "\(table.output)\(table.errors)")
            #expect(table.output.contains("profile itms-7.5  ok"), "\(table.output)")
            #expect(modern.status == 0, "\(modern.output)\(modern.errors)")
            #expect(held.status == 0, "\(held.output)\(held.errors)")
            #expect(held.output.contains("sealwright:certificate/"))
            #expect(metrics.status == 0 && metrics.output.contains("sealwright_cert_not_after_seconds{store="))
            #expect(viewed.status == 0 && viewed.output.contains("Issued to hosts     127.0.0.1"), "\(viewed.output)")
            #expect(viewed.output.contains("Issued by servers   127.0.0.1"))
        }
    }

    @Test func `certificate view shows what administrators ask for`() async throws {
        try await withCertificates { folder in
            let viewed = try await Program.run("certificate", "view", folder + "/server.pem")
            #expect(viewed.status == 0)
            for line in [
                "Subject             CN=ns.example.test", "Issuer              CN=Command Root",
                "Issued to hosts     ns.example.test", "Key, signature      RSA 2048, RSA with SHA-256",
            ] {
                #expect(viewed.output.contains(line), "\(viewed.output)")
            }
            let json = try await Program.run("certificate", "view", folder + "/server.pem", "--json")
            let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            let certificate = parsed?["certificate"] as? [String: Any]
            #expect(certificate?["subject"] as? String == "CN=ns.example.test")
            let none = try await Program.run("certificate", "view", folder + "/server.key.pem")
            #expect(none.status == 3)
        }
    }
}

/// A port that takes connections and says nothing.
private struct SilentListener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        port = try FreePort.any()
        let socket = LoopbackSocket.make()
        descriptor = socket
        try #require(LoopbackSocket.succeeds(at: port) { bind(socket, $0, $1) } && listen(socket, 16) == 0)
    }

    func close() { Foundation.close(descriptor) }
}
