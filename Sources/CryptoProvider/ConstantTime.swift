// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// Comparisons and selections whose time does not depend on the values.
public enum ConstantTime {
    /// Whether two byte strings are equal, in a time that depends on their lengths only.
    public static func equal(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
        let (a, b) = (Array(a), Array(b))
        guard a.count == b.count else { return false }
        return CRYPTO_memcmp(a, b, a.count) == 0
    }

    /// 0xFF when the value is zero, 0x00 otherwise.
    static func maskIfZero(_ value: UInt8) -> UInt8 {
        let wide = sealwright_value_barrier(UInt32(value))
        return UInt8(truncatingIfNeeded: (wide &- 1) >> 8)
    }

    /// 0xFF when the values are equal, 0x00 otherwise.
    static func maskIfEqual(_ a: UInt8, _ b: UInt8) -> UInt8 { maskIfZero(a ^ b) }

    /// 0xFF when `a` is less than `b`, 0x00 otherwise.
    static func maskIfLess(_ a: UInt8, _ b: UInt8) -> UInt8 {
        let difference = sealwright_value_barrier(UInt32(a) &- UInt32(b))
        return UInt8(truncatingIfNeeded: difference >> 8)
    }

    /// `a` when the mask is 0xFF, `b` when it is 0x00.
    static func select(_ mask: UInt8, _ a: UInt8, _ b: UInt8) -> UInt8 {
        let mask = UInt8(truncatingIfNeeded: sealwright_value_barrier(UInt32(mask)))
        return (a & mask) | (b & ~mask)
    }
}
