// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats
import TrustEvaluation

/// What the checks found, with the certificates put in order.
package struct CheckedServerCertificate: Sendable {
    /// The server's own first, each followed by its issuer, without the trust anchor.
    package let chain: [CertificateView]
    /// The self-signed certificate the chain ends in; `nil` when it ends nowhere.
    package let anchor: CertificateView?
    /// The most telling first.
    package let findings: [ServerCertificateFinding]

    /// Whether it cannot be served.
    package var hasFaults: Bool { findings.contains { $0.severity == .error } }

    /// The names of the server's own certificate, without their kind.
    package var names: [String] {
        (chain.first?.subjectAlternativeName?.names ?? []).compactMap { name in
            switch name {
            case .dnsName(let host): host
            case .ipAddress: String(name.text.dropFirst("IP:".count))
            default: nil
            }
        }
    }
}

/// Whether certificates can be served by this server, and what devices will say to them.
///
/// The key must be the one here, the chain whole, the name the one devices use, at least 30 days must be left, and the
/// purpose and algorithms what TLS clients accept.
package struct ServerCertificateCheck: Sendable {
    /// Seconds of life that must be left.
    ///
    /// Source: ITMS 7.5, requirements for SSL certificates; exactly 30 days pass.
    package static let leastLife: Int64 = 30 * 86_400

    /// Days of a life that no client refuses, whoever signed.
    ///
    /// Source: Apple, requirements for trusted certificates in iOS 13 and macOS 10.15: certificates of TLS servers that
    /// were issued after 1 July 2019, private authorities' included.
    private static let longestLife: Int64 = 825

    /// The name or address devices use first, then the others.
    package let hosts: [String]
    /// What devices trust already.
    package let clientAnchors: [CertificateView]
    package let now: Timestamp

    package init(hosts: [String], clientAnchors: [CertificateView], now: Timestamp) {
        self.hosts = hosts
        self.clientAnchors = clientAnchors
        self.now = now
    }

    /// Judges what was brought.
    ///
    /// - Parameters:
    ///   - certificates: in any order, with whatever came along; doubles are dropped.
    ///   - key: the public half of the key that would be served with them.
    /// - Returns: the certificates in order, and everything found.
    package func judge(_ certificates: [CertificateView], key: PublicKey) -> CheckedServerCertificate {
        let keyInfo = SubjectPublicKeyInfo(key)
        guard let leaf = certificates.first(where: { $0.subjectPublicKeyInfo == keyInfo || $0.publicKey == key }) else {
            return CheckedServerCertificate(chain: [], anchor: nil, findings: [keyMismatch(certificates)])
        }
        let decision = decide(leaf, certificates)
        let anchor = decision.anchor?.certificate
        let path = decision.path.isEmpty ? [leaf] : decision.path
        let isSelfSigned = path.count == 1 && leaf.isSelfSigned
        let chain = isSelfSigned || anchor == nil ? path : path.filter { $0 != anchor }
        let findings =
            decision.findings.map { finding($0, decision) } + life(leaf) + keyKind(key) + authority(leaf)
            + otherNames(leaf) + clients(anchor, isSelfSigned: isSelfSigned)
        return CheckedServerCertificate(
            chain: chain, anchor: anchor,
            findings: findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning })
    }

    /// Roots that come along count as anchors: whether devices have them is a remark, not a fault.
    private func decide(_ leaf: CertificateView, _ certificates: [CertificateView]) -> TrustDecision {
        var query = TrustQuery(
            leaf: leaf, intermediates: certificates.filter { $0 != leaf },
            anchors: (clientAnchors + certificates.filter(\.isSelfSigned)).map { TrustAnchor($0) }, time: now)
        query.purpose = .serverAuth
        query.names = hosts.first.map { [.host($0)] } ?? []
        query.rules.requiresExtendedKeyUsage = true
        query.rules.acceptsAnyExtendedKeyUsage = false
        query.rules.allowsEd25519 = false
        return TrustValidator().evaluate(query)
    }

    private func finding(
        _ found: TrustFinding, _ decision: TrustDecision
    ) -> ServerCertificateFinding {
        var evidence = found.evidence
        if found.code == .issuerUnknown, let last = decision.path.last {
            if evidence.hasSuffix(".") { evidence.removeLast() }
            evidence += missingIssuer(of: last)
        }
        return ServerCertificateFinding(
            found.severity == .error ? .error : .warning, code: found.code.rawValue, evidence, remedy: found.remedy)
    }

    /// Which certificate lacks, and where its issuer says it can be had.
    private func missingIssuer(of last: CertificateView) -> String {
        let place = last.authorityInformationAccess?.caIssuersURIs.first.map { ", which can be had from \($0)" } ?? ""
        return "; the chain lacks the certificate of \(last.issuer.rfc4514)\(place)"
    }
}

// MARK: - What path validation does not ask

