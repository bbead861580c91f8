// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightTesting
import Testing

@Suite("SP 800-38A, SP 800-38D and RFC 5652 section 6.3: content encryption")
struct ContentCipherTests {
    private static func parameters(_ cipher: ContentCipher) -> (key: [UInt8], iv: [UInt8]) {
        (SecureRandom.bytes(cipher.keyByteCount), SecureRandom.bytes(cipher.ivByteCount))
    }

    /// SP 800-38A, sections F.2.1, F.2.3 and F.2.5, first block.
    @Test(arguments: [
        (ContentCipher.aes128CBC, "2b7e151628aed2a6abf7158809cf4f3c", "7649abac8119b246cee98e9b12e9197d"),
        (.aes192CBC, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "4f021db243bc633d7178183a9fa071e8"),
        (
            .aes256CBC, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "f58c4c04d6e5f1ba779eabfb5f7bfbd6"
        ),
    ])
    func `CBC gives the standard's first block`(cipher: ContentCipher, key: String, block: String) throws {
        let plaintext = hex("6bc1bee22e409f96e93d7e117393172a")
        let (ciphertext, tag) = try cipher.encrypt(plaintext, key: hex(key), iv: (0..<16).map { UInt8($0) })
        #expect(ciphertext.prefix(16) == hex(block)[...])
        #expect(ciphertext.count == 32 && tag.isEmpty)
    }

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 4.
    @Test func `GCM gives the published ciphertext and tag`() throws {
        let plaintext = hex(
            """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
            """)
        let (ciphertext, tag) = try ContentCipher.aes128GCM.encrypt(
            plaintext, key: hex("feffe9928665731c6d6a8f9467308308"), iv: hex("cafebabefacedbaddecaf888"),
            authenticating: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        #expect(
            ciphertext
                == hex(
                    """
                    42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
                    21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091
                    """))
        #expect(tag == hex("5bc94fbc3221a5db94fae95ae7121a47"))
    }

    @Test(arguments: ContentCipher.allCases, [0, 1, 7, 8, 15, 16, 17, 1000])
    func `content survives the way there and back`(cipher: ContentCipher, length: Int) throws {
        let (key, iv) = Self.parameters(cipher)
        let content = SecureRandom.bytes(length)
        let (ciphertext, tag) = try cipher.encrypt(content, key: key, iv: iv)
        #expect(tag.count == (cipher.isAuthenticated ? 16 : 0))
        #expect(try cipher.decrypt(ciphertext, key: key, iv: iv, tag: tag) == content)
    }

    @Test(arguments: ContentCipher.allCases)
    func `a key or IV of another length is refused`(cipher: ContentCipher) throws {
        let (key, iv) = Self.parameters(cipher)
        for (key, iv) in [([], iv), (key + [0], iv), (Array(key.dropLast()), iv), (key, []), (key, iv + [0])] {
            #expect(throws: CryptoError.self) { try cipher.encrypt([1], key: key, iv: iv) }
            #expect(throws: CryptoError.self) { try cipher.decrypt(iv, key: key, iv: iv) }
        }
    }

    @Test(arguments: ContentCipher.allCases.filter { !$0.isAuthenticated })
    func `every wrong padding is the same error`(cipher: ContentCipher) throws {
        let (key, iv) = Self.parameters(cipher)
        let block = cipher.ivByteCount
        // Whole blocks encrypted with full padding; dropping the last block leaves chosen padding at the end.
        func decrypt(padding: [UInt8]) throws -> [UInt8] {
            let plaintext = [UInt8](repeating: 0xAB, count: 2 * block - padding.count) + padding
            let (ciphertext, _) = try cipher.encrypt(plaintext, key: key, iv: iv)
            return try cipher.decrypt(ciphertext.dropLast(block), key: key, iv: iv)
        }
        let size = UInt8(block)
        for padding in [[0], [1, 2], [size + 1], [255], [2, 3, 3], [UInt8](repeating: size, count: block - 1)] {
            #expect(throws: CryptoError.decryptionFailed) { try decrypt(padding: padding) }
        }
        for length in 1...size {
            let padding = [UInt8](repeating: length, count: Int(length))
            #expect(try decrypt(padding: padding).count == 2 * block - Int(length))
        }
    }

