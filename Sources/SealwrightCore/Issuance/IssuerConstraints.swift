// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Which names an authority may certify, as its own certificate limits them.
///
/// A certificate outside these is refused by everybody who checks its path, so it is not issued.
///
/// Source: RFC 5280, section 4.2.1.10.
package struct IssuerConstraints: Sendable {
    private let constraints: NameConstraints

    package init(_ constraints: NameConstraints) { self.constraints = constraints }

    /// Holds the names of a certificate against the constraints.
    ///
    /// - Throws: ``DenialReason/nameNotAllowed(name:reason:)`` for the first name that breaks them.
    package func check(subject: DistinguishedName, names: [GeneralName]) throws(DenialReason) {
        for name in named(subject, names) {
            if constraints.excluded.contains(where: { Self.excludes($0, name) }) {
                throw .nameNotAllowed(name: name.text, reason: "the authority's certificate excludes it")
            }
            let bases = constraints.permitted.filter { Self.isSameKind($0, name) }
            guard bases.isEmpty || bases.contains(where: { Self.permits($0, name) }) else {
                throw .nameNotAllowed(name: name.text, reason: "the authority's certificate permits others only")
            }
        }
    }

    /// Every name that verifiers look at.
    ///
    /// OpenSSL takes a commonName for a host name where no alternative name is one.
    private func named(_ subject: DistinguishedName, _ names: [GeneralName]) -> [GeneralName] {
        var all = names
        if !subject.isEmpty { all.append(.directoryName(subject)) }
        let hasHost = names.contains { if case .dnsName = $0 { true } else { false } }
        if !hasHost, let host = subject.commonName, host.isHostName { all.append(.dnsName(host)) }
        return all
    }

    private static func isSameKind(_ base: GeneralName, _ name: GeneralName) -> Bool {
        switch (base, name) {
        case (.dnsName, .dnsName), (.rfc822Name, .rfc822Name), (.uri, .uri), (.directoryName, .directoryName),
            (.ipAddress, .ipAddress), (.registeredID, .registeredID), (.unsupported, .unsupported):
            true
        case (.otherName(let first, _), .otherName(let second, _)): first == second
        default: false
        }
    }

    private static func permits(_ base: GeneralName, _ name: GeneralName) -> Bool {
        switch (base, name) {
        case (.dnsName(let base), .dnsName(let host)): host.isWithin(domain: base)
        case (.rfc822Name(let base), .rfc822Name(let address)): address.isMailbox(of: base)
        case (.uri(let base), .uri(let uri)): uri.uriHost.map { $0.isHost(of: base) } ?? false
        case (.directoryName(let base), .directoryName(let subject)): subject.isWithin(base)
        case (.ipAddress(let base), .ipAddress(let address)): isAddress(address, within: base)
        // What a constraint of another kind means is written nowhere: such a name is not certified.
        default: false
        }
    }

    /// A name that cannot be judged counts as excluded, and a wildcard is when it covers an excluded host.
    private static func excludes(_ base: GeneralName, _ name: GeneralName) -> Bool {
        guard isSameKind(base, name) else { return false }
        switch (base, name) {
        case (.dnsName(let base), .dnsName(let host)):
            return host.isWithin(domain: base) || (host.hasPrefix("*.") && base.isWithin(domain: host.dropFirst(2)))
        case (.uri, .uri(let uri)): return uri.uriHost == nil || permits(base, name)
        case (.rfc822Name, .rfc822Name), (.directoryName, .directoryName), (.ipAddress, .ipAddress):
            return permits(base, name)
        default: return true
        }
    }

    /// An address against address and mask.
    private static func isAddress(_ address: [UInt8], within base: [UInt8]) -> Bool {
        guard base.count == address.count * 2 else { return false }
        let (network, mask) = (base.prefix(address.count), base.suffix(address.count))
        return zip(zip(address, network), mask).allSatisfy { pair, mask in pair.0 & mask == pair.1 & mask }
    }
}

extension StringProtocol {
    /// Whether a host lies in a domain: the domain itself or below; with a dot in front below only.
    fileprivate func isWithin(domain: some StringProtocol) -> Bool {
        let (host, domain) = (lowercased(), domain.lowercased())
        guard !domain.isEmpty else { return true }
        if domain.hasPrefix(".") { return host.hasSuffix(domain) && host.utf8.count > domain.utf8.count }
        return host == domain || host.hasSuffix("." + domain)
    }

    /// Whether a host is exactly this one, or with a dot in front lies below it.
    fileprivate func isHost(of base: some StringProtocol) -> Bool {
        base.hasPrefix(".") ? isWithin(domain: base) : lowercased() == base.lowercased()
    }

    /// Whether a mail address is one of a mailbox, a host or a domain.
    fileprivate func isMailbox(of base: String) -> Bool {
        guard let at = lastIndex(of: "@") else { return false }
        let host = self[index(after: at)...]
        guard let baseAt = base.lastIndex(of: "@") else { return host.isHost(of: base) }
        return self[..<at] == base[..<baseAt] && host.lowercased() == base[base.index(after: baseAt)...].lowercased()
    }

    /// The host of a URI with an authority part, `nil` without one or where it is an address.
    fileprivate var uriHost: String? {
        guard let colon = firstIndex(of: ":") else { return nil }
        let rest = self[index(after: colon)...]
        guard rest.hasPrefix("//") else { return nil }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last?.prefix { $0 != ":" } ?? ""
        guard !host.isEmpty, !host.hasPrefix("["), host.last?.isNumber == false else { return nil }
        return String(host)
    }

    /// Whether a commonName reads as a host name with a domain.
    fileprivate var isHostName: Bool {
        let labels = split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 }) else { return false }
        return utf8.allSatisfy { $0.isWordCharacter || ".*".utf8.contains($0) }
    }
}

extension DistinguishedName {
    /// Whether a name lies in a subtree: its relative names begin with the base's.
    fileprivate func isWithin(_ base: DistinguishedName) -> Bool {
        guard rdns.count >= base.rdns.count else { return false }
        return DistinguishedName(rdns: Array(rdns.prefix(base.rdns.count))).matches(base)
    }
}
