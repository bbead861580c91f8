// SPDX-License-Identifier: Apache-2.0

/// RC2 in CBC mode, for opening the PKCS#12 files of older programs.
///
/// There is no encryption.
///
/// Windows until 10 and OpenSSL 1.x put certificates under RC2 with 40 bits. It is our own because libcrypto keeps RC2 in
/// its legacy provider, which not every machine has. Keys of 40 bits are found by trying; nothing here is constant in
/// time.
///
/// Source: RFC 2268.
public struct LegacyRC2: Sendable {
    /// Octets of a block and of an initialisation vector.
    public static let blockByteCount = 8

    /// The 64 words of the expanded key.
    private let key: [UInt16]

    /// Expands a key.
    ///
    /// - Parameters:
    ///   - key: 1 to 128 octets.
    ///   - effectiveBits: the strength the key is cut down to, 1 to 1024.
    /// - Throws: ``CryptoError/invalidParameter(_:)`` when one is out of range.
    ///
    /// Source: RFC 2268, section 2.
    public init(key: [UInt8], effectiveBits: Int) throws(CryptoError) {
        guard (1...128).contains(key.count), (1...1024).contains(effectiveBits) else {
            throw .invalidParameter("RC2 takes keys of 1 to 128 octets and 1 to 1024 effective bits")
        }
        var octets = key + [UInt8](repeating: 0, count: 128 - key.count)
        for index in key.count..<128 { octets[index] = Self.pi(octets[index - 1] &+ octets[index - key.count]) }
        let effective = (effectiveBits + 7) / 8
        let mask = UInt8(truncatingIfNeeded: 0xFF >> (8 * effective - effectiveBits))
        octets[128 - effective] = Self.pi(octets[128 - effective] & mask)
        for index in stride(from: 127 - effective, through: 0, by: -1) {
            octets[index] = Self.pi(octets[index + 1] ^ octets[index + effective])
        }
        self.key = (0..<64).map { UInt16(octets[2 * $0]) | UInt16(octets[2 * $0 + 1]) << 8 }
    }

    /// Decrypts content and takes its padding off.
    ///
    /// - Throws: ``CryptoError/decryptionFailed`` when the length or the padding is wrong, and
    ///   ``CryptoError/invalidParameter(_:)`` when the initialisation vector does not have eight octets.
    public func decrypt(_ ciphertext: some Collection<UInt8>, iv: [UInt8]) throws(CryptoError) -> [UInt8] {
        let padded = try decryptBlocks(Array(ciphertext), iv: iv)
        return try BlockPadding.remove(from: padded, blockByteCount: Self.blockByteCount)
    }

