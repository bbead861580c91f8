// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 7292: what other programs write is read")
struct PFXForeignTests {
    let bench: PKCS12Bench
    init() throws { bench = try PKCS12Bench.shared() }

    private static let password = "Pa55 wörd"

    private func expectLeaf(_ bytes: [UInt8], password: String = Self.password, name: String? = nil) throws {
        let bundle = try CertificateBundle(reading: bytes, password: Array(password.utf8))
        #expect(try bundle.certificate == bench.certificate("leaf"))
        #expect(try bundle.privateKey == bench.key("leaf"))
        #expect(bundle.isKeyMatching && bundle.form == .pkcs12)
        if let name { #expect(bundle.friendlyName == name) }
    }

    // MARK: - OpenSSL

    @Test(arguments: [
        [], ["-legacy"], ["-legacy", "-descert"],
        ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
        ["-certpbe", "PBE-SHA1-2DES", "-keypbe", "PBE-SHA1-2DES"],
        ["-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-RC2-128"],
        ["-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC2-40"],
        ["-legacy", "-certpbe", "PBE-MD5-DES", "-keypbe", "PBE-SHA1-DES"],
        ["-legacy", "-certpbe", "PBE-MD5-RC2-64", "-keypbe", "PBE-SHA1-RC2-64"],
        ["-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC", "-macalg", "sha224"],
        ["-certpbe", "DES-EDE3-CBC", "-keypbe", "AES-256-CBC", "-macalg", "sha384"],
        ["-legacy", "-certpbe", "RC2-CBC", "-keypbe", "RC2-40-CBC", "-macalg", "sha512"],
        ["-legacy", "-certpbe", "RC2-64-CBC", "-keypbe", "DES-CBC", "-macalg", "md5"],
        ["-certpbe", "NONE", "-keypbe", "AES-256-CBC"], ["-certpbe", "AES-256-CBC", "-keypbe", "NONE"],
        ["-iter", "1"], ["-iter", "100000"], ["-nomaciter"], ["-noiter"],
        ["-name", "Büro Köln", "-CSP", "Microsoft Software Key Storage Provider", "-LMK", "-keysig"],
    ])
    func `openssl, in every form it can write`(options: [String]) throws {
        let file = try bench.opensslOutput(
            [
                "pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-certfile", "chain.pem", "-passout",
                "pass:\(Self.password)",
            ] + options)
        try expectLeaf(file, name: options.contains("-name") ? "Büro Köln" : nil)
        let bundle = try CertificateBundle(reading: file, password: Array(Self.password.utf8))
        #expect(try bundle.chain == [bench.certificate("issuing"), bench.certificate("root")])
    }

    @Test func `Microsoft's attributes are told`() throws {
        let file = try bench.opensslOutput([
            "pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-passout", "pass:x", "-CSP", "Some Provider",
            "-LMK",
        ])
        let key = try #require(try PFX(parsing: file).open(password: Array("x".utf8)).keys.first)
        #expect(key.bag.cspName == "Some Provider" && key.bag.isMachineKey)
        #expect(key.bag.localKeyID?.count == 20)
    }

    @Test func `RC4 is refused by name`() throws {
        let file = try bench.opensslOutput([
            "pkcs12", "-export", "-legacy", "-inkey", "leaf.key", "-in", "leaf.crt", "-passout", "pass:x", "-certpbe",
            "PBE-SHA1-RC4-128",
        ])
        #expect(throws: FormatError.unsupportedAlgorithm(.pbeWithSHAAnd128BitRC4)) { try PFX(parsing: file) }
    }

    @Test func `without a MAC it is read only when that is allowed`() throws {
        let file = try bench.opensslOutput([
            "pkcs12", "-export", "-nomac", "-inkey", "leaf.key", "-in", "leaf.crt", "-passout", "pass:x",
        ])
        #expect(throws: FormatError.notAuthenticated("the PKCS#12")) {
            try CertificateBundle(reading: file, password: Array("x".utf8))
        }
        let bundle = try CertificateBundle(reading: file, password: Array("x".utf8), allowingUnauthenticated: true)
        #expect(bundle.isKeyMatching)
    }

