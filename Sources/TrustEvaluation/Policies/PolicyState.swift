// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Policy processing on the way down a path.
///
/// Source: RFC 5280, sections 6.1.2 to 6.1.5.
struct PolicyState {
    private var graph = PolicyGraph()
    private var explicitPolicy: Int
    private var inhibitAnyPolicy: Int
    private var policyMapping: Int
    private let settings: PolicySettings
    private let nodeLimit: Int

    /// The state before the first certificate; the path length counts certificates without the trust anchor.
    init(_ settings: PolicySettings, pathLength: Int, nodeLimit: Int) {
        self.settings = settings
        self.nodeLimit = nodeLimit
        explicitPolicy = settings.requiresExplicitPolicy ? 0 : pathLength + 1
        inhibitAnyPolicy = settings.inhibitsAnyPolicy ? 0 : pathLength + 1
        policyMapping = settings.inhibitsMapping ? 0 : pathLength + 1
    }

    /// Takes one certificate: section 6.1.3 (d) to (f).
    ///
    /// - Returns: what is wrong, in a sentence.
    mutating func enter(_ facts: CertificateFacts, isLeaf: Bool) -> String? {
        if let policies = facts.policies.value {
            let takesAny = inhibitAnyPolicy > 0 || (!isLeaf && facts.isSelfIssued)
            graph.descend(policies.policies.map(\.id), takesAny: takesAny)
        } else {
            graph.makeNull()
        }
        guard graph.count <= nodeLimit else {
            graph.makeNull()
            return "The policies make more than \(nodeLimit) nodes."
        }
        guard explicitPolicy > 0 || !graph.isNull else {
            return "No certificate policy holds down to \(facts.subject), and one is required."
        }
        return nil
    }

    /// Prepares for the certificate below an authority: section 6.1.4 (a), (b), (h), (i) and (j).
    ///
    /// - Returns: what is wrong, in a sentence.
    mutating func leave(_ facts: CertificateFacts) -> String? {
        var problem: String?
        if let mappings = facts.policyMappings.value?.mappings {
            let isAny = mappings.contains {
                $0.issuerDomainPolicy == .anyPolicy || $0.subjectDomainPolicy == .anyPolicy
            }
            if isAny { problem = "\(facts.subject) maps anyPolicy, which is not allowed." }
            var targets: [OID: Set<OID>] = [:]
            for mapping in mappings {
                targets[mapping.issuerDomainPolicy, default: []].insert(mapping.subjectDomainPolicy)
            }
            graph.map(targets, isInhibited: policyMapping == 0)
        }
        if !facts.isSelfIssued { countDown() }
        if let constraints = facts.policyConstraints.value {
            if let skip = constraints.requireExplicitPolicy { explicitPolicy = min(explicitPolicy, skip) }
            if let skip = constraints.inhibitPolicyMapping { policyMapping = min(policyMapping, skip) }
        }
        if let skip = facts.inhibitAnyPolicy.value?.skipCerts { inhibitAnyPolicy = min(inhibitAnyPolicy, skip) }
        return problem
    }

    private mutating func countDown() {
        if explicitPolicy > 0 { explicitPolicy -= 1 }
        if policyMapping > 0 { policyMapping -= 1 }
        if inhibitAnyPolicy > 0 { inhibitAnyPolicy -= 1 }
    }

    /// Closes the path at its leaf: section 6.1.5 (a), (b) and (g).
    ///
    /// - Returns: the policies that hold, and what is wrong, in a sentence.
    mutating func finish(_ leaf: CertificateFacts) -> (policies: Set<OID>, problem: String?) {
        if explicitPolicy > 0 { explicitPolicy -= 1 }
        if leaf.policyConstraints.value?.requireExplicitPolicy == 0 { explicitPolicy = 0 }
        let policies = graph.constrained(to: settings.acceptable)
        guard explicitPolicy > 0 || !policies.isEmpty else {
            return ([], "None of the policies asked for holds for the whole path.")
        }
        return (policies, nil)
    }
}
