// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightInspection
import SealwrightTesting
import Testing

@Suite("RFC 7292: a PKCS#12, told", .enabled(if: OpenSSL.isInstalled))
struct PFXInspectionTests {
    /// A file of openssl under the password `geheim`, with a certificate of its own.
    private static func file(_ options: [String] = [], names: String = "host") throws -> [UInt8] {
        let openssl = try OpenSSL()
        _ = try openssl.run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem",
            "-out", "cert.pem", "-subj", "/CN=\(names)", "-days", "30")
        let answer = try openssl.run(
            ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-out", "out.p12", "-passout", "pass:geheim"]
                + options)
        try #require(answer.status == 0, "\(answer.output)")
        return try openssl.read("out.p12")
    }

    private func inspect(_ bytes: [UInt8], password: String?) throws -> InspectionReport {
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        return try Inspector(now: now, password: password.map { Array($0.utf8) }).inspect(bytes)
    }

    @Test func `with its password everything is shown`() throws {
        let bytes = try Self.file(["-name", "Büro", "-CSP", "Some Provider", "-LMK", "-iter", "100000"])
        let report = try inspect(bytes, password: "geheim")
        #expect(report.type == .pkcs12)
        #expect(report.summary.first == "A PKCS#12 file with 1 private key and 1 certificate.")
        #expect(report.summary.last == "The password opens it and its MAC fits.")
        #expect(report.value("MAC") == "HMAC-SHA256")
        #expect(report.value("Part 1") == "PBES2, aes256-CBC, PBKDF2 with HMAC-SHA256")
        #expect(report.value("Part 2") == "in the clear")
        #expect(report.value("Friendly name") == "Büro")
        #expect(report.value("Windows provider") == "Some Provider")
        #expect(report.value("Windows key store") == "the machine's")
        #expect(report.value("Subject") == "CN=host")
        #expect(report.value("Kind") == "EC P-256")
        #expect(!report.codes.contains { $0.hasPrefix("inspect.pfx") }, "\(report.findings)")
    }

    @Test func `without its password it says what can be seen and that more is there`() throws {
        let report = try inspect(Self.file(), password: nil)
        #expect(report.type == .pkcs12 && report.codes.contains("inspect.pfx-password-needed"))
        #expect(report.value("Kind") == "locked" && report.value("Subject") == nil)
        #expect(report.value("Part 1")?.hasPrefix("PBES2") == true)
        let clear = try inspect(Self.file(["-certpbe", "NONE"]), password: nil)
        #expect(clear.value("Subject") == "CN=host")
    }

    @Test func `a wrong password is told as such`() throws {
        let bytes = try Self.file()
        let fault = #expect(throws: InspectionError.self) { try inspect(bytes, password: "falsch") }
        #expect(fault?.code == "format.password-wrong")
    }

    @Test(arguments: [
        (["-legacy"], ["inspect.pfx-legacy", "inspect.pfx-few-iterations"]),
        (["-nomac"], ["inspect.pfx-unauthenticated"]), (["-iter", "1"], ["inspect.pfx-few-iterations"]),
        (["-legacy", "-macalg", "md5"], ["inspect.pfx-legacy"]),
        (["-keypbe", "NONE", "-certpbe", "NONE"], ["inspect.key-unprotected"]),
    ])
    func `weak protection is a finding`(options: [String], codes: [String]) throws {
        let report = try inspect(Self.file(options), password: "geheim")
        for code in codes { #expect(report.codes.contains(code), "\(code) in \(report.codes)") }
    }

    @Test func `a key without certificate is a finding`() throws {
        let openssl = try OpenSSL()
        _ = try openssl.run("genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem")
        _ = try openssl.run(
            "pkcs12", "-export", "-inkey", "key.pem", "-nocerts", "-out", "out.p12", "-passout", "pass:geheim")
        let report = try inspect(openssl.read("out.p12"), password: "geheim")
        #expect(report.codes.contains("inspect.pfx-key-without-certificate"))
    }
}
