// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    /// A hierarchy's kinds of keys, as flags of `init`.
    struct Hierarchy: Sendable, CustomTestStringConvertible {
        let root: String
        let issuing: String
        let registration: String

        var flags: [String] { ["--root-key", root, "--issuing-key", issuing, "--ra-key", registration] }
        var testDescription: String { "root \(root), issuing \(issuing), RA \(registration)" }

        static let all = [
            Hierarchy(root: "rsa-3072", issuing: "rsa-2048", registration: "rsa-2048"),
            Hierarchy(root: "rsa-2048", issuing: "rsa-2048", registration: "shared"),
            Hierarchy(root: "ec-p256", issuing: "ec-p256", registration: "rsa-2048"),
            Hierarchy(root: "ec-p384", issuing: "ec-p384", registration: "rsa-2048"),
            Hierarchy(root: "ed25519", issuing: "ed25519", registration: "rsa-2048"),
        ]
    }

    @Suite(
        "Every certificate, CRL and OCSP answer passes pkilint, OpenSSL and GnuTLS",
        .needs(Tool.lintPython, "openssl", "certtool", "curl"))
    struct PkilintTests {
        @Test(arguments: Hierarchy.all)
        func `of every profile and key type`(hierarchy: Hierarchy) async throws {
            try await Lab.run(settings: "crl: { delta: true }\n", keys: hierarchy.flags) { lab in
                let isShared = hierarchy.registration == "shared"
                try await lab.fetchHierarchy(isShared: isShared)
                let leaves = try await lab.issueEveryKind()
                try await lab.revokeOne()
                let answers = try await lab.fetchAnswers(for: leaves)
                let certificates = leaves + ["issuing.pem", "root.pem"] + (isShared ? [] : ["ra.pem"])
                let files = certificates + answers
                let findings = try await Pkilint().findings(in: files, of: lab)
                #expect(findings.isEmpty, "\(findings)")
                for leaf in certificates {
                    #expect(try await lab.fault(in: leaf) == "", "OpenSSL: \(leaf)")
                    #expect(try await lab.gnuTLSAccepts(leaf), "GnuTLS: \(leaf)")
                }
            }
        }

        @Test func `the waivers cover what they name and nothing else`() async throws {
            try await Lab.run { lab in
                let names = [
                    "tag": "URI:tag:example.org:a", "urn": "URI:urn:example:a", "localhost": "DNS:localhost",
                    "wildcard": "DNS:*.example.org", "other": "URI:no-scheme", "label": "DNS:-a-.example.org",
                ]
                for (file, name) in names {
                    try await lab.run(
                        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", "\(file).key", "-out", "\(file).pem", "-subj", "/CN=a", "-addext",
                        "subjectAltName=\(name)")
                }
                let found = try await Pkilint().findings(in: names.keys.sorted().map { $0 + ".pem" }, of: lab)
                    .filter { $0.code.hasSuffix("_syntax") }
                #expect(Set(found.map(\.file)) == ["other.pem", "label.pem"], "\(found)")
            }
        }
    }
}

extension Lab {
    /// The certificates of the authorities; a shared RA has none of its own.
    fileprivate func fetchHierarchy(isShared: Bool) async throws {
        guard isShared else { return try await fetchAuthorities() }
        try await run("curl", "-fs", "-o", "issuing.der", "\(http)/ca/issuing.cer")
        try await run("openssl", "x509", "-inform", "der", "-in", "issuing.der", "-out", "issuing.pem")
        try await run("openssl", "x509", "-in", "data/root.pem", "-out", "root.pem")
        for name in ["root", "issuing"] { try await fetchCRL(name) }
    }

