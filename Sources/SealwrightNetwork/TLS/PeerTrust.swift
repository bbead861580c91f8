// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import TrustEvaluation

/// How the other end's certificate is judged: everything but the certificate itself.
///
/// The one judgement of both ends of TLS, in the handshake and for each request after it.
package struct PeerTrust: Sendable {
    /// Where trust begins.
    package var anchors: [TrustAnchor]
    /// Certificates of authorities known here, for peers that send their own only.
    package var intermediates: [CertificateView] = []
    /// What the peer's certificate must be for.
    package var purpose: TrustPurpose
    /// Names of which the peer must have one; none asks for none.
    package var names: [ReferenceName] = []
    /// How revocation is judged, asked for at each judgement so that a new CRL counts at once.
    package var revocation: @Sendable () -> RevocationSettings = { .off }
    /// Certificates of peers that are taken as they are, whatever their names and dates say.
    package var accepted: [CertificateView] = []
    /// SHA-256 fingerprints of certificates that are never trusted.
    package var denied: Set<[UInt8]> = []
    /// The serial number the peer's certificate must have, to tell a replaced certificate.
    package var serialNumber: SerialNumber?
    package var rules = TrustRules.standard
    /// The moment.
    package var now: @Sendable () -> Timestamp = { Timestamp.systemClock }
    /// Remembers verified signatures, so that the same issuer costs nothing twice.
    package var signatures: SignatureCache?

    /// Trust in certificates that lead to these anchors.
    package init(anchors: [TrustAnchor], purpose: TrustPurpose = .serverAuth, names: [ReferenceName] = []) {
        self.anchors = anchors
        self.purpose = purpose
        self.names = names
    }

    /// Judges the certificates of a peer, its own first.
    ///
    /// - Parameters:
    ///   - chain: as received.
    ///   - names: the names asked for, when they differ from ``names``.
    /// - Returns: the judgement; `nil` when there is no certificate to judge.
    package func judge(_ chain: [CertificateView], names: [ReferenceName]? = nil) -> TrustDecision? {
        guard let leaf = chain.first else { return nil }
        let isAccepted = accepted.contains(leaf)
        var query = TrustQuery(
            leaf: leaf, intermediates: Array(chain.dropFirst()) + intermediates,
            anchors: isAccepted ? [TrustAnchor(leaf)] : anchors, time: isAccepted ? leaf.notBefore ?? now() : now())
        query.purpose = purpose
        query.names = isAccepted ? [] : names ?? self.names
        query.revocation = revocation()
        query.denied = denied
        query.rules = rules
        query.signatures = signatures
        return TrustValidator().evaluate(query)
    }
}
