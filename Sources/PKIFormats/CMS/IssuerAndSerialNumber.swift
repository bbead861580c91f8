// SPDX-License-Identifier: Apache-2.0

/// The name of a certificate: who issued it and under which number.
///
/// ```asn1
/// IssuerAndSerialNumber ::= SEQUENCE {
///     issuer Name,
///     serialNumber CertificateSerialNumber }
/// ```
///
/// It names signers and recipients, and is the whole content of SCEP's GetCert and GetCRL.
///
/// Source: RFC 5652, section 10.2.4.
public struct IssuerAndSerialNumber: Hashable, Sendable, DEREncodable {
    /// The issuer of the certificate.
    public let issuer: DistinguishedName
    /// The number the issuer gave it.
    public let serialNumber: SerialNumber

    /// Names a certificate by its parts.
    public init(issuer: DistinguishedName, serialNumber: SerialNumber) {
        self.issuer = issuer
        self.serialNumber = serialNumber
    }

    /// Names a certificate at hand.
    public init(_ certificate: CertificateView) {
        self.init(issuer: certificate.issuer, serialNumber: certificate.serialNumber)
    }

    /// Reads an element.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        issuer = try DistinguishedName(parsing: fields.next())
        serialNumber = try SerialNumber(parsing: fields.next())
        try fields.finish()
    }

    /// Reads an element that fills the whole buffer.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing bytes: some Collection<UInt8>) throws(FormatError) {
        try self.init(parsing: ASN1Element(parsing: Array(bytes)))
    }

    /// Whether this names the certificate.
    ///
    /// The issuer is compared by meaning and without regard to the order of its RDNs: some SCEP clients write them
    /// backwards (jscep issue 180). The serial number still decides, so no other certificate of ours can match.
    public func identifies(_ certificate: CertificateView) -> Bool {
        serialNumber == certificate.serialNumber && issuer.matchesIgnoringOrder(certificate.issuer)
    }

    /// Appends the DER.
    public func encode(into writer: inout DERWriter) {
        writer.sequence {
            $0.append(issuer)
            $0.append(serialNumber)
        }
    }
}
