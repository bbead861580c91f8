// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The name constraints of all authorities passed on the way down a path.
///
/// The standard intersects the permitted subtrees; here the sets stay apart and a name must lie in each, which is the
/// same and costs no more than names times subtrees.
///
/// Source: RFC 5280, sections 6.1.2 (b), (c), 6.1.3 (b), (c) and 6.1.4 (g).
struct NameConstraintState {
    private var sets: [NameConstraints] = []
    private var subtreeCount = 0

    /// No constraints yet.
    init() {}

    /// What binds a certificate that the authority at a depth of a path issues.
    init(below path: RevocationPath, from depth: Int, checksAnchor: Bool) {
        if let constraints = path.anchor.anchor.nameConstraints { add(constraints) }
        if checksAnchor, let constraints = path.anchor.facts?.nameConstraints.value { add(constraints) }
        for facts in path.chain.dropFirst(depth) {
            if let constraints = facts.nameConstraints.value { add(constraints) }
        }
    }

    mutating func add(_ constraints: NameConstraints) {
        sets.append(constraints)
        subtreeCount += constraints.permitted.count + constraints.excluded.count
    }

    var isEmpty: Bool { subtreeCount == 0 }

    /// The names of a certificate that an authority above it may not certify, a sentence each.
    ///
    /// `nil` when the budget does not suffice to tell.
    func violations(of facts: CertificateFacts, isLeaf: Bool, in session: TrustSession) -> [String]? {
        guard !isEmpty else { return [] }
        let names = Self.names(of: facts, usesCommonName: isLeaf && session.query.looksAtCommonName)
        let (cost, overflow) = names.count.multipliedReportingOverflow(by: subtreeCount)
        guard !overflow, session.compareNames(cost) else { return nil }
        return names.compactMap { violation(of: $0) }
    }

    private func violation(of name: GeneralName) -> String? {
        for set in sets {
            for base in set.excluded {
                switch NameSubtree.relation(of: name, to: base, .excluded) {
                case .inside: return "\(name) lies in the excluded subtree \(base)."
                case .unclear: return "\(name) cannot be compared with the excluded subtree \(base)."
                case .outside, .otherForm: continue
                }
            }
            var isOutside = false
            var isInside = false
            for base in set.permitted where !isInside {
                switch NameSubtree.relation(of: name, to: base, .permitted) {
                case .inside: isInside = true
                case .outside, .unclear: isOutside = true
                case .otherForm: continue
                }
            }
            if isOutside, !isInside { return "\(name) lies in no permitted subtree." }
        }
        return nil
    }

    /// All names of a certificate: alternative names, the subject, and mailboxes in the subject.
    private static func names(of facts: CertificateFacts, usesCommonName: Bool) -> [GeneralName] {
        var names = facts.subjectAlternativeName.value?.names ?? []
        let subject = facts.subject
        if !subject.isEmpty { names.append(.directoryName(subject)) }
        for attribute in subject.attributes {
            guard let text = attribute.text else {
                // A mailbox nobody can read lies in no permitted subtree and outside of no excluded one.
                if attribute.type == .emailAddress { names.append(.rfc822Name("")) }
                continue
            }
            if attribute.type == .emailAddress { names.append(.rfc822Name(text)) }
            guard attribute.type == .commonName, usesCommonName else { continue }
            // Where a commonName may stand for a host or an address, an authority is bound for it too.
            if let address = IPAddressText.parse(text) {
                names.append(.ipAddress(address))
            } else if HostNameRules.labels(text, allowsWildcard: true) != nil {
                names.append(.dnsName(text))
            }
        }
        return names
    }
}
