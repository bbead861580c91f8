// SPDX-License-Identifier: Apache-2.0

/// Something that makes private keys which nobody can take out of it, and works with them.
///
/// A key is its ``TPMKeyFile``: encrypted by the TPM, worth nothing without it, and not kept in it. All calls wait for the
/// TPM, which takes milliseconds for a signature and can take minutes to make an RSA key.
public protocol KeyTPM: Sendable {
    /// Whether it has keys of a kind.
    ///
    /// - Throws: ``CryptoError/tpm(_:)`` when it cannot be asked.
    func canHold(_ type: KeyType) throws(CryptoError) -> Bool

    /// Makes a key that signs and decrypts.
    ///
    /// - Throws: ``CryptoError/unsupported(_:)`` for a kind it does not have, ``CryptoError/tpm(_:)``.
    func generateKey(_ type: KeyType) throws(CryptoError) -> TPMKeyFile

    /// Takes in a key from outside, for use only: it does not give it away again.
    ///
    /// - Throws: ``CryptoError/unsupported(_:)`` for a kind it does not have, ``CryptoError/invalidKey(_:)``,
    ///   ``CryptoError/tpm(_:)``.
    func importKey(_ material: PrivateKeyMaterial) throws(CryptoError) -> TPMKeyFile

    /// Signs a message.
    ///
    /// - Throws: ``CryptoError/unsupported(_:)`` when the algorithm is not this key's, ``CryptoError/tpm(_:)``.
    func sign(
        _ message: [UInt8], with file: TPMKeyFile, algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8]

    /// Calculates with the private exponent alone, without looking at padding.
    ///
    /// - Parameters:
    ///   - ciphertext: a number below the modulus, as long as it.
    ///   - file: the key.
    /// - Returns: a number as long as the modulus.
    /// - Throws: ``CryptoError/unsupported(_:)`` when it is no RSA key, ``CryptoError/tpm(_:)``.
    func decryptRaw(_ ciphertext: [UInt8], with file: TPMKeyFile) throws(CryptoError) -> [UInt8]
}
