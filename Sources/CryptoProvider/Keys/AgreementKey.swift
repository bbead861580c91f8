// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// A key pair for one agreement of a secret with a peer.
public struct AgreementKey: Sendable {
    /// The curve of an agreement.
    public enum Curve: Sendable, CaseIterable {
        /// Curve25519, as RFC 7748 has it.
        case x25519
        /// NIST P-256.
        case p256
    }

    private enum Secret: Sendable {
        case x25519(Curve25519.KeyAgreement.PrivateKey)
        case p256(P256.KeyAgreement.PrivateKey)
    }

    private let secret: Secret

    /// Makes a pair.
    public init(_ curve: Curve) {
        switch curve {
        case .x25519: secret = .x25519(Curve25519.KeyAgreement.PrivateKey())
        case .p256: secret = .p256(P256.KeyAgreement.PrivateKey(compactRepresentable: false))
        }
    }

    /// The public half as TLS sends it: 32 octets, or an uncompressed point.
    ///
    /// Source: RFC 8446, section 4.2.8.2.
    public var publicOctets: [UInt8] {
        switch secret {
        case .x25519(let key): Array(key.publicKey.rawRepresentation)
        case .p256(let key): Array(key.publicKey.x963Representation)
        }
    }

    /// The secret that this key and a peer's share.
    ///
    /// - Parameter peer: the peer's public half, in the form of ``publicOctets``.
    /// - Returns: the octets of the coordinate, for a derivation of keys.
    /// - Throws: ``CryptoError/invalidKey(_:)`` when it is no point of the curve, or one of small order.
    public func sharedSecret(with peer: some Collection<UInt8>) throws(CryptoError) -> [UInt8] {
        let octets = Array(peer)
        do {
            let shared: SharedSecret
            switch secret {
            case .x25519(let key):
                shared = try key.sharedSecretFromKeyAgreement(
                    with: Curve25519.KeyAgreement.PublicKey(rawRepresentation: octets))
            case .p256(let key):
                shared = try key.sharedSecretFromKeyAgreement(
                    with: P256.KeyAgreement.PublicKey(x963Representation: octets))
            }
            return shared.withUnsafeBytes { Array($0) }
        } catch {
            throw .invalidKey("the peer's half of an agreement is no point that may be used")
        }
    }
}
