// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A private key in a TPM.
///
/// Operations wait for the TPM on the threads of a ``CryptoPool``, some ten to hundred milliseconds each.
public final class TPMKey: PrivateKey {
    /// The name of the key.
    public let keyID: KeyID
    /// The file that the key is in.
    public let file: TPMKeyFile

    private let tpm: any KeyTPM
    private let pool: CryptoPool
    /// Guards the secret of implicit rejection, which the TPM is asked for once.
    private let rejection = Mutex<ImplicitRejection?>(nil)

    /// Joins a file with the TPM that made it; the TPM is not asked before the first operation.
    public init(_ file: TPMKeyFile, id: KeyID, tpm: any KeyTPM, pool: CryptoPool) {
        self.file = file
        self.tpm = tpm
        self.pool = pool
        keyID = id
    }

    /// The public half.
    public var publicKey: PublicKey { file.publicKey }

    /// Signs a message; see ``PrivateKey/sign(_:algorithm:)``.
    public func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8] {
        try await pool.run { [self] () throws(CryptoError) in
            try signSynchronously(message, algorithm: algorithm)
        }
    }

    /// Decrypts a content key with implicit rejection; see ``PrivateKey/unwrap(_:transport:keyLength:)``.
    public func unwrap(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) async throws(CryptoError) -> [UInt8] {
        try await pool.run { [self] () throws(CryptoError) in
            try unwrapSynchronously(encryptedKey, transport: transport, keyLength: keyLength)
        }
    }

    /// Signs on the calling thread, for command lines and tests.
    ///
    /// - Throws: as ``sign(_:algorithm:)``, but never ``CryptoError/overloaded``.
    public func signSynchronously(
        _ message: [UInt8], algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8] {
        try tpm.sign(message, with: file, algorithm: algorithm)
    }

    /// Decrypts on the calling thread, for command lines and tests.
    ///
    /// - Throws: as ``unwrap(_:transport:keyLength:)``, but never ``CryptoError/overloaded``.
    public func unwrapSynchronously(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        guard case .rsa(let key) = publicKey else { throw .unsupported("key transport with a key that is not RSA") }
        let modulus = key.modulus
        guard (1...max(1, transport.maximumMessageByteCount(modulusByteCount: modulus.count))).contains(keyLength)
        else {
            throw .invalidParameter("a key of \(keyLength) octets cannot be transported by \(key.bitCount) bits")
        }
        let synthetic = try rejection(modulus).syntheticKey(for: encryptedKey, length: keyLength)
        let isInRange = encryptedKey.count == modulus.count && encryptedKey.lexicographicallyPrecedes(modulus)
        // A number that cannot be a ciphertext costs the same work.
        let ciphertext = isInRange ? encryptedKey : [UInt8](repeating: 0, count: modulus.count - 1) + [2]
        let encoded = try tpm.decryptRaw(ciphertext, with: file)
        switch transport {
        case .pkcs1v15:
            return ImplicitRejection.unpad(
                encoded, modulusByteCount: modulus.count, isInRange: isInRange, orElse: synthetic)
        case .oaep(let digest, let mgfDigest):
            return key.unpadOAEP(
                encoded, digest: digest, mgfDigest: mgfDigest, isInRange: isInRange, orElse: synthetic)
        }
    }

    /// The secret that only the key's holder can calculate: the private exponent applied to a number that nobody sends.
    ///
    /// The exponent itself, which keys in software take, stays in the TPM. The number is the same for each modulus, so
    /// the secret is the same whenever the key is loaded.
    private func rejection(_ modulus: [UInt8]) throws(CryptoError) -> ImplicitRejection {
        if let known = rejection.withLock({ $0 }) { return known }
        let number = ImplicitRejection(privateExponent: Array("sealwright TPM implicit rejection v1".utf8))
            .syntheticKey(for: modulus, length: modulus.count - 1)
        let made = ImplicitRejection(privateExponent: try tpm.decryptRaw([0] + number, with: file))
        rejection.withLock { $0 = made }
        return made
    }
}
