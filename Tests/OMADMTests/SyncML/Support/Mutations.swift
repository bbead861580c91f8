// SPDX-License-Identifier: Apache-2.0

/// Damaged copies of a document.
enum Mutations {
    /// The document cut off at every place.
    static func truncations(of octets: [UInt8]) -> some Sequence<[UInt8]> {
        octets.indices.lazy.map { Array(octets[..<$0]) }
    }

    /// The document with every octet replaced in turn by what the closure gives for it.
    static func replacements(
        in octets: [UInt8], by values: @escaping (UInt8) -> [UInt8]
    ) -> some Sequence<[UInt8]> {
        octets.indices.lazy.flatMap { index in
            values(octets[index]).map { value in
                var changed = octets
                changed[index] = value
                return changed
            }
        }
    }

    /// The document with one bit of every octet flipped in turn, each time the next one.
    static func flippedBits(of octets: [UInt8]) -> some Sequence<[UInt8]> {
        octets.indices.lazy.map { index in
            var changed = octets
            changed[index] ^= 1 << (index % 8)
            return changed
        }
    }

    /// Every other value.
    static func others(_ octet: UInt8) -> [UInt8] { (UInt8.min...UInt8.max).filter { $0 != octet } }
}
