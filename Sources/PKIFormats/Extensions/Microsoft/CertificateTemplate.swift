// SPDX-License-Identifier: Apache-2.0

/// The Windows certificate template, version 2.
///
/// ```
/// CertificateTemplateOID ::= SEQUENCE {
///     templateID OBJECT IDENTIFIER, templateMajorVersion INTEGER OPTIONAL, templateMinorVersion INTEGER OPTIONAL }
/// ```
///
/// Source: MS-WCCE, section 2.2.2.7.7.2 (szOID_CERTIFICATE_TEMPLATE).
public struct CertificateTemplate: CertificateExtensionValue {
    /// 1.3.6.1.4.1.311.21.7.
    public static let extensionOID = OID.microsoftCertificateTemplate

    /// The template.
    public let templateID: OID
    /// Its major version.
    public let majorVersion: Int?
    /// Its minor version.
    public let minorVersion: Int?

    /// Names a template.
    public init(templateID: OID, majorVersion: Int? = nil, minorVersion: Int? = nil) {
        self.templateID = templateID
        self.majorVersion = majorVersion
        self.minorVersion = minorVersion
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        self.templateID = try fields.next(.objectIdentifier).oid()
        self.majorVersion = try fields.nextIf(.integer)?.int()
        self.minorVersion = try fields.nextIf(.integer)?.int()
        try fields.finish()
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.oid(templateID)
            guard let majorVersion else { return }
            writer.integer(majorVersion)
            if let minorVersion { writer.integer(minorVersion) }
        }
    }
}
