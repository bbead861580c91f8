// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Finds who signed a CRL and whether that signer may.
///
/// The issuer of the path is tried first; an authority may also sign CRLs with another key than certificates, and
/// indirect CRLs come from somebody else altogether.
///
/// Source: RFC 5280, sections 6.3.3 (f), (g) and (h).
struct CRLSigner {
    private let session: TrustSession
    private let path: RevocationPath
    private let depth: Int

    init(_ session: TrustSession, _ path: RevocationPath, depth: Int) {
        self.session = session
        self.path = path
        self.depth = depth
    }

    /// What is wrong with the signature or its signer, `nil` when nothing is.
    func outcome(of candidate: RevocationList) -> String? {
        let list = candidate.list
        var reason = "was signed by nobody whose certificate is at hand"
        for signer in candidates(list) {
            guard let key = signer.subjectPublicKeyInfo.publicKey, session.isAffordable(key) else { continue }
            switch session.signature(on: candidate, by: signer.subjectPublicKeyInfo, key) {
            case .notAffordable: return "was not looked at: the budget is spent"
            case .invalid, .unsupported: continue
            case .valid: break
            }
            if let usage = signer.facts?.keyUsage.value, !usage.contains(.cRLSign) {
                reason = "was signed with a key whose usage lacks cRLSign"
            } else if isOnPath(signer) {
                return nil
            } else if let facts = signer.facts,
                session.isAcceptable(facts, for: .crlSigning, below: path)
            {
                return nil
            } else {
                reason = "was signed by \(signer.subject), whose own certificate is not acceptable"
            }
        }
        return reason
    }

    /// The certificates above the one asked about are judged already.
    private func isOnPath(_ signer: IssuerKey) -> Bool {
        guard let facts = signer.facts else { return true }
        if path.anchor.facts === facts { return true }
        // An authority may list its CRL signer in the CRLs of that same signer: the judgement of the signer, of which
        // this is a part, decides about everything else.
        let first = path.level > 0 ? depth : depth + 1
        return path.chain.dropFirst(first).contains { $0 === facts }
    }

    /// Certificates with the name of the CRL's issuer, those on the path and those whose key identifier fits first.
    private func candidates(_ list: CertificateList) -> [IssuerKey] {
        var found: [IssuerKey] = []
        let issuer = path.issuer(of: depth)
        if issuer.subject.matches(list.issuer) { found.append(issuer) }
        let above = path.chain.dropFirst(depth + 1).map { IssuerKey($0) } + [IssuerKey(path.anchor)]
        let others = session.intermediates.map { IssuerKey($0) } + [IssuerKey(session.leaf)]
        for key in above + others where key.subject.matches(list.issuer) {
            if !found.contains(where: { Self.isSame($0, key) }) { found.append(key) }
        }
        guard let wanted = list.authorityKeyIdentifier?.keyIdentifier else { return found }
        let fits = { (key: IssuerKey) in key.facts?.subjectKeyIdentifier.value?.keyIdentifier == wanted }
        return found.filter(fits) + found.filter { !fits($0) }
    }

    private static func isSame(_ left: IssuerKey, _ right: IssuerKey) -> Bool {
        if let left = left.facts, let right = right.facts { return left === right }
        return left.facts == nil && right.facts == nil && left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
    }
}
