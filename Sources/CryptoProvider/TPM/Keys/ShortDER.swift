// SPDX-License-Identifier: Apache-2.0

/// The little DER that key files and signatures of a TPM need, for elements under 64 KiB.
///
/// PKIFormats has all of DER; it stands on this target.
///
/// Source: X.690, sections 8.1 and 10.1.
enum ShortDER {
    /// Writes an element.
    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = UInt16(clamping: contents.count)
        let (high, low) = (UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count))
        let length: [UInt8] = high > 0 ? [0x82, high, low] : low >= 0x80 ? [0x81, low] : [low]
        return [tag] + length + contents
    }

    /// Writes a SEQUENCE.
    static func sequence(_ elements: [[UInt8]]) -> [UInt8] { element(0x30, elements.flatMap { $0 }) }

    /// Writes a positive INTEGER.
    static func integer(_ magnitude: [UInt8]) -> [UInt8] {
        let digits = Array(magnitude.drop { $0 == 0 })
        let needsZero = digits.first.map { $0 >= 0x80 } ?? true
        return element(0x02, (needsZero ? [0] : []) + digits)
    }

    /// Takes the next element; `nil` when there is none in its shortest form.
    static func take(from bytes: inout ArraySlice<UInt8>) -> (tag: UInt8, contents: ArraySlice<UInt8>)? {
        guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            guard first == 0x81 || first == 0x82 else { return nil }
            length = 0
            for _ in 0..<(first & 0x0F) {
                guard let octet = bytes.popFirst() else { return nil }
                length = length << 8 | Int(octet)
            }
            guard length >= (first == 0x81 ? 0x80 : 0x100) else { return nil }
        }
        guard length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return (tag, bytes.prefix(length))
    }
}
