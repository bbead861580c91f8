// SPDX-License-Identifier: Apache-2.0

/// The name of the Windows certificate template, version 1.
///
/// On the wire: a BMPString such as `User`, in 1.3.6.1.4.1.311.20.2.
///
/// Source: MS-WCCE, section 2.2.2.7.7.1 (szOID_ENROLL_CERTTYPE_EXTENSION).
public struct CertificateTemplateName: CertificateExtensionValue {
    /// 1.3.6.1.4.1.311.20.2.
    public static let extensionOID = OID.microsoftCertificateTemplateName

    /// The template's name.
    public let name: String

    /// Names a template.
    public init(_ name: String) { self.name = name }

    /// Reads the contents of the OCTET STRING; any string type is accepted.
    ///
    /// - Throws: ``FormatError`` when they are no text.
    public init(parsing value: [UInt8]) throws(FormatError) {
        guard let text = try ASN1Element(parsing: value).text else {
            throw .invalidValue(field: "certificate template name", reason: "not a string")
        }
        self.name = text
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { writer.string(name, as: .bmpString) }
}
