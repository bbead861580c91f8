// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Which subject alternative names a profile grants to a request that asks for them.
///
/// A name of a kind that is not granted is left out of the certificate; a name of a granted kind that breaks its
/// syntax is refused with a reason. So nobody gets an account's name by asking, and typing errors are told.
package struct AlternativeNameRule: Sendable, Hashable, Codable {
    /// The kinds of name, those apart that say which account a certificate logs on to.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case dns
        case email
        case ip
        case uri
        /// Microsoft's user principal name: logs on to the account of this name.
        case userPrincipalName = "upn"
        /// A URI that names the SID of an account: logs on to that account.
        case accountURI = "sid"
        case directoryName = "directory-name"
        case registeredID = "registered-id"
        /// Any other otherName.
        case other
    }

    /// The kinds that are granted.
    package var allowed: [Kind]
    /// Whether a certificate must have at least one name.
    package var isRequired: Bool
    /// The most names of one certificate.
    package var maximum: Int
    /// Whether a host name's left-most label may be `*`.
    package var allowsWildcards: Bool
    /// Whether host names may have underscores, wherever they stand: alone, in mail addresses, in URIs.
    package var allowsUnderscores: Bool
    /// Schemes a URI may have, lower case.
    package var uriSchemes: [String]

    package init(
        allowed: [Kind] = [.dns, .email, .ip, .uri], isRequired: Bool = false, maximum: Int = 64,
        allowsWildcards: Bool = false, allowsUnderscores: Bool = false, uriSchemes: [String] = Self.usualSchemes
    ) {
        self.allowed = allowed
        self.isRequired = isRequired
        self.maximum = maximum
        self.allowsWildcards = allowsWildcards
        self.allowsUnderscores = allowsUnderscores
        self.uriSchemes = uriSchemes
    }

    /// No names at all.
    package static let none = AlternativeNameRule(allowed: [])

    /// Schemes pkilint knows how to check, and the two that name things without a host.
    package static let usualSchemes = [
        "http", "https", "ldap", "ftp", "ftps", "sftp", "ssh", "git", "rtsp", "telnet", "urn", "tag",
    ]

    /// The names that are granted, in the order asked for and each once, and the texts of those left out.
    ///
    /// - Throws: ``DenialReason/nameNotAllowed(name:reason:)``.
    func granted(
        _ requested: [GeneralName]
    ) throws(DenialReason) -> (names: [GeneralName], ignored: [String]) {
        var names: [GeneralName] = []
        var ignored: [String] = []
        for name in requested {
            guard allowed.contains(name.kind) else {
                ignored.append(name.kind.rawValue)
                continue
            }
            if let fault = fault(of: name) { throw .nameNotAllowed(name: name.text, reason: fault) }
            if !names.contains(name) { names.append(name) }
        }
        guard names.count <= maximum else {
            throw .nameNotAllowed(name: "number \(maximum + 1)", reason: "at most \(maximum) alternative names")
        }
        if isRequired, names.isEmpty {
            throw .nameNotAllowed(name: "subjectAltName", reason: "at least one alternative name is required")
        }
        return (names, ignored)
    }

    /// What is wrong with a name: its syntax, or what relying parties refuse beside that.
    func fault(of name: GeneralName) -> String? {
        if let problem = name.problemsForIssuance.first { return problem }
        return switch name {
        case .dnsName(let host):
            HostNames.fault(of: host, allowsWildcard: allowsWildcards, allowsUnderscores: allowsUnderscores)
        case .rfc822Name(let address):
            HostNames.fault(ofMailAddress: address, allowsUnderscores: allowsUnderscores)
        case .uri(let uri):
            HostNames.fault(ofURI: uri, schemes: uriSchemes, allowsUnderscores: allowsUnderscores)
        default: nil
        }
    }
}

extension GeneralName {
    /// The kind that a rule judges this name by.
    var kind: AlternativeNameRule.Kind {
        switch self {
        case .otherName(.microsoftUserPrincipalName, _): .userPrincipalName
        case .otherName, .unsupported: .other
        case .rfc822Name: .email
        case .dnsName: .dns
        case .directoryName: .directoryName
        case .uri(let uri): Self.namesAccount(uri) ? .accountURI : .uri
        case .ipAddress: .ip
        case .registeredID: .registeredID
        }
    }

    /// Whether a URI is in the form by which Windows maps certificates to accounts:
    /// `tag:microsoft.com,2022-09-14:sid:S-1-5-…`.
    ///
    /// Every tag of Microsoft's counts, in any case.
    private static func namesAccount(_ uri: String) -> Bool { uri.lowercased().hasPrefix("tag:microsoft.com,") }
}
