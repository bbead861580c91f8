// SPDX-License-Identifier: Apache-2.0

/// The elements of SyncML by their local names, found without making a text of the name.
///
/// The first eight octets tell all names apart, so they are the key; the rest is compared.
struct SyncMLTagTable: Sendable {
    private struct Entry: Sendable {
        let key: UInt64
        let name: [UInt8]
        let tag: SyncMLTag
    }

    static let shared = SyncMLTagTable()

    /// Number of the entry and one more, by hash; 0 where there is none.
    private var slots = [UInt8](repeating: 0, count: 256)
    private var entries: [Entry] = []

    private init() {
        for tag in SyncMLTag.allCases where tag != .unknown {
            let name = Array(tag.name.utf8)
            let key = Self.key(name[...])
            var slot = Self.slot(key)
            while slots[slot] != 0 { slot = (slot + 1) & 255 }
            entries.append(Entry(key: key, name: name, tag: tag))
            slots[slot] = UInt8(truncatingIfNeeded: entries.count)
        }
    }

    /// The element with this name.
    func tag(_ name: Range<Int>, in octets: [UInt8]) -> SyncMLTag {
        guard name.upperBound <= octets.count, name.lowerBound >= 0 else { return .unknown }
        var key: UInt64 = 0
        for index in name.lowerBound..<min(name.upperBound, name.lowerBound + 8) {
            key = key << 8 | UInt64(octets[index])
        }
        var slot = Self.slot(key)
        // The table is filled to a third, so the search meets an empty slot.
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.key == key, entry.name.count == name.count {
                let isSame = name.count <= 8 || octets[name].dropFirst(8).elementsEqual(entry.name.dropFirst(8))
                return isSame ? entry.tag : .unknown
            }
            slot = (slot + 1) & 255
        }
        return .unknown
    }

    private static func key(_ name: ArraySlice<UInt8>) -> UInt64 {
        name.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The golden ratio spreads neighbouring keys.
    private static func slot(_ key: UInt64) -> Int { Int((key &* 0x9E37_79B9_7F4A_7C15) >> 56) }
}