    @Test(arguments: ["", "x", "ä", "日本語", "🔐🗝️", "ÿ€Œ", String(repeating: "long ", count: 40)])
    func `passwords of any alphabet, in the old and the new derivation`(password: String) throws {
        for options in [[], ["-legacy"]] {
            let file = try bench.opensslOutput(
                ["pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-passout", "pass:\(password)"] + options
            )
            try expectLeaf(file, password: password)
            let needed = FormatError.passwordNeeded("the PKCS#12")
            if !password.isEmpty { #expect(throws: needed) { try CertificateBundle(reading: file) } }
        }
    }

    @Test(arguments: [[], ["-legacy"]])
    func `octets that are no UTF-8 are taken as openssl takes them`(options: [String]) throws {
        let file = try bench.file([0x67, 0xFC, 0x6E, 0x0A], ".txt")
        let pfx = try bench.opensslOutput(
            ["pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-passout", "file:\(file)"] + options)
        #expect(try CertificateBundle(reading: pfx, password: [0x67, 0xFC, 0x6E]).isKeyMatching)
    }

    // MARK: - GnuTLS

    @Test(arguments: ["3des-pkcs12", "rc2-40", "aes-128", "aes-192", "aes-256", "3des"])
    func `certtool, in every form it can write`(cipher: String) throws {
        let output = bench.fresh(".p12")
        try bench.run(
            "certtool",
            [
                "--to-p12", "--load-privkey", "leaf.key", "--load-certificate", "leaf.crt", "--load-ca-certificate",
                "chain.pem", "--p12-name", "from GnuTLS", "--password", "geheim", "--outder", "--outfile", output,
                "--pkcs-cipher", cipher,
            ])
        try expectLeaf(bench.read(output), password: "geheim", name: "from GnuTLS")
    }

    @Test(arguments: ["--empty-password", "--null-password"])
    func `certtool's two ways to have no password`(option: String) throws {
        let output = bench.fresh(".p12")
        try bench.run(
            "certtool",
            [
                "--to-p12", "--load-privkey", "leaf.key", "--load-certificate", "leaf.crt", "--p12-name", "x", option,
                "--outder", "--outfile", output,
            ])
        try expectLeaf(bench.read(output), password: "")
    }

    // MARK: - Java

    @Test(.enabled(if: ForeignProgram.areExpected("keytool")), arguments: [false, true])
    func `keytool, in its old and new form`(isLegacy: Bool) throws {
        let store = bench.fresh(".p12")
        let source = bench.fresh(".p12")
        try bench.openssl([
            "pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-certfile", "chain.pem", "-name", "entry",
            "-passout", "pass:changeit", "-out", source,
        ])
        let legacy = isLegacy ? ["-J-Dkeystore.pkcs12.legacy"] : []
        try bench.run(
            "keytool",
            [
                "-importkeystore", "-noprompt", "-srckeystore", source, "-srcstorepass", "changeit", "-destkeystore",
                store,
                "-deststorepass", "changeit",
            ] + legacy)
        try expectLeaf(bench.read(store), password: "changeit", name: "entry")
        #expect(throws: FormatError.passwordWrong("the PKCS#12")) {
            try CertificateBundle(reading: bench.read(store), password: Array("change it".utf8))
        }
    }

    @Test(.enabled(if: ForeignProgram.areExpected("keytool")))
    func `keytool's trust store: trusted certificates without keys`() throws {
        let store = bench.fresh(".p12")
        for name in ["root", "lone"] {
            try bench.run(
                "keytool",
                [
                    "-importcert", "-noprompt", "-alias", name, "-file", "\(name).crt", "-keystore", store,
                    "-storepass",
                    "changeit", "-storetype", "PKCS12",
                ])
        }
        let contents = try PFX(parsing: bench.read(store)).open(password: Array("changeit".utf8))
        #expect(contents.certificates.allSatisfy { $0.bag.isTrustedByJava })
        #expect(Set(contents.certificates.compactMap(\.bag.friendlyName)) == ["root", "lone"])
        #expect(contents.keys.isEmpty)
    }

    @Test(.enabled(if: ForeignProgram.areExpected("keytool")))
    func `keytool's secret key is a secret, and hides nothing else`() throws {
        let store = bench.fresh(".p12")
        let access = ["-keystore", store, "-storepass", "changeit", "-storetype", "PKCS12"]
        try bench.run("keytool", ["-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256"] + access)
        try bench.run("keytool", ["-importcert", "-noprompt", "-alias", "root", "-file", "root.crt"] + access)
        let contents = try PFX(parsing: bench.read(store)).open(password: Array("changeit".utf8))
        let secrets = contents.bags.filter { bag in
            if case .secret = bag.content { true } else { false }
        }
        #expect(secrets.count == 1 && contents.certificates.count == 1)
    }

    // MARK: - NSS

    @Test(
        .enabled(if: ForeignProgram.areExpected("pk12util")),
        arguments: [
            [], ["-c", "AES-256-CBC", "-C", "AES-128-CBC"], ["-c", "DES-EDE3-CBC", "-C", "DES-EDE3-CBC"],
            ["-c", "RC2-CBC", "-C", "RC2-CBC"], ["-c", "AES-128-CBC", "-C", "NONE", "-M", "SHA-512"],
        ])
    func `pk12util, in BER and in every form it can write`(options: [String]) throws {
        let database = try nssDatabase()
        let source = bench.fresh(".p12")
        try bench.openssl([
            "pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-certfile", "chain.pem", "-name", "entry",
            "-passout", "pass:x", "-out", source,
        ])
        try bench.run("pk12util", ["-i", source, "-d", database, "-W", "x", "-K", ""])
        let output = bench.fresh(".p12")
        try bench.run("pk12util", ["-o", output, "-n", "entry", "-d", database, "-W", "Gehéim", "-K", ""] + options)
        try expectLeaf(bench.read(output), password: "Gehéim", name: "entry")
    }

    private func nssDatabase() throws -> String {
        let folder = "nss-\(bench.fresh(""))"
        try bench.run("mkdir", [folder])
        try bench.run("certutil", ["-N", "-d", "sql:\(folder)", "--empty-password"])
        return "sql:\(folder)"
    }
}
