// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Looks one certificate up in the CRLs at hand, distribution point by distribution point.
///
/// Of several CRLs of one issuer, key and scope the newest that can be used counts, in whatever order they came. Of
/// different scopes each counts: that one says good does not end the search, as another may tell of a revocation.
///
/// Source: RFC 5280, section 6.3.3.
struct CRLLookup {
    private let session: TrustSession
    private let path: RevocationPath
    private let depth: Int
    private(set) var problems: [TrustFinding] = []
    /// Reasons for which some CRL has told: reasons_mask.
    private var covered: ReasonFlags = []
    /// The full CRLs that do not list the certificate.
    private var read: [RevocationList] = []

    init(_ session: TrustSession, _ path: RevocationPath, depth: Int) {
        self.session = session
        self.path = path
        self.depth = depth
    }

    private var facts: CertificateFacts { path.chain[depth] }
    private var settings: RevocationSettings { session.query.revocation }

    mutating func status() -> RevocationStatus {
        guard !settings.lists.isEmpty else { return .undetermined }
        for point in points {
            if let finding = look(at: point) { return .revoked(finding) }
        }
        if covered == .all { return .good }
        if problems.isEmpty, !covered.isEmpty {
            note(.revocationUnknown, "The CRLs at hand tell of \(facts.subject) for some reasons only.")
        }
        return .undetermined
    }

    /// The certificate's distribution points, and at last its issuer itself.
    private var points: [DistributionPoint] {
        (facts.distributionPoints.value?.points ?? []) + [DistributionPoint(name: nil)]
    }

    private mutating func note(_ code: TrustCode, _ evidence: String) {
        let finding = TrustFinding(.error, code, at: depth, evidence)
        if !problems.contains(finding) { problems.append(finding) }
    }

    /// Reads the CRLs of one distribution point; a finding when the certificate is revoked.
    private mutating func look(at point: DistributionPoint) -> TrustFinding? {
        let scope = CRLScope(facts, point)
        let fitting = settings.lists.filter { !$0.list.isDelta && scope.includes($0.list) }
        for full in Self.newestFirst(fitting) {
            let reasons = scope.reasons(of: full.list)
            if let newest = read.first(where: { Self.haveOneScope($0, full) }) {
                // The same list seen from another distribution point covers what that one is for; an older one nothing.
                if newest.identity == full.identity { covered.formUnion(reasons) }
                continue
            }
            guard !reasons.isEmpty, isUsable(full) else { continue }
            let delta = settings.usesDeltas ? newestDelta(of: full) : nil
            switch entry(full, delta) {
            case .revoked(let finding): return finding
            case .undetermined: continue
            case .good:
                read.append(full)
                covered.formUnion(reasons)
            }
        }
        return nil
    }

    /// Those that begin later first; of one second those with the higher number.
    private static func newestFirst(_ lists: [RevocationList]) -> [RevocationList] {
        guard lists.count > 1 else { return lists }
        return lists.sorted { left, right in
            guard let begin = left.list.thisUpdate, let other = right.list.thisUpdate, begin == other else {
                guard let begin = left.list.thisUpdate else { return false }
                return right.list.thisUpdate.map { $0 < begin } ?? true
            }
            guard let number = left.list.crlNumber else { return false }
            return right.list.crlNumber.map { $0 < number } ?? true
        }
    }

    /// Whether the newer of two CRLs replaces the other: one issuer and key, one scope.
    private static func haveOneScope(_ left: RevocationList, _ right: RevocationList) -> Bool {
        let (left, right) = (left.list, right.list)
        return left.issuer.matches(right.issuer) && left.issuingDistributionPoint == right.issuingDistributionPoint
            && left.authorityKeyIdentifier?.keyIdentifier == right.authorityKeyIdentifier?.keyIdentifier
    }

    /// The line about the certificate: the delta's if there is one, else the full CRL's.
    private mutating func entry(_ full: RevocationList, _ delta: RevocationList?) -> RevocationStatus {
        let serial = facts.certificate.serialNumber
        if let line = delta?.entry(for: serial, issuer: facts.issuer) {
            return line.reason == .removeFromCRL ? .good : .revoked(revoked(line, by: full.list))
        }
        guard let line = full.entry(for: serial, issuer: facts.issuer) else { return .good }
        return line.reason == .removeFromCRL ? .good : .revoked(revoked(line, by: full.list))
    }

    private func revoked(_ line: CertificateList.Entry, by list: CertificateList) -> TrustFinding {
        let when = line.revocationDate.map { " since \($0)" } ?? ""
        let why = line.reason.map { ", reason \($0.name)" } ?? ""
        return TrustFinding(
            .error, .revoked, at: depth,
            "\(facts.subject), serial \(facts.certificate.serialNumber), is revoked\(when)\(why); says the CRL of "
                + "\(list.issuer).")
    }
}

// MARK: - Whether a CRL can be used

extension CRLLookup {
    private mutating func isUsable(_ candidate: RevocationList) -> Bool {
        let list = candidate.list
        let problem = CRLProblem(candidate, at: session.query.time, rules: session.query.rules)
        if let problem {
            note(problem.code, "The CRL of \(list.issuer) \(problem.reason).")
            return false
        }
        let outcome = CRLSigner(session, path, depth: depth).outcome(of: candidate)
        if let reason = outcome { note(.revocationUnusable, "The CRL of \(list.issuer) \(reason).") }
        return outcome == nil
    }

    /// The newest usable delta CRL that continues a full one.
    ///
    /// Source: RFC 5280, sections 5.2.4 and 6.3.3 (c).
    private mutating func newestDelta(of full: RevocationList) -> RevocationList? {
        guard let number = full.list.crlNumber else { return nil }
        let fitting = settings.lists.filter { delta in
            guard delta.list.isDelta, let base = delta.list.baseCRLNumber, let own = delta.list.crlNumber else {
                return false
            }
            return base <= number && number <= own && delta.list.issuer.matches(full.list.issuer)
                && delta.list.issuingDistributionPoint == full.list.issuingDistributionPoint
                && delta.list.authorityKeyIdentifier?.keyIdentifier == full.list.authorityKeyIdentifier?.keyIdentifier
        }
        let newestFirst = fitting.sorted { left, right in
            guard let left = left.list.crlNumber, let right = right.list.crlNumber else { return false }
            return right < left
        }
        // A delta out of date adds nothing, but the full CRL still tells.
        return newestFirst.first { delta in
            CRLProblem(delta, at: session.query.time, rules: session.query.rules) == nil
                && CRLSigner(session, path, depth: depth).outcome(of: delta) == nil
        }
    }
}
