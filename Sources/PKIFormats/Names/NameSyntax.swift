// SPDX-License-Identifier: Apache-2.0

/// The syntax of host names, mail addresses and URIs in certificates; each function gives a sentence a fault.
///
/// The rules are those certificate linters enforce, less those that only make sense for public trust: single-label
/// hosts, underscores, wildcards as the left-most label and URI schemes of any kind are fine.
enum NameSyntax {
    /// What is wrong with a dNSName.
    ///
    /// Source: RFC 5280, section 4.2.1.6; RFC 1034, section 3.5; RFC 3696, section 2.
    static func hostProblems(_ name: some StringProtocol) -> [String] {
        guard !name.isEmpty else { return ["is empty"] }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            return ["holds characters beyond ASCII; write the xn-- form"]
        }
        var problems: [String] = []
        if name.utf8.count > 253 { problems.append("is longer than 253 characters") }
        var labels = name.split(separator: ".", omittingEmptySubsequences: false)
        if labels.first == "*", labels.count > 1 { labels.removeFirst() }
        if labels.contains(where: \.isEmpty) { problems.append("has an empty label") }
        if labels.contains(where: { $0.utf8.count > 63 }) { problems.append("has a label over 63 characters") }
        if labels.contains(where: { $0.first == "-" || $0.last == "-" }) {
            problems.append("has a label that begins or ends with a hyphen")
        }
        if !labels.allSatisfy({ $0.utf8.allSatisfy(\.isWordCharacter) }) {
            problems.append("holds characters other than letters, digits, hyphens and underscores")
        }
        if let last = labels.last, !last.isEmpty, last.utf8.allSatisfy(\.isASCIIDigit) {
            problems.append("ends in a number; an address belongs into iPAddress")
        }
        return problems
    }

    /// What is wrong with an rfc822Name or emailAddress.
    ///
    /// Source: RFC 5280, section 4.2.1.6; RFC 2821, section 4.1.2.
    static func mailProblems(_ name: String) -> [String] {
        guard let at = name.lastIndex(of: "@"), at != name.startIndex else {
            return ["has no '@' with a mailbox before it"]
        }
        guard name.utf8.allSatisfy(\.isVisible) else {
            return ["holds spaces or characters beyond printable ASCII"]
        }
        let host = name[name.index(after: at)...]
        var problems = hostProblems(host)
        if host.hasPrefix("*") { problems.append("has a wildcard") }
        if !host.contains(".") { problems.append("has a host without a dot") }
        if name[..<at].utf8.count > 64 { problems.append("has a mailbox over 64 characters") }
        if !isMailbox(name[..<at]) { problems.append("has a mailbox that is neither words and dots nor quoted") }
        return problems
    }

    /// What is wrong with a uniformResourceIdentifier.
    ///
    /// Source: RFC 5280, section 4.2.1.6; RFC 3986, section 3.
    static func uriProblems(_ text: String) -> [String] {
        guard text.utf8.allSatisfy({ $0.isVisible && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            return ["holds characters a URI must escape"]
        }
        let scheme = text.prefix { $0 != ":" }
        guard scheme.endIndex != text.endIndex, isScheme(scheme) else { return ["has no scheme"] }
        let rest = text[scheme.endIndex...].dropFirst()
        guard !rest.isEmpty else { return ["has nothing after the scheme"] }
        guard rest.hasPrefix("//") else { return [] }
        return authorityProblems(rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }, scheme: scheme)
    }

    /// `[userinfo@]host[:port]`.
    private static func authorityProblems(_ authority: Substring, scheme: Substring) -> [String] {
        var host = authority
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
            let port = host[colon...].dropFirst()
            guard port.isEmpty || (port.utf8.allSatisfy(\.isASCIIDigit) && UInt16(port) != nil) else {
                return ["has a port that is no number up to 65535"]
            }
            host = host[..<colon]
        }
        if host.hasPrefix("[") {
            let address = host.dropFirst().dropLast()
            let isAddress = host.last == "]" && IPAddressText.parse(address)?.count == 16
            return isAddress ? [] : ["has no IPv6 address in its brackets"]
        }
        guard !host.isEmpty else {
            return ["file", "ldap"].contains(scheme.lowercased()) ? [] : ["has no host"]
        }
        return IPAddressText.parse(host) != nil ? [] : hostProblems(host).map { "has a host that is wrong: \($0)" }
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isASCIILetter else { return false }
        return text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }
    }

    private static func isMailbox(_ text: Substring) -> Bool {
        if text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            return !text.dropFirst().dropLast().contains { $0 == "\"" || $0 == "\\" }
        }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy(\.isAtomText)
        }
    }
}

extension UInt8 {
    fileprivate var isVisible: Bool { (0x21...0x7E).contains(self) }
}
