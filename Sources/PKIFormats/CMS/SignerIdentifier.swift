// SPDX-License-Identifier: Apache-2.0

/// How a message names the certificate of a signer or of a recipient.
///
/// ```asn1
/// SignerIdentifier ::= CHOICE {
///     issuerAndSerialNumber IssuerAndSerialNumber,
///     subjectKeyIdentifier [0] SubjectKeyIdentifier }
/// ```
///
/// Source: RFC 5652, sections 5.3 and 6.2.1.
public enum SignerIdentifier: Hashable, Sendable, DEREncodable {
    /// By the certificate's issuer and serial number; structures using it have the lower version number.
    case issuerAndSerialNumber(IssuerAndSerialNumber)
    /// By the octets of the certificate's subjectKeyIdentifier extension.
    case subjectKeyIdentifier([UInt8])

    /// Reads an element.
    ///
    /// - Throws: ``FormatError`` when it is neither choice.
    public init(parsing element: ASN1Element) throws(FormatError) {
        if element.tag == .context(0) {
            self = .subjectKeyIdentifier(Array(try element.stringOctets()))
        } else {
            self = .issuerAndSerialNumber(try IssuerAndSerialNumber(parsing: element))
        }
    }

    /// Whether this names the certificate.
    ///
    /// A certificate without the extension is named by the SHA-1 digest of its key, the value the extension would
    /// have had (RFC 5280, section 4.2.1.2, method 1).
    public func identifies(_ certificate: CertificateView) -> Bool {
        switch self {
        case .issuerAndSerialNumber(let name):
            return name.identifies(certificate)
        case .subjectKeyIdentifier(let identifier):
            let own = certificate.subjectKeyIdentifier?.keyIdentifier
            return identifier == own ?? certificate.subjectPublicKeyInfo.keyIdentifier
        }
    }

    /// Appends the DER.
    public func encode(into writer: inout DERWriter) {
        switch self {
        case .issuerAndSerialNumber(let name): writer.append(name)
        case .subjectKeyIdentifier(let identifier): writer.primitive(.context(0), identifier)
        }
    }

    var isSubjectKeyIdentifier: Bool {
        if case .subjectKeyIdentifier = self { true } else { false }
    }
}

/// How a message names the certificate of a recipient; the same choice as for signers.
///
/// Source: RFC 5652, section 6.2.1.
public typealias RecipientIdentifier = SignerIdentifier
