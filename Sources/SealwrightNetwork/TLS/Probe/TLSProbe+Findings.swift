// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import TrustEvaluation

extension TLSProbeReport {
    /// Notes which versions are offered, and the suite each of them answered with.
    mutating func takeVersions(_ answers: [TLSProbe.VersionAnswer]) {
        versions = answers.map { answer in
            let hello = answer.flight?.hello
            let isOffered = hello?.version == answer.version
            return Version(
                version: answer.version, isOffered: isOffered, suites: isOffered ? hello.map { [$0.suite] } ?? [] : [])
        }
    }

    /// Notes what the real handshake agreed on: a server that left a hello unanswered, because it counts connections or
    /// was busy, speaks the version all the same.
    mutating func takeAgreement(_ facts: TLSConnectionFacts) {
        guard let agreed = facts.version, let suite = facts.suite,
            let index = versions.firstIndex(where: { $0.version == agreed && !$0.isOffered })
        else { return }
        versions[index] = Version(version: agreed, isOffered: true, suites: [suite])
    }

    /// Takes what the wire shows up to TLS 1.2 and a real handshake does not.
    mutating func takeFlight(_ flight: ServerFlight?, _ handshake: TLSProbe.Handshake) {
        if chain.isEmpty {
            chain = (flight?.chain ?? []).compactMap { try? CertificateView(parsing: $0) }
            // It was presented, and the handshake broke off before anybody looked at it.
            facts.peerChain = chain
        }
        hasStapledStatus = flight?.hasStapledStatus
        let names = (flight?.certificateAuthorities ?? []).compactMap { octets in
            (try? ASN1Element(parsing: octets)).flatMap { try? DistinguishedName(parsing: $0) }
        }
        if handshake.diagnosis?.code == .clientCertificateMissing {
            clientCertificate = .required(authorities: names)
        } else if flight?.certificateAuthorities != nil {
            clientCertificate = .askedFor(authorities: names)
        } else if flight != nil {
            clientCertificate = .notAskedFor
        }
    }
}

extension TLSProbe {
    /// Judges what was learnt and sorts the findings, the heaviest first.
    func judge(_ report: inout TLSProbeReport, _ handshake: TLSDiagnosis?) {
        var findings = handshake.map { [$0] } ?? []
        findings += versionFindings(report) + suiteFindings(report)
        if !report.chain.isEmpty {
            findings += chainFindings(report.chain)
            report.decision = options.trust.judge(report.chain)
            report.facts.decision = report.decision
            report.facts.isRevocationChecked = options.trust.revocation().mode != .off
            findings += report.decision?.findings.map { TLSDiagnosis($0, isClientCertificate: false) } ?? []
            findings += pinFindings(report.chain)
        } else if handshake == nil {
            findings.append(TLSDiagnosis(.nothingInCommon, "The server showed no certificate."))
        }
        if report.isCutShort {
            findings.append(
                TLSDiagnosis(.timedOut, severity: .warning, "The time ran out before everything was asked."))
        }
        var seen: Set<TLSDiagnosis> = []
        report.findings = findings.filter { seen.insert($0).inserted }.enumerated().sorted { left, right in
            (right.element.severity.rawValue, left.offset) < (left.element.severity.rawValue, right.offset)
        }.map(\.element)
    }

    /// Names the group when it is what the ends do not share: the hellos here name more groups than a handshake does.
    static func naming(groupOf answers: [VersionAnswer], in diagnosis: TLSDiagnosis) -> TLSDiagnosis {
        let groups = answers.filter { $0.version >= .tls12 }.compactMap { $0.flight?.group }
        guard diagnosis.code == .nothingInCommon, let group = groups.last, NamedGroup.offered.isDisjoint(with: groups)
        else { return diagnosis }
        return TLSDiagnosis(
            .nothingInCommon, "\(diagnosis.evidence) It would agree on a key in \(group), which is not offered here.",
            remedy: "Switch X25519 or P-256 on at the server.")
    }

    private func versionFindings(_ report: TLSProbeReport) -> [TLSDiagnosis] {
        let offered = report.versions.filter(\.isOffered).map(\.version)
        guard !offered.isEmpty else { return [] }
        var findings = offered.filter { $0 < .tls12 }.map { version in
            TLSDiagnosis(
                .weakOffer, severity: version == .ssl3 ? .error : .warning, "The server speaks \(version).",
                remedy: "Switch \(version) off at the server.")
        }
        let floor: ProtocolVersion = options.minimumVersion == .tls13 ? .tls13 : .tls12
        if !offered.contains(where: { $0 >= floor }) {
            let list = offered.map(\.description).joined(separator: ", ")
            findings.append(TLSDiagnosis(.nothingInCommon, "The server speaks \(list) only; \(floor) is the least."))
        } else if !offered.contains(.tls13) {
            findings.append(
                TLSDiagnosis(
                    .weakOffer, severity: .note, "The server does not speak TLSv1.3.",
                    remedy: "Switch TLSv1.3 on at the server."))
        }
        return findings
    }

    private func suiteFindings(_ report: TLSProbeReport) -> [TLSDiagnosis] {
        var findings: [TLSDiagnosis] = []
        let suites = Set(report.versions.flatMap(\.suites))
        for suite in suites.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let weakness = suite.weakness else { continue }
            findings.append(
                TLSDiagnosis(
                    .weakOffer, severity: suite.isBroken ? .error : .warning,
                    "The server takes \(suite.name): \(weakness).", remedy: "Switch \(suite.name) off at the server."))
        }
        return findings
    }

    private func pinFindings(_ chain: [CertificateView]) -> [TLSDiagnosis] {
        guard let wanted = options.trust.serialNumber, let leaf = chain.first, leaf.serialNumber != wanted else {
            return []
        }
        return [.pinMismatch(expected: wanted, presented: leaf)]
    }

    /// What is wrong with the chain as a list, whoever is trusted.
    ///
    /// Source: RFC 5246, section 7.4.2; RFC 8446, section 4.4.2.
    private func chainFindings(_ chain: [CertificateView]) -> [TLSDiagnosis] {
        var findings: [TLSDiagnosis] = []
        for (lower, upper) in zip(chain, chain.dropFirst()) where !lower.issuer.matches(upper.subject) {
            findings.append(
                TLSDiagnosis(
                    .chainUntidy, severity: .warning,
                    "Behind \(lower.subject) stands \(upper.subject), which did not issue it."))
        }
        if Set(chain).count < chain.count {
            findings.append(TLSDiagnosis(.chainUntidy, severity: .warning, "A certificate is sent twice."))
        }
        if chain.count > 1, let last = chain.last, last.isSelfIssued {
            findings.append(
                TLSDiagnosis(
                    .chainUntidy, severity: .note,
                    "The root \(last.subject) is sent; whoever trusts it has it, whoever has not does not trust it."))
        }
        return findings
    }
}
