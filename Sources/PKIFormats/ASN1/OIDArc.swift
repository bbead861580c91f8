// SPDX-License-Identifier: Apache-2.0

/// One arc of an object identifier, of any size: those under 2.25 are UUIDs of 128 bits.
///
/// Source: ITU-T X.690, section 8.19; ITU-T X.667, section 7 (UUIDs).
struct OIDArc {
    /// Seven bits each, the highest first; at least one.
    private var groups: [UInt8]

    /// Takes the octets of one arc, as they stand in an identifier.
    init(octets: ArraySlice<UInt8>) { groups = octets.map { $0 & 0x7F } }

    /// Reads decimal digits.
    ///
    /// - Returns: `nil` for anything else and for more digits than an identifier can hold.
    init?(decimal text: some StringProtocol) {
        let digits = text.utf8
        guard (1...Self.digitLimit).contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else {
            return nil
        }
        // The lowest first while they grow.
        var groups: [UInt8] = [0]
        for digit in digits {
            var carry = Int(digit) - 0x30
            for index in groups.indices {
                carry += Int(groups[index]) * 10
                groups[index] = UInt8(carry & 0x7F)
                carry >>= 7
            }
            if carry > 0 { groups.append(UInt8(carry)) }
        }
        self.groups = groups.reversed()
    }

    /// 896 bits, all that ``ASN1Limits/objectIdentifierOctets`` hold, are under this many digits.
    private static let digitLimit = 270

    /// The octets as they stand in an identifier.
    var octets: [UInt8] { groups.dropLast().map { $0 | 0x80 } + groups.suffix(1) }

    var isUnder40: Bool { groups.count == 1 && groups.allSatisfy { $0 < 40 } }

    /// The first arc of an identifier, 0 to 2, when this is the number that stands for the first two.
    var firstOfTwo: Int {
        guard groups.count == 1, let only = groups.first else { return 2 }
        return min(Int(only) / 40, 2)
    }

    /// The arc and a number under 128.
    func adding(_ number: Int) -> OIDArc {
        var sum = self
        var carry = number
        for index in groups.indices.reversed() {
            carry += Int(groups[index])
            sum.groups[index] = UInt8(carry & 0x7F)
            carry >>= 7
        }
        if carry > 0 { sum.groups.insert(UInt8(carry & 0x7F), at: 0) }
        return sum
    }

    /// The arc less a number under 128 that is not greater than it.
    func subtracting(_ number: Int) -> OIDArc {
        var difference = self
        var borrow = number
        for index in groups.indices.reversed() where borrow > 0 {
            let rest = Int(groups[index]) - borrow
            difference.groups[index] = UInt8(rest & 0x7F)
            borrow = rest < 0 ? 1 : 0
        }
        return difference
    }

    /// Decimal digits.
    var decimal: String {
        if groups.count <= 9 { return String(groups.reduce(UInt64(0)) { $0 << 7 | UInt64($1) }) }
        // Nine digits each, the lowest first.
        var parts: [UInt64] = [0]
        for group in groups {
            var carry = UInt64(group)
            for index in parts.indices {
                carry += parts[index] << 7
                parts[index] = carry % 1_000_000_000
                carry /= 1_000_000_000
            }
            if carry > 0 { parts.append(carry) }
        }
        let lower = parts.dropLast().reversed().map { part in
            let digits = String(part)
            return String(repeating: "0", count: 9 - digits.count) + digits
        }
        return String(parts.last ?? 0) + lower.joined()
    }
}
