// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Host names that are correct and still refused: those no relying party takes.
///
/// The syntax was checked before, by `GeneralName.problemsForIssuance`. Each function tells what is wrong, or `nil`.
enum HostNames {
    /// A host needs a domain, except `localhost`, and has letters, digits and hyphens only.
    ///
    /// Underscores stand in names of services and of old Windows computers. RFC 1034's preferred syntax, which RFC 5280
    /// asks for, does not know them, so they are an option.
    ///
    /// Source: RFC 5280, section 4.2.1.6; RFC 1034, section 3.5.
    static func fault(of host: String, allowsWildcard: Bool = false, allowsUnderscores: Bool = false) -> String? {
        if host == "localhost" { return nil }
        if host.lowercased() == "localhost" { return "localhost is written in small letters" }
        if !allowsUnderscores, host.contains("_") { return underscore }
        var labels = host.split(separator: ".")
        if labels.first == "*" {
            guard allowsWildcard else { return "wildcards are not allowed" }
            labels.removeFirst()
        }
        guard labels.count >= 2, let last = labels.last else { return "a single label; a domain is needed" }
        let endsWithLetter = last.utf8.last?.isASCIILetter ?? false
        return last.utf8.count >= 2 && endsWithLetter ? nil : "the last label is no domain"
    }

    /// What is told of an underscore; the error's page names the way out.
    static let underscore = "host names have no underscores (RFC 1034); the setting certificate.underscores allows them"

    /// What is told of one in the name of this server, where no setting helps.
    static let underscoreOfServer = "a server's name has no underscores"

    /// A domain of domainComponents is a host name with a domain.
    ///
    /// Source: RFC 2247, section 3.
    static func fault(ofDomain domain: String, allowsUnderscores: Bool = false) -> String? {
        GeneralName.dnsName(domain).problemsForIssuance.first
            ?? (domain.contains(".") ? fault(of: domain, allowsUnderscores: allowsUnderscores) : "a single label")
    }

    /// A mail address is as good as its domain, and its mailbox is plain.
    static func fault(ofMailAddress address: String, allowsUnderscores: Bool = false) -> String? {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let mailbox = parts.first, let domain = parts.last else { return "not mailbox@domain" }
        let atoms = mailbox.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isAtomText) }) else {
            return "the mailbox is not plain"
        }
        return fault(of: String(domain), allowsUnderscores: allowsUnderscores)
    }

    /// A URI has a scheme that is allowed and, unless it is a `urn` or `tag`, a host with a domain or an address.
    ///
    /// Schemes `urn` and `tag` are written in small letters, because not every reader folds them.
    ///
    /// Source: RFC 5280, section 4.2.1.6; RFC 3986, sections 3.1 and 3.2.
    static func fault(ofURI uri: String, schemes: [String], allowsUnderscores: Bool = false) -> String? {
        let written = uri.prefix { $0 != ":" }
        let scheme = written.lowercased()
        guard schemes.contains(scheme) else { return "the scheme \(scheme) is not allowed" }
        if scheme == "urn" || scheme == "tag" {
            guard written == scheme else { return "the scheme \(scheme) is written in small letters" }
            return fault(ofCharacters: uri.dropFirst(scheme.count + 1))
        }
        let rest = uri.dropFirst(scheme.count + 1)
        guard rest.hasPrefix("//") else { return "no host after \(scheme):" }
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.dropLast().allSatisfy(isUserInformation) else {
            return "what stands before the @ is no user name"
        }
        return fault(ofHostAndPort: parts.last ?? "", allowsUnderscores: allowsUnderscores)
            ?? fault(ofPathOnward: rest.dropFirst(2 + authority.count))
    }

    private static func fault(ofHostAndPort text: Substring, allowsUnderscores: Bool) -> String? {
        let behind = text.split(separator: "]", omittingEmptySubsequences: false).last ?? ""
        let port = behind.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
        if let port, port.isEmpty || port.hasPrefix("0") { return "a port that is no number from 1" }
        if text.hasPrefix("[") { return nil }
        let host = text.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        if isIPv4(host) { return nil }
        if host.lowercased() == "localhost" { return "its host is no full domain name" }
        return fault(of: String(host), allowsUnderscores: allowsUnderscores).map { "its host: \($0)" }
    }

    /// Characters that may stand behind the host only escaped, and escapes that are none.
    ///
    /// Source: RFC 3986, sections 2.1 and 2.2.
    private static func fault(ofCharacters text: Substring) -> String? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }) else {
            return "brackets behind the host; write %5B and %5D"
        }
        let escapes = text.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst()
        guard escapes.allSatisfy({ $0.count >= 2 && Hex.decode($0.prefix(2)) != nil }) else {
            return "a % that two hexadecimal digits do not follow"
        }
        return nil
    }

    /// Path, query and fragment, in forms that checkers know.
    ///
    /// Source: RFC 3986, sections 3.3 to 3.5.
    private static func fault(ofPathOnward text: Substring) -> String? {
        if let fault = fault(ofCharacters: text) { return fault }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, let fragment = parts.last, fragment.contains(where: { "/?#".contains($0) }) {
            return "a /, ? or # in its fragment; escape it"
        }
        let query = (parts.first ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard query.count == 2, let first = query.last?.first else { return nil }
        return first.isASCII && (first.isLetter || first.isNumber || first == "_")
            ? nil : "a query that begins with neither letter nor digit"
    }

    /// A user name, and a password after a colon, in characters without meaning of their own.
    ///
    /// Source: RFC 3986, sections 2.3 and 3.2.1.
    private static func isUserInformation(_ text: Substring) -> Bool {
        let words = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return words.count <= 2 && words.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isUnreserved) }
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.first != "+" }
    }
}
