// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Looks up one certificate of a path in everything at hand.
///
/// A revocation found anywhere counts, even when another source says good; one that says good is enough otherwise.
///
/// Source: RFC 5280, section 6.3; RFC 6960, section 3.2.
struct RevocationCheck {
    private let session: TrustSession
    private let path: RevocationPath
    private let depth: Int
    private var problems: [TrustFinding] = []

    init(_ session: TrustSession, _ path: RevocationPath, depth: Int) {
        self.session = session
        self.path = path
        self.depth = depth
    }

    consuming func run() -> [TrustFinding] {
        guard path.chain.indices.contains(depth) else { return [] }
        let facts = path.chain[depth]
        let key = ObjectIdentifier(facts)
        guard session.signers.open.insert(key).inserted else { return [unknown(facts)] }
        defer { session.signers.open.remove(key) }

        var isGood = false
        var responses = OCSPLookup(session, path, depth: depth)
        switch responses.status() {
        case .revoked(let finding): return [finding]
        case .good: isGood = true
        case .undetermined: problems += responses.problems
        }
        var lists = CRLLookup(session, path, depth: depth)
        switch lists.status() {
        case .revoked(let finding): return [finding]
        case .good: isGood = true
        case .undetermined: problems += lists.problems
        }
        if isGood { return [] }
        return problems.isEmpty ? [unknown(facts)] : problems.map { weighed($0) }
    }

    private func unknown(_ facts: CertificateFacts) -> TrustFinding {
        weighed(
            TrustFinding(
                .error, .revocationUnknown, at: depth,
                "No CRL and no OCSP response at hand tells whether \(facts.subject), serial "
                    + "\(facts.certificate.serialNumber), is revoked." + refusals))
    }

    /// What the responses say that hold no answer at all, such as `unauthorized`.
    private var refusals: String {
        let words = session.query.revocation.responses.filter { $0.basicResponse == nil }.map { "\($0.status)" }
        guard !words.isEmpty else { return "" }
        return " The OCSP responder gave no answer but \(words.joined(separator: ", "))."
    }

    /// That nothing tells is an error only where revocation must be known; that what tells is no good always is.
    private func weighed(_ finding: TrustFinding) -> TrustFinding {
        let isRequired = session.query.revocation.mode == .required || finding.code != .revocationUnknown
        let severity: TrustFinding.Severity = isRequired ? .error : .warning
        return TrustFinding(
            severity, finding.code, depth: finding.depth, evidence: finding.evidence, remedy: finding.remedy)
    }
}

/// What is known of a certificate.
enum RevocationStatus {
    case good
    case revoked(TrustFinding)
    case undetermined
}
