// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite(
        "PFX files, as docs/pfx.md describes them, judged by OpenSSL, Java and NSS",
        .needs("openssl", "keytool", "pk12util"))
    struct PFXTests {
        private static let password = "correct horse battery"

        @Test func `issued, enrolled, created, inspected and taken apart`() async throws {
            try await Lab.run { lab in
                try lab.write(Self.password + "\n", to: "password")
                try await lab.sealwright(
                    "certificate", "issue", "--subject", "CN=build-7", "--pfx-out", "build-7.pfx", "--password-file",
                    "password")
                try await lab.sealwright(
                    "scep", "enroll", "--subject", "CN=pc-3", "--pfx-out", "pc-3.pfx", "--password-file", "password",
                    "--pfx-compat", "windows-7")
                try await lab.run("openssl", "x509", "-in", "pc-3.pem", "-outform", "DER", "-out", "pc-3.der")
                try await lab.run(
                    Tool.sealwright, "pfx", "create", "--cert", "pc-3.der", "--key", "pc-3.key", "--chain",
                    "data/root.pem", "--name",
                    "Büro", "--out", "made.pfx", "--password-file", "password")
                for (file, count) in [("build-7.pfx", 3), ("pc-3.pfx", 3), ("made.pfx", 1)] {
                    try await expectReadable(file, certificates: count, in: lab)
                }
                try await lab.run(
                    Tool.sealwright, "pfx", "extract", "build-7.pfx", "--password-file", "password", "--out-dir",
                    "parts")
                #expect(try await lab.certificate("parts/cert.pem", belongsTo: "parts/key.pem"))
                let chain = try lab.text("parts/chain.pem")
                #expect(chain.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
                let report = try await lab.run(
                    Tool.sealwright, "inspect", "pc-3.pfx", "--password-file", "password", "--json"
                ).output
                #expect(report.contains("inspect.pfx-legacy") && report.contains("CN=pc-3"))
            }
        }

        private func expectReadable(_ file: String, certificates: Int, in lab: Lab) async throws {
            let pass = "pass:" + Self.password
            let pem = try await lab.run("openssl", "pkcs12", "-in", file, "-passin", pass, "-nodes").output
            #expect(pem.components(separatedBy: "BEGIN CERTIFICATE").count == certificates + 1, "\(file)")
            #expect(pem.contains("BEGIN PRIVATE KEY"))
            let list = try await lab.run("keytool", "-list", "-keystore", file, "-storepass", Self.password).output
            #expect(list.contains("PrivateKeyEntry"), "\(file): \(list)")
            let nss = try await lab.run("pk12util", "-l", file, "-W", Self.password).output
            #expect(nss.contains("Key(shrouded)"), "\(file): \(nss)")
        }

        @Test func `a mistake writes nothing and says why`() async throws {
            try await Lab.run { lab in
                try lab.write(Self.password, to: "password")
                try lab.write("short", to: "short")
                try lab.write("another one, not this", to: "wrong")
                try await lab.sealwright(
                    "certificate", "issue", "--subject", "CN=a", "--pfx-out", "a.pfx", "--key-out", "a.key", "--out",
                    "a.pem", "--password-file", "password")
                try await lab.sealwright(
                    "certificate", "issue", "--subject", "CN=b", "--key-out", "b.key", "--out", "b.pem")
                let cases: [(arguments: [String], code: String, status: Int32)] = [
                    (
                        [
                            "create", "--cert", "a.pem", "--key", "b.key", "--out", "x.pfx", "--password-file",
                            "password",
                        ],
                        "format.invalid-value", 1
                    ),
                    (
                        ["create", "--cert", "a.pem", "--out", "x.pfx", "--password-file", "password"],
                        "cli.key-missing", 2
                    ),
                    (
                        ["create", "--cert", "a.pem", "--key", "a.key", "--out", "x.pfx", "--password-file", "short"],
                        "cli.password-short", 2
                    ),
                    (
                        [
                            "create", "--cert", "a.pem", "--key", "a.key", "--out", "a.pfx", "--password-file",
                            "password",
                        ],
                        "cli.file-exists", 5
                    ),
                    (["extract", "a.pfx", "--out-dir", "x", "--password-file", "wrong"], "format.password-wrong", 1),
                    (["extract", "a.pfx", "--out-dir", "x"], "format.password-needed", 1),
                    (["extract", "missing.pfx", "--out-dir", "x"], "cli.file-not-found", 3),
                    (["extract", "a.pfx"], "--out-dir", 2),
                    (
                        [
                            "extract", "a.pfx", "--password-file", "password", "--cert-out", "x", "--key-out",
                            "./x",
                        ],
                        "cli.usage", 2
                    ),
                    (
                        [
                            "extract", "a.pfx", "--password-file", "password", "--out-dir", "x", "--chain-out",
                            "x/key.pem",
                        ],
                        "cli.usage", 2
                    ),
                ]
                for (arguments, code, status) in cases {
                    let answer = try await lab.run(Tool.sealwright, ["pfx"] + arguments, mayFail: true)
                    #expect(answer.status == status, "\(arguments): \(answer)")
                    #expect(answer.errors.contains(code), "\(arguments): \(answer)")
                }
                #expect(!lab.exists("x.pfx") && !lab.exists("x"))
            }
        }

        @Test func `a key that does not open is missed, and one of OpenSSL's old form is named`() async throws {
            try await Lab.run { lab in
                // A byte order mark as Windows' editors write it is no part of a password.
                try lab.write("\u{FEFF}" + Self.password + "\n", to: "password")
                try lab.write("another one, not this", to: "wrong")
                let pass = "pass:" + Self.password
                try await lab.run(
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "a.key",
                    "-out", "a.pem")
                try await lab.run(
                    "openssl", "pkcs12", "-export", "-nomac", "-certpbe", "NONE", "-in", "a.pem", "-inkey", "a.key",
                    "-out", "nomac.pfx", "-passout", pass)
                let locked = try await lab.run(
                    Tool.sealwright,
                    [
                        "pfx", "extract", "nomac.pfx", "--allow-unauthenticated", "--password-file", "wrong",
                        "--out-dir",
                        "x",
                    ], mayFail: true)
                #expect(locked.status == 1 && locked.errors.contains("format.password-wrong"), "\(locked)")
                #expect(!lab.exists("x"))
                try await lab.run(
                    "openssl", "rsa", "-in", "a.key", "-traditional", "-aes256", "-passout", pass, "-out", "old.key")
                let create = ["pfx", "create", "--cert", "a.pem", "--password-file", "password", "--out", "a.pfx"]
                let old = try await lab.run(
                    Tool.sealwright, create + ["--key", "old.key", "--key-password-file", "password"], mayFail: true)
                #expect(old.status == 1 && old.errors.contains("openssl pkcs8 -topk8"), "\(old)")
                let made = try await lab.run(Tool.sealwright, create + ["--key", "a.key", "--json"])
                #expect(made.output.contains("\"chainLength\":0") && made.output.contains("\"file\":\"a.pfx\""))
                try await lab.run("openssl", "pkcs12", "-in", "a.pfx", "-passin", pass, "-nodes", "-out", "back.pem")
            }
        }
    }
}
