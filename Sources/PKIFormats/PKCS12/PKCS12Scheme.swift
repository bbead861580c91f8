// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Encryption as PKCS#12 itself defines it: its own derivation with SHA-1, then Triple DES or RC2.
///
/// ```asn1
/// pkcs-12PbeParams ::= SEQUENCE {
///     salt OCTET STRING,
///     iterations INTEGER }
/// ```
///
/// Weak, and what Windows wrote until Windows 10 and OpenSSL until 1.1.
///
/// Source: RFC 7292, appendix C.
struct PKCS12Scheme: Hashable, Sendable {
    enum Cipher: Hashable, Sendable, CaseIterable {
        case tripleDES3Key
        case tripleDES2Key
        case rc2Bits128
        case rc2Bits40
    }

    let cipher: Cipher
    let parameters: PBEParameters

    /// Fresh parameters.
    init(_ cipher: Cipher, iterations: Int) {
        self.cipher = cipher
        parameters = PBEParameters(salt: SecureRandom.bytes(8), iterations: iterations)
    }

    /// - Returns: `nil` for another scheme; also for RC4, which is none of ours.
    init?(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        guard let cipher = Cipher.allCases.first(where: { $0.oid == algorithm.oid }) else { return nil }
        self.cipher = cipher
        parameters = try PBEParameters(parsing: algorithm)
    }

    var algorithmIdentifier: AlgorithmIdentifier {
        AlgorithmIdentifier(oid: cipher.oid, parameters: parameters.derBytes)
    }

    func decrypt(
        _ ciphertext: [UInt8], password: PKCS12Password.Form, budget: inout DerivationBudget
    ) throws(FormatError) -> [UInt8] {
        let (key, iv) = try keyAndVector(password, budget: &budget)
        do {
            if let bits = cipher.rc2Bits {
                return try LegacyRC2(key: key, effectiveBits: bits).decrypt(ciphertext, iv: iv)
            }
            return try ContentCipher.tripleDESCBC.decrypt(ciphertext, key: tripleDESKey(key), iv: iv)
        } catch {
            throw .verificationFailed("password")
        }
    }

    /// Only Triple DES with three keys is written.
    func encrypt(_ content: [UInt8], password: PKCS12Password.Form) throws(FormatError) -> [UInt8] {
        guard cipher == .tripleDES3Key else { throw .unsupportedAlgorithm(cipher.oid) }
        var budget = DerivationBudget(.administrators)
        let (key, iv) = try keyAndVector(password, budget: &budget)
        do {
            return try ContentCipher.tripleDESCBC.encrypt(content, key: key, iv: iv).ciphertext
        } catch {
            throw .invalidValue(field: "content", reason: error.description)
        }
    }

    /// Two keys are three of which the last is the first again.
    private func tripleDESKey(_ key: [UInt8]) -> [UInt8] {
        cipher == .tripleDES2Key ? key + key.prefix(8) : key
    }

    private func keyAndVector(
        _ password: PKCS12Password.Form, budget: inout DerivationBudget
    ) throws(FormatError) -> (key: [UInt8], iv: [UInt8]) {
        // A key of up to 24 octets of SHA-1, and the vector.
        try budget.charge(parameters.iterations, blocks: cipher.keyByteCount > 20 ? 3 : 2)
        do {
            return (
                try parameters.derive(password.bmpString, .encryptionKey, cipher.keyByteCount),
                try parameters.derive(password.bmpString, .initializationVector, 8)
            )
        } catch {
            throw .invalidValue(field: "key derivation", reason: error.description)
        }
    }
}

extension PKCS12Scheme.Cipher {
    var oid: OID {
        switch self {
        case .tripleDES3Key: .pbeWithSHAAnd3KeyTripleDESCBC
        case .tripleDES2Key: .pbeWithSHAAnd2KeyTripleDESCBC
        case .rc2Bits128: .pbeWithSHAAnd128BitRC2CBC
        case .rc2Bits40: .pbeWithSHAAnd40BitRC2CBC
        }
    }

    var keyByteCount: Int {
        switch self {
        case .tripleDES3Key: 24
        case .tripleDES2Key, .rc2Bits128: 16
        case .rc2Bits40: 5
        }
    }

    /// `nil` when it is not RC2.
    fileprivate var rc2Bits: Int? {
        switch self {
        case .tripleDES3Key, .tripleDES2Key: nil
        case .rc2Bits128: 128
        case .rc2Bits40: 40
        }
    }
}

/// Salt and iterations of the older schemes.
struct PBEParameters: Hashable, Sendable, DEREncodable {
    let salt: [UInt8]
    let iterations: Int

    init(salt: [UInt8], iterations: Int) {
        self.salt = salt
        self.iterations = iterations
    }

    init(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        guard let encoded = algorithm.parameters else { throw .missing("parameters of \(algorithm.oid.nameOrDotted)") }
        var fields = try ASN1Element(parsing: encoded).fields()
        salt = try Self.salt(fields.next())
        iterations = try PasswordDerivation.positive(fields.next(), "iterations", limit: PasswordLimits.iterations)
        try fields.finish()
    }

    /// An empty salt is weak and readable; GnuTLS has written it.
    static func salt(_ element: ASN1Element) throws(FormatError) -> [UInt8] {
        let salt = Array(try element.octetString())
        guard salt.count <= PasswordLimits.salt else {
            throw .limitExceeded("octets of salt", limit: PasswordLimits.salt)
        }
        return salt
    }

    func encode(into writer: inout DERWriter) {
        writer.sequence {
            $0.octetString(salt)
            $0.integer(iterations)
        }
    }

    func derive(_ password: [UInt8], _ purpose: PKCS12Purpose, _ keyLength: Int) throws(CryptoError) -> [UInt8] {
        try KeyDerivation.pkcs12(
            password: password, salt: salt, digest: .sha1, purpose: purpose, iterations: iterations,
            keyLength: keyLength)
    }
}
