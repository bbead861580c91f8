// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// What a CertPoll asks for: the authority and the requested subject.
///
/// ```asn1
/// IssuerAndSubject ::= SEQUENCE {
///     issuer  Name,
///     subject Name }
/// ```
///
/// The issuer cannot be relied on: strongSwan sends the RA's subject, certmonger the issuer of the CA certificate.
///
/// Source: RFC 8894, section 3.3.3.
public struct IssuerAndSubject: Hashable, Sendable, DEREncodable {
    /// The authority, as the client names it.
    public let issuer: DistinguishedName
    /// The subject of the pending request.
    public let subject: DistinguishedName

    /// Joins the two names.
    public init(issuer: DistinguishedName, subject: DistinguishedName) {
        self.issuer = issuer
        self.subject = subject
    }

    /// Reads an element that fills the whole buffer.
    ///
    /// - Throws: `FormatError`.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: bytes).fields()
        self.issuer = try DistinguishedName(parsing: fields.next())
        self.subject = try DistinguishedName(parsing: fields.next())
        try fields.finish()
    }

    /// Appends the DER.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.append(issuer)
            writer.append(subject)
        }
    }
}
