// SPDX-License-Identifier: Apache-2.0

/// Under which policies a certificate was issued.
///
/// ```
/// CertificatePolicies ::= SEQUENCE SIZE (1..MAX) OF PolicyInformation
/// PolicyInformation ::= SEQUENCE {
///     policyIdentifier OBJECT IDENTIFIER, policyQualifiers SEQUENCE SIZE (1..MAX) OF PolicyQualifierInfo OPTIONAL }
/// PolicyQualifierInfo ::= SEQUENCE { policyQualifierId OBJECT IDENTIFIER, qualifier ANY }
/// ```
///
/// Source: RFC 5280, section 4.2.1.4.
public struct CertificatePolicies: CertificateExtensionValue {
    /// 2.5.29.32.
    public static let extensionOID = OID.certificatePolicies

    /// The policies in order.
    public let policies: [PolicyInformation]

    /// Makes a list of policies.
    public init(_ policies: [PolicyInformation]) { self.policies = policies }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        self.policies = try PolicyInformation.list(parsing: value)
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            for policy in policies { writer.append(policy) }
        }
    }
}

/// One policy and what is said about it.
///
/// Source: RFC 5280, section 4.2.1.4.
public struct PolicyInformation: Hashable, Sendable, DEREncodable {
    /// Policies one extension may hold.
    public static let limit = 256

    /// A qualifier of a policy.
    public struct Qualifier: Hashable, Sendable {
        /// Which qualifier, ``OID/cpsQualifier`` or ``OID/userNoticeQualifier``.
        public let id: OID
        /// The encoded element, `nil` when absent.
        public let value: [UInt8]?

        /// Makes a qualifier.
        public init(id: OID, value: [UInt8]?) {
            self.id = id
            self.value = value
        }
    }

    /// The policy.
    public let id: OID
    /// Its qualifiers, usually none.
    public let qualifiers: [Qualifier]

    /// Makes a policy.
    public init(id: OID, qualifiers: [Qualifier] = []) {
        self.id = id
        self.qualifiers = qualifiers
    }

    /// Makes a policy with the URI of its practice statement.
    public init(id: OID, practiceStatement uri: String) {
        var writer = DERWriter(capacity: uri.utf8.count + 4)
        writer.string(uri, as: .ia5String)
        self.init(id: id, qualifiers: [Qualifier(id: .cpsQualifier, value: writer.bytes)])
    }

    /// The URI of the practice statement, `nil` when there is none.
    public var practiceStatement: String? {
        guard let value = qualifiers.first(where: { $0.id == .cpsQualifier })?.value else { return nil }
        return (try? ASN1Element(parsing: value))?.text
    }

    static func list(parsing value: [UInt8]) throws(FormatError) -> [PolicyInformation] {
        var fields = try ASN1Element(parsing: value).fields()
        var policies: [PolicyInformation] = []
        for element in try fields.all(limit: limit) { policies.append(try PolicyInformation(parsing: element)) }
        return policies
    }

    private init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.id = try fields.next(.objectIdentifier).oid()
        var qualifiers: [Qualifier] = []
        if var list = try fields.nextIf(.sequence)?.fields() {
            for element in try list.all(limit: 64) {
                var parts = try element.fields()
                let id = try parts.next(.objectIdentifier).oid()
                let value = parts.isAtEnd ? nil : Array(try parts.next().encoded)
                try parts.finish()
                qualifiers.append(Qualifier(id: id, value: value))
            }
        }
        try fields.finish()
        self.qualifiers = qualifiers
    }

    /// Appends the DER of this policy.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.oid(id)
            guard !qualifiers.isEmpty else { return }
            writer.sequence { writer in
                for qualifier in qualifiers {
                    writer.sequence { writer in
                        writer.oid(qualifier.id)
                        if let value = qualifier.value { writer.append(value) }
                    }
                }
            }
        }
    }
}
