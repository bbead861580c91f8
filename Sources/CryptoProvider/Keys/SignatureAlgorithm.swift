// SPDX-License-Identifier: Apache-2.0

/// A way to sign: the key's mathematics together with the digest and its parameters.
///
/// Source: RFC 8017, section 8; FIPS 186-4, section 6.4; RFC 8032, section 5.1.
public enum SignatureAlgorithm: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5.
    case rsaPKCS1(DigestAlgorithm)
    /// RSASSA-PSS; the salt length is in octets.
    case rsaPSS(digest: DigestAlgorithm, mgfDigest: DigestAlgorithm, saltLength: Int)
    /// ECDSA; the signature is the DER of `SEQUENCE { r INTEGER, s INTEGER }`.
    case ecdsa(DigestAlgorithm)
    /// Ed25519, which signs the message itself.
    case ed25519

    /// The digest the message is reduced with; `nil` for Ed25519.
    public var digest: DigestAlgorithm? {
        switch self {
        case .rsaPKCS1(let digest), .rsaPSS(let digest, _, _), .ecdsa(let digest): digest
        case .ed25519: nil
        }
    }
}

extension SignatureAlgorithm: CustomStringConvertible {
    /// The algorithm in the words of a log line, such as `RSA with sha256`.
    public var description: String {
        switch self {
        case .rsaPKCS1(let digest): "RSA with \(digest.rawValue)"
        case .rsaPSS(let digest, _, _): "RSA-PSS with \(digest.rawValue)"
        case .ecdsa(let digest): "ECDSA with \(digest.rawValue)"
        case .ed25519: "Ed25519"
        }
    }
}
