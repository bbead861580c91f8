// SPDX-License-Identifier: Apache-2.0

extension PublicKey {
    /// Everything known to be weak about the key; empty for a good one.
    ///
    /// Points of the NIST curves have no weaknesses that could be seen: whatever is not on the curve is no key at all.
    public var weaknesses: [KeyWeakness] {
        switch self {
        case .rsa(let key): key.weaknesses
        case .ec: []
        case .ed25519(let octets): Self.isDegenerate(octets) ? [.smallOrder] : []
        }
    }

    /// Whether an Ed25519 point has at most eight multiples, or is written in a way no generator writes.
    ///
    /// Source: RFC 8032, sections 5.1.3 and 8.6; RFC 7748, section 6.1.
    private static func isDegenerate(_ octets: [UInt8]) -> Bool {
        // The last bit is the sign of x, and both points with one y have the same order.
        guard octets.count == 32, let last = octets.last else { return true }
        let y = octets.dropLast() + [last & 0x7F]
        let isAtLeastP =
            y.first.map { $0 >= 0xED } == true && y.dropFirst().dropLast().allSatisfy { $0 == 0xFF }
            && y.last == 0x7F
        return isAtLeastP || smallOrder.contains(Array(y))
    }

    /// The y of the points of order 1, 2, 4 and 8, little-endian: 1, p - 1, 0, and two of order 8.
    ///
    /// Each is the y of a point times the order of the base point.
    private static let smallOrder: Set<[UInt8]> = [
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [UInt8](repeating: 0, count: 32),
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}
