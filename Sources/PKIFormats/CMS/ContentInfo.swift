// SPDX-License-Identifier: Apache-2.0

/// The outermost layer of every CMS message: what it is, then the thing itself.
///
/// ```asn1
/// ContentInfo ::= SEQUENCE {
///     contentType ContentType,
///     content [0] EXPLICIT ANY DEFINED BY contentType }
/// ```
///
/// Source: RFC 5652, section 3.
public struct ContentInfo: Hashable, Sendable {
    /// What the content is, such as `id-signedData`.
    public let contentType: OID
    /// The content, not yet read.
    public let content: ASN1Element

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is no ContentInfo or octets remain.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        try self.init(parsing: ASN1Element(parsing: bytes))
    }

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is no ContentInfo or octets remain.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    /// Reads an element.
    ///
    /// - Throws: ``FormatError`` when it is no ContentInfo.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        contentType = try fields.next(.objectIdentifier).oid()
        content = try fields.next(.context(0)).explicitContent()
        try fields.finish()
    }

    /// The DER of a ContentInfo whose content `body` writes.
    static func encode<Failure: Error>(
        _ contentType: OID, capacity: Int, _ body: (inout DERWriter) throws(Failure) -> Void
    ) throws(Failure) -> [UInt8] {
        var writer = DERWriter(capacity: capacity)
        try writer.sequence { (info) throws(Failure) in
            info.oid(contentType)
            try info.explicit(0, body)
        }
        return writer.bytes
    }
}
