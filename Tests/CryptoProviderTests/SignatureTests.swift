// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightTesting
import Testing

@Suite("RFC 8017 section 8, FIPS 186-4 section 6 and RFC 8032: signatures")
struct SignatureTests {
    static let cases = KeyType.allCases.filter { $0 != .rsa3072 && $0 != .rsa4096 }.flatMap { type in
        TestKeys.algorithms(type).map { (type, $0) }
    }

    private let message = Array("the message".utf8)

    @Test(arguments: cases)
    func `our signature verifies here and by openssl`(type: KeyType, algorithm: SignatureAlgorithm) async throws {
        let key = try TestKeys.key(type)
        let signature = try await key.sign(message, algorithm: algorithm)
        #expect(key.publicKey.isValidSignature(signature, of: message, algorithm: algorithm))

        let openssl = try OpenSSL()
        let (keyPath, messagePath) = (try openssl.write(key), try openssl.folder.write(message, "message"))
        let signaturePath = try openssl.folder.write(signature, "signature")
        switch algorithm {
        case .ed25519:
            try openssl.run(
                "pkeyutl", "-verify", "-rawin", "-in", messagePath, "-sigfile", signaturePath, "-inkey", keyPath,
                "-keyform", "DER")
        case .rsaPSS(let digest, let mgfDigest, let saltLength):
            try openssl.run(
                "dgst", "-\(digest.rawValue)", "-prverify", keyPath, "-keyform", "DER", "-signature", signaturePath,
                "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:\(saltLength)",
                "-sigopt", "rsa_mgf1_md:\(mgfDigest.rawValue)", messagePath)
        case .rsaPKCS1(let digest), .ecdsa(let digest):
            try openssl.run(
                "dgst", "-\(digest.rawValue)", "-prverify", keyPath, "-keyform", "DER", "-signature", signaturePath,
                messagePath)
        }
    }

    @Test(arguments: cases)
    func `a signature by openssl verifies here`(type: KeyType, algorithm: SignatureAlgorithm) throws {
        let key = try TestKeys.key(type)
        let openssl = try OpenSSL()
        let (keyPath, messagePath) = (try openssl.write(key), try openssl.folder.write(message, "message"))
        let signature: [UInt8]
        switch algorithm {
        case .ed25519:
            signature = try openssl.run(
                "pkeyutl", "-sign", "-rawin", "-in", messagePath, "-inkey", keyPath, "-keyform", "DER")
        case .rsaPSS(let digest, let mgfDigest, let saltLength):
            signature = try openssl.run(
                "dgst", "-\(digest.rawValue)", "-sign", keyPath, "-keyform", "DER",
                "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:\(saltLength)",
                "-sigopt", "rsa_mgf1_md:\(mgfDigest.rawValue)", messagePath)
        case .rsaPKCS1(let digest), .ecdsa(let digest):
            signature = try openssl.run("dgst", "-\(digest.rawValue)", "-sign", keyPath, "-keyform", "DER", messagePath)
        }
        #expect(key.publicKey.isValidSignature(signature, of: message, algorithm: algorithm))
        guard let digest = algorithm.digest else { return }
        let digestOctets = digest.hash(message)
        #expect(key.publicKey.isValidSignature(signature, ofDigest: digestOctets, algorithm: algorithm))
        #expect(!key.publicKey.isValidSignature(signature, ofDigest: digestOctets.dropLast(), algorithm: algorithm))
    }

