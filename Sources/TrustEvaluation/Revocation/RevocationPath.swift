// SPDX-License-Identifier: Apache-2.0

/// The path whose certificates are looked up.
struct RevocationPath {
    /// The path below the anchor, leaf first.
    let chain: [CertificateFacts]
    let anchor: AnchorFacts
    /// How deep in judgements of signers this is; 0 is the query itself.
    let level: Int

    /// Who issued the certificate at a depth.
    func issuer(of depth: Int) -> IssuerKey {
        chain.indices.contains(depth + 1) ? IssuerKey(chain[depth + 1]) : IssuerKey(anchor)
    }
}

/// Signers of CRLs and OCSP responses that were judged.
struct SignerJudgements {
    /// Whether a signer's own path is acceptable.
    var known: [ObjectIdentifier: Bool] = [:]
    /// Certificates whose revocation is being looked up; a signer that waits for itself is no proof.
    var open: Set<ObjectIdentifier> = []
}
