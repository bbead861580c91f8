// SPDX-License-Identifier: Apache-2.0

/// An attribute of a certification request or of a CMS signer.
///
/// ```
/// Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY DEFINED BY type }
/// ```
///
/// Source: RFC 2986, section 4.1; RFC 5652, section 5.3.
public struct Attribute: Hashable, Sendable, DEREncodable {
    /// Attributes one structure may hold.
    ///
    /// Windows sends under ten.
    public static let limit = 64
    /// Values one attribute may hold.
    public static let valueLimit = 64

    /// Which attribute.
    public let type: OID
    /// The encoded elements of the SET, in received order.
    public let values: [[UInt8]]

    /// Makes an attribute from encoded elements.
    public init(type: OID, values: [[UInt8]]) {
        self.type = type
        self.values = values
    }

    /// Makes an attribute with one value.
    public init(type: OID, value: some DEREncodable) { self.init(type: type, values: [value.derBytes]) }

    /// Reads one attribute; an empty SET is accepted.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.type = try fields.next(.objectIdentifier).oid()
        var members = try fields.next(.set).fields(of: .set)
        self.values = try members.all(limit: Self.valueLimit).map { Array($0.encoded) }
        try fields.finish()
    }

    /// Reads the members of `SET OF Attribute` under whatever tag the SET carries; at most ``limit`` of them.
    ///
    /// - Throws: ``FormatError``.
    public static func list(parsing element: ASN1Element) throws(FormatError) -> [Attribute] {
        var members = try element.fields(of: element.tag)
        var attributes: [Attribute] = []
        for member in try members.all(limit: limit) { attributes.append(try Attribute(parsing: member)) }
        return attributes
    }

    /// Appends the DER of this attribute, its values sorted.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.oid(type)
            writer.setOf(values)
        }
    }
}
