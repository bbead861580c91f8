// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite("strongSwan: pki --scepca and pki --scep", .needs("pki", "openssl", "curl"))
    struct StrongSwanTests {
        @Test func `it fetches RA, issuing CA and root`() async throws {
            try await Lab.run { lab in
                try await lab.run(
                    "pki", "--scepca", "--url", lab.url(), "--caout", "ca.pem", "--raout", "ra.pem", "--outform", "pem")
                try await lab.run("openssl", "x509", "-in", "data/root.pem", "-out", "wanted.pem")
                var found = false
                for name in ["ca.pem", "ca-1.pem", "ca-2.pem"] where lab.exists(name) {
                    try await lab.run("openssl", "x509", "-in", name, "-out", "one.pem")
                    found = try found || lab.text("one.pem") == lab.text("wanted.pem")
                }
                #expect(found)
                #expect(lab.exists("ra.pem"))
            }
        }

        @Test func `it enrols with every digest and renews, with one-time challenges`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                for digest in ["sha256", "sha384", "sha512"] {
                    try await lab.enroll(digest, "--digest", digest, "--password", lab.challenge())
                    #expect(try await lab.fault(in: "\(digest).pem") == "")
                    #expect(try await lab.certificate("\(digest).pem", belongsTo: "\(digest).key"))
                }
                try await lab.enroll(
                    "renewed", subject: "CN=sha256", "--cert", "sha256.pem", "--key", "sha256.key")
                #expect(try await lab.fault(in: "renewed.pem") == "")
                #expect(try await lab.serial("renewed.pem") != lab.serial("sha256.pem"))
                #expect(try await lab.certificate("renewed.pem", belongsTo: "renewed.key"))
            }
        }

        @Test func `it polls until an administrator approves`() async throws {
            try await Lab.run(settings: "scep: { manual: { approval: always } }\n") { lab in
                try await lab.fetchAuthorities()
                async let enrolment = lab.enroll(
                    "waiting", endpoint: "manual", "--password", lab.challenge("manual"), "--interval", "1",
                    "--maxpolltime", "120")
                try await lab.approveWaitingEnrollment()
                _ = try await enrolment
                #expect(try await lab.fault(in: "waiting.pem") == "")
            }
        }

        @Test func `a wrong and a used challenge are refused, and the audit trail says why`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                let wrong = try await lab.enroll("wrong", "--password", "nonsense", mayFail: true)
                #expect(!wrong.succeeded)
                #expect(try await lab.auditTrail(has: "enrollment.challenge-unknown"))
                let challenge = try await lab.challenge()
                try await lab.enroll("first", "--password", challenge)
                let used = try await lab.enroll("second", "--password", challenge, mayFail: true)
                #expect(!used.succeeded)
                #expect(try await lab.auditTrail(has: "enrollment.challenge-already-used"))
            }
        }

        @Test func `Triple-DES and SHA-1 are refused on default settings and accepted when allowed`() async throws {
            try await Lab.run(settings: "scep: { legacy: { allow-legacy: [3des, sha1] } }\n") { lab in
                try await lab.fetchAuthorities()
                for weak in [["--cipher", "des3"], ["--digest", "sha1"]] {
                    let refused = try await lab.enroll(
                        "default", ["--password", lab.challenge()] + weak, mayFail: true)
                    #expect(!refused.succeeded)
                }
                #expect(try await lab.auditTrail(has: "scep.algorithm-not-allowed"))
                try await lab.enroll(
                    "legacy", endpoint: "legacy", "--password", lab.challenge("legacy"), "--cipher", "des3",
                    "--digest", "sha1")
                #expect(try await lab.fault(in: "legacy.pem") == "")
            }
        }
    }
}

extension Lab {
    /// `pki --scep` with a new key; writes `<name>.key` and `<name>.pem`.
    @discardableResult
    fileprivate func enroll(
        _ name: String, subject: String? = nil, endpoint: String = "default", _ extra: String..., mayFail: Bool = false
    ) async throws -> ForeignProgram.Result {
        try await enroll(name, subject: subject, endpoint: endpoint, extra, mayFail: mayFail)
    }

    @discardableResult
    fileprivate func enroll(
        _ name: String, subject: String? = nil, endpoint: String = "default", _ extra: [String], mayFail: Bool = false
    ) async throws -> ForeignProgram.Result {
        let key = try await run("pki", "--gen", "--type", "rsa", "--size", "2048", "--outform", "pem")
        try write(key.output, to: "\(name).key")
        let result = try await run(
            "pki",
            [
                "--scep", "--url", url(endpoint), "--in", "\(name).key", "--dn", subject ?? "CN=\(name)",
                "--cacert-enc", "ra.pem", "--cacert-sig", "ra.pem", "--cacert", "issuing.pem", "--cacert", "root.pem",
                "--outform", "pem",
            ] + extra, mayFail: mayFail)
        if result.succeeded { try write(result.output, to: "\(name).pem") }
        return result
    }
}
