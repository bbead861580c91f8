// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Testing

@Suite("Private keys as numbers")
struct PrivateKeyMaterialTests {
    private let id = KeyID(rawValue: "again")

    private func load(_ material: PrivateKeyMaterial) throws -> SoftwareKey {
        try SoftwareKey(material, id: id, pool: TestKeys.pool)
    }

    @Test(arguments: KeyType.allCases)
    func `a key leaves and comes back the same`(type: KeyType) throws {
        let key = try TestKeys.key(type)
        let again = try load(try key.material())
        #expect(again.publicKey == key.publicKey)
        #expect(again.keyID == id)
        #expect(try again.material() == key.material())
        let signature = try again.signSynchronously([1], algorithm: again.defaultSignatureAlgorithm)
        #expect(key.publicKey.isValidSignature(signature, of: [1], algorithm: key.defaultSignatureAlgorithm))
    }

    @Test(arguments: KeyType.allCases)
    func `openssl finds nothing wrong with a generated key`(type: KeyType) throws {
        let openssl = try OpenSSL()
        let path = try openssl.write(try TestKeys.key(type))
        try openssl.run("pkey", "-inform", "DER", "-in", path, "-noout", "-check", "-pubcheck")
    }

    @Test func `a key of 1024 bits is made by its own name only, and openssl finds nothing wrong with it`() throws {
        let key = try SoftwareKey.generateLegacyRSA1024(id: KeyID(rawValue: "short"), pool: CryptoPool(threads: 1))
        let openssl = try OpenSSL()
        try openssl.run(
            "pkey", "-inform", "DER", "-in", try openssl.write(key), "-noout", "-check", "-pubcheck")
        #expect(key.publicKey.keyDescription == "RSA 1024")
        for type in KeyType.allCases {
            if case .rsa(let other) = try TestKeys.key(type).publicKey { #expect(other.bitCount >= 2048) }
        }
        #expect(KeyType(rawValue: "rsa-1024") == nil)
    }

    @Test func `RSA numbers that do not belong together are refused`() throws {
        guard case .rsa(let good) = try TestKeys.key(.rsa2048).material(),
            case .rsa(let other) = try TestKeys.key(.rsa3072).material()
        else { throw CryptoError.unsupported("not RSA") }
        let spoilt: [(inout RSAPrivateNumbers) -> Void] = [
            { $0.n = other.n }, { $0.p = other.p }, { $0.q = [] }, { $0.n[100] ^= 1 }, { $0.e = [3] },
            { $0.d = [] }, { $0.dp = [] }, { $0.dp[5] ^= 1 }, { $0.dq[5] ^= 1 }, { $0.qInv[5] ^= 1 }, { $0.d[5] ^= 1 },
            {
                $0.p = [1]; $0.q = $0.n
            }, { $0.d = other.d + other.d },
        ]
        for spoil in spoilt {
            var numbers = good
            spoil(&numbers)
            #expect(throws: CryptoError.self) { try load(.rsa(numbers)) }
        }
    }

    @Test func `a scalar must be in range and fit its point`() throws {
        guard case .ec(_, let scalar, let point) = try TestKeys.key(.ecP256).material(),
            case .ec(_, _, let otherPoint) = try TestKeys.key(.ecP384).material()
        else { throw CryptoError.unsupported("not EC") }
        let zero = [UInt8](repeating: 0, count: 32)
        let tooLarge = [UInt8](repeating: 0xFF, count: 32)
        for (scalar, point) in [
            ([], point), (zero, []), (tooLarge, []), (scalar + [1], []), (scalar, otherPoint), ([1], point),
        ] {
            #expect(throws: CryptoError.self) { try load(.ec(curve: .p256, scalar: scalar, point: point)) }
        }
        #expect(
            try load(.ec(curve: .p256, scalar: [0] + scalar, point: point)).publicKey
                == load(
                    .ec(curve: .p256, scalar: scalar, point: [])
                ).publicKey)
        _ = try load(.ec(curve: .p256, scalar: [1], point: []))
    }

    @Test(arguments: [0, 31, 33, 64])
    func `an Ed25519 seed has 32 octets`(length: Int) {
        #expect(throws: CryptoError.self) { try load(.ed25519(seed: [UInt8](repeating: 1, count: length))) }
    }
}
