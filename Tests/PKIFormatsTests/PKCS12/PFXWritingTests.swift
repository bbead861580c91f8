// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 7292 section 5: what we write is read by openssl, keytool, pk12util and certtool")
struct PFXWritingTests {
    let bench: PKCS12Bench
    init() throws { bench = try PKCS12Bench.shared() }

    private static let password = "Pa55 wörd"

    private func written(
        _ profile: PFXProfile, password: String = Self.password, identity: String = "leaf"
    ) throws -> [UInt8] {
        let chain = try identity == "lone" ? [] : ["issuing", "root"].map { try bench.read("\($0).der") }
        return try PFX.write(
            key: bench.key(identity), certificate: bench.read("\(identity).der"), chain: chain,
            friendlyName: "Büro 💻", password: Array(password.utf8), profile: profile)
    }

    @Test(arguments: PFXProfile.allCases, ["leaf", "ec", "lone"])
    func `openssl finds the same in it`(profile: PFXProfile, identity: String) throws {
        let file = try bench.file(written(profile, identity: identity), ".p12")
        // Without the legacy provider: what Windows 7 reads needs none.
        let judged = try bench.opensslContents(file, password: Self.password, options: [])
        #expect(try judged.keys == [bench.key(identity)])
        #expect(judged.certificates.count == (identity == "lone" ? 1 : 3))
        let info = try bench.openssl(["pkcs12", "-info", "-noout", "-in", file, "-passin", "pass:\(Self.password)"])
        let words =
            profile == .modern
            ? ["MAC: sha256", "PBES2, PBKDF2, AES-256-CBC, Iteration 150000, PRF hmacWithSHA256"]
            : ["MAC: sha1", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 150000"]
        for word in words { #expect(info.contains(word), "\(word) in \(info)") }
    }

    @Test(arguments: PFXProfile.allCases, ["", "x", "日本語", "🔐🗝️"])
    func `we and openssl read it under any password`(profile: PFXProfile, password: String) throws {
        let bytes = try written(profile, password: password)
        let bundle = try CertificateBundle(reading: bytes, password: Array(password.utf8))
        #expect(try bundle.privateKey == bench.key("leaf"))
        #expect(try bundle.chain == [bench.certificate("issuing"), bench.certificate("root")])
        #expect(bundle.friendlyName == "Büro 💻")
        let judged = try bench.opensslContents(bench.file(bytes, ".p12"), password: password, options: [])
        #expect(judged.keys.count == 1 && judged.certificates.count == 3)
    }

    @Test(arguments: PFXProfile.allCases)
    func `certtool reads it`(profile: PFXProfile) throws {
        let file = try bench.file(written(profile), ".p12")
        let info = try bench.run(
            "certtool", ["--p12-info", "--inder", "--infile", file, "--password", Self.password])
        #expect(info.components(separatedBy: "BEGIN CERTIFICATE").count == 4)
        #expect(info.contains("PRIVATE KEY") && info.contains("Friendly name: Büro 💻"))
    }

    @Test(.enabled(if: ForeignProgram.areExpected("keytool")), arguments: PFXProfile.allCases)
    func `keytool reads it`(profile: PFXProfile) throws {
        let file = try bench.file(written(profile, password: "changeit"), ".p12")
        let list = try bench.run("keytool", ["-list", "-v", "-keystore", file, "-storepass", "changeit"])
        #expect(list.contains("PrivateKeyEntry") && list.contains("Certificate chain length: 3"))
        let copy = bench.fresh(".p12")
        try bench.run(
            "keytool",
            [
                "-importkeystore", "-noprompt", "-srckeystore", file, "-srcstorepass", "changeit", "-destkeystore",
                copy,
                "-deststorepass", "changeit",
            ])
        #expect(try CertificateBundle(reading: bench.read(copy), password: Array("changeit".utf8)).isKeyMatching)
    }

    @Test(.enabled(if: ForeignProgram.areExpected("pk12util")), arguments: PFXProfile.allCases)
    func `pk12util reads it`(profile: PFXProfile) throws {
        let file = try bench.file(written(profile, password: "Gehéim"), ".p12")
        let list = try bench.run("pk12util", ["-l", file, "-W", "Gehéim"])
        #expect(list.contains("CN=leaf") && list.contains("CN=issuing") && list.contains("Key(shrouded)"))
        let folder = "nss-\(bench.fresh(""))"
        try bench.run("mkdir", [folder])
        try bench.run("certutil", ["-N", "-d", "sql:\(folder)", "--empty-password"])
        try bench.run("pk12util", ["-i", file, "-d", "sql:\(folder)", "-W", "Gehéim", "-K", ""])
        #expect(try bench.run("certutil", ["-K", "-d", "sql:\(folder)"]).contains("rsa"))
    }

    @Test func `a key of another certificate is not written`() throws {
        #expect(throws: FormatError.invalidValue(field: "private key", reason: "does not belong to the certificate")) {
            try PFX.write(key: bench.key("ec"), certificate: bench.read("leaf.der"), password: [])
        }
    }
}
