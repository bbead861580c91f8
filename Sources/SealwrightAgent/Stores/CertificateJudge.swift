// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Whether an installed certificate is still good, for nodes that tell its thumbprint only then.
///
/// A host that has more to judge with than ``StoreJudge`` brings its own.
public protocol CertificateJudge: Sendable {
    /// Whether the certificate leads to an anchor now.
    ///
    /// - Parameters:
    ///   - certificate: the certificate.
    ///   - evidence: what the stores of its scope hold.
    ///   - now: the moment.
    /// - Returns: whether it may be told.
    func isGood(_ certificate: CertificateView, _ evidence: ChainEvidence, at now: Timestamp) -> Bool
}

/// What a certificate can be judged with.
public struct ChainEvidence: Sendable {
    /// Certificates that are trusted.
    public var anchors: [CertificateView]
    /// Certificates of authorities in between.
    public var intermediates: [CertificateView]
    /// Revocation lists.
    public var revocationLists: [CertificateList]
    /// Thumbprints of certificates that no chain may lead through, whoever else trusts them.
    public var untrusted: Set<Thumbprint>

    /// Joins the four.
    public init(
        anchors: [CertificateView], intermediates: [CertificateView], revocationLists: [CertificateList],
        untrusted: Set<Thumbprint> = []
    ) {
        self.untrusted = untrusted
        self.anchors = anchors
        self.intermediates = intermediates
        self.revocationLists = revocationLists
    }
}

extension AgentDraft {
    /// What certificates of a scope are judged with; the device's stores count for users too.
    func evidence(_ scope: ManagementScope) -> ChainEvidence {
        let scopes = scope == .device ? [scope] : [scope, .device]
        func certificates(_ name: StoreName) -> [CertificateView] {
            scopes.flatMap { state.store(StoreLocation($0, name)).certificates }
        }
        let lists = scopes.flatMap { state.store(StoreLocation($0, .crl)).entries.values }
        return ChainEvidence(
            anchors: certificates(.root) + certificates(.trusted), intermediates: certificates(.ca),
            revocationLists: lists.compactMap { try? CertificateList(parsing: $0.encoded.octets) },
            untrusted: state.untrusted(for: scope))
    }
}

extension AgentState {
    /// The thumbprints of certificates that are good for nothing in a scope; the device's list counts for users too.
    ///
    /// Whoever judges a certificate, the one of the management server among them, has to look here.
    ///
    /// Source: Microsoft, RootCATrustedCertificates CSP, "UntrustedCertificates".
    public func untrusted(for scope: ManagementScope) -> Set<Thumbprint> {
        Set([scope, .device].flatMap { store(StoreLocation($0, .untrusted)).entries.keys })
    }
}

extension ChainEvidence {
    fileprivate func forbids(_ certificate: CertificateView) -> Bool {
        !untrusted.isEmpty && untrusted.contains(Thumbprint(of: certificate.encoded))
    }
}

/// Judges by signatures, validity, authority, the revocation lists at hand and the list of what is not trusted.
///
/// Names and key identifiers choose the path; purposes and policies are not looked at, since this certificate is the
/// device's own.
///
/// Source: RFC 5280, section 6.1, in part; Microsoft, ClientCertificateInstall CSP, "CertThumbprint".
public struct StoreJudge: CertificateJudge {
    /// Issuers followed; the longest chains in use have five.
    private static let depth = 16

    /// Makes a judge.
    public init() {}

    /// Whether the certificate leads to an anchor now; see ``CertificateJudge``.
    public func isGood(_ certificate: CertificateView, _ evidence: ChainEvidence, at now: Timestamp) -> Bool {
        var current = certificate
        for _ in 0..<Self.depth {
            guard current.isValid(at: now), !evidence.forbids(current) else { return false }
            if evidence.anchors.contains(current) { return true }
            guard let issuer = issuer(of: current, evidence, at: now) else { return false }
            if isRevoked(current, by: issuer, evidence) { return false }
            current = issuer
        }
        return false
    }

    private func issuer(
        of certificate: CertificateView, _ evidence: ChainEvidence, at now: Timestamp
    ) -> CertificateView? {
        (evidence.anchors + evidence.intermediates).first { candidate in
            guard candidate != certificate, candidate.subject.matches(certificate.issuer), candidate.isValid(at: now),
                !evidence.forbids(candidate), candidate.isCertificateAuthority || candidate.version < 3,
                let key = candidate.publicKey
            else { return false }
            return certificate.isSigned(by: key)
        }
    }

    private func isRevoked(
        _ certificate: CertificateView, by issuer: CertificateView, _ evidence: ChainEvidence
    ) -> Bool {
        guard let key = issuer.publicKey else { return false }
        return evidence.revocationLists.contains { list in
            list.issuer.matches(issuer.subject) && list.isSigned(by: key) && list.find(certificate.serialNumber) != nil
        }
    }
}
