// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Host names that are correct and still refused: those no relying party takes.
///
/// The syntax was checked before, by `GeneralName.problemsForIssuance`. Each function tells what is wrong, or `nil`.
enum HostNames {
    /// A host needs a domain, except `localhost`.
    static func fault(of host: String, allowsWildcard: Bool = false) -> String? {
        if host.lowercased() == "localhost" { return nil }
        var labels = host.split(separator: ".")
        if labels.first == "*" {
            guard allowsWildcard else { return "wildcards are not allowed" }
            labels.removeFirst()
        }
        guard labels.count >= 2, let last = labels.last else { return "a single label; a domain is needed" }
        let endsWithLetter = last.utf8.last.map { (0x61...0x7A).contains($0 | 0x20) } ?? false
        return last.utf8.count >= 2 && endsWithLetter ? nil : "the last label is no domain"
    }

    /// A domain of domainComponents is a host name with a domain.
    ///
    /// Source: RFC 2247, section 3.
    static func fault(ofDomain domain: String) -> String? {
        GeneralName.dnsName(domain).problemsForIssuance.first
            ?? (domain.contains(".") ? fault(of: domain) : "a single label")
    }

    /// A mail address is as good as its domain, and its mailbox is plain.
    static func fault(ofMailAddress address: String) -> String? {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let mailbox = parts.first, let domain = parts.last else { return "not mailbox@domain" }
        let atoms = mailbox.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAtomCharacter) }) else {
            return "the mailbox is not plain"
        }
        return fault(of: String(domain))
    }

    /// A URI has a scheme that is allowed and, unless it is a `urn` or `tag`, a host with a domain or an address.
    ///
    /// Source: RFC 5280, section 4.2.1.6.
    static func fault(ofURI uri: String, schemes: [String]) -> String? {
        let scheme = uri.prefix { $0 != ":" }.lowercased()
        guard schemes.contains(scheme) else { return "the scheme \(scheme) is not allowed" }
        if scheme == "urn" || scheme == "tag" { return nil }
        let rest = uri.dropFirst(scheme.count + 1)
        guard rest.hasPrefix("//") else { return "no host after \(scheme):" }
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let hostAndPort = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        if hostAndPort.hasPrefix("[") { return nil }
        let host = hostAndPort.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        if isIPv4(host) { return nil }
        if host.lowercased() == "localhost" { return "its host is no full domain name" }
        return fault(of: String(host)).map { "its host: \($0)" }
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.first != "+" }
    }

    /// RFC 5322's atext.
    private static func isAtomCharacter(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: atomSymbols.contains(octet)
        }
    }

    private static let atomSymbols = Set("!#$%&'*+-/=?^_`{|}~".utf8)
}
