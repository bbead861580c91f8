// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// An RSA public key inside swift-crypto, which verifies RSASSA-PKCS1-v1_5 signatures and encrypts by RSAES-PKCS1-v1_5.
///
/// Source: RFC 8017, sections 7.2.1 and 8.2.2.
struct SwiftCryptoRSAKey: Sendable {
    private let key: _RSA.Signing.PublicKey

    /// `nil` for a modulus under 2048 or over 8192 bits, one that is even, and an exponent that is even, 1 or over 33
    /// bits: swift-crypto calculates with none of these.
    init?(_ numbers: RSAPublicKey) {
        guard let key = try? _RSA.Signing.PublicKey(n: numbers.modulus, e: numbers.exponent) else { return nil }
        self.key = key
    }

    /// Whether the digest is one of those that ``isValidSignature(_:of:_:)`` knows.
    static func takes(_ digest: DigestAlgorithm) -> Bool {
        switch digest {
        case .sha256, .sha384, .sha512: true
        case .md5, .sha1, .sha224: false
        }
    }

    func isValidSignature(_ signature: [UInt8], of message: some Collection<UInt8>, _ digest: DigestAlgorithm) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return switch digest {
        case .sha256: isValid(signature, Self.digest(message, SHA256.self))
        case .sha384: isValid(signature, Self.digest(message, SHA384.self))
        case .sha512: isValid(signature, Self.digest(message, SHA512.self))
        case .md5, .sha1, .sha224: false
        }
    }

    /// Encrypts with RSAES-PKCS1-v1_5.
    ///
    /// - Returns: `nil` for a key that swift-crypto refuses.
    static func encrypt(_ message: [UInt8], for numbers: RSAPublicKey) -> [UInt8]? {
        guard let key = try? _RSA.Encryption.PublicKey(n: numbers.modulus, e: numbers.exponent),
            let encrypted = try? key.encrypt(message, padding: ._WEAK_AND_INSECURE_PKCS_V1_5)
        else { return nil }
        return Array(encrypted)
    }

    private func isValid(_ signature: _RSA.Signing.RSASignature, _ digest: some Digest) -> Bool {
        key.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
    }

    private static func digest<Function: HashFunction>(
        _ message: some Collection<UInt8>, _ type: Function.Type
    ) -> Function.Digest {
        var function = Function()
        let done: Void? = message.withContiguousStorageIfAvailable {
            function.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if done == nil { function.update(data: Array(message)) }
        return function.finalize()
    }
}
