// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Finds paths from a certificate to a trust anchor, the likeliest first, until one is acceptable.
///
/// Depth first with backtracking: each authority that could have signed is tried, those whose key identifier fits and
/// that are valid now before the others. Only verified signatures make a path longer, so certificates that merely
/// share a name cost one signature each.
///
/// Source: RFC 4158, sections 2.4 and 3.
struct PathSearch {
    private let session: TrustSession
    private let target: CertificateFacts
    private let request: PathRequest
    private(set) var best: PathResult?

    /// A search for a path that begins at a certificate.
    init(_ session: TrustSession, from target: CertificateFacts, for request: PathRequest) {
        self.session = session
        self.target = target
        self.request = request
    }

    /// The first acceptable path, else the one that failed least.
    mutating func run() -> PathResult {
        if let pinned = anchors.first(where: { $0.anchor.certificate == target.certificate }) {
            _ = consider([], pinned, pinned: target)
        }
        if best?.isAcceptable != true {
            var path = [target]
            _ = extend(&path)
        }
        return best ?? PathResult(chain: [target], anchor: nil, findings: [], policies: [])
    }

    private var anchors: [AnchorFacts] { request.anchor.map { [$0] } ?? session.anchors }

    /// Tries everything that could stand above the end of the path; `true` ends the search.
    private mutating func extend(_ path: inout [CertificateFacts]) -> Bool {
        guard let end = path.last else { return true }
        var problem = DeadEnd.noIssuer
        for anchor in anchors where anchor.comparedSubject.matches(end.comparedIssuer) {
            switch session.signature(on: end, by: anchor.anchor.subjectPublicKeyInfo) {
            case .valid:
                problem = .none
                if consider(path, anchor) { return true }
            case let verdict: problem.note(verdict)
            }
        }
        // The anchor itself takes a place too.
        guard path.count + 1 < session.query.budget.depth else {
            if problem == .noIssuer { problem = .tooDeep }
            return dead(path, problem)
        }
        for candidate in candidates(above: end, path) {
            guard session.takeStep() else { return dead(path, .exhausted) }
            let verdict = session.signature(on: end, by: candidate.subjectPublicKeyInfo)
            guard verdict == .valid else {
                problem.note(verdict)
                if verdict == .notAffordable { return dead(path, .exhausted) }
                continue
            }
            problem = .none
            path.append(candidate)
            if extend(&path) { return true }
            path.removeLast()
        }
        return dead(path, problem)
    }

    /// Authorities that could have issued the end of the path, the likeliest first.
    ///
    /// One with subject and key of one that is on the path already leads nowhere new, however many such certificates
    /// there are.
    private func candidates(above end: CertificateFacts, _ path: [CertificateFacts]) -> [CertificateFacts] {
        let found = session.intermediates.filter { candidate in
            candidate.comparedSubject.matches(end.comparedIssuer) && !path.contains { isSame($0, candidate) }
        }
        guard found.count > 1 else { return found }
        let ranked = found.map { (facts: $0, rank: rank($0, above: end)) }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.facts)
    }

    private func isSame(_ left: CertificateFacts, _ right: CertificateFacts) -> Bool {
        left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
            && left.comparedSubject.matches(right.comparedSubject)
    }

    /// How unlikely a candidate is: a point for each doubt.
    private func rank(_ candidate: CertificateFacts, above end: CertificateFacts) -> Int {
        var doubts = 0
        if let wanted = end.authorityKeyIdentifier.value?.keyIdentifier {
            if candidate.subjectKeyIdentifier.value?.keyIdentifier != wanted { doubts += 1 }
        }
        if !candidate.certificate.isValid(at: session.query.time) { doubts += 4 }
        if !candidate.isAuthority { doubts += 8 }
        if let usage = candidate.keyUsage.value, !usage.contains(.keyCertSign) { doubts += 8 }
        if candidate.isSelfIssued { doubts += 2 }
        return doubts
    }

    /// Judges a whole path; `true` ends the search.
    private mutating func consider(
        _ path: [CertificateFacts], _ anchor: AnchorFacts, pinned: CertificateFacts? = nil
    ) -> Bool {
        var judgement = PathJudgement(session, chain: path, anchor: anchor, pinned: pinned, request: request)
        let result = judgement.run()
        if best.map({ result.isBetter(than: $0) }) ?? true { best = result }
        return result.isAcceptable || session.exhausted != nil
    }

    /// Keeps a path that ends nowhere when there is nothing better to tell; `true` ends the search.
    private mutating func dead(_ path: [CertificateFacts], _ problem: DeadEnd) -> Bool {
        let isOver = session.exhausted != nil
        guard let end = path.last, let finding = problem.finding(end, depth: path.count - 1) else { return isOver }
        guard best.map({ $0.anchor == nil && $0.chain.count < path.count }) ?? true else { return isOver }
        var judgement = PathJudgement(session, chain: path, anchor: nil, pinned: nil, request: request)
        var result = judgement.run()
        result.findings.append(finding)
        best = result
        return isOver
    }
}

/// What a path is for.
struct PathRequest {
    /// The leaf's purpose.
    let purpose: TrustPurpose
    /// The only trust anchor allowed, `nil` for all of the query's.
    let anchor: AnchorFacts?
    /// How deep in judgements of signers of revocation information this is; 0 is the query itself.
    let level: Int
}

/// Why nothing stands above the end of a path.
private enum DeadEnd {
    /// Something does.
    case none
    case noIssuer
    case signatureInvalid
    case unsupported
    case tooDeep
    case exhausted

    /// Takes a failed signature into account.
    mutating func note(_ verdict: SignatureVerdict) {
        guard self == .noIssuer || self == .tooDeep else { return }
        switch verdict {
        case .invalid: self = .signatureInvalid
        case .unsupported: self = .unsupported
        case .valid, .notAffordable: break
        }
    }

    func finding(_ end: CertificateFacts, depth: Int) -> TrustFinding? {
        switch self {
        case .none, .exhausted: nil
        case .noIssuer where end.isSelfIssued:
            TrustFinding(
                .error, .selfSigned, at: depth, "\(end.subject) is its own issuer and not among the trust anchors.")
        case .noIssuer:
            TrustFinding(.error, .issuerUnknown, at: depth, "No certificate of the issuer \(end.issuer) is at hand.")
        case .signatureInvalid:
            TrustFinding(
                .error, .signatureInvalid, at: depth,
                "The signature on \(end.subject) is not that of any key at hand of \(end.issuer).")
        case .unsupported:
            TrustFinding(
                .error, .algorithmUnsupported, at: depth,
                "The signature on \(end.subject) cannot be calculated: "
                    + "\(end.certificate.signatureAlgorithm.oid.nameOrDotted).")
        case .tooDeep:
            TrustFinding(.error, .pathTooLong, at: depth, "The path is longer than the depth limit allows.")
        }
    }
}
