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
            position += octets[start..<match].count { $0 == end }
            positions.append(position)
            // A subject that matched once is done with.
            guard let boundary = octets[match...].firstIndex(of: end) else { break }
            start = boundary + 1
            position += 1
        }
        return positions
    }
}
