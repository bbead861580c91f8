// SPDX-License-Identifier: Apache-2.0

/// After how many more certificates a policy must hold, or mappings no longer count.
///
/// ```
/// PolicyConstraints ::= SEQUENCE {
///     requireExplicitPolicy [0] SkipCerts OPTIONAL, inhibitPolicyMapping [1] SkipCerts OPTIONAL }
/// SkipCerts ::= INTEGER (0..MAX)
/// ```
///
/// Source: RFC 5280, section 4.2.1.11.
public struct PolicyConstraints: CertificateExtensionValue {
    /// 2.5.29.36.
    public static let extensionOID = OID.policyConstraints
    /// Critical.
    public var isCriticalByDefault: Bool { true }

    /// Certificates after which a policy must hold for the whole path.
    public let requireExplicitPolicy: Int?
    /// Certificates after which mappings do not count.
    public let inhibitPolicyMapping: Int?

    /// Makes constraints.
    public init(requireExplicitPolicy: Int? = nil, inhibitPolicyMapping: Int? = nil) {
        self.requireExplicitPolicy = requireExplicitPolicy
        self.inhibitPolicyMapping = inhibitPolicyMapping
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``, also for a negative number.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        self.requireExplicitPolicy = try Self.skipCerts(fields.nextIf(.context(0)))
        self.inhibitPolicyMapping = try Self.skipCerts(fields.nextIf(.context(1)))
        try fields.finish()
    }

    private static func skipCerts(_ element: ASN1Element?) throws(FormatError) -> Int? {
        guard let number = try element?.retagged(.integer).int() else { return nil }
        guard number >= 0 else { throw .invalidValue(field: "policyConstraints", reason: "negative") }
        return number
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            if let requireExplicitPolicy { writer.integer(requireExplicitPolicy, tag: .context(0)) }
            if let inhibitPolicyMapping { writer.integer(inhibitPolicyMapping, tag: .context(1)) }
        }
    }
}
