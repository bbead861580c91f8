// SPDX-License-Identifier: Apache-2.0

/// Writes strict DER into one growing buffer.
///
/// Nested structures are written in place: one octet is left for the length, and when the contents need more, they are
/// moved once. No intermediate tree is built.
///
/// Source: ITU-T X.690, section 10.
public struct DERWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty writer, optionally with room for a number of octets.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Appends octets that are DER already.
    public mutating func append(_ encoded: some Collection<UInt8>) { bytes.append(contentsOf: encoded) }

    /// Appends a value that writes itself.
    public mutating func append(_ value: some DEREncodable) { value.encode(into: &self) }

    /// Writes a primitive element.
    public mutating func primitive(_ tag: ASN1Tag, _ content: some Collection<UInt8>) {
        appendHeader(tag, isConstructed: false, length: content.count)
        bytes.append(contentsOf: content)
    }

    /// Writes a constructed element with the contents that `body` writes.
    public mutating func constructed<Failure: Error>(
        _ tag: ASN1Tag, _ body: (inout DERWriter) throws(Failure) -> Void
    ) throws(Failure) {
        appendIdentifier(tag, isConstructed: true)
        let start = bytes.count
        bytes.append(0)
        try body(&self)
        closeLength(at: start)
    }

    /// Writes a SEQUENCE.
    public mutating func sequence<Failure: Error>(
        _ body: (inout DERWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try constructed(.sequence, body)
    }

    /// Writes an EXPLICIT context tag.
    public mutating func explicit<Failure: Error>(
        _ number: UInt32, _ body: (inout DERWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try constructed(.context(number), body)
    }

    /// Writes a SET OF: the encoded members sorted as DER demands.
    ///
    /// Source: ITU-T X.690, section 11.6.
    public mutating func setOf(_ members: [[UInt8]], tag: ASN1Tag = .set) {
        let sorted = members.sorted { $0.lexicographicallyPrecedes($1) }
        appendHeader(tag, isConstructed: true, length: sorted.reduce(0) { $0 + $1.count })
        for member in sorted { bytes.append(contentsOf: member) }
    }

    private mutating func appendHeader(_ tag: ASN1Tag, isConstructed: Bool, length: Int) {
        appendIdentifier(tag, isConstructed: isConstructed)
        if length < 0x80 {
            bytes.append(UInt8(length))
        } else {
            let count = Self.octetCount(of: length)
            bytes.append(0x80 | UInt8(count))
            for index in 0..<count { bytes.append(Self.octet(index, of: count, in: length)) }
        }
    }

    private mutating func appendIdentifier(_ tag: ASN1Tag, isConstructed: Bool) {
        let leading = tag.tagClass.rawValue << 6 | (isConstructed ? 0x20 : 0)
        guard tag.number >= 31 else { return bytes.append(leading | UInt8(tag.number)) }
        bytes.append(leading | 0x1F)
        var shift: UInt32 = 28
        while shift > 0, tag.number >> shift == 0 { shift -= 7 }
        while shift > 0 {
            bytes.append(UInt8(truncatingIfNeeded: tag.number >> shift) | 0x80)
            shift -= 7
        }
        bytes.append(UInt8(tag.number & 0x7F))
    }

    /// Writes the length of the contents that follow the one octet left for it, making room when it needs more.
    private mutating func closeLength(at index: Int) {
        let length = bytes.count - index - 1
        guard length >= 0x80 else { return bytes[index] = UInt8(length) }
        let count = Self.octetCount(of: length)
        bytes[index] = 0x80 | UInt8(count)
        bytes.insert(contentsOf: repeatElement(0, count: count), at: index + 1)
        for place in 0..<count { bytes[index + 1 + place] = Self.octet(place, of: count, in: length) }
    }

    /// How many octets a length has that does not fit the first one.
    private static func octetCount(of length: Int) -> Int { (Int.bitWidth - length.leadingZeroBitCount + 7) / 8 }

    /// One of the octets of a length, the most significant first.
    private static func octet(_ index: Int, of count: Int, in length: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: length >> ((count - 1 - index) * 8))
    }
}

