// SPDX-License-Identifier: Apache-2.0

/// A received SET OF Attribute: its members, and its octets for whoever signs or authenticates them.
///
/// ```asn1
/// SignedAttributes ::= SET SIZE (1..MAX) OF Attribute
/// ```
///
/// Source: RFC 5652, section 5.3.
struct AttributeSet: Hashable, Sendable {
    let attributes: [Attribute]
    /// The set as it is signed: under the universal tag of a SET, with a DER length, its members untouched.
    ///
    /// RFC 5652 has the sender sign the DER encoding whatever was transmitted. Senders that sort their attributes
    /// wrongly sign what they sent, so the members are never re-sorted here.
    let signedBytes: [UInt8]

    /// Reads a SET OF behind an IMPLICIT tag.
    init(parsing element: ASN1Element) throws(FormatError) {
        attributes = try Attribute.list(parsing: element)
        var writer = DERWriter(capacity: element.content.count + 4)
        writer.constructed(.set) { $0.append(element.content) }
        signedBytes = writer.bytes
    }

    /// The only attribute of a type.
    ///
    /// - Throws: ``FormatError`` when there is none or more than one.
    static func only(_ type: OID, in attributes: [Attribute]) throws(FormatError) -> Attribute {
        var found: Attribute?
        for attribute in attributes where attribute.type == type {
            guard found == nil else {
                throw .invalidValue(field: "attribute \(type.nameOrDotted)", reason: "present more than once")
            }
            found = attribute
        }
        guard let found else { throw .missing("attribute \(type.nameOrDotted)") }
        return found
    }

    /// The only value of the only attribute of a type.
    ///
    /// - Throws: ``FormatError`` when the attribute is absent, repeated, empty or has several values.
    static func onlyValue(_ type: OID, in attributes: [Attribute]) throws(FormatError) -> ASN1Element {
        let values = try only(type, in: attributes).values
        guard values.count == 1, let value = values.first else {
            throw .invalidValue(field: "attribute \(type.nameOrDotted)", reason: "has \(values.count) values, not one")
        }
        return try ASN1Element(parsing: value)
    }
}
