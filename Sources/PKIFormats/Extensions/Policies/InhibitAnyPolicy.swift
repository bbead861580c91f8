// SPDX-License-Identifier: Apache-2.0

/// After how many more certificates `anyPolicy` no longer counts.
///
/// ```
/// InhibitAnyPolicy ::= SkipCerts
/// ```
///
/// Source: RFC 5280, section 4.2.1.14.
public struct InhibitAnyPolicy: CertificateExtensionValue {
    /// 2.5.29.54.
    public static let extensionOID = OID.inhibitAnyPolicy
    /// Critical.
    public var isCriticalByDefault: Bool { true }

    /// Certificates after which `anyPolicy` does not count.
    public let skipCerts: Int

    /// Makes the extension.
    public init(skipCerts: Int) { self.skipCerts = skipCerts }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``, also for a negative number.
    public init(parsing value: [UInt8]) throws(FormatError) {
        let number = try ASN1Element(parsing: value).int()
        guard number >= 0 else { throw .invalidValue(field: "inhibitAnyPolicy", reason: "negative") }
        self.skipCerts = number
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { writer.integer(skipCerts) }
}
