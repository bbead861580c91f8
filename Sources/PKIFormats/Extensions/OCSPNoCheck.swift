// SPDX-License-Identifier: Apache-2.0

/// Says that this OCSP signer's certificate is not checked for revocation while it lives.
///
/// On the wire: NULL, in 1.3.6.1.5.5.7.48.1.5.
///
/// Source: RFC 6960, section 4.2.2.2.1.
public struct OCSPNoCheck: CertificateExtensionValue {
    /// 1.3.6.1.5.5.7.48.1.5.
    public static let extensionOID = OID.ocspNoCheck

    /// Makes the extension.
    public init() {}

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError`` when they are not NULL.
    public init(parsing value: [UInt8]) throws(FormatError) { try ASN1Element(parsing: value).null() }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { writer.null() }
}
