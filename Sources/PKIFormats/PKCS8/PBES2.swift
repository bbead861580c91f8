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
    let derivation: PasswordDerivation
    let encryption: PasswordCipher

    /// Fresh parameters as we write them: PBKDF2 with HMAC-SHA-256, a random salt of 16 octets, AES-256-CBC.
    ///
    /// - Parameter iterations: rounds of PBKDF2; the default is what OWASP asks for this digest.
    public init(iterations: Int = 600_000) {
        derivation = .pbkdf2(salt: SecureRandom.bytes(16), iterations: iterations, digest: .sha256)
        encryption = .content(ContentEncryption(.aes256CBC))
    }

    /// Reads the AlgorithmIdentifier of PBES2.
    ///
    /// - Throws: ``FormatError/unsupportedAlgorithm(_:)`` for another scheme, derivation or cipher, other cases when a
    ///   parameter is malformed or over its limit in ``PasswordLimits``.
    public init(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        try self.init(parsing: algorithm, allowingLegacy: false)
    }

    /// Reads the AlgorithmIdentifier of PBES2; `allowingLegacy` lets RC2 and single DES pass, as old PKCS#12 files need.
    init(parsing algorithm: AlgorithmIdentifier, allowingLegacy: Bool) throws(FormatError) {
        guard algorithm.oid == .pbes2 else { throw .unsupportedAlgorithm(algorithm.oid) }
        guard let parameters = algorithm.parameters else { throw .missing("PBES2 parameters") }
        var fields = try ASN1Element(parsing: parameters).fields()
        let function = try AlgorithmIdentifier(parsing: fields.next())
        let scheme = try AlgorithmIdentifier(parsing: fields.next())
        try fields.finish()
        encryption = try PasswordCipher(parsing: scheme, allowingLegacy: allowingLegacy)
        derivation = try PasswordDerivation(parsing: function, keyLength: encryption.keyByteCount)
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
        guard case .content(let encryption) = encryption else { throw .unsupportedAlgorithm(encryption.oid) }
        return try encryption.encrypt(content, key: key(password)).ciphertext
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
            return try encryption.decrypt(ciphertext, key: key)
        } catch {
            throw .verificationFailed("password")
        }
    }

    private func key(_ password: some Collection<UInt8>) throws(FormatError) -> [UInt8] {
        do {
            return try derivation.key(password: Array(password), length: encryption.keyByteCount)
        } catch {
            throw .invalidValue(field: "key derivation", reason: error.description)
        }
    }
}