    @Test(arguments: cases)
    func `nothing else verifies`(type: KeyType, algorithm: SignatureAlgorithm) throws {
        let key = try TestKeys.key(type)
        let signature = try key.signSynchronously(message, algorithm: algorithm)
        let isValid = { (signature: [UInt8], message: [UInt8]) in
            key.publicKey.isValidSignature(signature, of: message, algorithm: algorithm)
        }
        #expect(!isValid(signature, message + [0]))
        #expect(!isValid([], message))
        #expect(!isValid(signature + [0], message))
        #expect(!isValid(Array(signature.dropLast()), message))
        #expect(!isValid([UInt8](repeating: 0xFF, count: signature.count), message))
        #expect(!isValid([UInt8](repeating: 0, count: signature.count), message))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 0x01
            #expect(!isValid(changed, message), "octet \(index)")
        }
    }

    @Test(arguments: KeyType.allCases)
    func `a key signs and verifies with its own algorithms only`(type: KeyType) throws {
        let key = try TestKeys.key(type)
        for other in KeyType.allCases {
            for algorithm in TestKeys.algorithms(other) where !TestKeys.algorithms(type).contains(algorithm) {
                #expect(throws: CryptoError.self) { try key.signSynchronously(message, algorithm: algorithm) }
                #expect(!key.publicKey.isValidSignature([1, 2, 3], of: message, algorithm: algorithm))
            }
        }
    }

    @Test(arguments: KeyType.allCases)
    func `the default algorithm works`(type: KeyType) async throws {
        let key = try TestKeys.key(type)
        let signature = try await key.sign(message, algorithm: key.defaultSignatureAlgorithm)
        #expect(key.publicKey.isValidSignature(signature, of: message, algorithm: key.defaultSignatureAlgorithm))
    }

    /// Sizes and exponents on both sides of what swift-crypto takes, so that both libraries verify.
    @Test(arguments: [(1024, 65537), (2048, 3), (2048, 17_179_869_185), (2056, 65537)])
    func `a PKCS#1 signature of any RSA key verifies, whichever library calculates`(bits: Int, exponent: Int) throws {
        let openssl = try OpenSSL()
        let (keyPath, messagePath) = (openssl.folder.path("key.pem"), try openssl.folder.write(message, "message"))
        try openssl.run(
            "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:\(bits)", "-pkeyopt",
            "rsa_keygen_pubexp:\(exponent)", "-out", keyPath)
        let printed = String(decoding: try openssl.run("rsa", "-in", keyPath, "-modulus", "-noout"), as: UTF8.self)
        let modulus = hex(String(printed.drop { $0 != "=" }.dropFirst()))
        let magnitude = (0..<8).reversed().map { UInt8(truncatingIfNeeded: exponent >> ($0 * 8)) }
        let key = PublicKey.rsa(try RSAPublicKey(modulus: modulus, exponent: magnitude))
        for digest in [DigestAlgorithm.sha1, .sha256, .sha384, .sha512] {
            let algorithm = SignatureAlgorithm.rsaPKCS1(digest)
            var signature = try openssl.run("dgst", "-\(digest.rawValue)", "-sign", keyPath, messagePath)
            #expect(key.isValidSignature(signature, of: message, algorithm: algorithm))
            #expect(key.isValidSignature(signature, ofDigest: digest.hash(message), algorithm: algorithm))
            #expect(!key.isValidSignature(signature, of: message + [0], algorithm: algorithm))
            signature[signature.count - 1] ^= 1
            #expect(!key.isValidSignature(signature, of: message, algorithm: algorithm))
        }
    }

    @Test(arguments: [-1, -2, -3, 1000, Int.max, Int.min])
    func `a salt length that cannot be is refused`(saltLength: Int) throws {
        let (key, _) = try TestKeys.rsa()
        let algorithm = SignatureAlgorithm.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: saltLength)
        #expect(throws: CryptoError.self) { try key.signSynchronously(message, algorithm: algorithm) }
        let signature = try key.signSynchronously(message, algorithm: .rsaPKCS1(.sha256))
        #expect(!key.publicKey.isValidSignature(signature, of: message, algorithm: algorithm))
    }

    @Test func `one key may be used by many tasks at once`() async throws {
        let key = try TestKeys.key(.rsa2048)
        let message = message
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                let algorithm: SignatureAlgorithm =
                    index.isMultiple(of: 2)
                    ? .rsaPKCS1(.sha256) : .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32)
                group.addTask {
                    let signature = try await key.sign(message, algorithm: algorithm)
                    return key.publicKey.isValidSignature(signature, of: message, algorithm: algorithm)
                }
            }
            for try await isValid in group { #expect(isValid) }
        }
    }
}

@Suite("RFC 6979 appendix A.2.5 and RFC 8032 section 7.1: published signatures")
struct PublishedSignatureTests {
    private let point = hex(
        """
        04 60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6
        7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299
        """)

    @Test(arguments: [
        (
            DigestAlgorithm.sha1, "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32",
            "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb"
        ),
        (
            .sha256, "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
            "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
        ),
    ])
    func `the P-256 signatures of RFC 6979 verify`(digest: DigestAlgorithm, r: String, s: String) throws {
        let key = PublicKey.ec(try ECPublicKey(curve: .p256, point: point))
        let signature = TestDER.element(0x30, TestDER.integer(hex(r)) + TestDER.integer(hex(s)))
        #expect(key.isValidSignature(signature, of: "sample".utf8, algorithm: .ecdsa(digest)))
        #expect(!key.isValidSignature(signature, of: "Sample".utf8, algorithm: .ecdsa(digest)))
    }

    @Test func `the point of RFC 6979 belongs to its scalar`() throws {
        let scalar = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
        let key = try SoftwareKey(
            .ec(curve: .p256, scalar: scalar, point: []), id: KeyID(rawValue: "rfc"), pool: TestKeys.pool)
        #expect(key.publicKey == .ec(try ECPublicKey(curve: .p256, point: point)))
    }

    @Test func `test 3 of RFC 8032 is signed as published`() throws {
        let key = try SoftwareKey(
            .ed25519(seed: hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")),
            id: KeyID(rawValue: "rfc"), pool: TestKeys.pool)
        let signature = hex(
            """
            6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
            18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
            """)
        #expect(key.publicKey == .ed25519(hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")))
        #expect(try key.signSynchronously([0xAF, 0x82], algorithm: .ed25519) == signature)
    }

    @Test func `a P-256 signature in anything but its one DER form is refused`() throws {
        let key = try TestKeys.key(.ecP256)
        let algorithm = SignatureAlgorithm.ecdsa(.sha256)
        // Both numbers with the top bit set, so that each has its sign octet.
        var signature: [UInt8] = []
        repeat { signature = try key.signSynchronously([1], algorithm: algorithm) } while signature.count != 72
        let (r, s) = (Array(signature[5..<37]), Array(signature[39..<71]) + [signature[71]])
        let isValid = { (bytes: [UInt8]) in key.publicKey.isValidSignature(bytes, of: [1], algorithm: algorithm) }
        #expect(isValid(signature))
        let body = Array(signature.dropFirst(2))
        #expect(!isValid(TestDER.element(0x31, body)))
        #expect(!isValid([0x30, 0x81, 70] + body))
        #expect(!isValid([0x30, 0x80] + body + [0, 0]))
        #expect(!isValid(TestDER.element(0x30, body + [0x05, 0x00])))
        #expect(!isValid(TestDER.element(0x30, TestDER.element(0x02, r) + TestDER.integer(s))))
        #expect(!isValid(TestDER.element(0x30, TestDER.element(0x02, [0, 0] + r) + TestDER.integer(s))))
        #expect(!isValid(TestDER.element(0x30, TestDER.element(0x02, []) + TestDER.integer(s))))
        for length in 0..<signature.count { #expect(!isValid(Array(signature.prefix(length)))) }
    }
}
