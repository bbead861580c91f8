// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Judges one path from the trust anchor down to its leaf and collects everything that is wrong with it.
///
/// That each certificate was signed by the one above it is known already; the search makes no other paths.
///
/// Source: RFC 5280, sections 6.1.2 to 6.1.5.
struct PathJudgement {
    private let session: TrustSession
    /// The path below the anchor, leaf first; the pinned leaf alone when the leaf is itself the anchor.
    private let chain: [CertificateFacts]
    private let anchor: AnchorFacts?
    private let isPinned: Bool
    private let request: PathRequest
    private var findings: [TrustFinding] = []
    private var policyState: PolicyState
    private var nameConstraints = NameConstraintState()
    /// Authorities that may still follow: max_path_length.
    private var remainingDepth: Int
    private var policies: Set<OID> = []

    init(
        _ session: TrustSession, chain: [CertificateFacts], anchor: AnchorFacts?, pinned: CertificateFacts?,
        request: PathRequest
    ) {
        self.session = session
        self.chain = pinned.map { [$0] } ?? chain
        self.anchor = anchor
        self.isPinned = pinned != nil
        self.request = request
        self.remainingDepth = request.level == 0 ? session.query.maximumPathLength ?? .max : .max
        // Policies are asked of the query's own path, not of those of signers of CRLs.
        self.policyState = PolicyState(
            request.level == 0 ? session.query.policies : PolicySettings(), pathLength: self.chain.count,
            nodeLimit: session.query.budget.policyNodes)
    }

    mutating func run() -> PathResult {
        enterAnchor()
        for depth in chain.indices.reversed() {
            let facts = chain[depth]
            judgeCertificate(facts, depth)
            if !isPinned {
                if depth == 0 || !facts.isSelfIssued { judgeNames(facts, depth) }
                if let problem = policyState.enter(facts, isLeaf: depth == 0) { note(.policyMissing, depth, problem) }
            }
            if depth > 0 { judgeIssuer(facts, depth) }
        }
        judgeLeaf()
        if anchor != nil { judgeRevocation() }
        return PathResult(chain: chain, anchor: anchor, findings: findings, policies: policies)
    }

    private mutating func note(
        _ code: TrustCode, _ depth: Int?, _ evidence: String, _ severity: TrustFinding.Severity = .error
    ) {
        findings.append(TrustFinding(severity, code, at: depth, evidence))
    }
}

// MARK: - The anchor

extension PathJudgement {
    /// Takes the constraints of the trust anchor over and, unless told otherwise, holds its certificate to the rules
    /// of an authority.
    private mutating func enterAnchor() {
        guard let anchor else { return }
        if let constraints = anchor.anchor.nameConstraints { nameConstraints.add(constraints) }
        if let purposes = anchor.anchor.purposes, !request.purpose.extendedKeyUsages.isEmpty,
            !request.purpose.extendedKeyUsages.contains(where: purposes.contains)
        {
            note(
                .purposeMissing, chain.count,
                "The trust anchor \(anchor.anchor.subject) is not trusted for \(request.purpose.name).")
        }
        guard let facts = anchor.facts, !isPinned, session.query.rules.checksAnchors else { return }
        let depth = chain.count
        findings += CertificateChecks(facts, at: depth, session: session, place: .anchor).run()
        findings += IssuerChecks(facts, at: depth, session: session, place: .anchor).run()
        findings += PurposeChecks(facts, at: depth, request.purpose, session: session).issuer()
        if let constraints = facts.nameConstraints.value { nameConstraints.add(constraints) }
        if let length = facts.basicConstraints.value?.pathLength { remainingDepth = min(remainingDepth, length) }
    }
}

// MARK: - Each certificate

extension PathJudgement {
    private mutating func judgeCertificate(_ facts: CertificateFacts, _ depth: Int) {
        let place: CertificatePlace = isPinned ? .pinned : depth == 0 ? .leaf : .intermediate
        findings += CertificateChecks(facts, at: depth, session: session, place: place).run()
    }

    private mutating func judgeNames(_ facts: CertificateFacts, _ depth: Int) {
        guard let violations = nameConstraints.violations(of: facts, isLeaf: depth == 0, in: session) else {
            return note(.budgetExceeded, depth, "Comparing its names with the constraints above costs too much.")
        }
        for violation in violations.prefix(8) { note(.nameNotPermitted, depth, violation) }
    }

    /// Prepares for the certificate below: section 6.1.4.
    private mutating func judgeIssuer(_ facts: CertificateFacts, _ depth: Int) {
        if let problem = policyState.leave(facts) { note(.policyMissing, depth, problem) }
        if let constraints = facts.nameConstraints.value { nameConstraints.add(constraints) }
        findings += IssuerChecks(facts, at: depth, session: session, place: .intermediate).run()
        findings += PurposeChecks(facts, at: depth, request.purpose, session: session).issuer()
        if !facts.isSelfIssued {
            if remainingDepth <= 0 {
                note(.pathTooLong, depth, "\(facts.subject) is one authority more than a path length above it allows.")
            } else {
                remainingDepth -= 1
            }
        }
        if let length = facts.basicConstraints.value?.pathLength { remainingDepth = min(remainingDepth, length) }
    }

    private mutating func judgeLeaf() {
        guard let leaf = chain.first else { return }
        if !isPinned {
            let outcome = policyState.finish(leaf)
            policies = outcome.policies
            if let problem = outcome.problem { note(.policyMissing, 0, problem) }
        } else {
            policies = session.query.policies.acceptable
        }
        findings += PurposeChecks(leaf, at: 0, request.purpose, session: session).leaf()
        // Names are asked of the query's leaf, not of signers of CRLs.
        if request.level == 0 { findings += NameChecks(leaf, session: session).run() }
    }

    private mutating func judgeRevocation() {
        let settings = session.query.revocation
        guard settings.mode != .off, let anchor else { return }
        guard !isPinned else {
            if let leaf = chain.first, leaf.isSelfIssued {
                note(.revocationImpossible, 0, "\(leaf.subject) is its own issuer; no CRL or OCSP can name it.", .note)
            }
            return
        }
        let path = RevocationPath(chain: chain, anchor: anchor, level: request.level)
        let last = settings.scope == .path ? chain.count - 1 : 0
        for depth in stride(from: last, through: 0, by: -1) {
            findings += RevocationCheck(session, path, depth: depth).run()
        }
    }
}
