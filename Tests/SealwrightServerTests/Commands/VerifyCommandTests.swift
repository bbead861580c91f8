// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "The command line: verify",
    .enabled(if: Program.isBuilt && OpenSSL.isInstalled, "the program is not built, or openssl is missing"))
struct VerifyCommandTests {
    private func withCertificates(_ body: (_ root: String, _ server: String, OpenSSL) async throws -> Void) async throws
    {
        try await CommandCertificates.with { try await body($0.root, $0.server, try OpenSSL()) }
    }

    @Test func `the verdict is openssl's, purpose by purpose and name by name`() async throws {
        try await withCertificates { root, server, openssl in
            let questions: [(ours: [String], theirs: [String])] = [
                ([], []), (["--purpose", "serverAuth"], ["-purpose", "sslserver"]),
                (["--purpose", "clientAuth"], ["-purpose", "sslclient"]),
                (["--name", "ns.example.test"], ["-verify_hostname", "ns.example.test"]),
                (["--name", "other.example.test"], ["-verify_hostname", "other.example.test"]),
                (["--at", "1000000000"], ["-attime", "1000000000"]),
            ]
            for (ours, theirs) in questions {
                let verdict = try await Program.run(["verify", "--trust", root] + ours + [server])
                let second = try openssl.run(["verify", "-CAfile", root] + theirs + [server])
                #expect((verdict.status == 0) == (second.status == 0), "\(ours): \(verdict.output)\(second.output)")
                #expect(verdict.status == 0 || verdict.status == 1)
                #expect(verdict.errors.isEmpty)
            }
        }
    }

    @Test func `of several files each is judged, and one that is bad or missing makes them bad`() async throws {
        try await withCertificates { root, server, openssl in
            let good = try await Program.run("verify", "--trust", root, server, root)
            #expect(good.status == 0, "\(good.output)\(good.errors)")
            #expect(try openssl.run(["verify", "-CAfile", root, server, root]).status == 0)
            #expect(good.output.contains("\(server): OK\n") && good.output.contains("\(root): OK\n"))
            let purpose = ["--purpose", "clientAuth"]
            let mixed = try await Program.run(["verify", "--trust", root] + purpose + [server, root + ".none", root])
            #expect(mixed.status == 1 && mixed.output.contains("\(server): refused"), "\(mixed.output)")
            #expect(mixed.output.contains("\(root): OK") && mixed.errors.contains("[cli.file-not-found]"))
            let json = try await Program.run("verify", "--trust", root, "--json", server, root + ".none")
            let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            let results = try #require(document?["results"] as? [[String: Any]])
            #expect(json.status == 1 && results.map { $0["file"] as? String } == [server, root + ".none"])
            #expect((results.first?["report"] as? [String: Any])?["trusted"] as? Bool == true)
            #expect((results.last?["error"] as? [String: Any])?["code"] as? String == "cli.file-not-found")
        }
    }

    @Test func `a name in another alphabet is refused with its remedy, not compared in vain`() async throws {
        try await withCertificates { root, server, _ in
            for command in [
                ["verify", "--trust", root, server], ["check", server, "--trust", root],
                ["tls", "test", "127.0.0.1:1"],
            ] {
                let result = try await Program.run(command + ["--name", "b\u{FC}cher.example"])
                #expect(result.status == 2 && result.errors.contains("[cli.name]"), "\(result)")
                #expect(result.errors.contains("xn--"), "\(result)")
            }
        }
    }

    @Test func `JSON tells path and reasons`() async throws {
        try await withCertificates { root, server, _ in
            let result = try await Program.run(
                "verify", "--trust", root, "--purpose", "clientAuth", "--name", "other.test", "--json", server)
            #expect(result.status == 1)
            let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            #expect(report?["trusted"] as? Bool == false)
            let codes = (report?["findings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
            #expect(codes == ["trust.name-mismatch", "trust.purpose-missing"])
            #expect((report?["path"] as? [[String: Any]])?.count == 2)
        }
    }

    @Test func `what the command line gets wrong is exit 2, a missing file 3, a bad certificate 1`() async throws {
        try await withCertificates { root, server, _ in
            let junk = root + ".junk"
            try "no certificate".write(toFile: junk, atomically: true, encoding: .utf8)
            #expect(try await Program.run("verify", "--trust", root).status == 2)
            #expect(try await Program.run("verify", "--trust", root, "--at", "yesterday", server).status == 2)
            #expect(try await Program.run("verify", "--trust", root, "--purpose", "nothing", server).status == 2)
            #expect(try await Program.run("verify", "--trust", junk, server).status == 2)
            #expect(try await Program.run("verify", "--trust", root, server + ".none").status == 3)
            #expect(try await Program.run("verify", "--trust", root, junk).status == 1)
            #expect(try await Program.run("verify", "--limbo", junk).status == 2)
        }
    }

    @Test func `a file that is not what it was given as is named, a PKCS#12 with what to do`() async throws {
        try await withCertificates { root, server, openssl in
            let key = server.replacing("server.pem", with: "server.key")
            let pfx = server + ".pfx"
            _ = try openssl.run([
                "pkcs12", "-export", "-in", server, "-inkey", key, "-out", pfx, "-passout", "pass:example",
            ])
            let bundle = try await Program.run("verify", "--trust", root, pfx)
            #expect(bundle.status == 1 && bundle.errors.contains("sealwright pfx extract"), "\(bundle.errors)")
            #expect(try await Program.run("verify", "--trust", pfx, server).status == 2)
            let lone = try await Program.run("verify", "--trust", root, key)
            #expect(lone.status == 1 && lone.errors.contains("[cli.no-certificate]"), "\(lone.errors)")
            let list = try await Program.run("verify", "--trust", root, "--crl", root, server)
            #expect(list.status == 2 && list.errors.contains("[cli.not-a-crl]"), "\(list.errors)")
            let answer = try await Program.run("verify", "--trust", root, "--ocsp", root, server)
            #expect(answer.status == 2 && answer.errors.contains("holds no OCSP response"), "\(answer.errors)")
        }
    }

    @Test func `an impossible depth, and --limbo with anything else, are exit 2`() async throws {
        try await withCertificates { root, server, _ in
            for depth in ["-1", "99999"] {
                #expect(try await Program.run("verify", "--trust", root, "--depth=\(depth)", server).status == 2)
            }
            let cases = root + ".json"
            try "{\"version\":1,\"testcases\":[]}".write(toFile: cases, atomically: true, encoding: .utf8)
            #expect(try await Program.run("verify", "--limbo", cases, "--json").status == 0)
            #expect(try await Program.run("verify", "--limbo", cases, server).status == 2)
            #expect(try await Program.run("verify", "--limbo", cases, "--trust", root).status == 2)
            try "{\"version\":1}".write(toFile: cases, atomically: true, encoding: .utf8)
            let bad = try await Program.run("verify", "--limbo", cases)
            #expect(bad.status == 2 && bad.errors.contains("testcases is missing"), "\(bad.errors)")
        }
    }

    @Test func `a CRL must cover the certificate when one is given`() async throws {
        try await withCertificates { root, server, _ in
            let unknown = try await Program.run("verify", "--trust", root, "--crl-check", server)
            #expect(unknown.status == 1 && unknown.output.contains("[trust.revocation-unknown]"))
        }
    }
}
