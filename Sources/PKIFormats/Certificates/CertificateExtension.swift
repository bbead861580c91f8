// SPDX-License-Identifier: Apache-2.0

/// One extension of a certificate, CRL, CRL entry, OCSP message or request, its value unread.
///
/// ```
/// Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
/// ```
///
/// Source: RFC 5280, section 4.1.
public struct CertificateExtension: Hashable, Sendable, DEREncodable {
    /// Extensions one structure may hold.
    ///
    /// Real certificates stay under 20.
    public static let limit = 64

    /// Which extension.
    public let oid: OID
    /// Whether a reader that does not know the extension must refuse the structure.
    public let isCritical: Bool
    /// The contents of the OCTET STRING.
    public let value: [UInt8]

    /// Makes an extension from its parts.
    public init(oid: OID, isCritical: Bool = false, value: [UInt8]) {
        self.oid = oid
        self.isCritical = isCritical
        self.value = value
    }

    /// Reads one extension; an explicit FALSE is accepted.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.oid = try fields.next(.objectIdentifier).oid()
        self.isCritical = try fields.nextIf(.boolean)?.boolean() ?? false
        self.value = Array(try fields.next(.octetString).octetString())
        try fields.finish()
    }

    /// Reads `Extensions`, at most ``limit`` of them.
    ///
    /// - Throws: ``FormatError``.
    public static func list(parsing element: ASN1Element) throws(FormatError) -> [CertificateExtension] {
        var fields = try element.fields()
        var extensions: [CertificateExtension] = []
        for element in try fields.all(limit: limit) { extensions.append(try CertificateExtension(parsing: element)) }
        return extensions
    }

    /// Appends the DER of this extension.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.oid(oid)
            if isCritical { writer.boolean(true) }
            writer.octetString(value)
        }
    }
}

extension DERWriter {
    /// Writes `Extensions`.
    public mutating func extensions(_ extensions: [CertificateExtension]) {
        sequence { writer in
            for value in extensions { writer.append(value) }
        }
    }
}
