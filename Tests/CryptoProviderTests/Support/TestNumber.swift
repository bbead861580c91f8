// SPDX-License-Identifier: Apache-2.0

/// Natural numbers of any size, slow and plain, to build weak keys from.
struct TestNumber {
    /// Least significant first.
    private var limbs: [UInt32]

    init(_ value: UInt32) { limbs = [value] }

    init(magnitude: [UInt8]) {
        limbs = []
        var rest = magnitude[...]
        while !rest.isEmpty {
            limbs.append(rest.suffix(4).reduce(0) { $0 << 8 | UInt32($1) })
            rest = rest.dropLast(4)
        }
    }

    /// Two to a power.
    init(twoToThe exponent: Int) {
        limbs = Array(repeating: 0, count: exponent / 32) + [1 << UInt32(exponent % 32)]
    }

    var magnitude: [UInt8] {
        let bytes = limbs.reversed().flatMap { limb in withUnsafeBytes(of: limb.bigEndian) { Array($0) } }
        return Array(bytes.drop { $0 == 0 })
    }

    static func + (a: Self, b: Self) -> Self {
        var (sum, carry) = (a, UInt64(0))
        for index in 0..<max(a.limbs.count, b.limbs.count) {
            let total = UInt64(a[index]) + UInt64(b[index]) + carry
            sum[index] = UInt32(truncatingIfNeeded: total)
            carry = total >> 32
        }
        if carry > 0 { sum.limbs.append(UInt32(carry)) }
        return sum
    }

    static func * (a: Self, b: Self) -> Self {
        var product = TestNumber(0)
        for i in a.limbs.indices {
            var carry = UInt64(0)
            for j in 0...b.limbs.count {
                let total = UInt64(a[i]) * UInt64(b[j]) + UInt64(product[i + j]) + carry
                product[i + j] = UInt32(truncatingIfNeeded: total)
                carry = total >> 32
            }
        }
        return product
    }

    private subscript(index: Int) -> UInt32 {
        get { limbs.indices.contains(index) ? limbs[index] : 0 }
        set {
            while limbs.count <= index { limbs.append(0) }
            limbs[index] = newValue
        }
    }
}
