// SPDX-License-Identifier: Apache-2.0

/// Text that a Windows program saved as "Unicode".
///
/// Source: RFC 2781, sections 3.2 and 4.3.
enum UTF16Text {
    /// The text in UTF-8; the octets as they are when they are no UTF-16.
    ///
    /// Without a byte order mark, UTF-16 is known by the zero octet beside the hyphen or Base64 letter it begins with.
    static func utf8(_ octets: [UInt8]) -> [UInt8] {
        guard let isBigEndian = byteOrder(octets), octets.count.isMultiple(of: 2) else { return octets }
        var units: [UInt16] = []
        units.reserveCapacity(octets.count / 2)
        var first: UInt8?
        for octet in octets {
            guard let high = first else {
                first = octet
                continue
            }
            units.append(isBigEndian ? UInt16(high) << 8 | UInt16(octet) : UInt16(octet) << 8 | UInt16(high))
            first = nil
        }
        if units.first == 0xFEFF { units.removeFirst() }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// `nil` when it is no UTF-16.
    private static func byteOrder(_ octets: [UInt8]) -> Bool? {
        guard octets.count >= 4 else { return nil }
        switch (octets[0], octets[1], octets[2], octets[3]) {
        case (0xFE, 0xFF, _, _): return true
        case (0xFF, 0xFE, _, _): return false
        case (0, 0x20...0x7E, 0, 0x20...0x7E): return true
        case (0x20...0x7E, 0, 0x20...0x7E, 0): return false
        default: return nil
        }
    }
}
