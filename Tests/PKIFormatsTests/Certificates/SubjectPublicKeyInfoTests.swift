// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5280 section 4.1.2.7: public keys")
struct SubjectPublicKeyInfoTests {
    private let folder: ToolFolder

    init() throws { folder = try ToolFolder() }

    @Test(arguments: [
        ("RSA -pkeyopt rsa_keygen_bits:2048", "RSA 2048"), ("RSA -pkeyopt rsa_keygen_bits:1024", "RSA 1024"),
        ("RSA-PSS -pkeyopt rsa_keygen_bits:2048", "RSA 2048"), ("EC -pkeyopt ec_paramgen_curve:P-256", "EC P-256"),
        ("EC -pkeyopt ec_paramgen_curve:P-384", "EC P-384"), ("EC -pkeyopt ec_paramgen_curve:P-521", "EC P-521"),
        ("ED25519", "Ed25519"),
    ])
    func `OpenSSL's keys are read as numbers`(algorithm: String, description: String) throws {
        try folder.run("openssl genpkey -algorithm \(algorithm) -out k.pem")
        try folder.run("openssl pkey -in k.pem -pubout -outform DER -out p.der")
        let bytes = try folder.read("p.der")
        let info = try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: bytes))
        let key = try #require(info.publicKey)
        #expect(key.keyDescription == description)
        #expect(info.encoded == bytes)
        if info.algorithm.oid != .rsassaPSS { #expect(SubjectPublicKeyInfo(key) == info) }
    }

    @Test(arguments: ["ED448", "X25519", "EC -pkeyopt ec_paramgen_curve:secp256k1", "DSA"])
    func `keys of other types are kept without numbers`(algorithm: String) throws {
        if algorithm == "DSA" {
            try folder.run("openssl dsaparam -genkey -noout -out k.pem 1024")
        } else {
            try folder.run("openssl genpkey -algorithm \(algorithm) -out k.pem")
        }
        try folder.run("openssl pkey -in k.pem -pubout -outform DER -out p.der")
        let bytes = try folder.read("p.der")
        let info = try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: bytes))
        #expect(info.publicKey == nil)
        #expect(info.derBytes == bytes)
    }

    @Test func `an Ed25519 key has no parameters, not even NULL`() throws {
        let identifier: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
        for parameters in [[], [0x05, 0x00]] as [[UInt8]] {
            var writer = DERWriter()
            writer.sequence { writer in
                writer.sequence { $0.append(identifier + parameters) }
                writer.bitString([UInt8](repeating: 7, count: 32))
            }
            let info = try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: writer.bytes))
            #expect((info.publicKey == nil) == !parameters.isEmpty)
        }
    }

    @Test func `the key identifier is SHA-1 of the bits`() throws {
        let key = try TestKey()
        #expect(key.info.keyIdentifier == DigestAlgorithm.sha1.hash(key.info.keyBits))
        #expect(key.info.digest == DigestAlgorithm.sha256.hash(key.info.encoded))
    }

    /// RSA keys of odd numbers, written with absent and with foreign parameters.
    @Test(
        arguments: [
            ([0x01], [0x03], false), ([0x00], [0x03], false), ([UInt8](repeating: 0xFF, count: 256), [0x00], false),
            ([UInt8](repeating: 0xFF, count: 256), [0x01, 0x00, 0x01], true),
            ([UInt8](repeating: 0xFF, count: 256), [UInt8](repeating: 0xFF, count: 9), false),
            ([UInt8](repeating: 0xFF, count: 2049), [0x03], false),
            ([UInt8](repeating: 0xFF, count: 2048), [0x03], true),
            ([UInt8](repeating: 0, count: 300) + [0xFF], [0x03], false),
        ] as [([UInt8], [UInt8], Bool)])
    func `numbers that cannot be an RSA key give no key and no trap`(
        modulus: [UInt8], exponent: [UInt8], isKey: Bool
    ) throws {
        for parameters in [nil, AlgorithmIdentifier.null, [0x0C, 0x01, 0x41]] as [[UInt8]?] {
            var bits = DERWriter()
            bits.sequence { writer in
                writer.unsignedInteger(modulus)
                writer.unsignedInteger(exponent)
            }
            let info = try Self.info(AlgorithmIdentifier(oid: .rsaEncryption, parameters: parameters), bits.bytes)
            #expect((info.publicKey != nil) == isKey)
        }
    }

    @Test(arguments: [.rsaEncryption, .ecPublicKey, .ed25519] as [OID])
    func `random bits are no key and no trap`(type: OID) throws {
        for count in [0, 1, 31, 32, 33, 65, 97, 300] {
            for parameters in [nil, AlgorithmIdentifier.null, OID.p256.derBytes, [0x06, 0x00]] as [[UInt8]?] {
                var bits = (0..<count).map { _ in UInt8.random(in: 0...255) }
                // Of 33 octets that begin with 2 or 3 every other one is a point.
                if count == 33 { bits[0] = 4 }
                let info = try Self.info(AlgorithmIdentifier(oid: type, parameters: parameters), bits)
                if type != .ed25519 { #expect(info.publicKey == nil) }
            }
        }
    }

    @Test func `a key named for RSA-PSS makes no other signatures, and keeps to its parameters`() throws {
        let pss = SignatureAlgorithm.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32)
        let open = try Self.info(AlgorithmIdentifier(oid: .rsassaPSS), [])
        #expect(open.allows(pss) && !open.allows(.rsaPKCS1(.sha256)))
        let bound = try Self.info(AlgorithmIdentifier(pss), [])
        #expect(bound.allows(pss))
        #expect(bound.allows(.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 48)), "a longer salt is no harm")
        #expect(!bound.allows(.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 20)))
        #expect(!bound.allows(.rsaPSS(digest: .sha512, mgfDigest: .sha256, saltLength: 32)))
        #expect(!bound.allows(.rsaPSS(digest: .sha256, mgfDigest: .sha1, saltLength: 32)))
        let plain = try Self.info(AlgorithmIdentifier(oid: .rsaEncryption, parameters: AlgorithmIdentifier.null), [])
        #expect(plain.allows(pss) && plain.allows(.rsaPKCS1(.sha256)))
        let unreadable = try Self.info(AlgorithmIdentifier(oid: .rsassaPSS, parameters: [0x04, 0x00]), [])
        #expect(!unreadable.allows(pss))
        #expect(try !Self.info(AlgorithmIdentifier(oid: .rsaesOAEP), []).allows(.rsaPKCS1(.sha256)))
    }

    private static func info(_ algorithm: AlgorithmIdentifier, _ bits: [UInt8]) throws -> SubjectPublicKeyInfo {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.append(algorithm)
            writer.bitString(bits)
        }
        return try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: writer.bytes))
    }
}
