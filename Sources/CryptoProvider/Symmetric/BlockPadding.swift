// SPDX-License-Identifier: Apache-2.0

/// The padding of block ciphers in CMS and PKCS#7: as many octets as are missing, each holding that number.
///
/// Source: RFC 5652, section 6.3.
enum BlockPadding {
    /// The content filled up to whole blocks; a full block is added when it is whole already.
    static func add(to content: some Collection<UInt8>, blockByteCount: Int) -> [UInt8] {
        let missing = blockByteCount - content.count % blockByteCount
        var padded: [UInt8] = []
        padded.reserveCapacity(content.count + missing)
        padded.append(contentsOf: content)
        padded.append(contentsOf: repeatElement(UInt8(truncatingIfNeeded: missing), count: missing))
        return padded
    }

    /// The content without its padding; whatever is wrong takes the same time and is the same error.
    ///
    /// - Throws: ``CryptoError/decryptionFailed``.
    static func remove(from padded: [UInt8], blockByteCount: Int) throws(CryptoError) -> [UInt8] {
        guard let length = padded.last, padded.count >= blockByteCount else { throw .decryptionFailed }
        // Looks at the whole last block whatever the length says; `distance` counts back from the end.
        var bad = ConstantTime.maskIfZero(length)
        bad |= ConstantTime.maskIfLess(UInt8(truncatingIfNeeded: blockByteCount), length)
        for (distance, octet) in padded.suffix(blockByteCount).reversed().enumerated() {
            let isPadding = ConstantTime.maskIfLess(UInt8(truncatingIfNeeded: distance), length)
            bad |= isPadding & ~ConstantTime.maskIfEqual(octet, length)
        }
        guard bad == 0 else { throw .decryptionFailed }
        return Array(padded.dropLast(Int(length)))
    }
}
