// SPDX-License-Identifier: Apache-2.0

/// The two numbers of an ECDSA signature.
///
/// ```
/// Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
/// ```
///
/// Read here and not by a C library, since signatures come from outside.
///
/// Source: RFC 3279, section 2.2.3.
struct ECDSASignatureValue {
    /// `r ‖ s`, each as long as a coordinate.
    private(set) var rawRepresentation: [UInt8]

    /// Reads strict DER; `nil` for anything else, or when a number is longer than a coordinate.
    init?(parsing encoded: [UInt8], coordinateByteCount: Int) {
        var outer = encoded[...]
        guard var body = Self.takeElement(tag: 0x30, from: &outer), outer.isEmpty,
            let r = Self.takeElement(tag: 0x02, from: &body),
            let s = Self.takeElement(tag: 0x02, from: &body), body.isEmpty
        else { return nil }
        rawRepresentation = []
        for number in [r, s] {
            guard let magnitude = Self.magnitude(of: number), magnitude.count <= coordinateByteCount else { return nil }
            rawRepresentation.append(contentsOf: repeatElement(0, count: coordinateByteCount - magnitude.count))
            rawRepresentation.append(contentsOf: magnitude)
        }
    }

    /// The contents of the next element.
    ///
    /// A signature on P-521 has at most 139 octets, so one length octet after
    /// 0x81 is enough.
    private static func takeElement(tag: UInt8, from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.popFirst() == tag, var length = bytes.popFirst() else { return nil }
        if length == 0x81 {
            guard let long = bytes.popFirst(), long >= 0x80 else { return nil }
            length = long
        } else if length >= 0x80 {
            return nil
        }
        guard bytes.count >= Int(length) else { return nil }
        defer { bytes = bytes.dropFirst(Int(length)) }
        return bytes.prefix(Int(length))
    }

    /// The magnitude of the contents of a positive INTEGER in its shortest form.
    private static func magnitude(of contents: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = contents.first, first < 0x80 else { return nil }
        guard first == 0 else { return contents }
        let rest = contents.dropFirst()
        guard let second = rest.first, second >= 0x80 else { return nil }
        return rest
    }
}
