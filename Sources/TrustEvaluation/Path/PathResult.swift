// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// One path that was judged.
struct PathResult {
    /// The path below the anchor, leaf first; the anchor's own certificate when that is the leaf.
    let chain: [CertificateFacts]
    let anchor: AnchorFacts?
    var findings: [TrustFinding]
    let policies: Set<OID>

    var errors: Int { findings.count { $0.severity == .error } }

    var isAcceptable: Bool { anchor != nil && errors == 0 }

    /// Whether this path failed less: one that reaches an anchor before one that does not, then fewer errors.
    func isBetter(than other: PathResult) -> Bool {
        if (anchor == nil) != (other.anchor == nil) { return anchor != nil }
        return errors < other.errors
    }

    /// The certificates, leaf first and trust anchor last.
    var certificates: [CertificateView] {
        var path = chain.map(\.certificate)
        if let top = anchor?.anchor.certificate, path.last != top { path.append(top) }
        return path
    }
}
