// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Encryption of PKCS#5 version 1.5: PBKDF1 with MD5 or SHA-1, then DES or RC2 with 64 bits.
///
/// For reading only.
///
/// Source: RFC 8018, section 6.1 and appendix A.3.
struct PBES1: Hashable, Sendable {
    let oid: OID
    let parameters: PBEParameters
    private let digest: DigestAlgorithm
    private let isRC2: Bool

    /// - Returns: `nil` for another scheme.
    init?(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        switch algorithm.oid {
        case .pbeWithMD5AndDESCBC: (digest, isRC2) = (.md5, false)
        case .pbeWithMD5AndRC2CBC: (digest, isRC2) = (.md5, true)
        case .pbeWithSHA1AndDESCBC: (digest, isRC2) = (.sha1, false)
        case .pbeWithSHA1AndRC2CBC: (digest, isRC2) = (.sha1, true)
        default: return nil
        }
        oid = algorithm.oid
        parameters = try PBEParameters(parsing: algorithm)
    }

    func decrypt(
        _ ciphertext: [UInt8], password: [UInt8], budget: inout DerivationBudget
    ) throws(FormatError) -> [UInt8] {
        // A round in Swift costs as much as ten in libcrypto.
        try budget.charge(parameters.iterations, blocks: 10)
        do {
            let derived = try KeyDerivation.pbkdf1(
                password: password, salt: parameters.salt, digest: digest, iterations: parameters.iterations,
                keyLength: 16)
            let (key, iv) = (Array(derived.prefix(8)), Array(derived.suffix(8)))
            if isRC2 { return try LegacyRC2(key: key, effectiveBits: 64).decrypt(ciphertext, iv: iv) }
            return try ContentCipher.desCBC.decrypt(ciphertext, key: key, iv: iv)
        } catch {
            throw .verificationFailed("password")
        }
    }
}
