// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A public key of a kind this library can verify with.
public enum PublicKey: Hashable, Sendable {
    /// An RSA key.
    case rsa(RSAPublicKey)
    /// A key on one of the NIST curves.
    case ec(ECPublicKey)
    /// An Ed25519 key: its 32 octets.
    case ed25519([UInt8])

    /// Whether a signature over a message verifies; whatever does not fit together is `false`.
    ///
    /// Which digests are acceptable is policy and not judged here.
    public func isValidSignature(
        _ signature: some Collection<UInt8>, of message: some Collection<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        guard case .ed25519(let octets) = self else {
            guard let digest = algorithm.digest else { return false }
            if case .rsa(let key) = self, case .rsaPKCS1 = algorithm,
                let verdict = key.quickVerdict(on: signature, of: message, digest)
            {
                return verdict
            }
            return isValidSignature(signature, ofDigest: digest.hash(message), algorithm: algorithm)
        }
        guard algorithm == .ed25519, octets.count == 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: octets)
        else { return false }
        return key.isValidSignature(Array(signature), for: Array(message))
    }

    /// Whether a signature verifies over a message whose digest is known already; always `false` for Ed25519.
    public func isValidSignature(
        _ signature: some Collection<UInt8>, ofDigest digest: some Collection<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        guard digest.count == algorithm.digest?.byteCount else { return false }
        switch (self, algorithm) {
        case (.rsa(let key), .rsaPKCS1), (.rsa(let key), .rsaPSS):
            return key.isValidSignature(Array(signature), ofDigest: Array(digest), algorithm: algorithm)
        case (.ec(let key), .ecdsa):
            return key.isValidSignature(Array(signature), ofDigest: Array(digest))
        default: return false
        }
    }

    /// The kind and size for people, such as `RSA 2048`, `EC P-256` or `Ed25519`.
    public var keyDescription: String {
        switch self {
        case .rsa(let key): "RSA \(key.bitCount)"
        case .ec(let key): "EC \(key.curve.rawValue)"
        case .ed25519: "Ed25519"
        }
    }
}
