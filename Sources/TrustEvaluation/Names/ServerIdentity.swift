// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// The names a certificate presents, and whether one asked for is among them.
///
/// Source: RFC 9525, section 6; RFC 5280, section 4.2.1.6.
public struct ServerIdentity: Sendable {
    /// How a name was found.
    public enum Match: Sendable, Hashable {
        /// In subjectAltName, or the subject as a whole.
        case found
        /// In the subject's commonName only, which current clients do not look at.
        case inCommonName
        /// Not at all.
        case absent
    }

    /// The names of the subjectAltName extension; `nil` when it has none.
    public let alternativeNames: [GeneralName]?
    /// The subject.
    public let subject: DistinguishedName

    /// The names of a certificate.
    public init(_ certificate: CertificateView) {
        self.init(subject: certificate.subject, alternativeNames: certificate.subjectAlternativeName?.names)
    }

    init(subject: DistinguishedName, alternativeNames: [GeneralName]?) {
        self.subject = subject
        self.alternativeNames = alternativeNames
    }

    /// Looks for a name.
    ///
    /// - Parameters:
    ///   - name: the name that is expected.
    ///   - usesCommonName: whether the commonName counts for a host name or address when there is no subjectAltName.
    /// - Returns: where it was found.
    public func match(_ name: ReferenceName, usesCommonName: Bool = false) -> Match {
        switch name {
        case .dns(let host): matchHost(host, usesCommonName: usesCommonName && alternativeNames == nil)
        case .machineName(let host): matchHost(host, usesCommonName: true)
        case .ip(let octets): matchAddress(octets, usesCommonName: usesCommonName && alternativeNames == nil)
        case .email(let mailbox): contains { $0.isMailbox(mailbox) } || subjectHas(mailbox) ? .found : .absent
        case .userPrincipalName(let name):
            contains { $0.userPrincipalName?.lowercased() == name.lowercased() } ? .found : .absent
        case .distinguishedName(let name):
            !name.isEmpty && subject.matchesIgnoringOrder(name) ? .found : .absent
        }
    }

    /// Whether a host name or wildcard of a certificate, `*.example.test`, is a host name.
    public static func dnsName(_ presented: String, matches reference: String) -> Bool {
        guard let reference = HostNameRules.normalized(reference) else { return false }
        return HostNameRules.matches(presented: presented, reference: reference)
    }

    /// The names as people read them: `DNS:a.test, IP:192.0.2.1`, or the commonName when there are none.
    public var presented: String {
        let names = (alternativeNames ?? []).prefix(8).map(\.description)
        let more = (alternativeNames?.count ?? 0) - names.count
        let commonName = subject.commonName.map { ["CN=\($0)"] } ?? []
        let all = names + (more > 0 ? ["\(more) more"] : []) + commonName
        return all.isEmpty ? "no name" : all.joined(separator: ", ")
    }

    private func matchHost(_ host: String, usesCommonName: Bool) -> Match {
        if let wanted = HostNameRules.normalized(host) {
            if contains({ $0.isHost(wanted) }) { return .found }
            if usesCommonName, commonNames.contains(where: { HostNameRules.matches(presented: $0, reference: wanted) })
            {
                return .inCommonName
            }
        }
        let isMachine = usesCommonName && commonNames.contains { $0.lowercased() == host.lowercased() }
        return isMachine ? .inCommonName : .absent
    }

    private func matchAddress(_ octets: [UInt8], usesCommonName: Bool) -> Match {
        if contains({ $0 == .ipAddress(octets) }) { return .found }
        let inCommonName = usesCommonName && commonNames.contains { IPAddressText.parse($0) == octets }
        return inCommonName ? .inCommonName : .absent
    }

    private var commonNames: [String] {
        subject.attributes.compactMap { $0.type == .commonName ? $0.text : nil }
    }

    private func contains(_ test: (GeneralName) -> Bool) -> Bool { alternativeNames?.contains(where: test) ?? false }

    /// The emailAddress of the subject counts when there is no mailbox among the alternative names.
    private func subjectHas(_ mailbox: String) -> Bool {
        let hasMailbox = contains { if case .rfc822Name = $0 { true } else { false } }
        return !hasMailbox
            && subject.attributes.contains { $0.type == .emailAddress && Mailbox.matches($0.text, mailbox) }
    }
}

extension GeneralName {
    fileprivate func isHost(_ wanted: [UInt8]) -> Bool {
        guard case .dnsName(let presented) = self else { return false }
        return HostNameRules.matches(presented: presented, reference: wanted)
    }

    fileprivate func isMailbox(_ mailbox: String) -> Bool {
        guard case .rfc822Name(let presented) = self else { return false }
        return Mailbox.matches(presented, mailbox)
    }
}
