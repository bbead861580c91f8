// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Whether a certificate is acceptable for a job, with every reason.
///
/// Never a Bool alone: who is refused learns why and what to do. ``findings`` come with the most telling first.
public struct TrustDecision: Sendable {
    /// Whether no finding is an error.
    public var isTrusted: Bool { !findings.contains { $0.severity == .error } }
    /// The path that was judged, leaf first and trust anchor last; the best one found when none is acceptable.
    public let path: [CertificateView]
    /// Every reason found on that path, the most telling first.
    public let findings: [TrustFinding]
    /// The trust anchor the path leads to, `nil` when it leads to none.
    public let anchor: TrustAnchor?
    /// The certificate policies that hold for the whole path, RFC 5280's user-constrained policy set.
    ///
    /// `anyPolicy` stands for all of them.
    public let policies: Set<OID>
    /// What the judgement cost.
    public let work: ValidationWork

    /// A decision about a path.
    public init(
        path: [CertificateView], findings: [TrustFinding], anchor: TrustAnchor? = nil, policies: Set<OID> = [],
        work: ValidationWork = ValidationWork()
    ) {
        self.path = path
        self.findings = findings
        self.anchor = anchor
        self.policies = policies
        self.work = work
    }

    /// The most telling error, `nil` when there is none.
    public var reason: TrustFinding? { findings.first { $0.severity == .error } }
}
