// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// One encryption or decryption in libcrypto, without padding.
///
/// The lengths of key and initialisation vector were checked by ``ContentCipher``. Not `Sendable`; lives within one
/// function. The key schedule is cleared when it is freed.
final class CipherContext {
    enum Direction: Int32 {
        case decrypt = 0
        case encrypt = 1
    }

    private let pointer: OpaquePointer

    init(_ cipher: ContentCipher, key: [UInt8], iv: [UInt8], direction: Direction) throws(CryptoError) {
        LibCrypto.prepare()
        pointer = try requireValue(EVP_CIPHER_CTX_new(), "allocating a cipher")
        try call("preparing a cipher") {
            EVP_CipherInit_ex($0, cipher.libCryptoCipher, nil, key, iv, direction.rawValue)
        }
        try call("switching padding off") { EVP_CIPHER_CTX_set_padding($0, 0) }
    }

    deinit { EVP_CIPHER_CTX_free(pointer) }

    /// Feeds octets that are authenticated and not encrypted.
    func authenticate(_ bytes: [UInt8]) throws(CryptoError) {
        guard !bytes.isEmpty else { return }
        let inputLength = try Self.length(of: bytes)
        var length: Int32 = 0
        try call("authenticating") { EVP_CipherUpdate($0, nil, &length, bytes, inputLength) }
    }

    /// Encrypts or decrypts all of the content, in CBC modes whole blocks.
    func process(_ input: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        let inputLength = try Self.length(of: input)
        var output = [UInt8](repeating: 0, count: input.count)
        var length: Int32 = 0
        try call("encrypting or decrypting") { EVP_CipherUpdate($0, &output, &length, input, inputLength) }
        guard length == inputLength else { throw .operationFailed("encrypting or decrypting") }
        return output
    }

    /// The tag over everything that was encrypted.
    func tag(byteCount: Int) throws(CryptoError) -> [UInt8] {
        try finish()
        var tag = [UInt8](repeating: 0, count: byteCount)
        let length = try Self.length(of: tag)
        try call("reading the tag") { EVP_CIPHER_CTX_ctrl($0, EVP_CTRL_AEAD_GET_TAG, length, &tag) }
        return tag
    }

    /// Whether the tag fits everything that was decrypted.
    func verify(tag: [UInt8]) -> Bool {
        var tag = tag
        guard let length = try? Self.length(of: tag),
            (try? call("setting the tag") { EVP_CIPHER_CTX_ctrl($0, EVP_CTRL_AEAD_SET_TAG, length, &tag) }) != nil
        else { return false }
        return (try? finish()) != nil
    }

    private func finish() throws(CryptoError) {
        // Nothing is written without padding, but libcrypto wants a buffer.
        var rest = [UInt8](repeating: 0, count: Int(EVP_MAX_BLOCK_LENGTH))
        var length: Int32 = 0
        try call("finishing") { EVP_CipherFinal_ex($0, &rest, &length) }
    }

    private func call(_ action: StaticString, _ body: (OpaquePointer) -> Int32) throws(CryptoError) {
        try requireSuccess(withExtendedLifetime(self) { body(pointer) }, "\(action)")
    }

    private static func length(of bytes: [UInt8]) throws(CryptoError) -> Int32 {
        guard let length = Int32(exactly: bytes.count) else {
            throw .limitExceeded("content length", limit: Int(Int32.max))
        }
        return length
    }
}

extension ContentCipher {
    /// libcrypto's static description of the cipher.
    fileprivate var libCryptoCipher: OpaquePointer? {
        switch self {
        case .aes128CBC: EVP_aes_128_cbc()
        case .aes192CBC: EVP_aes_192_cbc()
        case .aes256CBC: EVP_aes_256_cbc()
        case .aes128GCM: EVP_aes_128_gcm()
        case .aes256GCM: EVP_aes_256_gcm()
        case .tripleDESCBC, .desCBC: EVP_des_ede3_cbc()
        }
    }
}
