// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightTesting
import Testing

@Suite("ASN.1 Specification for TPM 2.0 Key Files", .serialized, .enabled(if: SoftwareTPM.hasJudges))
struct TPMKeyFileTests {
    private static let providers = ["-provider", "tpm2", "-provider", "default"]

    @Test(arguments: [KeyType.rsa2048, .ecP256, .ecP384])
    func `openssl signs with a key that was made here`(type: KeyType) async throws {
        try await withSoftwareTPM { swtpm in
            let file = try TPM(TPMSocket(port: swtpm.port)).generateKey(type)
            try await Self.judge(file, swtpm)
        }
    }

    @Test(arguments: [KeyType.rsa2048, .ecP256])
    func `openssl signs with a key that was imported here`(type: KeyType) async throws {
        let original = try TestKeys.key(type)
        try await withSoftwareTPM { swtpm in
            try await Self.judge(try TPM(TPMSocket(port: swtpm.port)).importKey(original.material()), swtpm)
        }
    }

    private static func judge(_ file: TPMKeyFile, _ swtpm: SoftwareTPM) async throws {
        let folder = try TemporaryFolder()
        try folder.write(file.serialize(), "key.pem")
        try folder.write("to be signed", "data")
        let digest = file.publicKey.keyDescription == "EC P-384" ? DigestAlgorithm.sha384 : .sha256
        let result = try await swtpm.run(
            "openssl",
            ["pkeyutl"] + providers
                + ["-sign", "-inkey", "key.pem", "-rawin", "-in", "data", "-digest", digest.rawValue, "-out", "sig"],
            in: folder.url)
        #expect(result.succeeded, "\(result)")
        let algorithm: SignatureAlgorithm
        if case .rsa = file.publicKey { algorithm = .rsaPKCS1(digest) } else { algorithm = .ecdsa(digest) }
        #expect(
            file.publicKey.isValidSignature(
                try folder.read("sig"), of: Array("to be signed".utf8), algorithm: algorithm))
    }

    @Test(arguments: [["RSA", "bits:2048"], ["EC", "group:P-256"], ["EC", "group:P-384"]])
    func `a key that openssl made signs here`(kind: [String]) async throws {
        try await withSoftwareTPM { swtpm in
            let folder = try TemporaryFolder()
            let made = try await swtpm.run(
                "openssl",
                ["genpkey", "-provider", "tpm2", "-provider", "base", "-algorithm", kind[0], "-pkeyopt", kind[1]]
                    + ["-out", "key.pem"],
                in: folder.url)
            #expect(made.succeeded, "\(made)")
            let shown = try await swtpm.run(
                "openssl",
                ["pkey", "-provider", "tpm2", "-provider", "base", "-in", "key.pem", "-pubout", "-out", "pub.pem"],
                in: folder.url)
            #expect(shown.succeeded, "\(shown)")
            #expect(TPMKeyFile.isOne(try folder.read("key.pem")))
            let file = try TPMKeyFile(parsing: folder.read("key.pem"))
            let tpm = TPM(TPMSocket(port: swtpm.port))
            let key = TPMKey(file, id: KeyID(rawValue: "key"), tpm: tpm, pool: TestKeys.pool)
            try folder.write(try await key.sign(Array("data".utf8), algorithm: key.defaultSignatureAlgorithm), "sig")
            try folder.write("data", "data")
            let digest = kind[1] == "group:P-384" ? "sha384" : "sha256"
            let verified = try await swtpm.run(
                "openssl",
                ["pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-in", "data", "-digest", digest]
                    + ["-sigfile", "sig"],
                in: folder.url)
            #expect(verified.succeeded, "\(verified)")
        }
    }

    @Test func `a key with a password is not taken for one without`() async throws {
        try await withSoftwareTPM { swtpm in
            let folder = try TemporaryFolder()
            let made = try await swtpm.run(
                "openssl",
                ["genpkey", "-provider", "tpm2", "-provider", "base", "-algorithm", "EC", "-pkeyopt", "group:P-256"]
                    + ["-pkeyopt", "user-auth:secret", "-out", "key.pem"],
                in: folder.url)
            #expect(made.succeeded, "\(made)")
            #expect(throws: CryptoError.unsupported("a TPM key with a password")) {
                try TPMKeyFile(parsing: folder.read("key.pem"))
            }
        }
    }
}

@Suite("ASN.1 Specification for TPM 2.0 Key Files: what is no such file")
struct TPMKeyFileRefusalTests {
    /// A file of tpm2-openssl 1.1.1, P-256.
    private static func sample() throws -> [UInt8] {
        try Repository.octets("Tests/Fixtures/tpm/tpm2-openssl-1.1.1-p256.pem")
    }

    @Test func `the sample is read and written back`() throws {
        let file = try TPMKeyFile(parsing: Self.sample())
        #expect(file.publicKey.keyDescription == "EC P-256")
        #expect(try TPMKeyFile(parsing: file.serialize()) == file)
    }

    @Test func `no octet can be left out`() throws {
        let parts = try Self.der()
        for count in parts.indices {
            #expect(throws: CryptoError.self) { try TPMKeyFile(parsing: Self.pem(Array(parts.prefix(count)))) }
        }
    }

    @Test func `a changed octet is an error or a file, and never ends the process`() throws {
        let parts = try Self.der()
        var refused = 0
        for index in parts.indices {
            for bit in [0x01, 0x80] as [UInt8] {
                var changed = parts
                changed[index] ^= bit
                do { _ = try TPMKeyFile(parsing: Self.pem(changed)).serialize() } catch { refused += 1 }
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: [
        "", "-----BEGIN TSS2 PRIVATE KEY-----", "-----END TSS2 PRIVATE KEY-----\n-----BEGIN TSS2 PRIVATE KEY-----",
    ])
    func `a text without a block is malformed`(text: String) {
        #expect(throws: CryptoError.tpm(.malformedKeyFile("no PEM block of this kind"))) {
            try TPMKeyFile(parsing: Array(text.utf8))
        }
    }

    @Test func `a text that is too long is not looked at`() {
        #expect(throws: CryptoError.limitExceeded("octets of a TPM key file", limit: TPMKeyFile.byteLimit)) {
            try TPMKeyFile(parsing: [UInt8](repeating: 0x2D, count: TPMKeyFile.byteLimit + 1))
        }
    }

    private static func der() throws -> [UInt8] {
        let lines = String(decoding: try sample(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }
        return Array(try #require(Data(base64Encoded: lines.joined())))
    }

    private static func pem(_ der: [UInt8]) -> [UInt8] {
        let body = Data(der).base64EncodedString()
        return Array("-----BEGIN TSS2 PRIVATE KEY-----\n\(body)\n-----END TSS2 PRIVATE KEY-----\n".utf8)
    }
}