    @Test(arguments: ContentCipher.allCases.filter { !$0.isAuthenticated })
    func `ciphertext that is no whole number of blocks fails`(cipher: ContentCipher) {
        let (key, iv) = Self.parameters(cipher)
        for length in [0, 1, cipher.ivByteCount - 1, cipher.ivByteCount + 1] {
            #expect(throws: CryptoError.decryptionFailed) {
                try cipher.decrypt([UInt8](repeating: 0, count: length), key: key, iv: iv)
            }
        }
    }

    @Test(arguments: [ContentCipher.aes128GCM, .aes192GCM, .aes256GCM])
    func `GCM notices every change`(cipher: ContentCipher) throws {
        let (key, iv) = Self.parameters(cipher)
        let (ciphertext, tag) = try cipher.encrypt([1, 2, 3], key: key, iv: iv, authenticating: [9])
        #expect(try cipher.decrypt(ciphertext, key: key, iv: iv, tag: tag, authenticating: [9]) == [1, 2, 3])
        for (ciphertext, tag, authenticated) in [
            ([UInt8](repeating: 0, count: 3), tag, [UInt8(9)]), (ciphertext, tag, []),
            (ciphertext, Array(tag.dropLast()) + [tag[15] ^ 1], [9]), ([], tag, [9]),
        ] {
            #expect(throws: CryptoError.decryptionFailed) {
                try cipher.decrypt(ciphertext, key: key, iv: iv, tag: tag, authenticating: authenticated)
            }
        }
    }

    @Test func `GCM takes a tag cut to 12 octets, as RFC 5084 has by default, and no shorter one`() throws {
        let (key, iv) = Self.parameters(.aes256GCM)
        let (ciphertext, tag) = try ContentCipher.aes256GCM.encrypt([1, 2, 3], key: key, iv: iv)
        let short = Array(tag.prefix(12))
        #expect(try ContentCipher.aes256GCM.decrypt(ciphertext, key: key, iv: iv, tag: short) == [1, 2, 3])
        for tag in [[], Array(tag.prefix(11)), tag + [0]] {
            #expect(throws: CryptoError.invalidParameter("a tag of \(tag.count) octets is not accepted")) {
                try ContentCipher.aes256GCM.decrypt(ciphertext, key: key, iv: iv, tag: tag)
            }
        }
    }

    @Test(arguments: [
        (ContentCipher.aes128CBC, "-aes-128-cbc"), (.aes192CBC, "-aes-192-cbc"), (.aes256CBC, "-aes-256-cbc"),
        (.tripleDESCBC, "-des-ede3-cbc"), (.desCBC, "-des-cbc"),
    ])
    func `openssl reads what we encrypt and we read what it encrypts`(cipher: ContentCipher, name: String) throws {
        let openssl = try OpenSSL()
        let (key, iv) = Self.parameters(cipher)
        let content = SecureRandom.bytes(100)
        let (keyText, ivText) = (text(key), text(iv))
        let plain = try openssl.folder.write(content, "plain")

        let theirs = try openssl.run(
            "enc", name, "-K", keyText, "-iv", ivText, "-in", plain, "-provider", "default", "-provider", "legacy")
        #expect(try cipher.decrypt(theirs, key: key, iv: iv) == content)

        let ours = try openssl.folder.write(try cipher.encrypt(content, key: key, iv: iv).ciphertext, "ours")
        let back = try openssl.run(
            "enc", "-d", name, "-K", keyText, "-iv", ivText, "-in", ours, "-provider", "default", "-provider", "legacy")
        #expect(back == content)
    }

    private func text(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
