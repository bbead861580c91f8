// SPDX-License-Identifier: Apache-2.0

/// Which certificates a CRL covers, when not all of its issuer's.
///
/// ```
/// IssuingDistributionPoint ::= SEQUENCE { distributionPoint [0] EXPLICIT DistributionPointName OPTIONAL,
///     onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE, onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE,
///     onlySomeReasons [3] ReasonFlags OPTIONAL, indirectCRL [4] BOOLEAN DEFAULT FALSE,
///     onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
/// ```
///
/// Source: RFC 5280, section 5.2.5.
public struct IssuingDistributionPoint: CertificateExtensionValue {
    /// 2.5.29.28.
    public static let extensionOID = OID.issuingDistributionPoint
    /// Always: a reader that skips it would take part of a list for the whole.
    public var isCriticalByDefault: Bool { true }

    /// Where this CRL is published; the same octets stand in the certificates it covers.
    public var distributionPoint: DistributionPointName?
    /// Only certificates of end entities.
    public var onlyContainsUserCerts: Bool
    /// Only certificates of authorities.
    public var onlyContainsCACerts: Bool
    /// Only certificates revoked for these reasons.
    public var onlySomeReasons: ReasonFlags?
    /// Entries may name certificates of other issuers.
    public var indirectCRL: Bool
    /// Only attribute certificates, which this project does not read.
    public var onlyContainsAttributeCerts: Bool

    /// Makes a scope.
    public init(
        distributionPoint: DistributionPointName? = nil, onlyContainsUserCerts: Bool = false,
        onlyContainsCACerts: Bool = false, onlySomeReasons: ReasonFlags? = nil, indirectCRL: Bool = false,
        onlyContainsAttributeCerts: Bool = false
    ) {
        self.distributionPoint = distributionPoint
        self.onlyContainsUserCerts = onlyContainsUserCerts
        self.onlyContainsCACerts = onlyContainsCACerts
        self.onlySomeReasons = onlySomeReasons
        self.indirectCRL = indirectCRL
        self.onlyContainsAttributeCerts = onlyContainsAttributeCerts
    }

    /// Makes the scope of a CRL published at a URL, which a partition of a larger list has.
    public init(
        uri: String, onlyContainsUserCerts: Bool = false, onlyContainsCACerts: Bool = false
    ) {
        self.init(
            distributionPoint: .fullName([.uri(uri)]), onlyContainsUserCerts: onlyContainsUserCerts,
            onlyContainsCACerts: onlyContainsCACerts)
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        let name = try fields.nextIf(.context(0))
        self.distributionPoint =
            if let name { try DistributionPointName(parsing: name.explicitContent()) } else { nil }
        self.onlyContainsUserCerts = try Self.flag(1, &fields)
        self.onlyContainsCACerts = try Self.flag(2, &fields)
        let reasons = try fields.nextIf(.context(3))
        self.onlySomeReasons = if let reasons { try ReasonFlags(parsing: reasons.retagged(.bitString)) } else { nil }
        self.indirectCRL = try Self.flag(4, &fields)
        self.onlyContainsAttributeCerts = try Self.flag(5, &fields)
        try fields.finish()
    }

    private static func flag(_ number: UInt32, _ fields: inout ASN1Reader) throws(FormatError) -> Bool {
        guard let element = try fields.nextIf(.context(number)) else { return false }
        return try element.retagged(.boolean).boolean()
    }

    /// Appends the value; what is FALSE is not written.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            if let distributionPoint { writer.explicit(0) { $0.append(distributionPoint) } }
            Self.encode(onlyContainsUserCerts, 1, into: &writer)
            Self.encode(onlyContainsCACerts, 2, into: &writer)
            if let onlySomeReasons { writer.namedBits(onlySomeReasons.rawValue, tag: .context(3)) }
            Self.encode(indirectCRL, 4, into: &writer)
            Self.encode(onlyContainsAttributeCerts, 5, into: &writer)
        }
    }

    private static func encode(_ flag: Bool, _ number: UInt32, into writer: inout DERWriter) {
        if flag { writer.primitive(.context(number), [0xFF]) }
    }
}
