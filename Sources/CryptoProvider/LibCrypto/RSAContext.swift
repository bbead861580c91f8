// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// One kind of RSA operation, set up on one key: padding, digests, salt length.
///
/// Setting up costs some microseconds (libcrypto looks its implementations up by name); the operation itself may be
/// repeated.
///
/// `@unchecked Sendable`: libcrypto allows one thread at a time, and a context is either a local of one function or
/// taken out of ``RSAPrivateKey``'s cache under its lock, so it has one user at a time.
final class RSAContext: @unchecked Sendable {
    /// What the context does.
    enum Operation: Hashable, Sendable {
        case sign(SignatureAlgorithm)
        case verify(SignatureAlgorithm)
        case encrypt(KeyTransport)
        case decrypt(KeyTransport)
        /// The private-key operation alone, without padding.
        case decryptRaw
    }

    private let pointer: OpaquePointer

    init(_ key: EVPKey, _ operation: Operation) throws(CryptoError) {
        pointer = try requireValue(
            key.withPointer { EVP_PKEY_CTX_new_from_pkey(nil, $0, nil) }, "preparing an RSA operation")
        try start(operation)
    }

    deinit { EVP_PKEY_CTX_free(pointer) }

    func sign(_ digest: [UInt8], modulusByteCount: Int) throws(CryptoError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: modulusByteCount)
        var length = signature.count
        try call("signing") { EVP_PKEY_sign($0, &signature, &length, digest, digest.count) }
        guard length == modulusByteCount else { throw .operationFailed("signing") }
        return signature
    }

    func verify(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        let result = withPointer { EVP_PKEY_verify($0, signature, signature.count, digest, digest.count) }
        if result != 1 { ERR_clear_error() }
        return result == 1
    }

    func encrypt(_ message: [UInt8], modulusByteCount: Int) throws(CryptoError) -> [UInt8] {
        var ciphertext = [UInt8](repeating: 0, count: modulusByteCount)
        var length = ciphertext.count
        try call("encrypting") { EVP_PKEY_encrypt($0, &ciphertext, &length, message, message.count) }
        guard length == modulusByteCount else { throw .operationFailed("encrypting") }
        return ciphertext
    }

    /// Decrypts, or gives `nil`; libcrypto's error queue is emptied without being looked at.
    func decrypt(_ ciphertext: [UInt8]) -> [UInt8]? {
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
        var length = plaintext.count
        let result = withPointer { EVP_PKEY_decrypt($0, &plaintext, &length, ciphertext, ciphertext.count) }
        ERR_clear_error()
        guard result == 1, length <= plaintext.count else { return nil }
        plaintext.removeLast(plaintext.count - length)
        return plaintext
    }

    private func start(_ operation: Operation) throws(CryptoError) {
        switch operation {
        case .sign(let algorithm):
            try call("preparing to sign") { EVP_PKEY_sign_init($0) }
            try setSignature(algorithm)
        case .verify(let algorithm):
            try call("preparing to verify") { EVP_PKEY_verify_init($0) }
            try setSignature(algorithm)
        case .encrypt(let transport):
            try call("preparing to encrypt") { EVP_PKEY_encrypt_init($0) }
            try setTransport(transport)
        case .decrypt(let transport):
            try call("preparing to decrypt") { EVP_PKEY_decrypt_init($0) }
            try setTransport(transport)
        case .decryptRaw:
            try call("preparing to decrypt") { EVP_PKEY_decrypt_init($0) }
            try setPadding(RSA_NO_PADDING)
        }
    }

    private func setSignature(_ algorithm: SignatureAlgorithm) throws(CryptoError) {
        switch algorithm {
        case .rsaPKCS1(let digest):
            try setPadding(RSA_PKCS1_PADDING)
            try setSignatureDigest(digest)
        case .rsaPSS(let digest, let mgfDigest, let saltLength):
            guard (0...Self.maximumSaltLength).contains(saltLength), let saltLength = Int32(exactly: saltLength)
            else { throw .invalidParameter("a PSS salt of \(saltLength) octets is not possible") }
            try setPadding(RSA_PKCS1_PSS_PADDING)
            try setSignatureDigest(digest)
            try setMaskDigest(mgfDigest)
            try call("choosing the salt length") { EVP_PKEY_CTX_set_rsa_pss_saltlen($0, saltLength) }
        case .ecdsa, .ed25519: throw .unsupported("\(algorithm) with an RSA key")
        }
    }

    private func setTransport(_ transport: KeyTransport) throws(CryptoError) {
        switch transport {
        case .pkcs1v15: try setPadding(RSA_PKCS1_PADDING)
        case .oaep(let digest, let mgfDigest):
            try setPadding(RSA_PKCS1_OAEP_PADDING)
            try call("choosing the digest") { EVP_PKEY_CTX_set_rsa_oaep_md($0, digest.libCryptoDigest) }
            try setMaskDigest(mgfDigest)
        }
    }

    private func setPadding(_ padding: Int32) throws(CryptoError) {
        try call("choosing the padding") { EVP_PKEY_CTX_set_rsa_padding($0, padding) }
    }

    private func setSignatureDigest(_ digest: DigestAlgorithm) throws(CryptoError) {
        try call("choosing the digest") { EVP_PKEY_CTX_set_signature_md($0, digest.libCryptoDigest) }
    }

    private func setMaskDigest(_ digest: DigestAlgorithm) throws(CryptoError) {
        try call("choosing the mask digest") { EVP_PKEY_CTX_set_rsa_mgf1_md($0, digest.libCryptoDigest) }
    }

    private func call(_ action: StaticString, _ body: (OpaquePointer) -> Int32) throws(CryptoError) {
        try requireSuccess(withPointer(body), "\(action)")
    }

    private func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(pointer) }
    }

    /// As long as the largest modulus; libcrypto checks against the actual one.
    private static let maximumSaltLength = RSAPublicKey.maximumBitCount / 8
}
