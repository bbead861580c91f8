// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// Which public keys a profile certifies.
package struct KeyRule: Sendable, Hashable, Codable {
    /// Shortest RSA modulus in bits.
    package var minimumRSABits: Int
    /// Longest RSA modulus in bits; verification costs grow with its square.
    package var maximumRSABits: Int
    package var curves: [EllipticCurve]
    package var allowsEd25519: Bool
    /// Whether keys are searched for known weaknesses: small factors, close primes, ROCA, bad exponents, points of
    /// small order.
    package var checksWeakness: Bool

    package init(
        minimumRSABits: Int = 2048, maximumRSABits: Int = 8192, curves: [EllipticCurve] = EllipticCurve.allCases,
        allowsEd25519: Bool = true, checksWeakness: Bool = true
    ) {
        self.minimumRSABits = minimumRSABits
        self.maximumRSABits = maximumRSABits
        self.curves = curves
        self.allowsEd25519 = allowsEd25519
        self.checksWeakness = checksWeakness
    }

    /// RSA keys only, as those need that decrypt or serve old clients.
    package static let rsaOnly = KeyRule(curves: [], allowsEd25519: false)

    /// Finds the key in its structure and holds it against the rule.
    ///
    /// - Throws: the ``DenialReason`` that tells what is wrong with the key.
    func check(_ info: SubjectPublicKeyInfo) throws(DenialReason) -> PublicKey {
        guard let key = info.publicKey else { throw .keyTypeNotAllowed(info.algorithm.oid.nameOrDotted) }
        switch key {
        case .rsa(let rsa):
            guard info.algorithm.oid == .rsaEncryption else {
                throw .keyTypeNotAllowed(info.algorithm.oid.nameOrDotted)
            }
            try checkSize(of: rsa)
        case .ec(let ec):
            guard curves.contains(ec.curve) else { throw .keyTypeNotAllowed(key.keyDescription) }
        case .ed25519:
            guard allowsEd25519 else { throw .keyTypeNotAllowed(key.keyDescription) }
        }
        guard checksWeakness else { return key }
        let weaknesses = key.weaknesses
        guard weaknesses.isEmpty else { throw .weakKey(weaknesses.map { "\($0)" }) }
        return key
    }

    private func checkSize(of key: RSAPublicKey) throws(DenialReason) {
        let bits = key.bitCount
        guard bits >= minimumRSABits else { throw .keyTooSmall(bits: bits, minimum: minimumRSABits) }
        guard bits <= maximumRSABits else { throw .keyTooLarge(bits: bits, maximum: maximumRSABits) }
    }
}

extension SubjectPublicKeyInfo {
    /// The type of a key that is certified nowhere here, whatever its numbers are; `nil` for every other.
    ///
    /// What such a key signed cannot be verified, which would look like a bad signature.
    ///
    /// Source: RFC 5480, section 2.1.1: parameters of its own and implied ones are not for certificates.
    package var foreignType: String? {
        switch algorithm.oid {
        case .rsaEncryption, .rsassaPSS, .rsaesOAEP, .ed25519: return nil
        case .ecPublicKey:
            guard let parameters = algorithm.parameters, let element = try? ASN1Element(parsing: parameters),
                let curve = try? element.oid()
            else { return "EC without a named curve" }
            return EllipticCurve(oid: curve) == nil ? "EC with curve \(curve.nameOrDotted)" : nil
        default: return algorithm.oid.nameOrDotted
        }
    }
}
