// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightTesting
import Testing

@Suite("RFC 8017 section 7: key transport")
struct KeyTransportTests {
    static let transports: [KeyTransport] = [
        .pkcs1v15, .oaep(digest: .sha1, mgfDigest: .sha1), .oaep(digest: .sha256, mgfDigest: .sha256),
        .oaep(digest: .sha256, mgfDigest: .sha1), .oaep(digest: .sha512, mgfDigest: .sha512),
    ]

    @Test(arguments: transports, [8, 16, 24, 32])
    func `a content key arrives`(transport: KeyTransport, length: Int) async throws {
        let (key, publicKey) = try TestKeys.rsa()
        let contentKey = SecureRandom.bytes(length)
        let wrapped = try publicKey.encrypt(contentKey, transport: transport)
        #expect(wrapped.count == 256)
        #expect(try await key.unwrap(wrapped, transport: transport, keyLength: length) == contentKey)
    }

    @Test(arguments: transports)
    func `openssl opens what we wrap and we open what it wraps`(transport: KeyTransport) throws {
        let (key, publicKey) = try TestKeys.rsa()
        let openssl = try OpenSSL()
        let contentKey = SecureRandom.bytes(32)
        let keyPath = try openssl.write(key)
        let contentPath = try openssl.folder.write(contentKey, "content")
        let wrappedPath = try openssl.folder.write(
            try publicKey.encrypt(contentKey, transport: transport), "wrapped")
        let theirs: [UInt8]
        switch transport {
        case .pkcs1v15:
            let opened = try openssl.run(
                "pkeyutl", "-decrypt", "-in", wrappedPath, "-inkey", keyPath, "-keyform", "DER")
            #expect(opened == contentKey)
            theirs = try openssl.run("pkeyutl", "-encrypt", "-in", contentPath, "-inkey", keyPath, "-keyform", "DER")
        case .oaep(let digest, let mgfDigest):
            let (mode, digest, mask) = (
                "rsa_padding_mode:oaep", "rsa_oaep_md:\(digest.rawValue)", "rsa_mgf1_md:\(mgfDigest.rawValue)"
            )
            let opened = try openssl.run(
                "pkeyutl", "-decrypt", "-in", wrappedPath, "-inkey", keyPath, "-keyform", "DER",
                "-pkeyopt", mode, "-pkeyopt", digest, "-pkeyopt", mask)
            #expect(opened == contentKey)
            theirs = try openssl.run(
                "pkeyutl", "-encrypt", "-in", contentPath, "-inkey", keyPath, "-keyform", "DER",
                "-pkeyopt", mode, "-pkeyopt", digest, "-pkeyopt", mask)
        }
        #expect(try key.unwrapSynchronously(theirs, transport: transport, keyLength: 32) == contentKey)
    }

    @Test(arguments: transports)
    func `a message too long for the modulus is refused`(transport: KeyTransport) throws {
        let (key, publicKey) = try TestKeys.rsa()
        let tooLong = [UInt8](repeating: 1, count: 246)
        #expect(throws: CryptoError.self) { try publicKey.encrypt(tooLong, transport: transport) }
        for length in [246, 0, -1, Int.max] {
            #expect(throws: CryptoError.self) {
                try key.unwrapSynchronously([1], transport: transport, keyLength: length)
            }
        }
    }

    @Test(arguments: [KeyType.ecP256, .ed25519])
    func `only RSA keys unwrap`(type: KeyType) async throws {
        let key = try TestKeys.key(type)
        await #expect(throws: CryptoError.unsupported("key transport with a key that is not RSA")) {
            try await key.unwrap([1], transport: .pkcs1v15, keyLength: 16)
        }
    }
}

@Suite("RFC 8017 section 7.2.2: a wrong ciphertext is never told")
struct ImplicitRejectionTests {
    private static let length = 16
    private static let contentKey = [UInt8](repeating: 0x77, count: length)
    private static let filler = [UInt8](repeating: 0xA5, count: 256 - length - 3)

