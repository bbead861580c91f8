// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// What swift-crypto's public keys on the three curves have in common.
protocol NISTPublicKey: Sendable {
    init<Bytes: ContiguousBytes>(x963Representation: Bytes) throws
    init<Bytes: ContiguousBytes>(compressedRepresentation: Bytes) throws
    var x963Representation: Data { get }

    /// Whether a signature, given as `r ‖ s`, verifies.
    func isValidSignature(raw signature: [UInt8], ofDigest digest: RawDigest) -> Bool
}

/// What swift-crypto's private keys on the three curves have in common.
protocol NISTPrivateKey: Sendable {
    static var curve: EllipticCurve { get }

    init<Bytes: ContiguousBytes>(rawRepresentation: Bytes) throws
    var rawRepresentation: Data { get }
    var point: [UInt8] { get }

    /// The signature as DER.
    func signature(ofDigest digest: RawDigest) throws -> [UInt8]
}

extension EllipticCurve {
    var publicKeyType: any NISTPublicKey.Type {
        switch self {
        case .p256: P256.Signing.PublicKey.self
        case .p384: P384.Signing.PublicKey.self
        case .p521: P521.Signing.PublicKey.self
        }
    }

    var privateKeyType: any NISTPrivateKey.Type {
        switch self {
        case .p256: P256.Signing.PrivateKey.self
        case .p384: P384.Signing.PrivateKey.self
        case .p521: P521.Signing.PrivateKey.self
        }
    }
}

extension P256.Signing.PublicKey: NISTPublicKey {
    func isValidSignature(raw signature: [UInt8], ofDigest digest: RawDigest) -> Bool {
        let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        return signature.map { isValidSignature($0, for: digest) } ?? false
    }
}

extension P384.Signing.PublicKey: NISTPublicKey {
    func isValidSignature(raw signature: [UInt8], ofDigest digest: RawDigest) -> Bool {
        let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
        return signature.map { isValidSignature($0, for: digest) } ?? false
    }
}

extension P521.Signing.PublicKey: NISTPublicKey {
    func isValidSignature(raw signature: [UInt8], ofDigest digest: RawDigest) -> Bool {
        let signature = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
        return signature.map { isValidSignature($0, for: digest) } ?? false
    }
}

extension P256.Signing.PrivateKey: NISTPrivateKey {
    static let curve = EllipticCurve.p256
    var point: [UInt8] { Array(publicKey.x963Representation) }

    func signature(ofDigest digest: RawDigest) throws -> [UInt8] {
        Array(try signature(for: digest).derRepresentation)
    }
}

extension P384.Signing.PrivateKey: NISTPrivateKey {
    static let curve = EllipticCurve.p384
    var point: [UInt8] { Array(publicKey.x963Representation) }

    func signature(ofDigest digest: RawDigest) throws -> [UInt8] {
        Array(try signature(for: digest).derRepresentation)
    }
}

extension P521.Signing.PrivateKey: NISTPrivateKey {
    static let curve = EllipticCurve.p521
    var point: [UInt8] { Array(publicKey.x963Representation) }

    func signature(ofDigest digest: RawDigest) throws -> [UInt8] {
        Array(try signature(for: digest).derRepresentation)
    }
}
