// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// The private half of a ``SoftwareKey``, by kind.
enum SoftwareSecret: Sendable {
    case rsa(RSAPrivateKey)
    case ec(any NISTPrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)

    init(generating type: KeyType) throws(CryptoError) {
        self =
            switch type {
            case .rsa2048: .rsa(try RSAPrivateKey(generatingBitCount: 2048))
            case .rsa3072: .rsa(try RSAPrivateKey(generatingBitCount: 3072))
            case .rsa4096: .rsa(try RSAPrivateKey(generatingBitCount: 4096))
            case .ecP256: .ec(P256.Signing.PrivateKey(compactRepresentable: false))
            case .ecP384: .ec(P384.Signing.PrivateKey(compactRepresentable: false))
            case .ecP521: .ec(P521.Signing.PrivateKey(compactRepresentable: false))
            case .ed25519: .ed25519(Curve25519.Signing.PrivateKey())
            }
    }

    init(_ material: PrivateKeyMaterial) throws(CryptoError) {
        switch material {
        case .rsa(let numbers): self = .rsa(try RSAPrivateKey(numbers))
        case .ec(let curve, let scalar, let point):
            let key = try Self.makeKey(on: curve, scalar: scalar)
            let expected = point.isEmpty ? key.point : try ECPublicKey(curve: curve, point: point).point
            guard expected == key.point else { throw .invalidKey("the point does not belong to the scalar") }
            self = .ec(key)
        case .ed25519(let seed):
            do { self = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: seed)) } catch {
                throw .invalidKey("an Ed25519 seed has 32 octets, not \(seed.count)")
            }
        }
    }

    /// Whether an operation is cheaper than handing it to another thread.
    var isQuick: Bool {
        switch self {
        case .rsa: false
        case .ec(let key): type(of: key).curve == .p256
        case .ed25519: true
        }
    }

    func publicKey() throws(CryptoError) -> PublicKey {
        switch self {
        case .rsa(let key): .rsa(key.publicKey)
        case .ec(let key): .ec(try ECPublicKey(curve: type(of: key).curve, point: key.point))
        case .ed25519(let key): .ed25519(Array(key.publicKey.rawRepresentation))
        }
    }

    func material() throws(CryptoError) -> PrivateKeyMaterial {
        switch self {
        case .rsa(let key): .rsa(try key.numbers())
        case .ec(let key):
            .ec(curve: type(of: key).curve, scalar: Array(key.rawRepresentation), point: key.point)
        case .ed25519(let key): .ed25519(seed: Array(key.rawRepresentation))
        }
    }

    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) throws(CryptoError) -> [UInt8] {
        switch (self, algorithm) {
        case (.rsa(let key), .rsaPKCS1(let digest)), (.rsa(let key), .rsaPSS(let digest, _, _)):
            return try key.sign(digest: digest.hash(message), algorithm: algorithm)
        case (.ec(let key), .ecdsa(let digest)):
            do { return try key.signature(ofDigest: RawDigest(digest.hash(message))) } catch {
                throw .operationFailed("signing")
            }
        case (.ed25519(let key), .ed25519):
            do { return Array(try key.signature(for: message)) } catch { throw .operationFailed("signing") }
        default: throw .unsupported("\(algorithm) with this kind of key")
        }
    }

    func unwrap(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        guard case .rsa(let key) = self else { throw .unsupported("key transport with a key that is not RSA") }
        return try key.unwrap(encryptedKey, transport: transport, keyLength: keyLength)
    }

    /// SEC 1 wants the scalar as long as the curve's order; some writers drop leading zeros, others add one.
    private static func makeKey(
        on curve: EllipticCurve, scalar: [UInt8]
    ) throws(CryptoError) -> any NISTPrivateKey {
        var scalar = Array(scalar.drop { $0 == 0 })
        defer { SecretBytes.wipe(&scalar) }
        guard scalar.count <= curve.byteCount else {
            throw .invalidKey("the scalar is too long for \(curve.rawValue)")
        }
        scalar.insert(contentsOf: repeatElement(0, count: curve.byteCount - scalar.count), at: 0)
        do { return try curve.privateKeyType.init(rawRepresentation: scalar) } catch {
            throw .invalidKey("the scalar is no private key on \(curve.rawValue)")
        }
    }
}
