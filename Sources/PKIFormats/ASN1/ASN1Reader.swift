// SPDX-License-Identifier: Apache-2.0

/// Walks the elements of a BER or DER buffer, one after the other.
///
/// BER is what arrives: indefinite lengths, constructed strings and non-minimal lengths are read, because
/// BouncyCastle, Apple's Security framework and OpenSSL's streaming mode send them. DER is what leaves; the
/// `der` rules are for what we wrote ourselves and for structures whose standard demands DER.
///
/// A reader never recurses on input and never allocates: elements are slices of the buffer.
///
/// Source: ITU-T X.690, section 8.1.
public struct ASN1Reader: Sendable {
    /// Which of the encoding rules the lengths must follow.
    public enum Rules: Hashable, Sendable {
        /// Basic: indefinite and non-minimal lengths allowed.
        case ber
        /// Distinguished: definite, minimal lengths only.
        case der
    }

    private let bytes: ArraySlice<UInt8>
    /// Where the next element begins; only this moves, so that reading one costs no reference to the buffer.
    private var position: Int
    private let rules: Rules
    private let depth: Int

    /// Reads from a slice; offsets in errors are the slice's own indices.
    public init(_ bytes: ArraySlice<UInt8>, rules: Rules = .ber) {
        self.init(bytes, rules: rules, depth: 0)
    }

    init(_ bytes: ArraySlice<UInt8>, rules: Rules, depth: Int) {
        self.bytes = bytes
        self.position = bytes.startIndex
        self.rules = rules
        self.depth = depth
    }

    /// Whether every octet was consumed.
    public var isAtEnd: Bool { position == bytes.endIndex }

    /// The octets not yet consumed.
    public var remaining: ArraySlice<UInt8> { bytes[position...] }

    /// Consumes the next element.
    ///
    /// - Throws: ``FormatError`` when the bytes end or the header breaks the rules.
    public mutating func next() throws(FormatError) -> ASN1Element {
        let header = try Self.header(of: bytes, at: position, rules: rules)
        let contentStart = header.contentStart
        if let length = header.length {
            guard length <= bytes.endIndex - contentStart else { throw .truncated(at: position) }
            return take(header, end: contentStart + length, trailerLength: 0)
        }
        let contentEnd = try Self.endOfIndefinite(in: bytes, from: contentStart, depth: depth)
        return take(header, end: contentEnd + 2, trailerLength: 2)
    }

    /// Consumes the next element, which must carry this tag.
    ///
    /// - Throws: ``FormatError/unexpectedTag(expected:found:at:)`` for another tag or at the end.
    public mutating func next(_ tag: ASN1Tag) throws(FormatError) -> ASN1Element {
        guard !isAtEnd else { throw .unexpectedTag(expected: tag, found: nil, at: position) }
        let element = try next()
        try element.expect(tag)
        return element
    }

    /// Consumes the next element if it carries this tag: an OPTIONAL or DEFAULT field.
    ///
    /// - Throws: ``FormatError`` when the next header is malformed.
    public mutating func nextIf(_ tag: ASN1Tag) throws(FormatError) -> ASN1Element? {
        guard try peekTag() == tag else { return nil }
        return try next()
    }

    /// The tag of the next element, `nil` at the end.
    ///
    /// - Throws: ``FormatError`` when the next header is malformed.
    public func peekTag() throws(FormatError) -> ASN1Tag? {
        guard !isAtEnd else { return nil }
        return try Self.header(of: bytes, at: position, rules: rules).tag
    }

    /// States that the structure ends here.
    ///
    /// - Throws: ``FormatError/trailingBytes(at:)`` when octets remain.
    public func finish() throws(FormatError) {
        guard isAtEnd else { throw .trailingBytes(at: position) }
    }

    /// Consumes all that is left, element by element.
    ///
    /// - Throws: ``FormatError``; also when there are more than `limit` elements.
    public mutating func all(limit: Int = ASN1Limits.elements) throws(FormatError) -> [ASN1Element] {
        var elements: [ASN1Element] = []
        while !isAtEnd {
            guard elements.count < limit else { throw .limitExceeded("elements of one structure", limit: limit) }
            elements.append(try next())
        }
        return elements
    }

