// SPDX-License-Identifier: Apache-2.0

extension GeneralName {
    /// Reads the form people type: the kind, a colon and the name.
    ///
    /// `DNS:host.example`, `IP:192.0.2.1`, `IP:2001:db8::1`, `email:a@b.example`, `URI:https://…`,
    /// `UPN:user@contoso.com`, `GUID:00112233-…`, `SID:S-1-5-21-…`, `RID:1.2.3`, `dirName:CN=x,O=y`,
    /// `otherName:1.2.3;UTF8:text` and `otherName:1.2.3;#0C…`. The kind may be in any case.
    ///
    /// - Returns: `nil` for an unknown kind and for a name that is not of its kind.
    public init?(text: some StringProtocol) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let value = String(text[text.index(after: colon)...])
        switch text[..<colon].lowercased() {
        case "dns": self = .dnsName(value)
        case "email", "rfc822", "mail": self = .rfc822Name(value)
        case "uri", "url": self = .uri(value)
        case "upn": self = .userPrincipalName(value)
        case "ip": self.init(ip: value)
        case "rid": self.init(registeredID: value)
        case "dirname": self.init(directoryName: value)
        case "guid": self.init(guid: value)
        case "sid":
            guard NTDSSecurity.isSecurityIdentifier(value) else { return nil }
            self = .securityIdentifier(value)
        case "othername": self.init(otherName: value)
        default: return nil
        }
    }

    /// The form ``init(text:)`` reads; what cannot be shown as text is shown in hexadecimal.
    public var text: String {
        switch self {
        case .dnsName(let name): "DNS:\(name)"
        case .rfc822Name(let name): "email:\(name)"
        case .uri(let text): "URI:\(text)"
        case .ipAddress(let octets): "IP:\(Self.ipText(octets))"
        case .registeredID(let oid): "RID:\(oid.dotted)"
        case .directoryName(let name): "dirName:\(name.rfc4514)"
        case .otherName(let type, let value): otherNameText(type, value)
        case .unsupported(let encoded): "unsupported:#\(Hex.encode(encoded))"
        }
    }

    private init?(ip text: String) {
        guard let octets = IPAddressText.parse(text) else { return nil }
        self = .ipAddress(octets)
    }

    private init?(registeredID text: String) {
        guard let oid = try? OID(dotted: text) else { return nil }
        self = .registeredID(oid)
    }

    private init?(directoryName text: String) {
        guard let name = try? DistinguishedName(text: text) else { return nil }
        self = .directoryName(name)
    }

    private init?(guid text: String) {
        guard let octets = GUIDText.parse(text) else { return nil }
        self = .objectGUID(octets)
    }

    private init?(otherName text: String) {
        guard let semicolon = text.firstIndex(of: ";"), let type = try? OID(dotted: text[..<semicolon]) else {
            return nil
        }
        let value = text[text.index(after: semicolon)...]
        if value.first == "#" {
            guard let octets = Hex.decode(value.dropFirst()), (try? ASN1Element(parsing: octets, rules: .der)) != nil
            else { return nil }
            self = .otherName(type, octets)
        } else {
            guard value.hasPrefix("UTF8:") else { return nil }
            var writer = DERWriter()
            writer.string(String(value.dropFirst(5)))
            self = .otherName(type, writer.bytes)
        }
    }

    /// An address, or in name constraints an address, a slash and its mask.
    private static func ipText(_ octets: [UInt8]) -> String {
        if let address = IPAddressText.format(octets) { return address }
        let half = octets.count / 2
        guard octets.count == 8 || octets.count == 32, let address = IPAddressText.format(octets.prefix(half)),
            let mask = IPAddressText.format(octets.suffix(half))
        else { return "#\(Hex.encode(octets))" }
        return "\(address)/\(mask)"
    }

    private func otherNameText(_ type: OID, _ value: [UInt8]) -> String {
        if let userPrincipalName { return "UPN:\(userPrincipalName)" }
        if let objectGUID { return "GUID:\(GUIDText.format(objectGUID))" }
        return "otherName:\(type.dotted);#\(Hex.encode(value))"
    }
}

extension GeneralName: CustomStringConvertible {
    /// The text form.
    public var description: String { text }
}

/// GUIDs between text and the octets Windows stores, whose first three fields are little-endian.
///
/// Source: MS-DTYP, section 2.3.4.
public enum GUIDText {
    /// Reads `00112233-4455-6677-8899-aabbccddeeff`, with or without braces.
    ///
    /// - Returns: `nil` for anything else.
    public static func parse(_ text: some StringProtocol) -> [UInt8]? {
        var body = Substring(text)
        if body.first == "{", body.last == "}" { body = body.dropFirst().dropLast() }
        let parts = body.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], let octets = Hex.decode(parts.joined()) else { return nil }
        return swapped(octets)
    }

    /// The text of 16 octets, lower case; hexadecimal for any other number.
    public static func format(_ octets: [UInt8]) -> String {
        guard octets.count == 16 else { return Hex.encode(octets) }
        let order = swapped(octets)
        return [order[0..<4], order[4..<6], order[6..<8], order[8..<10], order[10..<16]].map { Hex.encode($0) }
            .joined(separator: "-")
    }

    private static func swapped(_ octets: [UInt8]) -> [UInt8] {
        octets.prefix(4).reversed() + octets.dropFirst(4).prefix(2).reversed()
            + octets.dropFirst(6).prefix(2).reversed() + octets.dropFirst(8)
    }
}
