// SPDX-License-Identifier: Apache-2.0

/// Text that is looked for in subjects, whatever its case.
///
/// The search is Horspool's: on a mismatch it skips ahead by what the last octet under the needle allows.
struct SubjectNeedle {
    private let octets: [UInt8]
    /// How far to move on, by the octet under the needle's end.
    private let skips: [Int]

    /// Takes a text of at least one character.
    init?(_ text: String) {
        let octets = Array(text.lowercased().utf8)
        guard !octets.isEmpty else { return nil }
        var skips = [Int](repeating: octets.count, count: 256)
        for (index, octet) in octets.dropLast().enumerated() { skips[Int(octet)] = octets.count - 1 - index }
        self.octets = octets
        self.skips = skips
    }

    /// Whether a subject holds the text.
    func matches(_ subject: String) -> Bool {
        Array(subject.lowercased().utf8).withUnsafeBytes { firstMatch(in: $0, from: 0) != nil }
    }

    /// Where the text is first found at or after `start`.
    func firstMatch(in haystack: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let last = octets.count - 1
        return octets.withUnsafeBytes { needle in
            skips.withUnsafeBufferPointer { skips in
                var position = start
                while position + last < haystack.count {
                    let octet = haystack[position + last]
                    if octet == needle[last] {
                        var index = 0
                        while index < last, haystack[position + index] == needle[index] { index += 1 }
                        if index == last { return position }
                    }
                    position += skips[Int(octet)]
                }
                return nil
            }
        }
    }
}