    private mutating func take(_ header: Header, end: Int, trailerLength: Int) -> ASN1Element {
        let start = position
        position = end
        return ASN1Element(
            tag: header.tag, isConstructed: header.isConstructed, encoded: bytes[start..<end],
            headerLength: header.contentStart - start, trailerLength: trailerLength, rules: rules, depth: depth)
    }
}

// MARK: - Headers

extension ASN1Reader {
    struct Header {
        let tag: ASN1Tag
        let isConstructed: Bool
        /// `nil` is the indefinite form.
        let length: Int?
        let contentStart: Int
    }

    /// Reads identifier and length octets.
    ///
    /// Every index is compared with the end before it is used.
    static func header(of bytes: ArraySlice<UInt8>, at start: Int, rules: Rules) throws(FormatError) -> Header {
        let end = bytes.endIndex
        guard start < end else { throw .truncated(at: start) }
        let identifier = bytes[start]
        var index = start + 1
        let number = try tagNumber(identifier, bytes, &index, start: start)
        guard index < end else { throw .truncated(at: start) }
        let first = bytes[index]
        index += 1
        let isConstructed = identifier & 0x20 != 0
        let length: Int?
        if first < 0x80 {
            length = Int(first)
        } else if first == 0x80 {
            guard isConstructed, rules == .ber else { throw .malformedHeader(at: start) }
            length = nil
        } else {
            length = try longLength(octets: Int(first & 0x7F), bytes, &index, start: start, rules: rules)
        }
        let tagClass = ASN1Tag.Class(rawValue: identifier >> 6) ?? .universal
        return Header(
            tag: ASN1Tag(tagClass, number), isConstructed: isConstructed, length: length, contentStart: index)
    }

    /// The number in the identifier octet, or the base-128 number of up to four octets behind it.
    ///
    /// Small numbers in the long form are refused: one tag must not have two spellings.
    private static func tagNumber(
        _ identifier: UInt8, _ bytes: ArraySlice<UInt8>, _ index: inout Int, start: Int
    ) throws(FormatError) -> UInt32 {
        guard identifier & 0x1F == 0x1F else { return UInt32(identifier & 0x1F) }
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.endIndex else { throw .truncated(at: start) }
            let octet = bytes[index]
            index += 1
            number = number << 7 | UInt32(octet & 0x7F)
            if octet & 0x80 == 0, number >= 31 { return number }
            guard octet & 0x80 != 0, number > 0 else { break }
        }
        throw .malformedHeader(at: start)
    }

    /// A long-form length.
    ///
    /// Eight length octets hold any Swift `Int`; leading zeros beyond that are refused.
    private static func longLength(
        octets count: Int, _ bytes: ArraySlice<UInt8>, _ index: inout Int, start: Int, rules: Rules
    ) throws(FormatError) -> Int {
        guard count <= 8 else { throw .malformedHeader(at: start) }
        guard count <= bytes.endIndex - index else { throw .truncated(at: start) }
        var length: UInt64 = 0
        for octet in bytes[index..<index + count] { length = length << 8 | UInt64(octet) }
        if rules == .der {
            let isMinimal = length >= 0x80 && (count == 1 || length >> (8 * UInt64(count - 1)) != 0)
            guard isMinimal else { throw .malformedHeader(at: start) }
        }
        index += count
        guard let value = Int(exactly: length) else { throw .truncated(at: start) }
        return value
    }

    /// The index of the end-of-contents marker that closes an indefinite-length element.
    ///
    /// One pass over the headers inside; `depth` counts the indefinite elements still open.
    private static func endOfIndefinite(
        in bytes: ArraySlice<UInt8>, from start: Int, depth: Int
    ) throws(FormatError) -> Int {
        var index = start
        var open = 1
        for _ in 0..<ASN1Limits.elements {
            let inner = try header(of: bytes, at: index, rules: .ber)
            if inner.tag == .endOfContents, inner.length == 0, inner.contentStart == index + 2 {
                open -= 1
                if open == 0 { return index }
                index = inner.contentStart
            } else if let length = inner.length {
                guard length <= bytes.endIndex - inner.contentStart else { throw .truncated(at: index) }
                index = inner.contentStart + length
            } else {
                open += 1
                guard depth + open <= ASN1Limits.depth else {
                    throw .limitExceeded("ASN.1 nesting", limit: ASN1Limits.depth)
                }
                index = inner.contentStart
            }
        }
        throw .limitExceeded("elements of one structure", limit: ASN1Limits.elements)
    }
}
