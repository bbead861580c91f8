// SPDX-License-Identifier: Apache-2.0

/// Which names an authority may certify.
///
/// ```
/// NameConstraints ::= SEQUENCE {
///     permittedSubtrees [0] GeneralSubtrees OPTIONAL, excludedSubtrees [1] GeneralSubtrees OPTIONAL }
/// GeneralSubtree ::= SEQUENCE {
///     base GeneralName, minimum [0] INTEGER DEFAULT 0, maximum [1] INTEGER OPTIONAL }
/// ```
///
/// `minimum` and `maximum`, which RFC 5280 takes out of use, are refused unless they are the defaults.
///
/// Source: RFC 5280, section 4.2.1.10.
public struct NameConstraints: CertificateExtensionValue {
    /// 2.5.29.30.
    public static let extensionOID = OID.nameConstraints
    /// Critical.
    public var isCriticalByDefault: Bool { true }

    /// Names must lie in one of these when there are any of their kind.
    public let permitted: [GeneralName]
    /// Names must lie in none of these.
    public let excluded: [GeneralName]

    /// Makes constraints.
    public init(permitted: [GeneralName], excluded: [GeneralName] = []) {
        self.permitted = permitted
        self.excluded = excluded
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        self.permitted = try Self.subtrees(fields.nextIf(.context(0)))
        self.excluded = try Self.subtrees(fields.nextIf(.context(1)))
        try fields.finish()
    }

    private static func subtrees(_ element: ASN1Element?) throws(FormatError) -> [GeneralName] {
        guard let element else { return [] }
        var members = try element.fields(of: element.tag)
        var names: [GeneralName] = []
        for member in try members.all(limit: GeneralName.limit) {
            var fields = try member.fields()
            names.append(try GeneralName(parsing: fields.next()))
            if let minimum = try fields.nextIf(.context(0)), try minimum.retagged(.integer).int() != 0 {
                throw .invalidValue(field: "nameConstraints", reason: "minimum is not 0")
            }
            try fields.finish()
        }
        return names
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            Self.encode(permitted, 0, into: &writer)
            Self.encode(excluded, 1, into: &writer)
        }
    }

    private static func encode(_ names: [GeneralName], _ number: UInt32, into writer: inout DERWriter) {
        guard !names.isEmpty else { return }
        writer.constructed(.context(number)) { writer in
            for name in names { writer.sequence { $0.append(name) } }
        }
    }
}
