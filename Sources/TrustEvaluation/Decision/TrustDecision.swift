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

    /// A decision about a path.
    public init(path: [CertificateView], findings: [TrustFinding]) {
        self.path = path
        self.findings = findings
    }
}
