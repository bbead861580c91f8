// SPDX-License-Identifier: Apache-2.0

/// The answer to a ciphertext that does not decrypt: a key that looks like any other.
///
/// OpenSSL 3.0 has no implicit rejection of its own, so this removes the padding itself, in constant time, and
/// without ever saying whether it was right.
///
/// Source: RFC 8017, section 7.2.2; draft-irtf-cfrg-rsa-guidance, section 7.
struct ImplicitRejection: Sendable {
    /// Known only to whoever knows the private key, and the same whenever the key is loaded.
    private let secret: [UInt8]

    init(privateExponent: [UInt8]) {
        // The exponent may come with leading zeros or without.
        secret = DigestAlgorithm.sha256.authenticationCode(
            "sealwright implicit rejection v1".utf8, key: Array(privateExponent.drop { $0 == 0 }))
    }

    /// A pseudo-random key that depends on the ciphertext and the private key only.
    func syntheticKey(for ciphertext: [UInt8], length: Int) -> [UInt8] {
        let digest = DigestAlgorithm.sha256
        let seed = digest.authenticationCode(ciphertext, key: secret)
        var key: [UInt8] = []
        var counter: UInt32 = 0
        while key.count < length {
            key += withUnsafeBytes(of: counter.bigEndian) { digest.authenticationCode($0, key: seed) }
            counter &+= 1
        }
        return Array(key.prefix(length))
    }

    /// Takes the key out of an encoded message, or takes the synthetic one, in the same time.
    ///
    /// The length of the key is known, so the message is right in one form only:
    /// `00 ‖ 02 ‖ non-zero octets (at least eight) ‖ 00 ‖ key`.
    /// `isInRange` says whether `encoded` is the result for the received ciphertext at all; the synthetic key has
    /// the expected length.
    static func unpad(
        _ encoded: [UInt8], modulusByteCount: Int, isInRange: Bool, orElse synthetic: [UInt8]
    ) -> [UInt8] {
        guard encoded.count == modulusByteCount, encoded.count >= synthetic.count + 11 else { return synthetic }
        let separator = encoded.count - synthetic.count - 1
        var good: UInt8 = isInRange ? 0xFF : 0x00
        good &= ConstantTime.maskIfEqual(encoded[0], 0x00)
        good &= ConstantTime.maskIfEqual(encoded[1], 0x02)
        for index in 2..<separator { good &= ~ConstantTime.maskIfZero(encoded[index]) }
        good &= ConstantTime.maskIfEqual(encoded[separator], 0x00)
        return synthetic.indices.map { index in
            ConstantTime.select(good, encoded[separator + 1 + index], synthetic[index])
        }
    }
}
