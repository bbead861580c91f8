// SPDX-License-Identifier: Apache-2.0

/// Where a CRL is found and what it covers.
///
/// ```
/// DistributionPoint ::= SEQUENCE {
///     distributionPoint [0] DistributionPointName OPTIONAL, reasons [1] ReasonFlags OPTIONAL,
///     cRLIssuer [2] GeneralNames OPTIONAL }
/// ```
///
/// Source: RFC 5280, section 4.2.1.13.
public struct DistributionPoint: Hashable, Sendable, DEREncodable {
    /// Points one extension may hold.
    public static let limit = 64

    /// Where the CRL is.
    public let name: DistributionPointName?
    /// The revocation reasons the CRL covers; `nil` for all.
    public let reasons: ReasonFlags?
    /// Who signs the CRL when that is not the certificate's issuer; empty when absent.
    public let crlIssuer: [GeneralName]

    /// Makes a point from its parts.
    public init(name: DistributionPointName?, reasons: ReasonFlags? = nil, crlIssuer: [GeneralName] = []) {
        self.name = name
        self.reasons = reasons
        self.crlIssuer = crlIssuer
    }

    /// Reads one point.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        let name = try fields.nextIf(.context(0))
        let reasons = try fields.nextIf(.context(1))
        let crlIssuer = try fields.nextIf(.context(2))
        try fields.finish()
        self.name = if let name { try DistributionPointName(parsing: name.explicitContent()) } else { nil }
        self.reasons = if let reasons { try ReasonFlags(parsing: reasons.retagged(.bitString)) } else { nil }
        self.crlIssuer = if let crlIssuer { try GeneralName.list(parsing: crlIssuer) } else { [] }
    }

    /// Reads a SEQUENCE OF points.
    ///
    /// - Throws: ``FormatError``.
    static func list(parsing value: [UInt8]) throws(FormatError) -> [DistributionPoint] {
        var fields = try ASN1Element(parsing: value).fields()
        var points: [DistributionPoint] = []
        for element in try fields.all(limit: limit) { points.append(try DistributionPoint(parsing: element)) }
        return points
    }

    /// Appends the DER of this point.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            if let name { writer.explicit(0) { $0.append(name) } }
            if let reasons { writer.namedBits(reasons.rawValue, tag: .context(1)) }
            if !crlIssuer.isEmpty { writer.generalNames(crlIssuer, tag: .context(2)) }
        }
    }

    /// The URIs of the point.
    public var uris: [String] { name?.uris ?? [] }
}

/// The name of a distribution point: absolute, or relative to the issuer's name.
///
/// ```
/// DistributionPointName ::= CHOICE {
///     fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName }
/// ```
///
/// Source: RFC 5280, section 4.2.1.13.
public enum DistributionPointName: Hashable, Sendable, DEREncodable {
    /// Names of any kind, usually one URI.
    case fullName([GeneralName])
    /// Attributes to append to the issuer's name.
    case relativeToIssuer([AttributeTypeAndValue])

    /// Reads the choice.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        guard element.tag == .context(1) else {
            try element.expect(.context(0))
            self = .fullName(try GeneralName.list(parsing: element))
            return
        }
        var members = try element.fields(of: .context(1))
        var attributes: [AttributeTypeAndValue] = []
        for member in try members.all(limit: DistinguishedName.attributeLimit) {
            attributes.append(try AttributeTypeAndValue(parsing: member))
        }
        self = .relativeToIssuer(attributes)
    }

    /// Appends the DER of the choice.
    public func encode(into writer: inout DERWriter) {
        switch self {
        case .fullName(let names): writer.generalNames(names, tag: .context(0))
        case .relativeToIssuer(let attributes): writer.setOf(attributes.map(\.derBytes), tag: .context(1))
        }
    }

    /// The URIs among the names.
    public var uris: [String] {
        guard case .fullName(let names) = self else { return [] }
        return SubjectAlternativeName(names).uris
    }
}

extension DERWriter {
    /// Writes `GeneralNames` under a tag.
    public mutating func generalNames(_ names: [GeneralName], tag: ASN1Tag = .sequence) {
        constructed(tag) { writer in
            for name in names { writer.append(name) }
        }
    }
}
