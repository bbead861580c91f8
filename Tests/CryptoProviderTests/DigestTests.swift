// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Testing

@Suite("RFC 1321, FIPS 180-4 and RFC 2104: digests")
struct DigestTests {
    /// RFC 1321, appendix A.5; FIPS 180-4 examples of NIST (csrc.nist.gov) for "abc".
    @Test(arguments: [
        (DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"),
        (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512,
            """
            ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
            2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
            """
        ),
    ])
    func `the digest of abc is the standard's`(algorithm: DigestAlgorithm, expected: String) {
        let digest = algorithm.hash("abc".utf8)
        #expect(digest == hex(expected))
        #expect(digest.count == algorithm.byteCount)
    }

    /// RFC 2202 and RFC 4231, test case 2: key "Jefe".
    @Test(arguments: [
        (DigestAlgorithm.md5, "750c783e6ab0b503eaa86e310a5db738"),
        (.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (.sha224, "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"),
        (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            .sha384,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
        ),
        (
            .sha512,
            """
            164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554
            9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
            """
        ),
    ])
    func `the HMAC of a known text is the standard's`(algorithm: DigestAlgorithm, expected: String) {
        let code = algorithm.authenticationCode("what do ya want for nothing?".utf8, key: "Jefe".utf8)
        #expect(code == hex(expected))
    }

    /// RFC 4231, test case 6: a key longer than a block.
    @Test func `a long HMAC key is hashed first`() {
        let text = "Test Using Larger Than Block-Size Key - Hash Key First"
        let code = DigestAlgorithm.sha256.authenticationCode(text.utf8, key: [UInt8](repeating: 0xAA, count: 131))
        #expect(code == hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func `bytes in parts give the digest of the whole`(algorithm: DigestAlgorithm) {
        let bytes = SecureRandom.bytes(1000)
        var digest = IncrementalDigest(algorithm)
        digest.update(bytes.prefix(1))
        digest.update([])
        digest.update(bytes.dropFirst().prefix(700))
        digest.update(bytes.dropFirst(701).lazy.map { $0 })
        #expect(digest.finish() == algorithm.hash(bytes))
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func `a copy goes its own way`(algorithm: DigestAlgorithm) {
        var digest = IncrementalDigest(algorithm)
        digest.update("ab".utf8)
        var copy = digest
        copy.update("d".utf8)
        #expect(digest.finish() == algorithm.hash("ab".utf8))
        digest.update("c".utf8)
        #expect(digest.finish() == algorithm.hash("abc".utf8))
        #expect(copy.finish() == algorithm.hash("abd".utf8))
    }

    @Test func `only MD5 and SHA-1 are legacy`() {
        #expect(DigestAlgorithm.allCases.filter(\.isLegacy) == [.md5, .sha1])
    }
}
