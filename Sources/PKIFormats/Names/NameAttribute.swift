// SPDX-License-Identifier: Apache-2.0

/// What is known about one type of attribute in names: how it is spelt, which string type it takes and how long it may
/// be.
///
/// Source: RFC 4514, section 3; RFC 4519; RFC 5280, appendix A.1; the key names of Windows' `CertStrToName`.
struct NameAttribute: Sendable {
    let type: OID
    /// The spelling that is written.
    let name: String
    /// Further spellings that are read.
    let aliases: [String]
    /// What issuing demands of the string.
    let string: StringKind
    /// The most characters it may have, when the standard bounds it.
    let upperBound: Int?

    /// The string type of an attribute's values.
    enum StringKind: Sendable {
        /// DirectoryString: written as UTF8String, any of its five choices kept when received.
        case directory
        /// PrintableString only.
        case printable
        /// IA5String only.
        case ia5
        /// DirectoryString or IA5String: whatever it came in, UTF8String when written.
        case any
    }

    /// The attribute of a type, `nil` when it is not in the table.
    static func of(_ type: OID) -> NameAttribute? { byType[type] }

    /// The type of a spelling, whatever its case; dotted numbers and Windows' `OID.1.2.3` too.
    static func type(spelled name: String) -> OID? {
        let lower = name.lowercased()
        if let type = bySpelling[lower] { return type }
        let dotted = lower.hasPrefix("oid.") ? String(lower.dropFirst(4)) : lower
        guard dotted.utf8.first?.isASCIIDigit == true else { return nil }
        return try? OID(dotted: dotted)
    }

    /// Whether attributes of a type may be in names at all.
    ///
    /// PKCS#9 defines many for other places: a challengePassword in a subject would be published with it. Some are no
    /// text: with a dateOfBirth, a GeneralizedTime, in a name OpenSSL reads no certificate, and a uniqueIdentifier, a
    /// string of bits, is taken for a fault by checkers.
    ///
    /// Source: RFC 2985, sections 5.2 to 5.6; RFC 2798, section 2.16; RFC 3739, section 3.2.2.
    static func isNaming(_ type: OID) -> Bool {
        byType[type] != nil || !(type.octets.starts(with: pkcs9) || notText.contains(type))
    }

    /// An attribute that is not in the table.
    init(unknown type: OID) { self.init(type, type.nameOrDotted, [], .directory, Self.nameBound) }

    private init(_ type: OID, _ name: String, _ aliases: [String] = [], _ string: StringKind, _ upperBound: Int?) {
        self.type = type
        self.name = name
        self.aliases = aliases
        self.string = string
        self.upperBound = upperBound
    }

    /// The contents octets of 1.2.840.113549.1.9, under which PKCS#9's attributes stand.
    private static let pkcs9: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09]
    /// The last is userPKCS12.
    private static let notText: Set<OID> = [
        .dateOfBirth, .uniqueIdentifier, OID(2, 16, 840, 1, 113730, 3, 1, 216),
    ]

    /// RFC 5280's `ub-name`.
    private static let nameBound = 32_768

    private static let table: [NameAttribute] = [
        NameAttribute(.commonName, "CN", ["commonName"], .directory, 64),
        NameAttribute(.countryName, "C", ["countryName", "country"], .printable, 2),
        NameAttribute(.localityName, "L", ["localityName", "locality"], .directory, 128),
        NameAttribute(.stateOrProvinceName, "ST", ["S", "stateOrProvinceName", "state"], .directory, 128),
        NameAttribute(.streetAddress, "STREET", ["streetAddress"], .directory, 128),
        NameAttribute(.organizationName, "O", ["organizationName", "organization"], .directory, 64),
        NameAttribute(.organizationalUnitName, "OU", ["organizationalUnitName"], .directory, 64),
        NameAttribute(.domainComponent, "DC", ["domainComponent"], .ia5, 63),
        NameAttribute(.userID, "UID", ["userID"], .directory, 256),
        NameAttribute(.serialNumber, "serialNumber", ["deviceSerialNumber"], .printable, 64),
        NameAttribute(.emailAddress, "emailAddress", ["E", "email", "mail"], .ia5, 255),
        NameAttribute(.title, "title", ["T"], .directory, 64),
        NameAttribute(.givenName, "givenName", ["G", "GN"], .directory, nameBound),
        NameAttribute(.surname, "SN", ["surname"], .directory, nameBound),
        NameAttribute(.initials, "initials", ["I"], .directory, nameBound),
        NameAttribute(.generationQualifier, "generationQualifier", [], .directory, nameBound),
        NameAttribute(.name, "name", [], .directory, nameBound),
        NameAttribute(.dnQualifier, "dnQualifier", [], .printable, nil),
        NameAttribute(.pseudonym, "pseudonym", [], .directory, 128),
        NameAttribute(.postalCode, "postalCode", [], .directory, 40),
        NameAttribute(.businessCategory, "businessCategory", [], .directory, 128),
        NameAttribute(.postOfficeBox, "postOfficeBox", ["POBox"], .directory, 40),
        NameAttribute(.descriptionText, "description", [], .directory, 1024),
        NameAttribute(.telephoneNumber, "telephoneNumber", ["phone"], .printable, 32),
        NameAttribute(.organizationIdentifier, "organizationIdentifier", [], .directory, nil),
        NameAttribute(.unstructuredName, "unstructuredName", [], .any, 255),
        // A DirectoryString, unlike unstructuredName, which may be an IA5String (RFC 2985, section 5.4).
        NameAttribute(.unstructuredAddress, "unstructuredAddress", [], .directory, 255),
        // Source: RFC 3739, section 3.2.2.
        NameAttribute(.placeOfBirth, "placeOfBirth", [], .directory, 128),
        NameAttribute(.gender, "gender", [], .printable, 1),
        NameAttribute(.countryOfCitizenship, "countryOfCitizenship", [], .printable, 2),
        NameAttribute(.countryOfResidence, "countryOfResidence", [], .printable, 2),
    ]

    private static let byType = Dictionary(table.map { ($0.type, $0) }) { first, _ in first }

    private static let bySpelling = Dictionary(
        table.flatMap { entry in
            ([entry.name, entry.type.nameOrDotted] + entry.aliases).map { ($0.lowercased(), entry.type) }
        }
    ) { first, _ in first }
}