extension ServerCertificateCheck {
    private func keyMismatch(_ certificates: [CertificateView]) -> ServerCertificateFinding {
        let named = certificates.first.map { "\($0.subject.rfc4514) has another key" } ?? "there is no certificate"
        return ServerCertificateFinding(
            .error, code: "servercert.key-mismatch", "no certificate belongs to the key here: \(named)",
            remedy: "Bring the certificate that answers this request, or a PFX that holds the key too.")
    }

    private func life(_ leaf: CertificateView) -> [ServerCertificateFinding] {
        guard let end = leaf.notAfter, end >= now else { return [] }
        let left = end.seconds(since: now)
        guard left < Self.leastLife else { return longLife(leaf, end) }
        return [
            ServerCertificateFinding(
                .error, code: "servercert.life-too-short",
                "the certificate ends at \(end), in \(left / 86_400) days, and at least 30 days must be left",
                remedy: "Get one that lasts longer.")
        ]
    }

    private func longLife(_ leaf: CertificateView, _ end: Timestamp) -> [ServerCertificateFinding] {
        guard let begin = leaf.notBefore, end.seconds(since: begin) / 86_400 > Self.longestLife else { return [] }
        return [
            ServerCertificateFinding(
                .warning, code: "servercert.life-too-long",
                "the certificate lives \(end.seconds(since: begin) / 86_400) days; Apple's devices refuse servers over "
                    + "\(Self.longestLife)",
                remedy: "Get one that lasts \(Self.longestLife) days or less.")
        ]
    }

    private func keyKind(_ key: PublicKey) -> [ServerCertificateFinding] {
        switch key {
        case .rsa: return []
        case .ec:
            return [
                ServerCertificateFinding(
                    .warning, code: "servercert.not-rsa",
                    "the key is \(key.keyDescription); some older clients and profile itms-7.5 ask for RSA",
                    remedy: "Use an RSA key unless all devices are known to do without.")
            ]
        case .ed25519:
            return [
                ServerCertificateFinding(
                    .error, code: "servercert.key-type", "TLS clients in use do not accept \(key.keyDescription) keys",
                    remedy: "Make a request with an RSA or elliptic-curve key.")
            ]
        }
    }

    /// A remark only of what signed itself, since what `openssl req -x509` makes is an authority's as a rule.
    ///
    /// From anybody else it is a fault: some clients refuse such servers, and its key could issue.
    ///
    /// Source: CA/Browser Forum, Baseline Requirements, section 7.1.2.7.6 (basicConstraints of subscribers).
    private func authority(_ leaf: CertificateView) -> [ServerCertificateFinding] {
        guard leaf.isCertificateAuthority else { return [] }
        return [
            ServerCertificateFinding(
                leaf.isSelfSigned ? .warning : .error, code: "servercert.authority-as-leaf",
                "the certificate says CA:TRUE, so who takes the server's key can issue certificates that its clients "
                    + "trust",
                remedy: "Get one whose basicConstraints say CA:FALSE.")
        ]
    }

    /// The name devices use first is a fault when it is missing; the others are remarks.
    private func otherNames(_ leaf: CertificateView) -> [ServerCertificateFinding] {
        let identity = ServerIdentity(leaf)
        let missing = hosts.dropFirst().filter { identity.match(.host($0)) == .absent }
        guard !missing.isEmpty else { return [] }
        return [
            ServerCertificateFinding(
                .warning, code: "servercert.other-names-missing",
                "the certificate does not have \(missing.joined(separator: ", ")), by which this server is known too",
                remedy: "Ask for all names, or stop using those.")
        ]
    }

    private func clients(_ anchor: CertificateView?, isSelfSigned: Bool) -> [ServerCertificateFinding] {
        guard let anchor, !clientAnchors.contains(anchor) else { return [] }
        let what = isSelfSigned ? "this very certificate" : anchor.subject.rfc4514
        return [
            ServerCertificateFinding(
                .warning, code: "servercert.clients-do-not-trust", "devices must be given \(what) to trust",
                remedy: "Stage the change, so that devices confirm before it is made, or distribute it yourself.")
        ]
    }
}

extension ServerCertificateService {
    /// Judges certificates for a key of this server at this moment.
    func check(_ certificates: [CertificateView], key: PublicKey) -> CheckedServerCertificate {
        ServerCertificateCheck(hosts: hosts, clientAnchors: clientAnchors, now: clock.now)
            .judge(certificates, key: key)
    }

    /// Judges a candidate again, as before a staged change begins.
    package func judge(_ id: ServerCertificateID) async throws(ServerCertificateError) -> [ServerCertificateFinding] {
        let found = try await find(id)
        guard found.state == .candidate || found.state == .used else { throw .wrongState(id, found.state) }
        let key = try await open(found.keyID)
        let all = (found.chain + (found.anchor.map { [$0] } ?? [])).compactMap { try? CertificateView(parsing: $0) }
        return check(all, key: key.publicKey).findings
    }
}
