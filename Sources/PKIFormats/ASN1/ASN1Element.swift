// SPDX-License-Identifier: Apache-2.0

/// One element of BER or DER: its tag, its contents and the very octets it came in.
///
/// The slices share the buffer that was parsed; nothing is copied. Contents of an indefinite-length element
/// exclude its end-of-contents marker, `encoded` includes it.
///
/// Source: ITU-T X.690, section 8.1.
public struct ASN1Element: Hashable, Sendable {
    /// Class and number.
    public let tag: ASN1Tag
    /// Whether the contents are elements themselves (bit 6 of the identifier octet).
    public let isConstructed: Bool
    /// Identifier, length and contents octets as received.
    public let encoded: ArraySlice<UInt8>
    /// Octets of identifier and length, and of the end-of-contents marker.
    private let headerLength, trailerLength: Int
    let rules: ASN1Reader.Rules
    let depth: Int

    /// Contents octets as received.
    public var content: ArraySlice<UInt8> {
        encoded[encoded.startIndex + headerLength..<encoded.endIndex - trailerLength]
    }

    /// The offset of the first octet in the parsed buffer.
    public var offset: Int { encoded.startIndex }

    /// Reads exactly one element that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when the bytes are no element or octets remain.
    public init(parsing bytes: ArraySlice<UInt8>, rules: ASN1Reader.Rules = .ber) throws(FormatError) {
        var reader = ASN1Reader(bytes, rules: rules)
        self = try reader.next()
        try reader.finish()
    }

    /// Reads exactly one element that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when the bytes are no element or octets remain.
    public init(parsing bytes: [UInt8], rules: ASN1Reader.Rules = .ber) throws(FormatError) {
        try self.init(parsing: bytes[...], rules: rules)
    }

    /// An element whose header and contents were found to lie within its octets.
    init(
        tag: ASN1Tag, isConstructed: Bool, encoded: ArraySlice<UInt8>, headerLength: Int, trailerLength: Int,
        rules: ASN1Reader.Rules, depth: Int
    ) {
        self.tag = tag
        self.isConstructed = isConstructed
        self.encoded = encoded
        self.headerLength = headerLength
        self.trailerLength = trailerLength
        self.rules = rules
        self.depth = depth
    }

    /// A reader over the elements inside, after checking the tag.
    ///
    /// - Throws: ``FormatError/unexpectedTag(expected:found:at:)``, or
    ///   ``FormatError/limitExceeded(_:limit:)`` when the nesting is too deep.
    public func fields(of tag: ASN1Tag = .sequence) throws(FormatError) -> ASN1Reader {
        guard self.tag == tag, isConstructed else {
            throw .unexpectedTag(expected: tag, found: self.tag, at: offset)
        }
        return try inside()
    }

    /// The single element inside an EXPLICIT tag.
    ///
    /// - Throws: ``FormatError`` when there is none, or more than one.
    public func explicitContent() throws(FormatError) -> ASN1Element {
        guard isConstructed else { throw .malformedHeader(at: offset) }
        var reader = try inside()
        let element = try reader.next()
        try reader.finish()
        return element
    }

    /// The same element read as if its tag were `tag`: what an IMPLICIT tag hides.
    public func retagged(_ tag: ASN1Tag) -> ASN1Element {
        ASN1Element(
            tag: tag, isConstructed: isConstructed, encoded: encoded, headerLength: headerLength,
            trailerLength: trailerLength, rules: rules, depth: depth)
    }

    func inside() throws(FormatError) -> ASN1Reader {
        guard depth < ASN1Limits.depth else { throw .limitExceeded("ASN.1 nesting", limit: ASN1Limits.depth) }
        return ASN1Reader(content, rules: rules, depth: depth + 1)
    }

    func expect(_ tag: ASN1Tag) throws(FormatError) {
        guard self.tag == tag else { throw .unexpectedTag(expected: tag, found: self.tag, at: offset) }
    }
}