/// A value that can write itself as DER.
public protocol DEREncodable {
    /// Appends the DER of this value.
    func encode(into writer: inout DERWriter)
}

extension DEREncodable {
    /// The DER of this value.
    public var derBytes: [UInt8] {
        var writer = DERWriter()
        encode(into: &writer)
        return writer.bytes
    }
}

// MARK: - Primitive values

extension DERWriter {
    /// Writes an INTEGER.
    public mutating func integer(_ value: Int, tag: ASN1Tag = .integer) {
        var octets: [UInt8] = []
        var rest = value
        repeat {
            octets.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        } while !(rest == 0 && octets[octets.count - 1] & 0x80 == 0)
            && !(rest == -1 && octets[octets.count - 1] & 0x80 != 0)
        primitive(tag, octets.reversed())
    }

    /// Writes a non-negative INTEGER from its big-endian magnitude.
    public mutating func unsignedInteger(_ magnitude: some Collection<UInt8>) {
        var octets = Array(magnitude.drop { $0 == 0 })
        if octets.first.map({ $0 & 0x80 != 0 }) ?? true { octets.insert(0, at: 0) }
        primitive(.integer, octets)
    }

    /// Writes an ENUMERATED.
    public mutating func enumerated(_ value: Int) { integer(value, tag: .enumerated) }

    /// Writes a BOOLEAN; true is 0xFF.
    public mutating func boolean(_ value: Bool) { primitive(.boolean, [value ? 0xFF : 0]) }

    /// Writes NULL.
    public mutating func null() { primitive(.null, []) }

    /// Writes an OBJECT IDENTIFIER.
    public mutating func oid(_ oid: OID) {
        appendHeader(.objectIdentifier, isConstructed: false, length: oid.count)
        oid.append(to: &bytes)
    }

    /// Writes an OCTET STRING.
    public mutating func octetString(_ octets: some Collection<UInt8>) { primitive(.octetString, octets) }

    /// Writes a BIT STRING of whole octets.
    public mutating func bitString(_ octets: some Collection<UInt8>) {
        appendHeader(.bitString, isConstructed: false, length: octets.count + 1)
        bytes.append(0)
        bytes.append(contentsOf: octets)
    }

    /// Writes a BIT STRING of named bits, bit 0 first, trailing zero bits cut off as DER demands.
    ///
    /// Source: ITU-T X.690, section 11.2.2.
    public mutating func namedBits(_ bits: UInt64, tag: ASN1Tag = .bitString) {
        guard bits != 0 else { return primitive(tag, [0]) }
        let highest = 63 - bits.leadingZeroBitCount
        var octets = [UInt8](repeating: 0, count: highest / 8 + 1)
        for bit in 0...highest where bits & (1 << UInt64(bit)) != 0 { octets[bit / 8] |= 0x80 >> UInt8(bit % 8) }
        primitive(tag, [UInt8(7 - highest % 8)] + octets)
    }

    /// Writes text as one of the string types; the caller has checked that the type can hold it.
    public mutating func string(_ text: String, as tag: ASN1Tag = .utf8String) {
        switch tag {
        case .bmpString:
            primitive(tag, text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] })
        case .universalString:
            let octets = text.unicodeScalars.flatMap { scalar in
                [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: scalar.value >> $0) }
            }
            primitive(tag, octets)
        case .teletexString:
            primitive(tag, text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        default:
            primitive(tag, Array(text.utf8))
        }
    }

    /// Writes a Time: UTCTime until 2049, GeneralizedTime from 2050.
    ///
    /// Source: RFC 5280, section 4.1.2.5.
    public mutating func time(_ timestamp: Timestamp) {
        let time = timestamp.derTime
        primitive(time.tag, time.content)
    }

    /// Writes a GeneralizedTime.
    public mutating func generalizedTime(_ timestamp: Timestamp, tag: ASN1Tag = .generalizedTime) {
        primitive(tag, timestamp.generalizedTimeOctets)
    }
}
