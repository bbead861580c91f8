// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Everything a judgement depends on: certificates, trust anchors, the moment, the purpose, the names, the rules.
///
/// ```swift
/// var query = TrustQuery(leaf: certificate, intermediates: chain, anchors: [TrustAnchor(root)], time: now)
/// query.purpose = .serverAuth
/// query.names = [.dns("server.example.test")]
/// let decision = TrustValidator().evaluate(query)
/// ```
public struct TrustQuery: Sendable {
    /// The certificate that is to be judged.
    public var leaf: CertificateView
    /// Further certificates a path may be built of, in any order; none of them is trusted.
    public var intermediates: [CertificateView]
    /// Where trust begins.
    public var anchors: [TrustAnchor]
    /// The moment of the judgement.
    public var time: Timestamp
    /// What the certificate is to be used for.
    public var purpose = TrustPurpose.any
    /// Names of which the leaf must have one; none asks for none.
    public var names: [ReferenceName] = []
    /// How revocation is judged, and by what.
    public var revocation = RevocationSettings.off
    /// Which certificate policies are asked for.
    public var policies = PolicySettings()
    /// How strict the judgement is.
    public var rules = TrustRules.standard
    /// How much work it may cause.
    public var budget = ValidationBudget.standard
    /// Authorities that may stand between the trust anchor and the leaf, self-issued ones not counted; `nil` for any
    /// number the budget allows.
    public var maximumPathLength: Int?
    /// SHA-256 fingerprints of certificates that are never trusted.
    ///
    /// It stands in for revocation where nobody can revoke, as with self-signed certificates.
    public var denied: Set<[UInt8]> = []
    /// Remembers verified signatures from one query to the next.
    public var signatures: SignatureCache?

    /// A query that asks for a path alone.
    public init(
        leaf: CertificateView, intermediates: [CertificateView] = [], anchors: [TrustAnchor], time: Timestamp
    ) {
        self.leaf = leaf
        self.intermediates = intermediates
        self.anchors = anchors
        self.time = time
    }
}

extension TrustQuery {
    /// Whether the leaf's commonName may stand for a name asked for.
    var looksAtCommonName: Bool {
        rules.usesCommonName || names.contains { if case .machineName = $0 { true } else { false } }
    }
}
