// SPDX-License-Identifier: Apache-2.0

/// A private key wherever it lives: in this process, a TPM, a token or a signer process.
public protocol PrivateKey: Sendable {
    /// The name of the key.
    var keyID: KeyID { get }

    /// The public half.
    var publicKey: PublicKey { get }

    /// Signs a message.
    ///
    /// - Throws: ``CryptoError/unsupported(_:)`` when the algorithm is not this key's, ``CryptoError/overloaded``,
    ///   or another operational fault.
    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8]

    /// Decrypts a content key of a length known beforehand, with implicit rejection.
    ///
    /// A ciphertext that does not decrypt to exactly `keyLength` octets yields a pseudo-random key of that length,
    /// always the same for the same ciphertext, after the same work. The caller goes on with it and fails later,
    /// as with any wrong key, so that nobody learns anything about the padding (Bleichenbacher 1998, ROBOT 2017).
    ///
    /// - Throws: only for operational faults: not an RSA key, ``CryptoError/overloaded``, a `keyLength` that does
    ///   not fit the modulus. Never because of the ciphertext.
    func unwrap(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) async throws(CryptoError) -> [UInt8]
}

extension PrivateKey {
    /// The algorithm to sign with unless the peer needs another one.
    public var defaultSignatureAlgorithm: SignatureAlgorithm {
        switch publicKey {
        case .rsa: .rsaPKCS1(.sha256)
        case .ec(let key): .ecdsa(key.curve.defaultDigest)
        case .ed25519: .ed25519
        }
    }
}
