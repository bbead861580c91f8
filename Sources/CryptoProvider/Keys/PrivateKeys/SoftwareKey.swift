// SPDX-License-Identifier: Apache-2.0

/// A private key in this process's memory.
///
/// RSA keys live in libcrypto, keys on curves in swift-crypto; both clear their memory when the key goes away. What
/// cannot be cleared: copies that Swift made of the arrays in ``PrivateKeyMaterial`` on the way in and out.
///
/// RSA, P-384 and P-521 operations run on the threads of a ``CryptoPool``. P-256 and Ed25519 signatures take some
/// ten microseconds, less than handing them over, and run where they are asked for.
public final class SoftwareKey: PrivateKey {
    /// The name of the key.
    public let keyID: KeyID
    /// The public half.
    public let publicKey: PublicKey

    private let secret: SoftwareSecret
    private let pool: CryptoPool

    /// Takes in the numbers of a key.
    ///
    /// - Throws: ``CryptoError/invalidKey(_:)`` when they are no key, or public and private half do not belong
    ///   together.
    public init(_ material: PrivateKeyMaterial, id: KeyID, pool: CryptoPool) throws(CryptoError) {
        secret = try SoftwareSecret(material)
        publicKey = try secret.publicKey()
        keyID = id
        self.pool = pool
    }

    private init(_ secret: SoftwareSecret, id: KeyID, pool: CryptoPool) throws(CryptoError) {
        self.secret = secret
        publicKey = try secret.publicKey()
        keyID = id
        self.pool = pool
    }

    /// Generates a key, for RSA in some ten milliseconds (2048 bits) to a second (4096 bits).
    ///
    /// - Throws: ``CryptoError/operationFailed(_:)`` when libcrypto cannot.
    public static func generate(_ type: KeyType, id: KeyID, pool: CryptoPool) throws(CryptoError) -> SoftwareKey {
        try SoftwareKey(try SoftwareSecret(generating: type), id: id, pool: pool)
    }

    /// The numbers of the key, for sealing or export.
    ///
    /// - Throws: ``CryptoError/operationFailed(_:)`` when libcrypto does not give them.
    public func material() throws(CryptoError) -> PrivateKeyMaterial { try secret.material() }

    /// Signs a message; see ``PrivateKey/sign(_:algorithm:)``.
    public func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8] {
        if secret.isQuick { return try signSynchronously(message, algorithm: algorithm) }
        return try await pool.run { [secret] () throws(CryptoError) in
            try secret.sign(message, algorithm: algorithm)
        }
    }

    /// Decrypts a content key with implicit rejection; see ``PrivateKey/unwrap(_:transport:keyLength:)``.
    public func unwrap(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) async throws(CryptoError) -> [UInt8] {
        try await pool.run { [secret] () throws(CryptoError) in
            try secret.unwrap(encryptedKey, transport: transport, keyLength: keyLength)
        }
    }

    /// Signs on the calling thread, for command lines and tests.
    ///
    /// - Throws: as ``sign(_:algorithm:)``, but never ``CryptoError/overloaded``.
    public func signSynchronously(
        _ message: [UInt8], algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8] {
        try secret.sign(message, algorithm: algorithm)
    }

    /// Decrypts on the calling thread, for command lines and tests.
    ///
    /// - Throws: as ``unwrap(_:transport:keyLength:)``, but never ``CryptoError/overloaded``.
    public func unwrapSynchronously(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        try secret.unwrap(encryptedKey, transport: transport, keyLength: keyLength)
    }
}
