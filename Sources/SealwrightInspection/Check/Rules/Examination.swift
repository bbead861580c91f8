// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import TrustEvaluation

/// One subject under the rules: what trust evaluation says of it, and an observation for each row.
struct Examination {
    let subject: CheckSubject
    let settings: CheckSettings
    /// The judgement by the server's trust anchors.
    let decision: TrustDecision
    /// CRLs at hand and fetched.
    let lists: [RevocationList]

    init(_ subject: CheckSubject, _ settings: CheckSettings) {
        self.subject = subject
        self.settings = settings
        self.lists = settings.lists + Self.fetchedLists(subject)
        self.decision = Self.decide(subject, settings, settings.anchors, lists)
    }

    var leaf: CertificateView { subject.leaf }
    var values: RequirementValues { settings.profile.values }
    /// Leaf first, trust anchor last, as far as a path could be built.
    var path: [CertificateView] { decision.path.isEmpty ? [leaf] : decision.path }
    /// Whether a trust anchor was reached.
    var reachesAnchor: Bool { decision.anchor != nil }

    func hasTrustFinding(_ code: TrustCode) -> Bool { decision.findings.contains { $0.code == code } }

    /// The observation for a row, `nil` when the row does not apply to the subject.
    func observation(of element: CheckElement) -> Observation? {
        switch element {
        case .signature: signatureObservation
        case .trust: trustObservation
        case .chain: chainObservation
        case .validity: validityObservation
        case .purpose: purposeObservation
        case .name: nameObservation
        case .hash: hashObservation
        case .key: keyObservation
        case .keyUsage: keyUsageObservation
        case .revocation: revocationObservation
        case .form: formObservation
        case .format: formatObservation
        case .tls: tlsObservation
        case .access: nil
        }
    }
}

// MARK: - Asking for trust

extension Examination {
    /// Judges with rules that leave hash, key, purpose and name to the rows of the profile.
    static func decide(
        _ subject: CheckSubject, _ settings: CheckSettings, _ anchors: [TrustAnchor], _ lists: [RevocationList]
    ) -> TrustDecision {
        var query = TrustQuery(
            leaf: subject.leaf,
            intermediates: subject.presented + settings.intermediates + subject.fetched.flatMap(\.issuers),
            anchors: anchors, time: settings.time)
        query.rules = TrustRules(
            digests: Set(DigestAlgorithm.allCases), minimumRSABits: 512, maximumRSABits: 16_384,
            curves: Set(EllipticCurve.allCases), checksAnchors: true)
        query.revocation = RevocationSettings(
            mode: .ifAvailable, lists: lists, responses: ocspResponses(subject))
        query.denied = settings.denyList.fingerprints
        query.signatures = settings.signatures
        return TrustValidator().evaluate(query)
    }

    private static func fetchedLists(_ subject: CheckSubject) -> [RevocationList] {
        subject.fetched.compactMap { resource in
            guard resource.kind == .crl, case .success(let octets) = resource.outcome else { return nil }
            return try? RevocationList(parsing: octets)
        }
    }

    private static func ocspResponses(_ subject: CheckSubject) -> [OCSPResponse] {
        subject.fetched.compactMap { resource in
            guard resource.kind == .ocsp, case .success(let octets) = resource.outcome else { return nil }
            return try? OCSPResponse(parsing: octets)
        }
    }

    /// The ends of the CRLs at hand that are about this path.
    var revocationListFacts: [RevocationListFacts] {
        lists.compactMap { list in
            guard let end = list.list.nextUpdate, path.contains(where: { $0.issuer.matches(list.list.issuer) }) else {
                return nil
            }
            return RevocationListFacts(issuer: Printable.text(list.list.issuer.rfc4514, limit: 512), nextUpdate: end)
        }
    }
}
