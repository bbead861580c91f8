// SPDX-License-Identifier: Apache-2.0

/// Text that is looked for in subjects, whatever its case.
///
/// Thirty-two places are tried at once for the text's first, middle and last octet; only where all three stand is the
/// rest compared.
struct SubjectNeedle {
    private typealias Lane = SIMD32<UInt8>

    private let octets: [UInt8]
    /// Octets of the text that are tried first, and how far from its beginning they are.
    private let probes: (first: Lane, middle: Lane, last: Lane)
    private let middle: Int

    /// Takes a text of at least one character.
    init?(_ text: String) {
        octets = Array(text.lowercased().utf8)
        guard let first = octets.first, let last = octets.last else { return nil }
        middle = octets.count / 2
        probes = (Lane(repeating: first), Lane(repeating: octets[middle]), Lane(repeating: last))
    }

    /// Whether a subject holds the text.
    func matches(_ subject: String) -> Bool {
        Array(subject.lowercased().utf8).withUnsafeBytes { firstMatch(in: $0, from: 0) != nil }
    }

    /// Where the text is first found at or after `start`.
    func firstMatch(in haystack: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let reach = octets.count - 1
        var position = start
        while position + reach + Lane.scalarCount <= haystack.count {
            let next = position + Lane.scalarCount
            if mayMatch(in: haystack, at: position), let match = match(in: haystack, position..<next) { return match }
            position = next
        }
        return match(in: haystack, position..<max(position, haystack.count - reach))
    }

    private func mayMatch(in haystack: UnsafeRawBufferPointer, at position: Int) -> Bool {
        let starts = haystack.loadUnaligned(fromByteOffset: position, as: Lane.self) .== probes.first
        let middles = haystack.loadUnaligned(fromByteOffset: position + middle, as: Lane.self) .== probes.middle
        let ends = haystack.loadUnaligned(fromByteOffset: position + octets.count - 1, as: Lane.self) .== probes.last
        return any(starts .& middles .& ends)
    }

    /// Compares place by place.
    private func match(in haystack: UnsafeRawBufferPointer, _ places: Range<Int>) -> Int? {
        places.first { place in octets.indices.allSatisfy { haystack[place + $0] == octets[$0] } }
    }
}
