// SPDX-License-Identifier: Apache-2.0

/// A list of octet strings in one column, each as its length in four octets, most significant first, and its octets.
enum OctetsList {
    static func encode(_ list: [[UInt8]]) -> [UInt8] {
        var column: [UInt8] = []
        for octets in list {
            let count = UInt32(clamping: octets.count)
            for shift in [24, 16, 8, 0] as [UInt32] { column.append(UInt8(truncatingIfNeeded: count >> shift)) }
            column.append(contentsOf: octets)
        }
        return column
    }

    /// Reads as many as there are; what cannot be read ends the list.
    static func decode(_ column: [UInt8]) -> [[UInt8]] {
        var list: [[UInt8]] = []
        var rest = column[...]
        while rest.count >= 4 {
            let count = Int(rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            let octets = rest.dropFirst(4).prefix(count)
            guard octets.count == count else { break }
            list.append(Array(octets))
            rest = rest[octets.endIndex...]
        }
        return list
    }
}
