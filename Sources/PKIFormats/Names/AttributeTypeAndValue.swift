// SPDX-License-Identifier: Apache-2.0

/// One attribute of a name, `CN=first`.
///
/// ```
/// AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY DEFINED BY type }
/// ```
///
/// Source: RFC 5280, section 4.1.2.4.
public struct AttributeTypeAndValue: Hashable, Sendable, DEREncodable {
    /// Which attribute.
    public let type: OID
    /// The encoded element of the value, as received.
    public let value: [UInt8]

    /// Takes an encoded element as value.
    public init(type: OID, encodedValue value: [UInt8]) {
        self.type = type
        self.value = value
    }

    /// Writes text as the string type the attribute takes: PrintableString for C, serialNumber and dnQualifier,
    /// IA5String for DC and emailAddress, UTF8String for all others.
    ///
    /// Text that the type cannot hold is written as UTF8String and refused by
    /// ``DistinguishedName/reencodedForIssuance()``.
    public init(type: OID, text: String) {
        self.init(type: type, text: text, as: Self.stringTag(of: type, text: text))
    }

    /// Writes text as a given string type; the caller has checked that the type can hold it.
    public init(type: OID, text: String, as tag: ASN1Tag) {
        var writer = DERWriter(capacity: text.utf8.count + 4)
        writer.string(text, as: tag)
        self.init(type: type, encodedValue: writer.bytes)
    }

    /// Reads one attribute; values of any type are kept.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.type = try fields.next(.objectIdentifier).oid()
        self.value = Array(try fields.next().encoded)
        try fields.finish()
    }

    /// The text of the value, `nil` when it is no string or not valid in its string type.
    public var text: String? { element?.text }

    /// The name of the attribute as RFC 4514 writes it, or its dotted form.
    public var typeName: String { NameAttribute.of(type)?.name ?? type.dotted }

    var element: ASN1Element? { try? ASN1Element(parsing: value) }

    /// Appends the DER of this attribute, the value as received.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.oid(type)
            writer.append(value)
        }
    }

    private static func stringTag(of type: OID, text: String) -> ASN1Tag {
        switch NameAttribute.of(type)?.string {
        case .printable where text.isPrintableString: .printableString
        case .ia5 where text.utf8.allSatisfy({ $0 < 0x80 }): .ia5String
        default: .utf8String
        }
    }
}

extension StringProtocol {
    /// Whether every character is one PrintableString can hold.
    ///
    /// Source: ITU-T X.680, section 41.4.
    var isPrintableString: Bool {
        utf8.allSatisfy { octet in
            switch octet {
            case _ where octet.isASCIILetter || octet.isASCIIDigit: true
            case 0x20, 0x27, 0x28, 0x29, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x3F: true
            default: false
            }
        }
    }
}
