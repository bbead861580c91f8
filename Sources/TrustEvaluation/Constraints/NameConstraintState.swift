// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The name constraints of all authorities passed on the way down a path.
///
/// The standard intersects the permitted subtrees; here the sets stay apart and a name must lie in each, which is the
/// same and costs no more than names times subtrees.
///
/// Source: RFC 5280, sections 6.1.2 (b), (c), 6.1.3 (b), (c) and 6.1.4 (g).
struct NameConstraintState {
    /// What one authority permits and excludes.
    private struct Subtrees {
        let permitted: [ConstrainedName]
        let excluded: [ConstrainedName]
    }

    private var sets: [Subtrees] = []
    private var subtreeCount = 0
    /// How long all the subtrees' names are together.
    private var subtreeOctets = 0

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
        let set = Subtrees(
            permitted: constraints.permitted.map { ConstrainedName($0) },
            excluded: constraints.excluded.map { ConstrainedName($0) })
        sets.append(set)
        subtreeCount += set.permitted.count + set.excluded.count
        subtreeOctets += (set.permitted + set.excluded).reduce(0) { $0 + $1.octetCount }
    }

    var isEmpty: Bool { subtreeCount == 0 }

    /// The names of a certificate that an authority above it may not certify, a sentence each.
    ///
    /// `nil` when the budget does not suffice to tell.
    func violations(of facts: CertificateFacts, isLeaf: Bool, in session: TrustSession) -> [String]? {
        guard !isEmpty else { return [] }
        let names = Self.names(of: facts, usesCommonName: isLeaf && session.query.looksAtCommonName)
            .map { ConstrainedName($0) }
        guard session.compareNames(cost(of: names)) else { return nil }
        return names.compactMap { violation(of: $0) }
    }

    /// Comparisons of names with subtrees, where longer ones count for several.
    ///
    /// An attacker chooses both, and a comparison takes a time that grows with their lengths. The limits of the readers
    /// keep all products here far below what an `Int` holds.
    private func cost(of names: [ConstrainedName]) -> Int {
        let octets = names.reduce(0) { $0 + $1.octetCount } * subtreeCount + names.count * subtreeOctets
        return max(names.count * subtreeCount, octets / Self.octetsOfComparison)
    }

    /// Octets of name and subtree together that count as one comparison: a host name and a domain have about as many.
    private static let octetsOfComparison = 32

    private func violation(of name: ConstrainedName) -> String? {
        for set in sets {
            for base in set.excluded {
                switch NameSubtree.relation(of: name, to: base, .excluded) {
                case .inside: return "\(name.name) lies in the excluded subtree \(base.name)."
                case .unclear: return "\(name.name) cannot be compared with the excluded subtree \(base.name)."
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
            if isOutside, !isInside { return "\(name.name) lies in no permitted subtree." }
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