    /// The ways an encoded message can be wrong; only `good` holds the content key.
    static let encodedMessages: [(name: String, message: [UInt8])] = [
        ("good", [0, 2] + filler + [0] + contentKey),
        ("first octet", [1, 2] + filler + [0] + contentKey),
        ("block type", [0, 1] + filler + [0] + contentKey),
        ("zero at once", [0, 2, 0] + filler.dropFirst() + [0] + contentKey),
        ("zero in the padding", [0, 2] + filler.dropLast() + [0, 0] + contentKey),
        ("no separator", [0, 2] + filler + [0xA5] + contentKey),
        ("shorter key", [0, 2] + filler + [0xA5, 0] + contentKey.dropFirst()),
        ("longer key", [0, 2] + filler.dropLast() + [0, 0x77] + contentKey),
        ("nothing but zeros", [UInt8](repeating: 0, count: 256)),
    ]

    /// The plain public-key operation, by openssl.
    private func encryptRaw(_ message: [UInt8], _ key: SoftwareKey) throws -> [UInt8] {
        let openssl = try OpenSSL()
        let path = try openssl.folder.write(message, "message")
        return try openssl.run(
            "pkeyutl", "-encrypt", "-in", path, "-inkey", try openssl.write(key), "-keyform", "DER",
            "-pkeyopt", "rsa_padding_mode:none")
    }

    @Test(arguments: encodedMessages.indices)
    func `padding that is wrong yields a key that is wrong`(index: Int) throws {
        let (name, message) = Self.encodedMessages[index]
        let (key, _) = try TestKeys.rsa()
        let ciphertext = try encryptRaw(message, key)
        let result = try key.unwrapSynchronously(ciphertext, transport: .pkcs1v15, keyLength: Self.length)
        #expect(result.count == Self.length)
        #expect((result == Self.contentKey) == (name == "good"), "\(name)")
        guard name != "good" else { return }

        // The same again, on this key and on the same key loaded anew.
        let again = try SoftwareKey(try key.material(), id: key.keyID, pool: TestKeys.pool)
        for key in [key, again] {
            #expect(
                try key.unwrapSynchronously(ciphertext, transport: .pkcs1v15, keyLength: Self.length) == result)
        }
        // Another private key answers otherwise.
        let other = try TestKeys.key(.rsa3072)
        let theirs = try other.unwrapSynchronously(ciphertext, transport: .pkcs1v15, keyLength: Self.length)
        #expect(theirs.count == Self.length && theirs != result)
    }

    static let misfits: [[UInt8]] = [
        [], [0], [UInt8](repeating: 1, count: 255), [UInt8](repeating: 1, count: 257),
        [UInt8](repeating: 0xFF, count: 256), [UInt8](repeating: 1, count: 100_000),
    ]

    @Test(arguments: KeyTransportTests.transports)
    func `octets that can be no ciphertext yield a key too`(transport: KeyTransport) throws {
        let (key, publicKey) = try TestKeys.rsa()
        var seen: Set<[UInt8]> = []
        for ciphertext in Self.misfits + [publicKey.modulus] {
            let result = try key.unwrapSynchronously(ciphertext, transport: transport, keyLength: Self.length)
            #expect(result.count == Self.length)
            #expect(
                try key.unwrapSynchronously(ciphertext, transport: transport, keyLength: Self.length) == result)
            seen.insert(result)
        }
        #expect(seen.count == Self.misfits.count + 1)
    }

    @Test(arguments: KeyTransportTests.transports)
    func `a changed ciphertext or another length yields another key`(transport: KeyTransport) throws {
        let (key, publicKey) = try TestKeys.rsa()
        let ciphertext = try publicKey.encrypt(Self.contentKey, transport: transport)
        for index in [0, 100, 255] {
            var changed = ciphertext
            changed[index] ^= 1
            let result = try key.unwrapSynchronously(changed, transport: transport, keyLength: Self.length)
            #expect(result.count == Self.length && result != Self.contentKey)
        }
        for length in [8, 15, 17, 24, 32, 100] {
            let result = try key.unwrapSynchronously(ciphertext, transport: transport, keyLength: length)
            #expect(result.count == length && !result.starts(with: Self.contentKey.prefix(8)))
        }
    }
}
