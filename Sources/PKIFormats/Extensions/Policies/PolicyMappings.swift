// SPDX-License-Identifier: Apache-2.0

/// Which policies of the issuer a subordinate authority calls by other names.
///
/// ```
/// PolicyMappings ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
///     issuerDomainPolicy CertPolicyId, subjectDomainPolicy CertPolicyId }
/// ```
///
/// Source: RFC 5280, section 4.2.1.5.
public struct PolicyMappings: CertificateExtensionValue {
    /// 2.5.29.33.
    public static let extensionOID = OID.policyMappings
    /// Critical.
    public var isCriticalByDefault: Bool { true }
    /// Mappings one extension may hold.
    public static let limit = 256

    /// One policy under two names.
    public struct Mapping: Hashable, Sendable {
        /// The issuer's name of the policy.
        public let issuerDomainPolicy: OID
        /// The subject's name of it.
        public let subjectDomainPolicy: OID

        /// Makes a mapping.
        public init(issuerDomainPolicy: OID, subjectDomainPolicy: OID) {
            self.issuerDomainPolicy = issuerDomainPolicy
            self.subjectDomainPolicy = subjectDomainPolicy
        }
    }

    /// The mappings in order.
    public let mappings: [Mapping]

    /// Makes a list of mappings.
    public init(_ mappings: [Mapping]) { self.mappings = mappings }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        var mappings: [Mapping] = []
        for element in try fields.all(limit: Self.limit) {
            var pair = try element.fields()
            let issuer = try pair.next(.objectIdentifier).oid()
            let subject = try pair.next(.objectIdentifier).oid()
            try pair.finish()
            mappings.append(Mapping(issuerDomainPolicy: issuer, subjectDomainPolicy: subject))
        }
        self.mappings = mappings
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            for mapping in mappings {
                writer.sequence { writer in
                    writer.oid(mapping.issuerDomainPolicy)
                    writer.oid(mapping.subjectDomainPolicy)
                }
            }
        }
    }
}
