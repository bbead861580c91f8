// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5958: private keys in the clear")
struct PrivateKeyInfoTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    static let kinds: [[String]] = [
        ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1024"],
        ["-algorithm", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024"],
        ["-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ["-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
        ["-algorithm", "ed25519"],
    ]

    /// The names of a fresh PEM key and of its PKCS#8 DER.
    private func generate(_ options: [String]) throws -> (pem: String, der: String) {
        let (pem, der) = (bench.fresh(".pem"), bench.fresh(".der"))
        try bench.openssl(["genpkey"] + options + ["-out", pem])
        try bench.openssl(["pkcs8", "-topk8", "-nocrypt", "-in", pem, "-outform", "DER", "-out", der])
        return (pem, der)
    }

    @Test(arguments: kinds)
    func `PKCS 8 of openssl is read, and openssl reads the same key from ours`(options: [String]) throws {
        let (pem, der) = try generate(options)
        let info = try PrivateKeyInfo(parsing: bench.read(der))
        let ours = try bench.file(info.derBytes)
        let expected = try bench.opensslOutput(["pkey", "-in", pem, "-pubout", "-outform", "DER"])
        let found = try bench.opensslOutput(["pkey", "-inform", "DER", "-in", ours, "-pubout", "-outform", "DER"])
        // The PSS restriction of the key is not kept: the numbers are.
        #expect(options[1] == "rsa-pss" || expected == found)
        #expect(try PrivateKeyInfo(parsing: info.derBytes) == info)
    }

    @Test(arguments: kinds.filter { $0[1] != "rsa-pss" })
    func `our PKCS 8 is openssl's, octet for octet`(options: [String]) throws {
        let der = try bench.read(generate(options).der)
        #expect(try PrivateKeyInfo(parsing: der).derBytes == der)
    }

    @Test(arguments: kinds.filter { $0[1] == "rsa" || $0[1] == "ec" })
    func `PKCS 1 and SEC 1 give the same key`(options: [String]) throws {
        let (pem, der) = try generate(options)
        let traditional = try bench.opensslOutput(["pkey", "-in", pem, "-traditional", "-outform", "DER"])
        #expect(try PrivateKeyInfo(parsing: traditional) == PrivateKeyInfo(parsing: bench.read(der)))
    }

    @Test func `an EC key without its public point is read`() throws {
        let (pem, der) = try generate(Self.kinds[2])
        let short = try bench.opensslOutput(["ec", "-in", pem, "-no_public", "-outform", "DER"])
        guard case .ec(let curve, let scalar, let point) = try PrivateKeyInfo(parsing: short).material,
            case .ec(_, let expected, _) = try PrivateKeyInfo(parsing: bench.read(der)).material
        else {
            Issue.record("no EC key")
            return
        }
        #expect(curve == .p256 && scalar == expected && point.isEmpty)
        try bench.openssl([
            "pkey", "-inform", "DER", "-in", bench.file(PrivateKeyInfo(parsing: short).derBytes), "-noout",
        ])
    }

    @Test func `version 2 with attributes and public key is read`() throws {
        // RFC 8410, section 10.3.
        let hex =
            "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842a01f301d"
            + "060a2a864886f70d01090914310f0c0d437572646c6520436861697273812100"
            + "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
        let info = try PrivateKeyInfo(parsing: Self.octets(hex))
        guard case .ed25519(let seed) = info.material else {
            Issue.record("no Ed25519 key")
            return
        }
        #expect(seed.first == 0xD4 && seed.count == 32)
        let key = try SoftwareKey(info.material, id: KeyID(rawValue: "test"), pool: CryptoPool(threads: 1))
        let point = Self.octets("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")
        #expect(key.publicKey == .ed25519(point))
    }

    @Test func `a curve by its numbers and an unknown kind of key are refused`() throws {
        let (_, explicit) = try generate(Self.kinds[2] + ["-pkeyopt", "ec_param_enc:explicit"])
        #expect(throws: FormatError.self) { try PrivateKeyInfo(parsing: bench.read(explicit)) }
        let (_, unknown) = try generate(["-algorithm", "x25519"])
        #expect(throws: FormatError.unsupportedAlgorithm(.x25519)) { try PrivateKeyInfo(parsing: bench.read(unknown)) }
    }

    @Test func `every truncation is refused and no byte flip traps`() throws {
        for options in Self.kinds {
            let der = try bench.read(generate(options).der)
            for count in der.indices {
                #expect(throws: FormatError.self) { try PrivateKeyInfo(parsing: Array(der.prefix(count))) }
            }
            for index in der.indices {
                for mask in [UInt8(0x01), 0x80, 0xFF] {
                    var flipped = der
                    flipped[index] ^= mask
                    _ = try? PrivateKeyInfo(parsing: flipped)
                }
            }
        }
    }

    private static func octets(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
