// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// How a name lies to a subtree of name constraints.
///
/// Source: RFC 5280, section 4.2.1.10; RFC 9598, section 6.
enum NameSubtree {
    /// What the answer is for.
    enum Side {
        case permitted
        case excluded
    }

    /// Where a name lies.
    enum Relation {
        case inside
        case outside
        /// The subtree is about names of another form.
        case otherForm
        /// Both are of one form, but one of them cannot be understood.
        case unclear
    }

    static func relation(of name: ConstrainedName, to base: ConstrainedName, _ side: Side) -> Relation {
        if case .directoryName(let directory) = name.name, let compared = name.directory, let base = base.directory {
            // A relative name without attributes would push the others out of step.
            guard !directory.rdns.contains(where: \.isEmpty) else { return .unclear }
            return compared.begins(with: base) ? .inside : .outside
        }
        return relation(of: name.name, to: base.name, side)
    }

    private static func relation(of name: GeneralName, to base: GeneralName, _ side: Side) -> Relation {
        switch (name, base) {
        case (.dnsName(let name), .dnsName(let base)): host(name, base, side)
        case (.rfc822Name(let name), .rfc822Name(let base)): mailbox(name, base, side)
        case (.uri(let name), .uri(let base)): uri(name, base)
        case (.ipAddress(let name), .ipAddress(let base)): address(name, base)
        case (.otherName(.smtpUTF8Mailbox, let name), .rfc822Name(let base)): internationalMailbox(name, base, side)
        case (.otherName(let type, let name), .otherName(let baseType, let base)) where type == baseType:
            other(type, name, base, side)
        case (.registeredID(let name), .registeredID(let base)): name == base ? .inside : .outside
        case (.unsupported(let name), .unsupported(let base)) where name.first == base.first:
            name == base ? .inside : .unclear
        default: .otherForm
        }
    }

    // MARK: - Host names

    /// A base of `a.test` holds `a.test` and everything below; one of `.a.test` only what is below.
    ///
    /// A wildcard is held by an excluded subtree already when one of the hosts it stands for is.
    private static func host(_ name: String, _ base: String, _ side: Side) -> Relation {
        guard let labels = HostNameRules.labels(name, allowsWildcard: true) else { return .unclear }
        guard !base.isEmpty else { return .inside }
        let isBelowOnly = base.hasPrefix(".")
        guard let baseLabels = HostNameRules.labels(isBelowOnly ? String(base.dropFirst()) : base) else {
            return .unclear
        }
        let isLonger = labels.count > baseLabels.count
        if isLonger || (labels.count == baseLabels.count && !isBelowOnly) {
            if labels.suffix(baseLabels.count).elementsEqual(baseLabels) { return .inside }
        }
        // *.a.test stands for b.a.test: the base has the same number of labels and the same ones behind the first.
        if side == .excluded, labels.first == [0x2A], labels.count == baseLabels.count,
            labels.dropFirst().elementsEqual(baseLabels.dropFirst())
        {
            return .inside
        }
        return .outside
    }

    /// As ``host(_:_:_:)``, but a base without a leading dot is one host and not a tree.
    private static func exactHost(_ host: some StringProtocol, _ base: String) -> Relation {
        guard let labels = HostNameRules.labels(host) else { return .unclear }
        let isBelow = base.hasPrefix(".")
        guard let baseLabels = HostNameRules.labels(isBelow ? String(base.dropFirst()) : base) else { return .unclear }
        guard isBelow else { return labels == baseLabels ? .inside : .outside }
        return labels.count > baseLabels.count && labels.suffix(baseLabels.count).elementsEqual(baseLabels)
            ? .inside : .outside
    }

    // MARK: - Mailboxes and URIs

    private static func mailbox(_ name: String, _ base: String, _ side: Side) -> Relation {
        guard let mailbox = Mailbox(name) else { return .unclear }
        guard !base.isEmpty else { return .inside }
        guard base.contains("@") else { return exactHost(String(decoding: mailbox.host, as: UTF8.self), base) }
        guard let wanted = Mailbox(base) else { return .unclear }
        guard mailbox.host == wanted.host else { return .outside }
        // Hardly any mail server tells MAIL from mail, so an exclusion holds for both.
        let isSame =
            side == .excluded
            ? mailbox.local.map(\.asciiLowercased) == wanted.local.map(\.asciiLowercased)
            : mailbox.local == wanted.local
        return isSame ? .inside : .outside
    }

    /// A mail address with other letters than ASCII lies in the same subtrees as one without.
    private static func internationalMailbox(_ name: [UInt8], _ base: String, _ side: Side) -> Relation {
        guard let text = (try? ASN1Element(parsing: name))?.text else { return .unclear }
        return mailbox(text, base, side)
    }

    private static func uri(_ name: String, _ base: String) -> Relation {
        guard let host = URIHost.of(name) else { return .unclear }
        return base.isEmpty ? .inside : exactHost(host, base)
    }

    // MARK: - Addresses

    private static func address(_ name: [UInt8], _ base: [UInt8]) -> Relation {
        guard name.count == 4 || name.count == 16, base.count == 8 || base.count == 32 else { return .unclear }
        guard base.count == name.count * 2 else { return .outside }
        let masks = base.dropFirst(name.count)
        let isInside = zip(zip(name, base), masks).allSatisfy { ($0.0 ^ $0.1) & $1 == 0 }
        return isInside ? .inside : .outside
    }

    // MARK: - Other names

    /// User principal names are compared like mailboxes, whose syntax they share; what else there is, octet by octet.
    private static func other(_ type: OID, _ name: [UInt8], _ base: [UInt8], _ side: Side) -> Relation {
        guard type == .microsoftUserPrincipalName else { return name == base ? .inside : .unclear }
        guard let name = GeneralName.otherName(type, name).userPrincipalName,
            let base = GeneralName.otherName(type, base).userPrincipalName
        else { return .unclear }
        guard base.hasPrefix("@") else { return mailbox(name, base, side) }
        return mailbox(name, String(base.dropFirst()), side)
    }
}

/// The host of a URI.
enum URIHost {
    /// The host name between `//` and the path, `nil` when there is none or it is an address.
    ///
    /// `nil` also with characters that no URI has: programs do not agree where a host ends before a backslash, and a
    /// combining mark would hide the slash before it.
    ///
    /// Source: RFC 3986, sections 2 and 3.2.2.
    static func of(_ uri: String) -> Substring? {
        guard uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }) else { return nil }
        guard let colon = uri.firstIndex(of: ":"), uri[colon...].hasPrefix("://") else { return nil }
        var host = uri[colon...].dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        guard !host.hasPrefix("[") else { return nil }
        if let port = host.lastIndex(of: ":") { host = host[..<port] }
        return host.isEmpty || IPAddressText.parse(host) != nil ? nil : host
    }
}
