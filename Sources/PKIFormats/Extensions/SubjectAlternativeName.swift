// SPDX-License-Identifier: Apache-2.0

/// Further names of the subject.
///
/// ```
/// SubjectAltName ::= GeneralNames
/// ```
///
/// Critical when the subject is empty, which the issuing side decides with
/// ``CertificateExtensionValue/certificateExtension(isCritical:)``.
///
/// Source: RFC 5280, section 4.2.1.6.
public struct SubjectAlternativeName: CertificateExtensionValue {
    /// 2.5.29.17.
    public static let extensionOID = OID.subjectAltName

    /// The names in order.
    public let names: [GeneralName]

    /// Makes a list of names.
    public init(_ names: [GeneralName]) { self.names = names }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        let element = try ASN1Element(parsing: value)
        try element.expect(.sequence)
        self.names = try GeneralName.list(parsing: element)
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { writer.generalNames(names) }

    /// The host names.
    public var dnsNames: [String] {
        names.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
    }

    /// The IP addresses, 4 or 16 octets each.
    public var ipAddresses: [[UInt8]] {
        names.compactMap { if case .ipAddress(let octets) = $0 { octets } else { nil } }
    }

    /// The mail addresses.
    public var rfc822Names: [String] {
        names.compactMap { if case .rfc822Name(let name) = $0 { name } else { nil } }
    }

    /// The URIs.
    public var uris: [String] {
        names.compactMap { if case .uri(let text) = $0 { text } else { nil } }
    }
}
