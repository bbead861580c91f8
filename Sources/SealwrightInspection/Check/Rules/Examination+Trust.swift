// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import TrustEvaluation

// Rows "Digital signature", "Trust" and "Chain".
extension Examination {
    var signatureObservation: Observation {
        let count = max(path.count - 1, leaf.isSelfIssued ? 1 : 0)
        var seen = Observation("\(Printable.count(count, "signature")) valid")
        for finding in decision.findings where finding.code == .signatureInvalid || finding.code == .algorithmMismatch {
            seen.breaks(.signatureInvalid, finding.evidence)
        }
        guard seen.faults.isEmpty else { return seen }
        if leaf.isSelfIssued, path.count == 1 {
            if !isSelfSignatureCheap {
                seen.breaks(.signatureUnchecked, "the key is too large or unusual to check its signature with")
            } else if !leaf.isSelfSigned {
                seen.breaks(.signatureInvalid, "it names itself as issuer, but its own key does not verify it")
            }
        } else if hasUncalculatedSignature {
            seen.breaks(.signatureUnchecked, uncalculatedSentence)
        } else if path.count == 1 {
            seen.breaks(.signatureUnchecked, "the certificate of its issuer '\(leaf.issuer)' is not at hand")
        }
        return seen
    }

    /// Whether a signature met algorithms that are not calculated here; a key that signed nothing does not count.
    private var hasUncalculatedSignature: Bool {
        let unsupported = decision.findings.count { $0.code == .algorithmUnsupported }
        return unsupported > path.count { $0.publicKey == nil }
    }

    private var uncalculatedSentence: String {
        guard leaf.signatureAlgorithm.signatureAlgorithm != nil else {
            return "it is signed with \(leaf.signatureAlgorithm.signatureName)"
        }
        return "the signature on '\((path.last ?? leaf).subject)' is by an algorithm or key that is not known here"
    }

    private var isSelfSignatureCheap: Bool { leaf.publicKey?.isCheapToCheckWith ?? false }

    var trustObservation: Observation {
        var seen = Observation(anchorSentence)
        for finding in decision.findings where finding.severity == .error {
            guard let rule = Self.trustRule(of: finding.code) else { continue }
            seen.breaks(rule, finding.evidence)
        }
        if let clients = settings.clientAnchors {
            let decision = Self.decide(subject, settings, clients, [])
            if decision.findings.contains(where: { $0.code == .issuerUnknown || $0.code == .selfSigned }) {
                seen.breaks(.untrustedByClients, "no path leads to a certificate of the clients' set")
            } else {
                seen.evidence += ", and trusted by the clients"
            }
        }
        return seen
    }

    private var anchorSentence: String {
        guard let anchor = decision.anchor else { return "not judged, because a signature does not verify" }
        return "anchored at '\(anchor.subject.commonName ?? anchor.subject.rfc4514)'"
    }

    /// The rule that tells a reason of trust evaluation in this row; `nil` when another row does.
    private static func trustRule(of code: TrustCode) -> CheckRule? {
        switch code {
        case .issuerUnknown, .selfSigned: .untrusted
        case .nameNotPermitted: .nameNotPermitted
        case .notAuthority, .keyUsageMissing, .pathTooLong, .unknownCriticalExtension, .policyMissing, .budgetExceeded,
            .malformed, .versionNotAllowed, .profileViolation:
            .pathBroken
        case .denied, .revoked, .signatureInvalid, .expired, .notYetValid, .nameMismatch, .purposeMissing,
            .weakSignature, .weakKey, .algorithmUnsupported, .algorithmMismatch, .serialNumberNotAllowed,
            .authorityAsLeaf, .revocationUnknown, .revocationStale, .revocationUnusable, .commonNameOnly,
            .revocationImpossible:
            nil
        }
    }
}

// MARK: - Chain

extension Examination {
    var chainObservation: Observation? {
        if case .held = subject.origin { return nil }
        let needed = neededIssuers
        var seen = Observation(
            needed.isEmpty ? "nothing is needed between it and the anchor" : "\(needed.count) of \(needed.count) sent")
        noteMissing(among: needed, &seen)
        noteOrder(&seen)
        noteRepeated(&seen)
        noteSuperfluous(&seen)
        return seen
    }

    /// The certificates between leaf and anchor.
    private var neededIssuers: [CertificateView] {
        let above = path.dropFirst()
        return Array(reachesAnchor ? above.dropLast() : above)
    }

    private func noteMissing(among needed: [CertificateView], _ seen: inout Observation) {
        let presented = Set(subject.presented)
        let missing = needed.filter { !presented.contains($0) && !$0.isSelfIssued }
        let top = path.last ?? leaf
        var names = missing.map { "'\($0.subject)'" }
        if hasTrustFinding(.issuerUnknown), !top.isSelfIssued { names.append("'\(top.issuer)'") }
        guard !names.isEmpty else { return }
        seen.breaks(.chainIncomplete, "missing: \(names.joined(separator: ", "))")
        let child = missing.first.flatMap { issuer in path.first { $0.issuer.matches(issuer.subject) } } ?? top
        if let url = child.authorityInformationAccess?.caIssuersURIs.first {
            seen.breaks(.chainNeedsFetching, "the missing issuer is named at \(url)\(fetchingProblem(url))")
        }
    }

    /// Why the URL of an issuer was of no use, if it was asked.
    private func fetchingProblem(_ url: String) -> String {
        guard let resource = subject.fetched.first(where: { $0.kind == .issuer && $0.url == url }) else { return "" }
        switch resource.outcome {
        case .failure(let obstacle): return "; it was not had: \(obstacle.evidence)"
        case .success: return reachesAnchor ? "" : "; what came from there does not help"
        }
    }

    /// PKCS#12 has no order that anybody relies on.
    private var isOrdered: Bool {
        guard case .file(let file) = subject.origin else { return true }
        return file.form == .pem
    }

    private func noteOrder(_ seen: inout Observation) {
        guard isOrdered, subject.presented.count > 1 else { return }
        let places = path.compactMap { certificate in subject.presented.firstIndex(of: certificate) }
        guard places != places.sorted() else { return }
        let order = places.map { "\($0 + 1)" }.joined(separator: ", ")
        seen.breaks(.chainOrder, "in the order of issuing they stand at \(order)")
    }

    /// A certificate that is there twice does not follow the one it issued.
    private func noteRepeated(_ seen: inout Observation) {
        guard isOrdered else { return }
        var known: Set<CertificateView> = []
        for certificate in subject.presented where !known.insert(certificate).inserted {
            return seen.breaks(.chainOrder, "'\(certificate.subject)' is there twice")
        }
    }

    private func noteSuperfluous(_ seen: inout Observation) {
        let onPath = Set(path)
        for certificate in subject.presented.dropFirst().prefix(20) {
            if certificate.isSelfIssued, onPath.contains(certificate), certificate != leaf {
                seen.breaks(.anchorSent, "'\(certificate.subject)' is sent along")
            } else if !onPath.contains(certificate), certificate != leaf {
                seen.breaks(.chainStranger, "'\(certificate.subject)' issued nothing here")
            }
        }
    }
}
