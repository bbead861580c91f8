// SPDX-License-Identifier: Apache-2.0

/// The subjects of a block in one run of octets: lower case, each ended by 0xFF, which UTF-8 never contains.
enum PackedSubjects {
    private static let end: UInt8 = 0xFF

    static func append(_ subject: String, to octets: inout [UInt8]) {
        octets.append(contentsOf: subject.lowercased().utf8)
        octets.append(end)
    }

    /// The positions of the subjects that hold `needle`, in order; each once.
    static func positions(of needle: SubjectNeedle, in octets: UnsafeRawBufferPointer) -> [Int] {
        var positions: [Int] = []
        var position = 0
        var start = 0
        while let match = needle.firstMatch(in: octets, from: start) {
            position += ends(in: octets, start..<match)
            positions.append(position)
            // A subject that matched once is done with.
            guard let boundary = octets[match...].firstIndex(of: end) else { break }
            start = boundary + 1
            position += 1
        }
        return positions
    }

    /// How many subjects end in a range; eight octets are looked at in one number.
    private static func ends(in octets: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        var count = 0
        var start = range.lowerBound
        while start + 8 <= range.upperBound {
            // An octet's highest bit is set in `others` unless all its bits were set before.
            let zeros = ~octets.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            let others = ((zeros & lowBits) &+ lowBits) | zeros | lowBits
            count += (~others).nonzeroBitCount
            start += 8
        }
        for place in start..<range.upperBound where octets[place] == end { count += 1 }
        return count
    }

    /// All bits of eight octets but the highest of each.
    private static let lowBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
}
