// SPDX-License-Identifier: Apache-2.0

/// Text that is looked for in subjects, whatever its case.
///
/// Thirty-two places are tried at once for the text's first, middle and last octet; only where all three stand is the
/// rest compared.
struct SubjectNeedle {
    /// Thirty-two octets.
    private typealias Lane = SIMD4<UInt64>

    private let octets: [UInt8]
    /// Octets of the text that are tried first, and how far from its beginning they are.
    private let probes: (first: Lane, middle: Lane, last: Lane)
    private let middle: Int

    /// Takes a text of at least one character.
    init?(_ text: String) {
        octets = Array(text.lowercased().utf8)
        guard let first = octets.first, let last = octets.last else { return nil }
        middle = octets.count / 2
        probes = (Self.lane(of: first), Self.lane(of: octets[middle]), Self.lane(of: last))
    }

    /// Whether a subject holds the text.
    func matches(_ subject: String) -> Bool {
        Array(subject.lowercased().utf8).withUnsafeBytes { firstMatch(in: $0, from: 0) != nil }
    }

    /// Where the text is first found at or after `start`.
    func firstMatch(in haystack: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let reach = octets.count - 1
        var position = start
        while position + reach + Self.laneOctets <= haystack.count {
            let next = position + Self.laneOctets
            if mayMatch(in: haystack, at: position), let match = match(in: haystack, position..<next) { return match }
            position = next
        }
        return match(in: haystack, position..<max(position, haystack.count - reach))
    }

    /// Whether all three probes stand at one of thirty-two places; now and then also when they do not.
    private func mayMatch(in haystack: UnsafeRawBufferPointer, at position: Int) -> Bool {
        let starts = haystack.loadUnaligned(fromByteOffset: position, as: Lane.self) ^ probes.first
        let middles = haystack.loadUnaligned(fromByteOffset: position + middle, as: Lane.self) ^ probes.middle
        let ends = haystack.loadUnaligned(fromByteOffset: position + octets.count - 1, as: Lane.self) ^ probes.last
        // Where all three stand an octet is zero now; the least of them has its highest bit set by the borrow.
        let differences = starts | middles | ends
        let zeros = (differences &- Self.lane(of: 0x01)) & ~differences & Self.lane(of: 0x80)
        return zeros.x | zeros.y | zeros.z | zeros.w != 0
    }

    private static let laneOctets = 32

    private static func lane(of octet: UInt8) -> Lane { Lane(repeating: UInt64(octet) &* 0x0101_0101_0101_0101) }

    /// Compares place by place.
    private func match(in haystack: UnsafeRawBufferPointer, _ places: Range<Int>) -> Int? {
        places.first { place in octets.indices.allSatisfy { haystack[place + $0] == octets[$0] } }
    }
}
