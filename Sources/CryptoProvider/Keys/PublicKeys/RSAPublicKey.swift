// SPDX-License-Identifier: Apache-2.0

import CLibCrypto
import Synchronization

/// An RSA public key, as two numbers.
///
/// The first operation hands the numbers to libcrypto, and the value keeps what libcrypto made of them: copies of
/// one value share it. Two values are equal when their numbers are.
///
/// Source: RFC 8017, section 3.1.
public struct RSAPublicKey: Sendable {
    /// The largest modulus read, in bits; the limit libcrypto has too (`OPENSSL_RSA_MAX_MODULUS_BITS`).
    public static let maximumBitCount = 16_384

    /// The modulus, most significant octet first, without leading zeros.
    public let modulus: [UInt8]
    /// The public exponent, most significant octet first, without leading zeros.
    public let exponent: [UInt8]

    let prepared = PreparedRSAPublicKey()

    /// Makes a key of two magnitudes, most significant octet first; leading zeros are dropped.
    ///
    /// Whether the key is a good one is told by ``weaknesses``.
    ///
    /// - Throws: ``CryptoError/invalidKey(_:)`` when a number is zero, the modulus is under 512 or over
    ///   ``maximumBitCount`` bits, or the exponent is as large as the modulus.
    public init(
        modulus: some Collection<UInt8>, exponent: some Collection<UInt8>
    ) throws(CryptoError) {
        self.modulus = Array(Array(modulus).drop { $0 == 0 })
        self.exponent = Array(Array(exponent).drop { $0 == 0 })
        guard !self.exponent.isEmpty else { throw .invalidKey("the RSA exponent is zero") }
        guard (Self.minimumBitCount...Self.maximumBitCount).contains(bitCount) else {
            throw .invalidKey("the RSA modulus has \(bitCount) bits")
        }
        guard self.exponent.count <= self.modulus.count, self.exponent != self.modulus else {
            throw .invalidKey("the RSA exponent is larger than the modulus")
        }
    }

    /// The size of the modulus in bits.
    public var bitCount: Int {
        guard let first = modulus.first else { return 0 }
        return modulus.count * 8 - first.leadingZeroBitCount
    }

    /// Encrypts a content key.
    ///
    /// - Throws: ``CryptoError/invalidParameter(_:)`` when the message is too long for the modulus,
    ///   ``CryptoError/invalidKey(_:)`` when libcrypto refuses the numbers.
    public func encrypt(
        _ message: some Collection<UInt8>, transport: KeyTransport
    ) throws(CryptoError) -> [UInt8] {
        let message = Array(message)
        guard message.count <= transport.maximumMessageByteCount(modulusByteCount: modulus.count) else {
            throw .invalidParameter("\(message.count) octets are too long for an RSA key of \(bitCount) bits")
        }
        // Most keys that arrive are encrypted to once; see `quickVerdict` for what taking one in costs.
        if transport == .pkcs1v15, let encrypted = SwiftCryptoRSAKey.encrypt(message, for: self) { return encrypted }
        let context = try RSAContext(try prepared.key(for: self), .encrypt(transport))
        return try context.encrypt(message, modulusByteCount: modulus.count)
    }

    /// Whether a signature over a digest verifies; `algorithm` is one of the RSA algorithms.
    func isValidSignature(_ signature: [UInt8], ofDigest digest: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        guard signature.count == modulus.count,
            let context = try? prepared.verification(with: algorithm, by: self)
        else { return false }
        defer { prepared.keep(context, for: algorithm) }
        return context.verify(signature, digest: digest)
    }

    /// Whether a PKCS#1 v1.5 signature over a message verifies, told by swift-crypto.
    ///
    /// Most keys that arrive verify one signature, and swift-crypto takes a key in for a quarter of what libcrypto asks;
    /// verifying costs the same with both.
    ///
    /// - Returns: `nil` when the key or the digest is none that swift-crypto takes.
    func quickVerdict(
        on signature: some Collection<UInt8>, of message: some Collection<UInt8>, _ digest: DigestAlgorithm
    ) -> Bool? {
        guard SwiftCryptoRSAKey.takes(digest), let key = prepared.swiftCryptoKey(for: self) else { return nil }
        return signature.count == modulus.count && key.isValidSignature(Array(signature), of: message, digest)
    }

    /// Below this even a digest with its padding does not fit; real limits are policy.
    private static let minimumBitCount = 512
}

extension RSAPublicKey: Hashable {
    /// Whether both numbers are equal.
    public static func == (a: Self, b: Self) -> Bool { a.modulus == b.modulus && a.exponent == b.exponent }

    /// Feeds both numbers to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(modulus)
        hasher.combine(exponent)
    }
}

extension KeyTransport {
    /// The longest message, in octets, that fits a modulus.
    ///
    /// Source: RFC 8017, sections 7.1.1 and 7.2.1.
    func maximumMessageByteCount(modulusByteCount: Int) -> Int {
        switch self {
        case .pkcs1v15: modulusByteCount - 11
        case .oaep(let digest, _): modulusByteCount - 2 * digest.byteCount - 2
        }
    }
}

/// What libcrypto made of an RSA public key, made when it is first needed.
final class PreparedRSAPublicKey: Sendable {
    private struct Made {
        var key: EVPKey?
        /// The context of the last verification: who verifies twice with a key does so with one algorithm.
        var verification: (algorithm: SignatureAlgorithm, context: RSAContext)?
        /// The key inside swift-crypto, and whether that was tried.
        var swiftCrypto: SwiftCryptoRSAKey?
        var triedSwiftCrypto = false
    }

    /// Guards the making of the key, which stays once it is set, and the idle context.
    private let made = Mutex(Made())

    func key(for numbers: RSAPublicKey) throws(CryptoError) -> EVPKey {
        try made.withLock { (made) throws(CryptoError) -> EVPKey in try Self.key(for: numbers, &made) }
    }

    /// A context that the caller alone has until it gives it back.
    func verification(with algorithm: SignatureAlgorithm, by numbers: RSAPublicKey) throws(CryptoError) -> RSAContext {
        try made.withLock { (made) throws(CryptoError) -> RSAContext in
            if let known = made.verification, known.algorithm == algorithm {
                made.verification = nil
                return known.context
            }
            return try RSAContext(try Self.key(for: numbers, &made), .verify(algorithm))
        }
    }

    /// The key inside swift-crypto, `nil` when that refuses the numbers.
    fileprivate func swiftCryptoKey(for numbers: RSAPublicKey) -> SwiftCryptoRSAKey? {
        made.withLock { made in
            if !made.triedSwiftCrypto {
                made.triedSwiftCrypto = true
                made.swiftCrypto = SwiftCryptoRSAKey(numbers)
            }
            return made.swiftCrypto
        }
    }

    /// Takes a context back.
    func keep(_ context: RSAContext, for algorithm: SignatureAlgorithm) {
        made.withLock { $0.verification = (algorithm, context) }
    }

    private static func key(for numbers: RSAPublicKey, _ made: inout Made) throws(CryptoError) -> EVPKey {
        if let key = made.key { return key }
        guard numbers.exponent.count <= maximumExponentByteCount else {
            throw .invalidKey("an RSA exponent of more than 64 bits is not calculated with")
        }
        let key = try EVPKey(publicKey: numbers)
        made.key = key
        return key
    }

    /// A larger exponent only costs time; libcrypto has this limit for large moduli
    /// (`OPENSSL_RSA_MAX_PUBEXP_BITS`).
    private static let maximumExponentByteCount = 8
}
