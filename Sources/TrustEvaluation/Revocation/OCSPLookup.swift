// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Looks one certificate up in the OCSP responses at hand.
///
/// Source: RFC 6960, sections 3.2 and 4.2.2.
struct OCSPLookup {
    private let session: TrustSession
    private let path: RevocationPath
    private let depth: Int
    private(set) var problems: [TrustFinding] = []

    /// Seconds that an answer without nextUpdate is taken for current: a day.
    private static let longestLife: Int64 = 86_400

    init(_ session: TrustSession, _ path: RevocationPath, depth: Int) {
        self.session = session
        self.path = path
        self.depth = depth
    }

    private var facts: CertificateFacts { path.chain[depth] }

    mutating func status() -> RevocationStatus {
        let issuer = path.issuer(of: depth)
        var isGood = false
        for response in session.query.revocation.responses {
            guard let basic = response.basicResponse else { continue }
            for single in basic.responseData.responses where isAbout(single.certID, issuer) {
                guard isUsable(basic, single, issuer) else { continue }
                switch single.certStatus {
                case .revoked(let time, let reason): return .revoked(revoked(time, reason))
                case .good: isGood = true
                case .unknown:
                    note(.revocationUnknown, "The OCSP responder does not know serial \(single.certID.serialNumber).")
                }
            }
        }
        return isGood ? .good : .undetermined
    }

    private func isAbout(_ id: CertID, _ issuer: IssuerKey) -> Bool {
        id.serialNumber == facts.certificate.serialNumber
            && id.matches(issuerName: issuer.subject, issuerKeyBits: issuer.subjectPublicKeyInfo.keyBits)
    }

    private mutating func note(_ code: TrustCode, _ evidence: String) {
        problems.append(TrustFinding(.error, code, at: depth, evidence))
    }

    private mutating func isUsable(
        _ basic: BasicOCSPResponse, _ single: SingleResponse, _ issuer: IssuerKey
    ) -> Bool {
        let time = session.query.time
        let end = single.nextUpdate ?? single.thisUpdate.adding(seconds: Self.longestLife)
        guard single.thisUpdate <= time else {
            note(.revocationUnusable, "The OCSP response begins on \(single.thisUpdate), after the time asked for.")
            return false
        }
        guard end >= time else {
            note(.revocationStale, "The OCSP response about \(facts.subject) ended on \(end).")
            return false
        }
        if let digest = basic.signatureAlgorithm.signatureAlgorithm?.digest,
            !session.query.rules.digests.contains(digest)
        {
            note(.revocationUnusable, "The OCSP response is signed with \(digest.rawValue).")
            return false
        }
        guard let problem = signerProblem(basic, issuer) else { return true }
        note(.revocationUnusable, "The OCSP response about \(facts.subject) \(problem).")
        return false
    }

    /// What is wrong with who signed, `nil` when nothing is: the issuer itself, or a signer it named for this.
    private mutating func signerProblem(_ basic: BasicOCSPResponse, _ issuer: IssuerKey) -> String? {
        if isSigned(basic, by: issuer.subjectPublicKeyInfo) { return nil }
        var problem = "was signed neither by the issuer nor by a signer whose certificate is at hand"
        for certificate in basic.responseData.responderID.named(among: basic.certificates) {
            guard isSigned(basic, by: certificate.subjectPublicKeyInfo) else { continue }
            guard let reason = delegationProblem(CertificateFacts(certificate), issuer) else { return nil }
            problem = "was signed by \(certificate.subject), who \(reason)"
        }
        return problem
    }

    private func isSigned(_ basic: BasicOCSPResponse, by info: SubjectPublicKeyInfo) -> Bool {
        guard let algorithm = basic.signatureAlgorithm.signatureAlgorithm, let key = info.publicKey,
            info.allows(algorithm), session.isAffordable(key), session.takeSignature()
        else { return false }
        return key.isValidSignature(basic.signature, of: basic.responseData.bytesToSign, algorithm: algorithm)
    }

    /// The signer must come from the very issuer, be made for OCSP, be valid now, have no name that its issuer could
    /// not certify, and not be revoked.
    ///
    /// Source: RFC 6960, section 4.2.2.2; RFC 5280, section 6.1.3 (b) and (c).
    private func delegationProblem(_ signer: CertificateFacts, _ issuer: IssuerKey) -> String? {
        guard signer.issuer.matches(issuer.subject),
            session.signature(on: signer, by: issuer.subjectPublicKeyInfo) == .valid
        else { return "does not come from the issuer of the certificate" }
        guard signer.extendedKeyUsage.value?.contains(.ocspSigning) == true else { return "is not made for OCSP" }
        if let usage = signer.keyUsage.value, usage.isDisjoint(with: TrustPurpose.ocspSigning.keyUsages) {
            return "has a key usage that does not allow it"
        }
        let checks = CertificateChecks(signer, at: depth, session: session, place: .intermediate)
        if let finding = checks.essential().first { return "is not acceptable: \(finding.evidence)" }
        if let problem = nameProblem(signer) { return problem }
        return signer.certificate.hasOCSPNoCheck ? nil : revocationProblem(signer, issuer)
    }

    /// The authorities above are judged already; what they constrain binds the signer as it binds the certificate.
    private func nameProblem(_ signer: CertificateFacts) -> String? {
        let constraints = NameConstraintState(
            below: path, from: depth + 1, checksAnchor: session.query.rules.checksAnchors)
        guard let violations = constraints.violations(of: signer, isLeaf: false, in: session) else {
            return "has more names than can be compared with the constraints above"
        }
        return violations.first.map { "has a name that its issuer may not certify: \($0.dropLast())" }
    }

    /// A signer without `id-pkix-ocsp-nocheck` is looked up in the CRLs at hand.
    private func revocationProblem(_ signer: CertificateFacts, _ issuer: IssuerKey) -> String? {
        let above = path.chain.dropFirst(depth + 1)
        let signerPath = RevocationPath(chain: [signer] + above, anchor: path.anchor, level: path.level + 1)
        var lists = CRLLookup(session, signerPath, depth: 0)
        if case .revoked = lists.status() { return "is revoked" }
        return nil
    }

    private func revoked(_ time: Timestamp, _ reason: CRLReason?) -> TrustFinding {
        let why = reason.map { ", reason \($0.name)" } ?? ""
        return TrustFinding(
            .error, .revoked, at: depth,
            "\(facts.subject), serial \(facts.certificate.serialNumber), is revoked since \(time)\(why); says OCSP.")
    }
}
