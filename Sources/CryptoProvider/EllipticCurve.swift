// SPDX-License-Identifier: Apache-2.0

/// A named elliptic curve over a prime field.
///
/// Source: FIPS 186-4, appendix D.1.2; RFC 5480, section 2.1.1.1.
public enum EllipticCurve: String, CaseIterable, Sendable, Codable, Hashable {
    /// secp256r1, prime256v1.
    case p256 = "P-256"
    /// secp384r1.
    case p384 = "P-384"
    /// secp521r1.
    case p521 = "P-521"

    /// The number of octets of one coordinate, and of a private scalar.
    public var byteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// The digest as strong as the curve.
    ///
    /// Source: RFC 5480, section 4.
    public var defaultDigest: DigestAlgorithm {
        switch self {
        case .p256: .sha256
        case .p384: .sha384
        case .p521: .sha512
        }
    }
}
