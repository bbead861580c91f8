// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// SHA-224, which swift-crypto does not offer.
struct LibCryptoSHA224: DigestContext {
    private var storage = Storage()

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(copying: storage) }
        storage.update(bytes)
    }

    func finish() -> [UInt8] { Storage(copying: storage).finish() }

    /// Owns the C context.
    ///
    /// `@unchecked Sendable`: it is changed only by `update` and `finish`, and there only while no other value
    /// refers to it; everything else reads it.
    private final class Storage: @unchecked Sendable {
        private let context = EVP_MD_CTX_new()

        init() {
            LibCrypto.prepare()
            EVP_DigestInit_ex(context, EVP_sha224(), nil)
        }

        init(copying other: Storage) {
            _ = withExtendedLifetime(other) { EVP_MD_CTX_copy_ex(context, other.context) }
        }

        deinit { EVP_MD_CTX_free(context) }

        func update(_ bytes: UnsafeRawBufferPointer) {
            _ = withExtendedLifetime(self) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
        }

        func finish() -> [UInt8] {
            var digest = [UInt8](repeating: 0, count: DigestAlgorithm.sha224.byteCount)
            _ = withExtendedLifetime(self) { EVP_DigestFinal_ex(context, &digest, nil) }
            return digest
        }
    }
}
