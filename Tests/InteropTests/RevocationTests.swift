// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite("Revocation, judged by OpenSSL and GnuTLS", .needs("openssl", "curl", "certtool", "ocsptool"))
    struct RevocationTests {
        @Test func `OpenSSL reads good, held, released, revoked and unknown in OCSP answers`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                let serial = try await lab.issue("device")
                for hash in ["-sha1", "-sha256"] {
                    for nonce in ["-nonce", "-no_nonce"] {
                        #expect(try await lab.status("device.pem", hash, nonce).contains("device.pem: good"))
                    }
                }
                try await lab.sealwright("certificate", "revoke", serial, "--reason", "certificateHold", "--yes")
                let held = try await lab.status("device.pem")
                #expect(held.contains("device.pem: revoked") && held.contains("certificateHold"), "\(held)")
                try await lab.sealwright("certificate", "release", serial)
                #expect(try await lab.status("device.pem").contains("device.pem: good"))
                try await lab.sealwright("certificate", "revoke", serial, "--reason", "keyCompromise", "--yes")
                let revoked = try await lab.status("device.pem")
                #expect(revoked.contains("device.pem: revoked") && revoked.contains("keyCompromise"), "\(revoked)")
                #expect(try await lab.ocsp("-serial", "0x1234").contains("0x1234: unknown"))
            }
        }

        @Test func `the CRLs cover the whole chain, and show a revocation`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                let serial = try await lab.issue("device")
                #expect(try await lab.fault(in: "device.pem") == "")
                let leaf = ["-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "issuing.crl.pem"]
                try await lab.run("openssl", ["verify", "-crl_check"] + leaf + ["device.pem"])
                try await lab.sealwright("certificate", "revoke", serial, "--reason", "superseded", "--yes")
                let isListed = try await lab.eventually {
                    try await lab.fetchCRL("issuing")
                    return try await lab.fault(in: "device.pem").contains("certificate revoked")
                }
                #expect(isListed)
                for (crl, authority) in [("issuing.crl.pem", "issuing.pem"), ("root.crl.pem", "root.pem")] {
                    let answer = try await lab.run(
                        "certtool", "--verify-crl", "--load-ca-certificate", authority, "--infile", crl)
                    #expect((answer.output + answer.errors).contains("Verified"), "\(answer)")
                }
            }
        }

        @Test func `GnuTLS accepts the OCSP answer`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                try await lab.issue("device")
                let answer = try await lab.run(
                    "ocsptool", "--ask=\(lab.http)/ocsp/issuing", "--load-cert", "device.pem", "--load-issuer",
                    "issuing.pem", "--load-trust", "issuing.pem")
                #expect(answer.output.contains("Certificate Status: good"))
                #expect(answer.output.contains("Verifying OCSP Response: Success"))
            }
        }

        @Test func `OCSP by GET says what POST says`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                try await lab.issue("device")
                try await lab.run(
                    "openssl", "ocsp", "-issuer", "issuing.pem", "-cert", "device.pem", "-no_nonce", "-reqout",
                    "request.der")
                let request = try Data(contentsOf: lab.folder.appendingPathComponent("request.der"))
                let path = request.base64EncodedString()
                    .replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
                for form in [path, request.base64EncodedString()] {
                    let headers = try await lab.run(
                        "curl", "-fs", "-D", "-", "-o", "answer.der", "\(lab.http)/ocsp/issuing/\(form)")
                    #expect(headers.output.lowercased().contains("content-type: application/ocsp-response"))
                    #expect(headers.output.lowercased().contains("cache-control:"))
                    #expect(
                        try await lab.ocsp("-cert", "device.pem", answer: "answer.der").contains("device.pem: good"))
                }
            }
        }

        @Test func `downloads have the right type and are answered with 304 when unchanged`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                try await lab.issue("device")
                let text = try await lab.run("openssl", "x509", "-in", "device.pem", "-noout", "-text").output
                let urls = text.components(separatedBy: "URI:").dropFirst().map { $0.prefix { !$0.isWhitespace } }
                #expect(urls.count == 3, "one CDP, one issuer, one OCSP URL: \(urls)")
                let types = ["crl": "application/pkix-crl", "cer": "application/pkix-cert"]
                for url in urls.map(String.init) where !url.contains("/ocsp/") {
                    let headers = try await lab.run("curl", "-fs", "-D", "-", "-o", "download", url).output.lowercased()
                    let ending = url.split(separator: ".").last.map(String.init) ?? ""
                    #expect(
                        headers.contains("content-type: \(types[ending] ?? "application/pkix-cert")"),
                        "\(url): \(headers)")
                    let tag = headers.split(whereSeparator: \.isNewline).first { $0.hasPrefix("etag: ") }?.dropFirst(6)
                    #expect(!headers.contains("no-store"))
                    let condition = "If-None-Match: \(try #require(tag))"
                    let again = try await lab.run(
                        "curl", "-s", "-o", "empty", "-w", "%{http_code}", "-H", condition, url)
                    #expect(again.output == "304")
                }
            }
        }
    }
}

extension Lab {
    /// Issues `<name>.pem`; its serial number.
    @discardableResult
    fileprivate func issue(_ name: String) async throws -> String {
        try await sealwright(
            "certificate", "issue", "--subject", "CN=\(name)", "--key-out", "\(name).key", "--out", "\(name).pem")
        return try await serial("\(name).pem")
    }

    fileprivate func status(_ certificate: String, _ hash: String = "-sha256", _ nonce: String = "-nonce") async throws
        -> String
    {
        try await ocsp(hash, nonce, "-cert", certificate)
    }

    /// What `openssl ocsp` says, asking the server or reading an answer; the answer must verify.
    fileprivate func ocsp(_ arguments: String..., answer: String? = nil) async throws -> String {
        let source = answer.map { ["-respin", $0] } ?? ["-url", "\(http)/ocsp/issuing"]
        let options = arguments.filter { $0.hasPrefix("-sha") || $0.contains("nonce") }
        let identifiers = arguments.filter { !options.contains($0) }
        let result = try await run(
            "openssl",
            ["ocsp", "-CAfile", "root.pem", "-verify_other", "issuing.pem", "-issuer", "issuing.pem"] + options
                + identifiers + source)
        #expect(result.errors.contains("Response verify OK"), "\(result)")
        return result.output
    }
}
