// SPDX-License-Identifier: Apache-2.0

/// Text that is looked for in subjects, whatever its case.
///
/// Thirty-two places are tried at once for the text's first and last octet; only where both stand is the rest compared.
struct SubjectNeedle {
    private typealias Lane = SIMD32<UInt8>

    private let octets: [UInt8]
    private let first: Lane
    private let last: Lane

    /// Takes a text of at least one character.
    init?(_ text: String) {
        octets = Array(text.lowercased().utf8)
        guard let first = octets.first, let last = octets.last else { return nil }
        self.first = Lane(repeating: first)
        self.last = Lane(repeating: last)
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
            let starts = haystack.loadUnaligned(fromByteOffset: position, as: Lane.self)
            let ends = haystack.loadUnaligned(fromByteOffset: position + reach, as: Lane.self)
            let next = position + Lane.scalarCount
            if any((starts .== first) .& (ends .== last)), let match = match(in: haystack, position..<next) {
                return match
            }
            position = next
        }
        return match(in: haystack, position..<max(position, haystack.count - reach))
    }

    /// Compares place by place.
    private func match(in haystack: UnsafeRawBufferPointer, _ places: Range<Int>) -> Int? {
        places.first { place in octets.indices.allSatisfy { haystack[place + $0] == octets[$0] } }
    }
}
