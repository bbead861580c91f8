// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The serial number of a certificate: an INTEGER of any length.
///
/// Peers write negative, zero and 33-octet serials, so the contents octets are kept as received. Two serials are equal
/// when they are the same number, however many leading octets pad them.
///
/// Source: RFC 5280, section 4.1.2.2.
public struct SerialNumber: Sendable, DEREncodable {
    /// The contents octets of the INTEGER, two's complement, as received.
    public let octets: [UInt8]

    /// Takes contents octets of an INTEGER; none is taken as zero.
    public init(octets: some Collection<UInt8>) {
        self.octets = octets.isEmpty ? [0] : Array(octets)
    }

    /// Reads an INTEGER of any length.
    ///
    /// - Throws: ``FormatError`` when the element is no INTEGER.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        self.init(octets: try element.integerOctets())
    }

    /// A fresh serial: 16 octets, 126 of their bits random, positive and never shortened by a leading zero.
    public static func random() -> SerialNumber {
        var octets = SecureRandom.bytes(16)
        if let first = octets.first { octets[0] = first & 0x3F | 0x40 }
        return SerialNumber(octets: octets)
    }

    /// Whether the number is below zero, which RFC 5280 forbids and the wild contains.
    public var isNegative: Bool { (octets.first ?? 0) & 0x80 != 0 }

    /// Whether it was written with no more octets than DER takes.
    var isMinimal: Bool { octets.count == minimalOctets.count }

    /// Appends the INTEGER.
    public func encode(into writer: inout DERWriter) { writer.primitive(.integer, minimalOctets) }

    /// Appends the number under another tag, as an IMPLICIT field.
    package func encode(into writer: inout DERWriter, tag: ASN1Tag) { writer.primitive(tag, minimalOctets) }

    /// The octets without superfluous leading ones, as DER writes them: one number has one form.
    package var minimalOctets: ArraySlice<UInt8> {
        var rest = octets[...]
        while let first = rest.first, let second = rest.dropFirst().first,
            (first == 0 && second & 0x80 == 0) || (first == 0xFF && second & 0x80 != 0)
        {
            rest = rest.dropFirst()
        }
        return rest
    }
}

// MARK: - Comparing

extension SerialNumber: Hashable, Comparable {
    /// Whether both are the same number.
    public static func == (left: SerialNumber, right: SerialNumber) -> Bool {
        left.octets == right.octets || left.minimalOctets == right.minimalOctets
    }

    /// Hashes the number.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets: minimalOctets) }

    /// Orders by value.
    public static func < (left: SerialNumber, right: SerialNumber) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        let (a, b) = (left.minimalOctets, right.minimalOctets)
        guard a.count == b.count else { return (a.count < b.count) != left.isNegative }
        return a.lexicographicallyPrecedes(b)
    }
}

// MARK: - Text

extension SerialNumber: CustomStringConvertible, Codable {
    /// The number in lower-case hexadecimal, two digits an octet, without separators or padding.
    ///
    /// A negative number is its magnitude behind a minus sign.
    public var hex: String {
        let magnitude = isNegative ? Self.negated(minimalOctets) : Array(minimalOctets)
        let stripped = magnitude.drop { $0 == 0 }
        return (isNegative ? "-" : "") + Hex.encode(stripped.isEmpty ? [0] : stripped)
    }

    /// Reads hexadecimal in either case, with or without colons, spaces, `0x` or a minus sign.
    ///
    /// - Returns: `nil` for anything else and for more than 64 octets.
    public init?(hex text: some StringProtocol) {
        var digits = Array(text.utf8.filter { $0 != 0x3A && $0 != 0x20 })
        let isNegative = digits.first == 0x2D
        if isNegative { digits.removeFirst() }
        if digits.starts(with: [0x30, 0x78]) || digits.starts(with: [0x30, 0x58]) { digits.removeFirst(2) }
        if !digits.count.isMultiple(of: 2) { digits.insert(0x30, at: 0) }
        guard !digits.isEmpty, digits.count <= 128, let magnitude = Hex.decode(digits) else { return nil }
        let positive = SerialNumber(octets: [0] + magnitude).minimalOctets
        self.init(octets: isNegative ? SerialNumber(octets: Self.negated(positive)).minimalOctets : positive)
    }

    /// The hexadecimal form.
    public var description: String { hex }

    /// Reads the hexadecimal form.
    ///
    /// - Throws: `DecodingError` when the text is no hexadecimal number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = SerialNumber(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a hexadecimal serial number")
        }
        self = value
    }

    /// Writes the hexadecimal form.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    /// Two's complement of the other sign, one octet longer so that the sign bit always fits.
    private static func negated(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        let fill: UInt8 = (octets.first ?? 0) & 0x80 == 0 ? 0 : 0xFF
        var result = [fill] + octets
        var carry = true
        for index in result.indices.reversed() {
            let inverted = ~result[index]
            result[index] = carry ? inverted &+ 1 : inverted
            carry = carry && inverted == 0xFF
        }
        return result
    }
}
