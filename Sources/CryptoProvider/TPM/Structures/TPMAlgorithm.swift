// SPDX-License-Identifier: Apache-2.0

/// A number that names an algorithm to a TPM.
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, section 6.3, TPM_ALG_ID.
struct TPMAlgorithm: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt16

    static let rsa = Self(rawValue: 0x0001)
    static let sha1 = Self(rawValue: 0x0004)
    static let aes = Self(rawValue: 0x0006)
    static let sha256 = Self(rawValue: 0x000B)
    static let sha384 = Self(rawValue: 0x000C)
    static let sha512 = Self(rawValue: 0x000D)
    /// No algorithm.
    static let null = Self(rawValue: 0x0010)
    static let rsassa = Self(rawValue: 0x0014)
    static let rsaes = Self(rawValue: 0x0015)
    static let rsapss = Self(rawValue: 0x0016)
    static let oaep = Self(rawValue: 0x0017)
    static let ecdsa = Self(rawValue: 0x0018)
    static let ecdh = Self(rawValue: 0x0019)
    static let ecdaa = Self(rawValue: 0x001A)
    static let sm2 = Self(rawValue: 0x001B)
    static let ecschnorr = Self(rawValue: 0x001C)
    static let ecmqv = Self(rawValue: 0x001D)
    static let mgf1 = Self(rawValue: 0x0007)
    static let kdf1SP80056A = Self(rawValue: 0x0020)
    static let kdf2 = Self(rawValue: 0x0021)
    static let kdf1SP800108 = Self(rawValue: 0x0022)
    static let ecc = Self(rawValue: 0x0023)
    static let cfb = Self(rawValue: 0x0043)
}

extension DigestAlgorithm {
    /// The name of the digest to a TPM; `nil` for one that no TPM has.
    var tpmAlgorithm: TPMAlgorithm? {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        case .md5, .sha224: nil
        }
    }
}

extension EllipticCurve {
    /// The number of the curve.
    ///
    /// Source: TCG, TPM 2.0 Library Part 2: Structures, section 6.4, TPM_ECC_CURVE.
    var tpmCurve: UInt16 {
        switch self {
        case .p256: 0x0003
        case .p384: 0x0004
        case .p521: 0x0005
        }
    }

    /// The curve of a number; `nil` for one that this library does not calculate with.
    init?(tpmCurve number: UInt16) {
        guard let curve = Self.allCases.first(where: { $0.tpmCurve == number }) else { return nil }
        self = curve
    }
}
