// SPDX-License-Identifier: Apache-2.0

// The values of the primitive types. Each checks the tag first, so that a reader never mistakes one for another.
extension ASN1Element {
    /// The contents of an INTEGER or ENUMERATED, two's complement, leading octet kept.
    ///
    /// - Throws: ``FormatError`` for another tag, an empty or a constructed value.
    public func integerOctets(_ tag: ASN1Tag = .integer) throws(FormatError) -> ArraySlice<UInt8> {
        try expect(tag)
        guard !isConstructed, !content.isEmpty else { throw .malformedHeader(at: offset) }
        return content
    }

    /// The magnitude of a non-negative INTEGER without leading zeros; zero is one zero octet.
    ///
    /// - Throws: ``FormatError`` for another tag or a negative value.
    public func unsignedInteger() throws(FormatError) -> [UInt8] {
        let octets = try integerOctets()
        guard let first = octets.first, first & 0x80 == 0 else {
            throw .invalidValue(field: "INTEGER", reason: "negative")
        }
        let stripped = octets.drop { $0 == 0 }
        return stripped.isEmpty ? [0] : Array(stripped)
    }

    /// The value of an INTEGER or ENUMERATED that fits Swift's `Int`.
    ///
    /// - Throws: ``FormatError`` for another tag or a larger value.
    public func int(_ tag: ASN1Tag = .integer) throws(FormatError) -> Int {
        let octets = try integerOctets(tag)
        guard octets.count <= 8, let first = octets.first else {
            throw .invalidValue(field: "INTEGER", reason: "over 64 bits")
        }
        var value: Int64 = first & 0x80 == 0 ? 0 : -1
        for octet in octets { value = value << 8 | Int64(octet) }
        return Int(value)
    }

    /// A BOOLEAN; any non-zero octet is true, as BER says.
    ///
    /// - Throws: ``FormatError`` for another tag or length.
    public func boolean() throws(FormatError) -> Bool {
        try expect(.boolean)
        guard !isConstructed, content.count == 1, let octet = content.first else {
            throw .malformedHeader(at: offset)
        }
        return octet != 0
    }

    /// A NULL.
    ///
    /// - Throws: ``FormatError`` for another tag or contents.
    public func null() throws(FormatError) {
        try expect(.null)
        guard content.isEmpty else { throw .malformedHeader(at: offset) }
    }

    /// An OBJECT IDENTIFIER.
    ///
    /// - Throws: ``FormatError``.
    public func oid() throws(FormatError) -> OID {
        try expect(.objectIdentifier)
        return try OID(octets: content)
    }

    /// The octets of an OCTET STRING, segments of the constructed form joined.
    ///
    /// BouncyCastle (jscep), Apple and OpenSSL's streaming mode send the constructed form.
    ///
    /// - Throws: ``FormatError``.
    public func octetString() throws(FormatError) -> ArraySlice<UInt8> {
        try expect(.octetString)
        return try stringOctets()
    }

    /// The octets of a BIT STRING whose bits fill whole octets, as keys and signatures do.
    ///
    /// - Throws: ``FormatError``; also when bits are unused.
    public func bitStringOctets() throws(FormatError) -> ArraySlice<UInt8> {
        let bits = try bitString()
        guard bits.unused == 0 else { throw .invalidValue(field: "BIT STRING", reason: "not whole octets") }
        return bits.octets
    }

    /// A BIT STRING: its octets and how many bits of the last one are unused.
    ///
    /// - Throws: ``FormatError``.
    public func bitString() throws(FormatError) -> (octets: ArraySlice<UInt8>, unused: Int) {
        try expect(.bitString)
        guard !isConstructed, let unused = content.first, unused < 8, unused == 0 || content.count > 1 else {
            throw .malformedHeader(at: offset)
        }
        return (content.dropFirst(), Int(unused))
    }

    /// The named bits that are set in a BIT STRING, bit 0 first; those the string calls unused are not.
    ///
    /// - Throws: ``FormatError``; also for more than 64 bits.
    public func namedBits() throws(FormatError) -> UInt64 {
        let (octets, unused) = try bitString()
        guard octets.count <= 8 else { throw .limitExceeded("named bits", limit: 64) }
        var bits: UInt64 = 0
        for (position, octet) in octets.enumerated() {
            for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 { bits |= 1 << UInt64(position * 8 + bit) }
        }
        let count = octets.count * 8 - unused
        return count < 64 ? bits & ((1 << UInt64(count)) - 1) : bits
    }

    /// The contents of any string type, segments of the constructed form joined.
    ///
    /// - Throws: ``FormatError`` when a segment is no OCTET STRING and not of this element's own type, or there are too
    ///   many.
    public func stringOctets() throws(FormatError) -> ArraySlice<UInt8> {
        guard isConstructed else { return content }
        var joined: [UInt8] = []
        joined.reserveCapacity(content.count)
        var budget = ASN1Limits.elements
        try joinSegments(into: &joined, budget: &budget)
        return joined[...]
    }

    /// Appends the segments; the depth is bounded by ``inside()``.
    private func joinSegments(into joined: inout [UInt8], budget: inout Int) throws(FormatError) {
        var reader = try inside()
        while !reader.isAtEnd {
            guard budget > 0 else { throw .limitExceeded("string segments", limit: ASN1Limits.elements) }
            budget -= 1
            let segment = try reader.next()
            guard segment.tag == .octetString || segment.tag == tag else {
                throw .unexpectedTag(expected: .octetString, found: segment.tag, at: segment.offset)
            }
            if segment.isConstructed {
                try segment.joinSegments(into: &joined, budget: &budget)
            } else {
                joined.append(contentsOf: segment.content)
            }
        }
    }
}
