// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Testing

@Suite("Public keys as numbers")
struct PublicKeyTests {
    @Test func `leading zeros do not make another RSA key`() throws {
        let (_, key) = try TestKeys.rsa()
        let same = try RSAPublicKey(modulus: [0, 0] + key.modulus, exponent: [0] + key.exponent)
        #expect(same == key)
        #expect(same.hashValue == key.hashValue)
        #expect(same.bitCount == 2048)
        #expect(key.exponent == [1, 0, 1])
    }

    @Test(arguments: [
        ([UInt8](), [UInt8](arrayLiteral: 3)), ([0], [3]), ([UInt8](repeating: 0xFF, count: 63), [3]),
        ([UInt8](repeating: 0xFF, count: 2049), [3]), ([UInt8](repeating: 0xFF, count: 64), []),
        ([UInt8](repeating: 0xFF, count: 64), [0, 0]),
        ([UInt8](repeating: 0xFF, count: 64), [UInt8](repeating: 0xFF, count: 65)),
        ([UInt8](repeating: 0xFF, count: 64), [UInt8](repeating: 0xFF, count: 64)),
    ])
    func `numbers that can be no RSA key are refused`(modulus: [UInt8], exponent: [UInt8]) {
        #expect(throws: CryptoError.self) { try RSAPublicKey(modulus: modulus, exponent: exponent) }
    }

    @Test func `a huge or odd RSA key verifies nothing and harms nothing`() throws {
        for (bytes, exponent) in [(2048, [UInt8(1)]), (256, [2]), (256, [UInt8](repeating: 0xFE, count: 200))] {
            let modulus = [UInt8](repeating: 0xFE, count: bytes)
            let key = try RSAPublicKey(modulus: modulus, exponent: exponent)
            for signature in [modulus, [UInt8](repeating: 0, count: bytes), [UInt8](repeating: 1, count: bytes)] {
                #expect(
                    !PublicKey.rsa(key).isValidSignature(signature, of: [1], algorithm: .rsaPKCS1(.sha256)))
            }
        }
    }

    @Test(arguments: EllipticCurve.allCases)
    func `a point must be on its curve`(curve: EllipticCurve) throws {
        let types: [EllipticCurve: KeyType] = [.p256: .ecP256, .p384: .ecP384, .p521: .ecP521]
        let key = try TestKeys.key(try #require(types[curve]))
        guard case .ec(let good) = key.publicKey else { throw CryptoError.unsupported("not EC") }
        #expect(good.point.count == 2 * curve.byteCount + 1)
        #expect(try ECPublicKey(curve: curve, point: good.point) == good)

        var moved = good.point
        moved[moved.count - 1] ^= 1
        let coordinates = good.point.dropFirst()
        let wrong: [[UInt8]] = [
            [], [0], [4], moved, Array(coordinates), [5] + coordinates, good.point + [0],
            [4] + [UInt8](repeating: 0, count: 2 * curve.byteCount),
            [4] + [UInt8](repeating: 0xFF, count: 2 * curve.byteCount),
        ]
        for point in wrong {
            #expect(throws: CryptoError.self) { try ECPublicKey(curve: curve, point: point) }
        }
        for other in EllipticCurve.allCases where other != curve {
            #expect(throws: CryptoError.self) { try ECPublicKey(curve: other, point: good.point) }
        }
    }

    @Test(arguments: EllipticCurve.allCases)
    func `a compressed point is the same key`(curve: EllipticCurve) throws {
        let types: [EllipticCurve: KeyType] = [.p256: .ecP256, .p384: .ecP384, .p521: .ecP521]
        let key = try TestKeys.key(try #require(types[curve]))
        guard case .ec(let good) = key.publicKey, let last = good.point.last else {
            Issue.record("not an EC key")
            return
        }
        let compressed = [2 + (last & 1)] + good.point.dropFirst().prefix(curve.byteCount)
        #expect(try ECPublicKey(curve: curve, point: compressed) == good)
    }

    @Test(arguments: [0, 31, 33])
    func `an Ed25519 key of another length verifies nothing`(length: Int) {
        let key = PublicKey.ed25519([UInt8](repeating: 1, count: length))
        #expect(!key.isValidSignature([UInt8](repeating: 1, count: 64), of: [1], algorithm: .ed25519))
    }

    @Test(arguments: [
        (KeyType.rsa2048, "RSA 2048"), (.rsa3072, "RSA 3072"), (.rsa4096, "RSA 4096"), (.ecP256, "EC P-256"),
        (.ecP384, "EC P-384"), (.ecP521, "EC P-521"), (.ed25519, "Ed25519"),
    ])
    func `a key describes itself`(type: KeyType, description: String) throws {
        #expect(try TestKeys.key(type).publicKey.keyDescription == description)
    }
}
