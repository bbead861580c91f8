// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// A subject name as Windows reads it, `CN="Doe, John",OU=Sales`.
///
/// The text of `CertStrToName`: a value with a separator is quoted as a whole, a doubled quote stands for one, a
/// backslash is an ordinary character. Windows 11 refuses RFC 4514's escapes and values that are quoted in part.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP/UniqueID/Install/SubjectName; CertStrToName.
public struct SubjectName: Hashable, Sendable {
    /// The text.
    public let text: String

    /// Writes a name; relative names in the order they are encoded.
    ///
    /// - Throws: ``OMADMError/malformed(_:reason:)`` for a value that is no text or holds control characters.
    public init(_ name: DistinguishedName) throws(OMADMError) {
        try self.init(name) { $0 }
    }

    /// Writes a name after a template, `CN={{user.name}},OU=Sales`.
    ///
    /// Values are put in as they are and the whole is quoted where it has to be, so that none of them can add an
    /// attribute.
    ///
    /// - Parameters:
    ///   - template: the name, with placeholders in its values.
    ///   - values: what stands for the placeholders.
    /// - Throws: ``OMADMError/malformed(_:reason:)`` for a template that is no name, a placeholder without value, and a
    ///   value that is empty or holds control characters.
    public init(template: String, values: [String: String]) throws(OMADMError) {
        let name: DistinguishedName
        do throws(FormatError) {
            name = try DistinguishedName(certStrToName: template)
        } catch {
            throw .malformed("SubjectName", reason: error.description)
        }
        try self.init(name) { (text) throws(OMADMError) in try Self.substitute(text, values) }
    }

    /// A value, in quotes where it needs them.
    public static func quoted(_ value: String) -> String {
        let special: Set<Character> = [",", "=", "+", ";", "\"", "<", ">", "#", "\n", "\r", "\r\n"]
        let isPlain = !value.isEmpty && !value.contains(where: special.contains)
        if isPlain, let first = value.first, let last = value.last, !first.isWhitespace, !last.isWhitespace {
            return value
        }
        return "\"" + value.replacing("\"", with: "\"\"") + "\""
    }

    private init(
        _ name: DistinguishedName, _ change: (String) throws(OMADMError) -> String
    ) throws(OMADMError) {
        var rdns: [String] = []
        for rdn in name.rdns where !rdn.isEmpty {
            var attributes: [String] = []
            for attribute in rdn { attributes.append(try Self.write(attribute, change)) }
            rdns.append(attributes.joined(separator: "+"))
        }
        text = rdns.joined(separator: ",")
    }

    private static func write(
        _ attribute: AttributeTypeAndValue, _ change: (String) throws(OMADMError) -> String
    ) throws(OMADMError) -> String {
        guard let received = attribute.text else {
            throw .malformed("SubjectName", reason: "the value of \(attribute.typeName) is no text")
        }
        let value = try change(received)
        guard !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw .malformed("SubjectName", reason: "the value of \(attribute.typeName) holds a control character")
        }
        return (keys[attribute.type] ?? attribute.type.dotted) + "=" + quoted(value)
    }

    private static func substitute(_ text: String, _ values: [String: String]) throws(OMADMError) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw .malformed("SubjectName", reason: "a placeholder has no end")
            }
            let name = MarkupElement.trimmed(String(rest[open.upperBound..<close.lowerBound]))
            guard let value = values[name], !value.isEmpty else {
                throw .malformed("SubjectName", reason: "no value for the placeholder \(name.prefix(64))")
            }
            result += rest[..<open.lowerBound] + value
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    /// The keys of `CertStrToName`; other attributes are written with their dotted numbers.
    private static let keys: [OID: String] = [
        .commonName: "CN", .countryName: "C", .localityName: "L", .stateOrProvinceName: "S", .streetAddress: "STREET",
        .organizationName: "O", .organizationalUnitName: "OU", .domainComponent: "DC", .emailAddress: "E",
        .title: "T", .givenName: "G", .surname: "SN", .initials: "I",
    ]
}
