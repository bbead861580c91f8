// SPDX-License-Identifier: Apache-2.0

/// A name of any kind, as alternative names, distribution points and CMS carry it.
///
/// ```
/// GeneralName ::= CHOICE {
///     otherName [0] OtherName, rfc822Name [1] IA5String, dNSName [2] IA5String, x400Address [3] ORAddress,
///     directoryName [4] Name, ediPartyName [5] EDIPartyName, uniformResourceIdentifier [6] IA5String,
///     iPAddress [7] OCTET STRING, registeredID [8] OBJECT IDENTIFIER }
/// ```
///
/// Source: RFC 5280, section 4.2.1.6.
public enum GeneralName: Hashable, Sendable {
    /// A name of a privately agreed kind and its encoded value.
    case otherName(OID, [UInt8])
    /// An Internet mail address.
    case rfc822Name(String)
    /// A host name.
    case dnsName(String)
    /// A distinguished name.
    case directoryName(DistinguishedName)
    /// A URI.
    case uri(String)
    /// An IP address of 4 or 16 octets; in name constraints followed by a mask of the same length.
    case ipAddress([UInt8])
    /// An object identifier as name.
    case registeredID(OID)
    /// x400Address, ediPartyName or a future choice: the whole element as received.
    case unsupported([UInt8])

    /// Reads one name; strings with characters beyond ASCII are accepted.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        guard element.tag.tagClass == .contextSpecific else {
            throw .unexpectedTag(expected: .context(2), found: element.tag, at: element.offset)
        }
        switch element.tag.number {
        case 0: self = try Self.parseOtherName(element)
        case 1: self = .rfc822Name(try Self.string(element))
        case 2: self = .dnsName(try Self.string(element))
        case 4: self = .directoryName(try DistinguishedName(parsing: element.explicitContent()))
        case 6: self = .uri(try Self.string(element))
        case 7: self = .ipAddress(Array(try element.stringOctets()))
        case 8: self = .registeredID(try element.retagged(.objectIdentifier).oid())
        default: self = .unsupported(Array(element.encoded))
        }
    }

    /// Reads `GeneralNames` under whatever tag the SEQUENCE carries; at most ``limit`` of them.
    ///
    /// - Throws: ``FormatError``.
    public static func list(parsing element: ASN1Element) throws(FormatError) -> [GeneralName] {
        var fields = try element.fields(of: element.tag)
        var names: [GeneralName] = []
        for element in try fields.all(limit: limit) { names.append(try GeneralName(parsing: element)) }
        return names
    }

    /// Names one list may hold.
    ///
    /// Public web certificates reach a few hundred.
    public static let limit = 1024

    private static func parseOtherName(_ element: ASN1Element) throws(FormatError) -> GeneralName {
        var fields = try element.fields(of: .context(0))
        let type = try fields.next(.objectIdentifier).oid()
        let value = try fields.next(.context(0)).explicitContent()
        try fields.finish()
        return .otherName(type, Array(value.encoded))
    }

    private static func string(_ element: ASN1Element) throws(FormatError) -> String {
        let octets = try element.stringOctets()
        guard let text = String(validating: octets, as: UTF8.self), text.isStreamSafe else {
            return ASN1Element.latin1(octets)
        }
        return text
    }
}

extension GeneralName: DEREncodable {
    /// Appends the DER of this name.
    public func encode(into writer: inout DERWriter) {
        switch self {
        case .otherName(let type, let value):
            writer.constructed(.context(0)) { writer in
                writer.oid(type)
                writer.explicit(0) { $0.append(value) }
            }
        case .rfc822Name(let text): writer.primitive(.context(1), Array(text.utf8))
        case .dnsName(let text): writer.primitive(.context(2), Array(text.utf8))
        case .directoryName(let name): writer.explicit(4) { $0.append(name) }
        case .uri(let text): writer.primitive(.context(6), Array(text.utf8))
        case .ipAddress(let octets): writer.primitive(.context(7), octets)
        case .registeredID(let oid): writer.primitive(.context(8), oid.octets)
        case .unsupported(let encoded): writer.append(encoded)
        }
    }
}

// MARK: - Microsoft's other names

extension GeneralName {
    /// A user principal name, `user@contoso.com`.
    ///
    /// Source: MS-WCCE, section 2.2.2.7.5 (szOID_NT_PRINCIPAL_NAME).
    public static func userPrincipalName(_ name: String) -> GeneralName {
        var writer = DERWriter(capacity: name.utf8.count + 4)
        writer.string(name)
        return .otherName(.microsoftUserPrincipalName, writer.bytes)
    }

    /// The GUID of an account as 16 octets in the order they are stored.
    public static func objectGUID(_ octets: [UInt8]) -> GeneralName {
        var writer = DERWriter(capacity: octets.count + 2)
        writer.octetString(octets)
        return .otherName(.microsoftObjectGUID, writer.bytes)
    }

    /// The user principal name this holds, `nil` for any other name.
    public var userPrincipalName: String? {
        guard case .otherName(.microsoftUserPrincipalName, let value) = self else { return nil }
        return (try? ASN1Element(parsing: value))?.text
    }

    /// The octets of the account's GUID this holds, `nil` for any other name.
    public var objectGUID: [UInt8]? {
        guard case .otherName(.microsoftObjectGUID, let value) = self,
            let element = try? ASN1Element(parsing: value), let octets = try? element.octetString(), octets.count == 16
        else { return nil }
        return Array(octets)
    }
}