    /// Decrypts whole blocks, padding kept.
    func decryptBlocks(_ ciphertext: [UInt8], iv: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard iv.count == Self.blockByteCount else { throw .invalidParameter("an IV of RC2 has 8 octets") }
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: Self.blockByteCount) else {
            throw .decryptionFailed
        }
        var plaintext: [UInt8] = []
        plaintext.reserveCapacity(ciphertext.count)
        var previous = Self.word(iv[...])
        for start in stride(from: 0, to: ciphertext.count, by: Self.blockByteCount) {
            let block = Self.word(ciphertext[start..<start + Self.blockByteCount])
            let plain = decrypt(block) ^ previous
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                plaintext.append(UInt8(truncatingIfNeeded: plain >> shift))
            }
            previous = block
        }
        return plaintext
    }

    /// One block as a little-endian number, its four words R[0] to R[3] from the low end.
    ///
    /// Source: RFC 2268, section 4.
    private func decrypt(_ block: UInt64) -> UInt64 {
        var r = (0..<4).map { UInt16(truncatingIfNeeded: block >> (16 * UInt64($0))) }
        var position = 63
        for round in 0..<16 {
            if round == 5 || round == 11 { mashBack(&r) }
            mixBack(&r, &position)
        }
        return r.reversed().reduce(0) { $0 << 16 | UInt64($1) }
    }

    private func mixBack(_ r: inout [UInt16], _ position: inout Int) {
        for index in [3, 2, 1, 0] {
            let (a, b, c) = (r[(index + 3) & 3], r[(index + 2) & 3], r[(index + 1) & 3])
            let shift = Self.shifts[index]
            let word = r[index] >> shift | r[index] << (16 - shift)
            r[index] = word &- key[position & 63] &- (a & b) &- (~a & c)
            position -= 1
        }
    }

    private func mashBack(_ r: inout [UInt16]) {
        for index in [3, 2, 1, 0] { r[index] = r[index] &- key[Int(r[(index + 3) & 3] & 63)] }
    }

    private static let shifts: [UInt16] = [1, 2, 3, 5]

    private static func word(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func pi(_ octet: UInt8) -> UInt8 { piTable[Int(octet)] }

    /// The permutation PITABLE, made of the digits of pi.
    private static let piTable: [UInt8] = [
        0xd9, 0x78, 0xf9, 0xc4, 0x19, 0xdd, 0xb5, 0xed, 0x28, 0xe9, 0xfd, 0x79, 0x4a, 0xa0, 0xd8, 0x9d,
        0xc6, 0x7e, 0x37, 0x83, 0x2b, 0x76, 0x53, 0x8e, 0x62, 0x4c, 0x64, 0x88, 0x44, 0x8b, 0xfb, 0xa2,
        0x17, 0x9a, 0x59, 0xf5, 0x87, 0xb3, 0x4f, 0x13, 0x61, 0x45, 0x6d, 0x8d, 0x09, 0x81, 0x7d, 0x32,
        0xbd, 0x8f, 0x40, 0xeb, 0x86, 0xb7, 0x7b, 0x0b, 0xf0, 0x95, 0x21, 0x22, 0x5c, 0x6b, 0x4e, 0x82,
        0x54, 0xd6, 0x65, 0x93, 0xce, 0x60, 0xb2, 0x1c, 0x73, 0x56, 0xc0, 0x14, 0xa7, 0x8c, 0xf1, 0xdc,
        0x12, 0x75, 0xca, 0x1f, 0x3b, 0xbe, 0xe4, 0xd1, 0x42, 0x3d, 0xd4, 0x30, 0xa3, 0x3c, 0xb6, 0x26,
        0x6f, 0xbf, 0x0e, 0xda, 0x46, 0x69, 0x07, 0x57, 0x27, 0xf2, 0x1d, 0x9b, 0xbc, 0x94, 0x43, 0x03,
        0xf8, 0x11, 0xc7, 0xf6, 0x90, 0xef, 0x3e, 0xe7, 0x06, 0xc3, 0xd5, 0x2f, 0xc8, 0x66, 0x1e, 0xd7,
        0x08, 0xe8, 0xea, 0xde, 0x80, 0x52, 0xee, 0xf7, 0x84, 0xaa, 0x72, 0xac, 0x35, 0x4d, 0x6a, 0x2a,
        0x96, 0x1a, 0xd2, 0x71, 0x5a, 0x15, 0x49, 0x74, 0x4b, 0x9f, 0xd0, 0x5e, 0x04, 0x18, 0xa4, 0xec,
        0xc2, 0xe0, 0x41, 0x6e, 0x0f, 0x51, 0xcb, 0xcc, 0x24, 0x91, 0xaf, 0x50, 0xa1, 0xf4, 0x70, 0x39,
        0x99, 0x7c, 0x3a, 0x85, 0x23, 0xb8, 0xb4, 0x7a, 0xfc, 0x02, 0x36, 0x5b, 0x25, 0x55, 0x97, 0x31,
        0x2d, 0x5d, 0xfa, 0x98, 0xe3, 0x8a, 0x92, 0xae, 0x05, 0xdf, 0x29, 0x10, 0x67, 0x6c, 0xba, 0xc9,
        0xd3, 0x00, 0xe6, 0xcf, 0xe1, 0x9e, 0xa8, 0x2c, 0x63, 0x16, 0x01, 0x3f, 0x58, 0xe2, 0x89, 0xa9,
        0x0d, 0x38, 0x34, 0x1b, 0xab, 0x33, 0xff, 0xb0, 0xbb, 0x48, 0x0c, 0x5f, 0xb9, 0xb1, 0xcd, 0x2e,
        0xc5, 0xf3, 0xdb, 0x47, 0xe5, 0xa5, 0x9c, 0x77, 0x0a, 0xa6, 0x20, 0x68, 0xfe, 0x7f, 0xc1, 0xad,
    ]
}