    /// A certificate of each profile for each type of key, with names of every kind, and the TLS listener's own.
    fileprivate func issueEveryKind() async throws -> [String] {
        var files = ["tls.pem"]
        for key in ["rsa-2048", "rsa-3072", "ec-p256", "ec-p384", "ec-p521", "ed25519"] {
            for profile in ["device", "server"] {
                let name = "\(profile)-\(key)"
                try await sealwright(
                    "certificate", "issue", "--profile", profile, "--key", key, "--subject", "CN=\(name).example.org",
                    "--san", "DNS:\(name).example.org", "--san", "IP:192.0.2.1", "--key-out", "\(name).key",
                    "--out", "\(name).pem")
                files.append("\(name).pem")
            }
        }
        try await sealwright(
            "certificate", "issue", "--subject", "CN=person,OU=Lab,DC=example,DC=org,emailAddress=a@example.org",
            "--san", "email:a@example.org", "--san", "URI:tag:example.org,2026:a", "--san", "UPN:a@example.org",
            "--key-out", "person.key", "--out", "person.pem")
        // String types that are put right: IA5String, VisibleString, UniversalString, a PrintableString with '_'.
        try await sealwright(
            "certificate", "issue", "--subject",
            "CN=odd,1.2.3.4=#160161,2.5.4.72=#1a0161,2.5.4.54=#1c0400000061,O=#13015F",
            "--key-out", "odd.key", "--out", "odd.pem")
        let greeting = try await run(
            "openssl", "s_client", "-connect", "127.0.0.1:\(httpsPort)", "-servername", "localhost", mayFail: true,
            input: "")
        try write(greeting.output, to: "greeting.txt")
        try await run("openssl", "x509", "-in", "greeting.txt", "-out", "tls.pem")
        return files + ["person.pem", "odd.pem"]
    }

    /// Revokes a certificate and waits until the CRL says so.
    fileprivate func revokeOne() async throws {
        try await sealwright(
            "certificate", "issue", "--subject", "CN=revoked", "--key-out", "revoked.key", "--out", "revoked.pem")
        try await sealwright(
            "certificate", "revoke", serial("revoked.pem"), "--reason", "keyCompromise", "--yes", "--invalidity-date",
            "2026-01-01T00:00:00Z")
        let isListed = try await eventually {
            try await fetchCRL("issuing")
            return try await fault(in: "revoked.pem").contains("certificate revoked")
        }
        try #require(isListed)
    }

    /// The CRLs and OCSP answers of every kind; the OCSP signer's certificate too.
    fileprivate func fetchAnswers(for leaves: [String]) async throws -> [String] {
        var files = ["root.crl", "issuing.crl"]
        let delta = try await run("curl", "-fs", "-o", "delta.crl", "\(http)/crl/issuing-delta.crl", mayFail: true)
        if delta.succeeded { files.append("delta.crl") }
        let questions = [
            ["-cert", "device-rsa-2048.pem"], ["-cert", "revoked.pem"], ["-serial", "0x1234"],
            ["-cert", "device-ec-p256.pem", "-no_nonce"],
        ]
        for (index, question) in questions.enumerated() {
            let file = "answer-\(index).ocsp"
            let result = try await run(
                "openssl",
                [
                    "ocsp", "-CAfile", "root.pem", "-verify_other", "issuing.pem", "-issuer", "issuing.pem", "-url",
                    "\(http)/ocsp/issuing", "-respout", file,
                ] + (index == 0 ? ["-sha256"] : []) + question)
            #expect(result.errors.contains("Response verify OK"), "\(result)")
            files.append(file)
        }
        let text = try await run("openssl", "ocsp", "-respin", "answer-0.ocsp", "-noverify", "-resp_text").output
        try write(text, to: "answer.txt")
        try await run("openssl", "x509", "-in", "answer.txt", "-out", "signer.pem")
        #expect(try await fault(in: "signer.pem") == "")
        return files + ["signer.pem"]
    }

    /// Whether certtool verifies the chain up to the root.
    fileprivate func gnuTLSAccepts(_ certificate: String) async throws -> Bool {
        var chain = try text(certificate)
        if certificate != "root.pem" && certificate != "issuing.pem" { chain += try text("issuing.pem") }
        try write(chain, to: "chain.txt")
        let result = try await run(
            "certtool", "--verify", "--load-ca-certificate", "root.pem", "--infile", "chain.txt", mayFail: true)
        return result.output.contains("Chain verification output: Verified")
    }
}
