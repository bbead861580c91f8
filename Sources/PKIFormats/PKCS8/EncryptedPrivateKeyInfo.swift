// SPDX-License-Identifier: Apache-2.0

/// A private key under a password.
///
/// ```asn1
/// EncryptedPrivateKeyInfo ::= SEQUENCE {
///     encryptionAlgorithm EncryptionAlgorithmIdentifier,
///     encryptedData OCTET STRING }
/// ```
///
/// Only PBES2 is read. The older schemes (DES and RC2 under MD5 or SHA-1, the PKCS#12 ones) keep nobody out.
///
/// Source: RFC 5958, section 3.
public struct EncryptedPrivateKeyInfo: Hashable, Sendable, DEREncodable {
    /// How it is encrypted.
    public let scheme: PBES2
    /// The encrypted ``PrivateKeyInfo``.
    public let encryptedData: [UInt8]

    /// Encrypts a key under a password with AES-256-CBC and PBKDF2.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - password: its octets, UTF-8 for text.
    ///   - iterations: rounds of PBKDF2 with HMAC-SHA-256.
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when the number of rounds is refused.
    public init(
        encrypting key: PrivateKeyInfo, password: some Collection<UInt8>, iterations: Int = 600_000
    ) throws(FormatError) {
        guard (1...PasswordLimits.iterations).contains(iterations) else {
            throw .invalidValue(field: "iterations", reason: "\(iterations) is not in 1...\(PasswordLimits.iterations)")
        }
        scheme = PBES2(iterations: iterations)
        encryptedData = try scheme.encrypt(key.derBytes, password: password)
    }

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is something else, or the scheme is unsupported or asks for too much work.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is something else, or the scheme is unsupported or asks for too much work.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        var fields = try ASN1Element(parsing: bytes).fields()
        scheme = try PBES2(parsing: AlgorithmIdentifier(parsing: fields.next()))
        encryptedData = Array(try fields.next().octetString())
        try fields.finish()
    }

    /// Decrypts the key.
    ///
    /// - Throws: ``FormatError/verificationFailed(_:)`` of `password` when the password is wrong.
    ///   ``FormatError/unsupportedAlgorithm(_:)`` when the key inside is of an unsupported kind.
    public func decrypt(password: some Collection<UInt8>) throws(FormatError) -> PrivateKeyInfo {
        let plain = try scheme.decrypt(encryptedData, password: password)
        // One wrong password in 256 leaves valid padding; what comes out then is no structure at all.
        guard (try? ASN1Element(parsing: plain).fields()) != nil else { throw .verificationFailed("password") }
        return try PrivateKeyInfo(parsing: plain)
    }

    /// Decrypts the key when the work that it asks for is left, which it takes: a file may hold many keys.
    ///
    /// - Throws: ``FormatError/limitExceeded(_:limit:)``, and as ``decrypt(password:)``.
    package func decrypt(
        password: some Collection<UInt8>, budget: inout DerivationBudget
    ) throws(FormatError) -> PrivateKeyInfo {
        let work = scheme.derivation.work(keyLength: scheme.encryption.keyByteCount)
        try budget.charge(work.iterations, blocks: work.blocks)
        return try decrypt(password: password)
    }

    /// Appends the DER.
    public func encode(into writer: inout DERWriter) {
        writer.sequence {
            $0.append(scheme.algorithmIdentifier)
            $0.octetString(encryptedData)
        }
    }
}
