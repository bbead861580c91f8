// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import TrustEvaluation

/// Judges certificates by a requirement profile.
///
/// Pure and bounded: no clock, no file, no network; whoever asks brings what was read and fetched. One value serves any
/// number of threads.
package struct CertificateCheck: Sendable {
    private let settings: CheckSettings

    package init(_ settings: CheckSettings) { self.settings = settings }

    /// Judges a subject by every row of the profile that applies to it.
    package func report(on subject: CheckSubject) -> CheckReport {
        let examination = Examination(subject, settings)
        var rows: [CheckRow] = []
        var findings: [CheckFinding] = []
        for row in settings.profile.rows {
            guard let observation = examination.observation(of: row.element) else { continue }
            let broken = observation.faults.compactMap { fault in
                row.severities[fault.rule].map { severity in
                    CheckFinding(fault.rule, severity, row.element, evidence: fault.evidence)
                }
            }
            findings += broken
            rows.append(CheckRow(row, broken: broken, evidence: observation.evidence))
        }
        return CheckReport(
            subject: Printable.text(subject.name, limit: 1_000), uri: subject.uri, role: subject.role,
            profile: settings.profile.name,
            expectedNames: examination.expectedNames,
            certificate: CertificateFacts(subject.leaf, friendlyName: subject.friendlyName),
            chain: examination.path.dropFirst().map { CertificateFacts($0) }, rows: rows, findings: findings.sorted(),
            revocationLists: examination.revocationListFacts,
            keyDigest: subject.isSecondOfKey ? nil : Hex.encode(subject.leaf.subjectPublicKeyInfo.digest))
    }

    /// Reports that there is nothing to judge.
    ///
    /// - Parameters:
    ///   - name: what was to be checked.
    ///   - uri: the same as a URI.
    ///   - obstacle: why it cannot be.
    ///   - wasSearched: whether a search came across it, so that it may well be something else than a certificate.
    /// - Returns: a report without a certificate and with one finding.
    package func report(
        on name: String, uri: String, obstacle: CheckObstacle, wasSearched: Bool = false
    ) -> CheckReport {
        let isSomethingElse = wasSearched && obstacle.rule == .noCertificate
        let severity = isSomethingElse ? .note : settings.profile.severity(of: obstacle.rule) ?? .error
        let finding = CheckFinding(obstacle.rule, severity, .access, evidence: obstacle.evidence)
        return CheckReport(
            subject: Printable.text(name, limit: 1_000), uri: uri, role: nil, profile: settings.profile.name,
            expectedNames: ExpectedNames([], .none), certificate: nil, chain: [],
            rows: [CheckRow(RequirementProfile.accessRow, broken: [finding], evidence: finding.evidence)],
            findings: [finding], revocationLists: [], keyDigest: nil)
    }
}

extension CheckRow {
    /// The evidence of a broken row is that of its gravest finding.
    fileprivate init(_ row: RequirementProfile.Row, broken: [CheckFinding], evidence: String) {
        let gravest = broken.sorted().first
        self.init(
            row.element, verdict: gravest?.severity ?? .pass, evidence: gravest?.evidence ?? evidence,
            required: row.required)
    }
}
