// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Encryption under a password: a slow key derivation, then a block cipher.
///
/// ```asn1
/// PBES2-params ::= SEQUENCE {
///     keyDerivationFunc AlgorithmIdentifier {{PBES2-KDFs}},
///     encryptionScheme AlgorithmIdentifier {{PBES2-Encs}} }
/// ```
///
/// Source: RFC 8018, section 6.2 and appendix A.4.
public struct PBES2: Hashable, Sendable {
    private let derivation: PasswordDerivation
    private let encryption: ContentEncryption

    /// Fresh parameters as we write them: PBKDF2 with HMAC-SHA-256, a random salt of 16 octets, AES-256-CBC.
    ///
    /// - Parameter iterations: rounds of PBKDF2; the default is what OWASP asks for this digest.
    public init(iterations: Int = 600_000) {
        derivation = .pbkdf2(salt: SecureRandom.bytes(16), iterations: iterations, digest: .sha256)
        encryption = ContentEncryption(.aes256CBC)
    }

    /// Reads the AlgorithmIdentifier of PBES2.
    ///
    /// - Throws: ``FormatError/unsupportedAlgorithm(_:)`` for another scheme, derivation or cipher, other cases when a
    ///   parameter is malformed or over its limit in ``PasswordLimits``.
    public init(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        guard algorithm.oid == .pbes2 else { throw .unsupportedAlgorithm(algorithm.oid) }
        guard let parameters = algorithm.parameters else { throw .missing("PBES2 parameters") }
        var fields = try ASN1Element(parsing: parameters).fields()
        let function = try AlgorithmIdentifier(parsing: fields.next())
        let scheme = try AlgorithmIdentifier(parsing: fields.next())
        try fields.finish()
        guard let encryption = try ContentEncryption(parsing: scheme), Self.ciphers.contains(encryption.cipher) else {
            throw .unsupportedAlgorithm(scheme.oid)
        }
        self.encryption = encryption
        derivation = try PasswordDerivation(parsing: function, keyLength: encryption.cipher.keyByteCount)
    }

    /// The AlgorithmIdentifier of PBES2 with these parameters.
    public var algorithmIdentifier: AlgorithmIdentifier {
        var writer = DERWriter(capacity: 128)
        writer.sequence {
            $0.append(derivation.algorithmIdentifier)
            $0.append(encryption.algorithmIdentifier)
        }
        return AlgorithmIdentifier(oid: .pbes2, parameters: writer.bytes)
    }

    /// Encrypts.
    ///
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when the derivation refuses its parameters.
    public func encrypt(
        _ content: some Collection<UInt8>, password: some Collection<UInt8>
    ) throws(FormatError) -> [UInt8] {
        try encryption.encrypt(content, key: key(password)).ciphertext
    }

    /// Decrypts.
    ///
    /// A wrong password is noticed by the padding in 255 of 256 cases only; what comes out must be judged by its own
    /// form.
    ///
    /// - Throws: ``FormatError/verificationFailed(_:)`` when the password is wrong or the ciphertext damaged.
    public func decrypt(
        _ ciphertext: some Collection<UInt8>, password: some Collection<UInt8>
    ) throws(FormatError) -> [UInt8] {
        let key = try key(password)
        do {
            return try encryption.cipher.decrypt(ciphertext, key: key, iv: encryption.iv, tag: [], authenticating: [])
        } catch {
            throw .verificationFailed("password")
        }
    }

    private func key(_ password: some Collection<UInt8>) throws(FormatError) -> [UInt8] {
        do {
            return try derivation.key(password: Array(password), length: encryption.cipher.keyByteCount)
        } catch {
            throw .invalidValue(field: "key derivation", reason: error.description)
        }
    }

    /// The ciphers RFC 8018 has for this.
    ///
    /// GCM has no place for its tag here, single DES keeps nobody out.
    private static let ciphers: Set<ContentCipher> = [.aes128CBC, .aes192CBC, .aes256CBC, .tripleDESCBC]
}
