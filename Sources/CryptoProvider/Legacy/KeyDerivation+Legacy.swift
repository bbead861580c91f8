// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// What a derivation of PKCS#12 makes; the raw value is the diversifier octet.
///
/// Source: RFC 7292, appendix B.3.
public enum PKCS12Purpose: Int32, Sendable, CaseIterable {
    /// A key of a cipher.
    case encryptionKey = 1
    /// An initialisation vector.
    case initializationVector = 2
    /// A key of the MAC.
    case macKey = 3
}

// Older than PBKDF2, and needed as long as files made with them are about.
extension KeyDerivation {
    /// The key derivation of PKCS#12.
    ///
    /// - Parameters:
    ///   - password: the BMPString with its two closing zero octets, or no octets at all.
    ///   - salt: as in the file.
    ///   - digest: the digest that is iterated.
    ///   - purpose: what is derived.
    ///   - iterations: rounds, for each block of the digest's length anew.
    ///   - keyLength: octets wanted.
    /// - Returns: the derived octets.
    /// - Throws: as ``pbkdf2(password:salt:digest:iterations:keyLength:)``.
    ///
    /// Source: RFC 7292, appendix B.2.
    public static func pkcs12(
        password: [UInt8], salt: [UInt8], digest: DigestAlgorithm, purpose: PKCS12Purpose, iterations: Int,
        keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        try check(iterations: iterations, keyLength: keyLength)
        LibCrypto.prepare()
        let function = try requireValue(EVP_KDF_fetch(nil, "PKCS12KDF", nil), "finding the PKCS#12 key derivation")
        defer { EVP_KDF_free(function) }
        let context = try requireValue(EVP_KDF_CTX_new(function), "preparing the PKCS#12 key derivation")
        defer { EVP_KDF_CTX_free(context) }
        var (password, salt, name) = (password, salt, Array(digest.libCryptoName.utf8CString))
        var (rounds, identifier) = (UInt64(iterations), purpose.rawValue)
        var key = [UInt8](repeating: 0, count: keyLength)
        let result = password.withUnsafeMutableBytes { password in
            salt.withUnsafeMutableBytes { salt in
                name.withUnsafeMutableBufferPointer { name in
                    withUnsafeMutablePointer(to: &rounds) { rounds in
                        withUnsafeMutablePointer(to: &identifier) { identifier in
                            let parameters = [
                                OSSL_PARAM_construct_octet_string(
                                    PKCS12Parameter.pass.name, password.baseAddress, password.count),
                                OSSL_PARAM_construct_octet_string(
                                    PKCS12Parameter.salt.name, salt.baseAddress, salt.count),
                                OSSL_PARAM_construct_utf8_string(PKCS12Parameter.digest.name, name.baseAddress, 0),
                                OSSL_PARAM_construct_uint64(PKCS12Parameter.iter.name, rounds),
                                OSSL_PARAM_construct_int(PKCS12Parameter.id.name, identifier),
                                OSSL_PARAM_construct_end(),
                            ]
                            return EVP_KDF_derive(context, &key, keyLength, parameters)
                        }
                    }
                }
            }
        }
        SecretBytes.wipe(&password)
        try requireSuccess(result, "deriving a key of PKCS#12")
        return key
    }

    /// PBKDF1, of PKCS#5 version 1.5.
    ///
    /// - Throws: as ``pbkdf2(password:salt:digest:iterations:keyLength:)``, also when more octets are wanted than the
    ///   digest has.
    ///
    /// Source: RFC 8018, section 5.1.
    public static func pbkdf1(
        password: [UInt8], salt: [UInt8], digest: DigestAlgorithm, iterations: Int, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        try check(iterations: iterations, keyLength: keyLength)
        guard keyLength <= digest.byteCount else { throw .invalidParameter("PBKDF1 makes no key of this length") }
        var block = digest.hash(password + salt)
        for _ in 1..<iterations { block = digest.hash(block) }
        return Array(block.prefix(keyLength))
    }

    private static func check(iterations: Int, keyLength: Int) throws(CryptoError) {
        guard iterations >= 1, keyLength >= 1 else {
            throw .invalidParameter("a derived key needs at least one iteration and one octet")
        }
        guard iterations <= maximumIterations else { throw .limitExceeded("iterations", limit: maximumIterations) }
        guard keyLength <= maximumKeyByteCount else {
            throw .limitExceeded("derived key length", limit: maximumKeyByteCount)
        }
    }
}

/// The name libcrypto has for an input of the derivation.
///
/// A parameter keeps the address of its name, so the text is static.
///
/// Source: OpenSSL 3, EVP_KDF-PKCS12KDF(7).
private enum PKCS12Parameter: CaseIterable {
    case pass
    case salt
    case digest
    case iter
    case id

    var name: UnsafePointer<CChar> { text.cString }

    private var text: StaticString {
        switch self {
        case .pass: "pass"
        case .salt: "salt"
        case .digest: "digest"
        case .iter: "iter"
        case .id: "id"
        }
    }
}

extension DigestAlgorithm {
    /// The name by which libcrypto's providers find the digest.
    fileprivate var libCryptoName: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha224: "SHA224"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }
}
