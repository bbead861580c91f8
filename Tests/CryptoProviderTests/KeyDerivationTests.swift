// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Testing

@Suite("RFC 8018 section 5.2 and RFC 7914: keys from passwords")
struct KeyDerivationTests {
    /// RFC 6070, and RFC 7914, section 11.
    @Test(arguments: [
        (DigestAlgorithm.sha1, "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
        (.sha1, "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
        (
            .sha256, "passwd", "salt", 1,
            """
            55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc
            49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783
            """
        ),
    ])
    func `PBKDF2 gives the published keys`(
        digest: DigestAlgorithm, password: String, salt: String, iterations: Int, expected: String
    ) throws {
        let key = try KeyDerivation.pbkdf2(
            password: Array(password.utf8), salt: Array(salt.utf8), digest: digest, iterations: iterations,
            keyLength: hex(expected).count)
        #expect(key == hex(expected))
    }

    /// RFC 7914, section 12.
    @Test func `scrypt gives the published key`() throws {
        let key = try KeyDerivation.scrypt(
            password: Array("password".utf8), salt: Array("NaCl".utf8), n: 1024, r: 8, p: 16, keyLength: 64)
        #expect(
            key
                == hex(
                    """
                    fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162
                    2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                    """))
    }

    @Test func `an empty password and salt are possible`() throws {
        #expect(
            try KeyDerivation.pbkdf2(password: [], salt: [], digest: .sha256, iterations: 1, keyLength: 16).count == 16)
        #expect(try KeyDerivation.scrypt(password: [], salt: [], n: 16, r: 1, p: 1, keyLength: 16).count == 16)
    }

    @Test(arguments: [0, -1, Int.min, Int.max, KeyDerivation.maximumIterations + 1])
    func `PBKDF2 costs are bounded`(iterations: Int) {
        #expect(throws: CryptoError.self) {
            try KeyDerivation.pbkdf2(password: [1], salt: [1], digest: .sha1, iterations: iterations, keyLength: 16)
        }
    }

    @Test(arguments: [
        (0, 8, 1), (1, 8, 1), (3, 8, 1), (-16, 8, 1), (16, 0, 1), (16, 8, 0), (16, -1, 1), (1 << 20, 8, 1),
        (1 << 62, 8, 1), (2, Int.max, 1), (1 << 62, Int.max, Int.max), (16, 8, 17), (2, 262_144, 16),
    ])
    func `scrypt costs are bounded`(n: Int, r: Int, p: Int) {
        #expect(throws: CryptoError.self) {
            try KeyDerivation.scrypt(password: [1], salt: [1], n: n, r: r, p: p, keyLength: 16)
        }
    }

    @Test(arguments: [0, -1, Int.min, Int.max, KeyDerivation.maximumKeyByteCount + 1])
    func `the key length is bounded`(keyLength: Int) {
        #expect(throws: CryptoError.self) {
            try KeyDerivation.pbkdf2(password: [1], salt: [1], digest: .sha1, iterations: 1, keyLength: keyLength)
        }
        #expect(throws: CryptoError.self) {
            try KeyDerivation.scrypt(password: [1], salt: [1], n: 16, r: 1, p: 1, keyLength: keyLength)
        }
    }
}

@Suite("Random octets and comparison")
struct SecureRandomTests {
    @Test(arguments: [0, 1, 7, 8, 9, 16, 1000])
    func `as many octets come as were asked for`(count: Int) {
        #expect(SecureRandom.bytes(count).count == count)
    }

    @Test func `a negative count gives none`() {
        #expect(SecureRandom.bytes(-1).isEmpty)
        #expect(SecureRandom.bytes(Int.min).isEmpty)
    }

    @Test func `nothing comes twice`() {
        #expect(Set((0..<1000).map { _ in SecureRandom.bytes(16) }).count == 1000)
    }

    @Test func `comparison looks at every octet and the length`() {
        #expect(ConstantTime.equal([], []))
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3][...]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equal([1, 2, 3], [0, 2, 3]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
    }
}
