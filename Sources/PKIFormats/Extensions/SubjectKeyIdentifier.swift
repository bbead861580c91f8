// SPDX-License-Identifier: Apache-2.0

/// Identifies the subject's key.
///
/// ```
/// SubjectKeyIdentifier ::= OCTET STRING
/// ```
///
/// Source: RFC 5280, section 4.2.1.2.
public struct SubjectKeyIdentifier: CertificateExtensionValue {
    /// 2.5.29.14.
    public static let extensionOID = OID.subjectKeyIdentifier

    /// The identifier, usually 20 octets.
    public let keyIdentifier: [UInt8]

    /// Takes an identifier.
    public init(_ keyIdentifier: [UInt8]) { self.keyIdentifier = keyIdentifier }

    /// Identifies a key by SHA-1 of its bits.
    public init(for key: SubjectPublicKeyInfo) { self.init(key.keyIdentifier) }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        self.init(Array(try ASN1Element(parsing: value).octetString()))
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { writer.octetString(keyIdentifier) }
}
