// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// An unsigned integer of libcrypto, cleared when it is freed, since it may be part of a private key.
///
/// Not `Sendable` and never stored: a number lives within one function. Every call into libcrypto names the numbers
/// it needs, so that none is freed while its pointer is in use.
final class BigNumber {
    private let pointer: OpaquePointer

    /// Zero.
    init() throws(CryptoError) { pointer = try requireValue(BN_new(), "allocating a number") }

    /// The value of a magnitude, most significant octet first.
    init(_ magnitude: [UInt8]) throws(CryptoError) {
        guard let length = Int32(exactly: magnitude.count) else { throw .invalidKey("a number is too long") }
        pointer = try requireValue(BN_bin2bn(magnitude, length, nil), "reading a number")
    }

    /// Takes over a number that libcrypto allocated.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { BN_clear_free(pointer) }

    /// The magnitude, most significant octet first, without leading zeros; empty for zero.
    var magnitude: [UInt8] {
        withPointer { pointer in
            var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(pointer)) + 7) / 8)
            BN_bn2bin(pointer, &bytes)
            return bytes
        }
    }

    var bitCount: Int { withPointer { Int(BN_num_bits($0)) } }

    /// The value when it fits a word; otherwise the largest word.
    var word: UInt { withPointer { BN_get_word($0) } }

    /// Whether the value is less than another one.
    func isLess(than other: BigNumber) -> Bool {
        withPointer { own in other.withPointer { BN_cmp(own, $0) < 0 } }
    }

    /// Runs a call with the pointer, which is valid until the call ends.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(pointer) }
    }
}

/// Calculation in place: each sets the number it is called on.
extension BigNumber {
    func set(word: UInt) throws(CryptoError) { try calculate { BN_set_word($0, word) } }

    func add(word: UInt) throws(CryptoError) { try calculate { BN_add_word($0, word) } }

    func add(_ other: BigNumber) throws(CryptoError) {
        try calculate { own in other.withPointer { BN_add(own, own, $0) } }
    }

    func subtract(_ other: BigNumber) throws(CryptoError) {
        try calculate { own in other.withPointer { BN_sub(own, own, $0) } }
    }

    func shiftLeft(_ bits: Int) throws(CryptoError) { try calculate { BN_lshift($0, $0, Int32(clamping: bits)) } }

    func shiftRight(_ bits: Int) throws(CryptoError) { try calculate { BN_rshift($0, $0, Int32(clamping: bits)) } }

    func setProduct(_ a: BigNumber, _ b: BigNumber, _ scratch: BigNumberScratch) throws(CryptoError) {
        try calculate { own in
            a.withPointer { a in b.withPointer { b in scratch.withPointer { BN_mul(own, a, b, $0) } } }
        }
    }

    func setSquare(of a: BigNumber, _ scratch: BigNumberScratch) throws(CryptoError) {
        try calculate { own in a.withPointer { a in scratch.withPointer { BN_sqr(own, a, $0) } } }
    }

    /// The quotient rounded down.
    func setQuotient(_ a: BigNumber, _ b: BigNumber, _ scratch: BigNumberScratch) throws(CryptoError) {
        try calculate { own in
            a.withPointer { a in b.withPointer { b in scratch.withPointer { BN_div(own, nil, a, b, $0) } } }
        }
    }

    func setRemainder(_ a: BigNumber, _ b: BigNumber, _ scratch: BigNumberScratch) throws(CryptoError) {
        try calculate { own in
            a.withPointer { a in b.withPointer { b in scratch.withPointer { BN_div(nil, own, a, b, $0) } } }
        }
    }

    private func calculate(_ body: (OpaquePointer) -> Int32) throws(CryptoError) {
        try requireSuccess(withPointer(body), "calculating")
    }
}

/// Scratch space for calculations with big numbers.
final class BigNumberScratch {
    private let pointer: OpaquePointer

    init() throws(CryptoError) { pointer = try requireValue(BN_CTX_new(), "allocating scratch space") }

    deinit { BN_CTX_free(pointer) }

    /// Runs a call with the pointer, which is valid until the call ends.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(pointer) }
    }
}
