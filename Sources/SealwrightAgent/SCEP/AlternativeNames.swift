// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The text of SubjectAlternativeNames: `type+name;type+name`.
///
/// The types are those of `AlternativeNameType`: 1 otherName, 2 mail address, 3 host, 5 directory name, 7 URL,
/// 8 IP address, 9 registered identifier, 10 GUID, 11 user principal name. The first `+` ends the type.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "SubjectAlternativeNames"; certenroll.h, AlternativeNameType.
enum AlternativeNames {
    /// Reads the text; an empty one has no names.
    ///
    /// - Returns: `nil` when a pair has no type, an unknown one, or a name that is not of its type.
    static func parse(_ text: String) -> [GeneralName]? {
        var names: [GeneralName] = []
        for pair in text.split(separator: ";") {
            let parts = pair.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
            guard names.count < GeneralName.limit, let type = parts.first, let value = parts.dropFirst().first,
                !value.isEmpty, let name = name(type: type, String(value))
            else { return nil }
            names.append(name)
        }
        return names
    }

    private static func name(type: Substring, _ value: String) -> GeneralName? {
        switch type.filter({ $0 != " " }) {
        case "1": GeneralName(text: "otherName:" + value)
        case "2": .rfc822Name(value)
        case "3": .dnsName(value)
        case "5": (try? DistinguishedName(certStrToName: value)).map(GeneralName.directoryName)
        case "7": .uri(value)
        case "8": IPAddressText.parse(value).map(GeneralName.ipAddress)
        case "9": (try? OID(dotted: value)).map(GeneralName.registeredID)
        case "10": GUIDText.parse(value).map(GeneralName.objectGUID)
        case "11": .userPrincipalName(value)
        default: nil
        }
    }
}
