// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// One PKCS#12 by openssl for each row of the table, which breaks that row and no other.
@Suite(
    "The command line: check --profile itms-7.5, Table 1 with files by openssl",
    .enabled(if: Program.isBuilt && OpenSSL.isInstalled, "the program is not built, or openssl is missing"))
struct CheckTableTests {
    /// What is different from a good certificate.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// The line of the answer, as far as it must be.
        let line: String
        var status: Int32 = 1
        var key = "rsa:2048"
        var digest = "sha256"
        var days = "60"
        var issuer = "root"
        var extensions = "subjectAltName=DNS:ns.example.test\nextendedKeyUsage=serverAuth\n"
        var export = ["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC"]
        var hasKey = true
        var password = "pass.txt"
        var isBroken = false

        var testDescription: String { name }
    }

    private static let rows = [
        Row(name: "good", line: "profile itms-7.5  ok", status: 0),
        Row(name: "digital signature", line: "Digital signature   ERROR    The signature on", isBroken: true),
        Row(name: "trust", line: "Trust               ERROR    No certificate of the issuer", issuer: "other"),
        Row(
            name: "validity", line: "Validity            ERROR    2",
            days: "29"),
        Row(
            name: "enhanced key usage", line: "Enhanced Key Usage  ERROR    none; need serverAuth [CHK-EKU-001]",
            extensions: "subjectAltName=DNS:ns.example.test\n"),
        Row(
            name: "name", line: "Name                ERROR    DNS:www.example.test",
            extensions: "subjectAltName=DNS:www.example.test\nextendedKeyUsage=serverAuth\n"),
        Row(name: "hash", line: "Hash                ERROR    RSA with MD5 [CHK-HASH-001]", digest: "md5"),
        Row(
            name: "hash, accepted", line: "Hash                warning  RSA with SHA-1 (accepted by this profile only)",
            status: 0, digest: "sha1"),
        Row(name: "algorithm", line: "Algorithm           ERROR    EC P-256", key: "ec"),
        Row(name: "file format, no key", line: "File format         ERROR    certificates only", hasKey: false),
        Row(
            name: "file format, old cipher", line: "File format         note", status: 0,
            export: ["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40", "-macalg", "sha1"]),
        Row(
            name: "file format, wrong password",
            line: "Access              ERROR    the password does not open the file",
            password: "wrong.txt"),
    ]

    @Test(arguments: rows)
    func `each row has its diagnosis`(row: Row) async throws {
        try await withTemporaryFolder { folder in
            try Self.make(row, in: folder)
            let result = try await Program.run(
                "check", folder + "/ns.pfx", "--profile", "itms-7.5", "--trust", folder + "/root.crt", "--name",
                "ns.example.test", "--password-file", folder + "/" + row.password)
            #expect(result.status == row.status, "\(result.output)\(result.errors)")
            #expect(result.output.contains(row.line), "\(result.output)")
            let errors = result.output.components(separatedBy: "  ERROR  ").count - 1
            #expect(errors == (row.status == 0 ? 0 : 1), "\(result.output)")
        }
    }

    private static func make(_ row: Row, in folder: String) throws {
        let openssl = try OpenSSL()
        func made(_ arguments: [String]) throws {
            let result = try openssl.run(arguments)
            try #require(result.status == 0, "\(arguments): \(result.output)")
        }
        try "pass\n".write(toFile: folder + "/pass.txt", atomically: true, encoding: .utf8)
        try "another\n".write(toFile: folder + "/wrong.txt", atomically: true, encoding: .utf8)
        try row.extensions.write(toFile: folder + "/ext", atomically: true, encoding: .utf8)
        for name in ["root", "other"] {
            try made(
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400", "-subj", "/CN=Table \(name)",
                    "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt",
                ])
        }
        let curve = row.key == "ec" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
        try made(
            ["req", "-newkey", row.key] + curve + [
                "-nodes", "-subj", "/CN=ns", "-keyout", "\(folder)/ns.key", "-out", "\(folder)/ns.csr",
            ])
        try made(
            [
                "x509", "-req", "-in", "\(folder)/ns.csr", "-CA", "\(folder)/\(row.issuer).crt", "-CAkey",
                "\(folder)/\(row.issuer).key", "-CAcreateserial", "-days", row.days, "-\(row.digest)", "-extfile",
                "\(folder)/ext", "-outform", "DER", "-out", "\(folder)/ns.der",
            ])
        if row.isBroken {
            var octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/ns.der")))
            octets[octets.count - 5] ^= 0x20
            try Data(octets).write(to: URL(fileURLWithPath: folder + "/ns.der"))
        }
        try made(["x509", "-inform", "DER", "-in", "\(folder)/ns.der", "-out", "\(folder)/ns.crt"])
        let key = row.hasKey ? ["-inkey", "\(folder)/ns.key"] : ["-nokeys"]
        try made(
            ["pkcs12", "-export", "-in", "\(folder)/ns.crt", "-name", "NS site"] + key + row.export
                + ["-passout", "file:\(folder)/pass.txt", "-out", "\(folder)/ns.pfx"])
    }
}
