// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@testable import CryptoProvider

@Suite("RFC 2268 section 5 and RFC 7292 appendix B: legacy primitives of PKCS#12")
struct LegacyPrimitiveTests {
    @Test(arguments: [
        ("0000000000000000", 63, "0000000000000000", "ebb773f993278eff"),
        ("ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"),
        ("3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"),
        ("88", 64, "0000000000000000", "61a8a244adacccf0"),
        ("88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"),
        ("88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"),
        ("88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"),
        (
            "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129, "0000000000000000",
            "5b78d3a43dfff1f1"
        ),
    ])
    func `RC2 gives the RFC's plaintext`(key: String, bits: Int, plaintext: String, ciphertext: String) throws {
        let cipher = try LegacyRC2(key: #require(Hex.decode(key)), effectiveBits: bits)
        let zero = [UInt8](repeating: 0, count: 8)
        let plain = try cipher.decryptBlocks(#require(Hex.decode(ciphertext)), iv: zero)
        #expect(plain == Hex.decode(plaintext))
    }

    @Test func `RC2 refuses what it cannot take`() {
        #expect(throws: CryptoError.self) { try LegacyRC2(key: [], effectiveBits: 40) }
        #expect(throws: CryptoError.self) { try LegacyRC2(key: [UInt8](repeating: 1, count: 129), effectiveBits: 40) }
        #expect(throws: CryptoError.self) { try LegacyRC2(key: [1], effectiveBits: 0) }
        #expect(throws: CryptoError.self) { try LegacyRC2(key: [1], effectiveBits: 1025) }
        #expect(throws: CryptoError.decryptionFailed) {
            try LegacyRC2(key: [1], effectiveBits: 40).decrypt([1, 2, 3], iv: [UInt8](repeating: 0, count: 8))
        }
        #expect(throws: CryptoError.self) { try LegacyRC2(key: [1], effectiveBits: 40).decrypt([], iv: [1]) }
    }

    @Test func `derivations refuse zero and too many iterations`() {
        for count in [Int.min, -1, 0, KeyDerivation.maximumIterations + 1, Int.max] {
            #expect(throws: CryptoError.self) {
                try KeyDerivation.pkcs12(
                    password: [], salt: [], digest: .sha1, purpose: .macKey, iterations: count, keyLength: 20)
            }
            #expect(throws: CryptoError.self) {
                try KeyDerivation.pbkdf1(password: [], salt: [], digest: .sha1, iterations: count, keyLength: 16)
            }
        }
    }
}
