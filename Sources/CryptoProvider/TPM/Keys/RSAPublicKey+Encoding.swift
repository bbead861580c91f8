// SPDX-License-Identifier: Apache-2.0

/// Encoded messages for a device that does the private operation alone.
extension RSAPublicKey {
    /// EMSA-PKCS1-v1_5, as long as the modulus.
    ///
    /// - Throws: ``CryptoError/unsupported(_:)`` for MD5 and SHA-224, ``CryptoError/invalidParameter(_:)`` when the
    ///   digest does not fit.
    ///
    /// Source: RFC 8017, section 9.2.
    func encodedPKCS1(_ hash: [UInt8], _ digest: DigestAlgorithm) throws(CryptoError) -> [UInt8] {
        let identifier: [UInt8]
        switch digest {
        case .sha1: identifier = [0x2B, 0x0E, 0x03, 0x02, 0x1A]
        case .sha256: identifier = Self.nistHash + [1]
        case .sha384: identifier = Self.nistHash + [2]
        case .sha512: identifier = Self.nistHash + [3]
        case .md5, .sha224: throw .unsupported("RSA with \(digest.rawValue) in a TPM")
        }
        let algorithm = ShortDER.sequence([ShortDER.element(0x06, identifier), ShortDER.element(0x05, [])])
        let info = ShortDER.sequence([algorithm, ShortDER.element(0x04, hash)])
        let padding = modulus.count - info.count - 3
        guard padding >= 8 else { throw .invalidParameter("the digest does not fit the modulus") }
        return [0, 1] + [UInt8](repeating: 0xFF, count: padding) + [0] + info
    }

    /// EMSA-PSS with a new salt, as long as the modulus.
    ///
    /// - Throws: ``CryptoError/invalidParameter(_:)`` when digest and salt do not fit.
    ///
    /// Source: RFC 8017, section 9.1.1.
    func encodedPSS(
        _ hash: [UInt8], digest: DigestAlgorithm, mgfDigest: DigestAlgorithm, saltLength: Int
    ) throws(CryptoError) -> [UInt8] {
        let bitCount = bitCount - 1
        let count = (bitCount + 7) / 8
        guard (0...modulus.count).contains(saltLength), count >= hash.count + saltLength + 2 else {
            throw .invalidParameter("a PSS salt of \(saltLength) octets is not possible")
        }
        let salt = SecureRandom.bytes(saltLength)
        let h = digest.hash([UInt8](repeating: 0, count: 8) + hash + salt)
        var block = [UInt8](repeating: 0, count: count - saltLength - h.count - 2) + [1] + salt
        let mask = Self.mask(h, count: block.count, mgfDigest)
        for (index, octet) in mask.enumerated() { block[index] ^= octet }
        block[0] &= 0xFF >> UInt8(truncatingIfNeeded: 8 * count - bitCount)
        let encoded = block + h + [0xBC]
        return [UInt8](repeating: 0, count: modulus.count - encoded.count) + encoded
    }

    /// Takes the key out of an EME-OAEP message with an empty label, or takes the synthetic one, in the same time.
    ///
    /// `encoded` is as long as the modulus; `isInRange` says whether it is the result for the received ciphertext at
    /// all; the synthetic key has the expected length, which fits the modulus.
    ///
    /// Source: RFC 8017, section 7.1.2.
    func unpadOAEP(
        _ encoded: [UInt8], digest: DigestAlgorithm, mgfDigest: DigestAlgorithm, isInRange: Bool,
        orElse synthetic: [UInt8]
    ) -> [UInt8] {
        let h = digest.byteCount
        let separator = modulus.count - synthetic.count - 1
        guard encoded.count == modulus.count, separator >= 2 * h + 1 else { return synthetic }
        var seed = Array(encoded[1...h])
        var block = Array(encoded[(h + 1)...])
        for (index, octet) in Self.mask(block, count: h, mgfDigest).enumerated() { seed[index] ^= octet }
        for (index, octet) in Self.mask(seed, count: block.count, mgfDigest).enumerated() { block[index] ^= octet }
        let label = digest.hash([])
        // The label's digest, zeros, one, the key.
        let one = block.count - synthetic.count - 1
        var good: UInt8 = isInRange ? 0xFF : 0x00
        good &= ConstantTime.maskIfZero(encoded[0])
        for index in 0..<one {
            good &= ConstantTime.maskIfEqual(block[index], index < h ? label[index] : 0)
        }
        good &= ConstantTime.maskIfEqual(block[one], 1)
        return synthetic.indices.map { ConstantTime.select(good, block[one + 1 + $0], synthetic[$0]) }
    }

    /// MGF1.
    ///
    /// Source: RFC 8017, appendix B.2.1.
    private static func mask(_ seed: [UInt8], count: Int, _ digest: DigestAlgorithm) -> [UInt8] {
        var mask: [UInt8] = []
        var counter: UInt32 = 0
        while mask.count < count {
            mask += digest.hash(seed + withUnsafeBytes(of: counter.bigEndian) { Array($0) })
            counter &+= 1
        }
        return Array(mask.prefix(count))
    }

    /// 2.16.840.1.101.3.4.2, the arc of NIST's digests.
    private static let nistHash: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02]
}
