// SPDX-License-Identifier: Apache-2.0

/// Where the issuer's certificate and its OCSP responder are found.
///
/// ```
/// AuthorityInfoAccessSyntax ::= SEQUENCE SIZE (1..MAX) OF AccessDescription
/// AccessDescription ::= SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
/// ```
///
/// Source: RFC 5280, section 4.2.2.1.
public struct AuthorityInformationAccess: CertificateExtensionValue {
    /// 1.3.6.1.5.5.7.1.1.
    public static let extensionOID = OID.authorityInformationAccess
    /// Descriptions one extension may hold.
    public static let limit = 64

    /// One way to reach one service.
    public struct AccessDescription: Hashable, Sendable {
        /// Which service; ``OID/ocspAccess`` or ``OID/caIssuersAccess``.
        public let method: OID
        /// Where it is.
        public let location: GeneralName

        /// Makes a description.
        public init(method: OID, location: GeneralName) {
            self.method = method
            self.location = location
        }
    }

    /// The descriptions in order.
    public let descriptions: [AccessDescription]

    /// Makes a list of descriptions.
    public init(_ descriptions: [AccessDescription]) { self.descriptions = descriptions }

    /// Makes the usual list: OCSP responders first, then issuer certificates.
    public init(ocsp: [String], caIssuers: [String]) {
        self.init(
            ocsp.map { AccessDescription(method: .ocspAccess, location: .uri($0)) }
                + caIssuers.map { AccessDescription(method: .caIssuersAccess, location: .uri($0)) })
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        var descriptions: [AccessDescription] = []
        for element in try fields.all(limit: Self.limit) {
            var parts = try element.fields()
            let method = try parts.next(.objectIdentifier).oid()
            let location = try GeneralName(parsing: parts.next())
            try parts.finish()
            descriptions.append(AccessDescription(method: method, location: location))
        }
        self.descriptions = descriptions
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            for description in descriptions {
                writer.sequence { writer in
                    writer.oid(description.method)
                    writer.append(description.location)
                }
            }
        }
    }

    /// The URIs of the OCSP responders.
    public var ocspURIs: [String] { uris(.ocspAccess) }

    /// The URIs of the issuer's certificate.
    public var caIssuersURIs: [String] { uris(.caIssuersAccess) }

    private func uris(_ method: OID) -> [String] {
        SubjectAlternativeName(descriptions.filter { $0.method == method }.map(\.location)).uris
    }
}
