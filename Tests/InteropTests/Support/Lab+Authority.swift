// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// What every test asks of the administrator and of the judge.
extension Lab {
    /// A one-time challenge.
    func challenge(_ endpoint: String = "default") async throws -> String {
        try await sealwright("challenge", "create", "--endpoint", endpoint)
    }

    /// Approves the one enrolment that waits.
    func approveWaitingEnrollment() async throws {
        var identifier: Substring?
        let found = try await eventually {
            identifier = try await sealwright("enrollment", "list").split(whereSeparator: \.isWhitespace)
                .first { $0.hasPrefix("en_") }
            return identifier != nil
        }
        try #require(found, "no enrolment waits")
        try await sealwright("enrollment", "approve", String(try #require(identifier)))
    }

    /// Writes the RA, issuing and root certificates to `ra.pem`, `issuing.pem` and `root.pem`, the RA's second one to
    /// `ra-encryption.pem`, and the CRLs beside.
    func fetchAuthorities() async throws {
        try await run(Tool.sealwright, "scep", "getca", "--url", url(), "--out", "authorities.pem")
        let marker = "-----BEGIN CERTIFICATE-----"
        let blocks = try text("authorities.pem").components(separatedBy: marker).dropFirst().map { marker + $0 }
        try #require(blocks.count == 4)
        for (name, block) in zip(["ra.pem", "issuing.pem", "root.pem", "ra-encryption.pem"], blocks) {
            try write(block, to: name)
        }
        for name in ["root", "issuing"] { try await fetchCRL(name) }
    }

    /// Writes an authority's CRL to `<name>.crl` and `<name>.crl.pem`.
    func fetchCRL(_ name: String) async throws {
        try await run("curl", "-fs", "-o", "\(name).crl", "\(http)/crl/\(name).crl")
        try await run("openssl", "crl", "-inform", "der", "-in", "\(name).crl", "-out", "\(name).crl.pem")
    }

    /// What OpenSSL says of the whole chain with the CRLs of both authorities; empty when it finds no fault.
    func fault(in certificate: String) async throws -> String {
        let result = try await run(
            "openssl", "verify", "-x509_strict", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem",
            "-CRLfile", "root.crl.pem", "-CRLfile", "issuing.crl.pem", certificate, mayFail: true)
        return result.succeeded ? "" : result.output + result.errors
    }

    /// The serial number, as `openssl x509 -serial` writes it.
    func serial(_ certificate: String) async throws -> String {
        let result = try await run("openssl", "x509", "-in", certificate, "-noout", "-serial")
        return result.output.replacing("serial=", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether a certificate is for a key.
    func certificate(_ certificate: String, belongsTo key: String) async throws -> Bool {
        let issued = try await run("openssl", "x509", "-in", certificate, "-noout", "-pubkey")
        return try await run("openssl", "pkey", "-in", key, "-pubout").output == issued.output
    }

    /// Whether the audit trail has an event with this word.
    func auditTrail(has word: String) async throws -> Bool {
        try await sealwright("audit", "list", "--json").contains(word)
    }
}
