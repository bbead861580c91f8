// SPDX-License-Identifier: Apache-2.0

extension GeneralName {
    /// Why a certificate should not carry this name, a sentence each; empty when it may.
    ///
    /// Single-label hosts and `localhost`, underscores, wildcards as the left-most label and `tag:` and `urn:` URIs are
    /// fine for a private authority.
    ///
    /// Source: RFC 5280, section 4.2.1.6.
    public var problemsForIssuance: [String] {
        switch self {
        case .dnsName(let name): NameSyntax.hostProblems(name).map { "dNSName '\(name.printable)' \($0)" }
        case .rfc822Name(let name): NameSyntax.mailProblems(name).map { "rfc822Name '\(name.printable)' \($0)" }
        case .uri(let text): NameSyntax.uriProblems(text).map { "URI '\(text.printable)' \($0)" }
        case .ipAddress(let octets):
            octets.count == 4 || octets.count == 16 ? [] : ["iPAddress has \(octets.count) octets, not 4 or 16"]
        case .directoryName(let name): Self.directoryProblems(name)
        case .otherName where userPrincipalName?.unicodeScalars.contains(where: \.isUnfitForNames) ?? false:
            ["the user principal name holds characters that are not seen or turn the text around"]
        case .otherName(let type, let value):
            (try? ASN1Element(parsing: value, rules: .der)) == nil
                ? ["the value of otherName \(type.nameOrDotted) is not DER"] : []
        case .registeredID: []
        case .unsupported: ["x400Address and ediPartyName are not issued"]
        }
    }

    private static func directoryProblems(_ name: DistinguishedName) -> [String] {
        guard !name.isEmpty else { return ["directoryName is empty"] }
        do {
            _ = try name.reencodedForIssuance()
            return []
        } catch {
            return ["directoryName: \(error)"]
        }
    }
}

extension String {
    /// At most 80 characters, those that could disturb a terminal replaced.
    fileprivate var printable: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(80) { scalars.append(scalar.isUnsafeToPrint ? "\u{FFFD}" : scalar) }
        return String(scalars)
    }
}
