// SPDX-License-Identifier: Apache-2.0

/// Finds keys that several subjects of one run have.
///
/// The same certificate in two files is one certificate twice; on two hosts it is a key in two places.
package enum KeyReuse {
    /// Adds a finding to every report whose key another one has.
    ///
    /// - Parameters:
    ///   - reports: all reports of a run.
    ///   - profile: says how much it weighs.
    /// - Returns: the reports in the same order.
    package static func mark(_ reports: [CheckReport], profile: RequirementProfile) -> [CheckReport] {
        guard let severity = profile.severity(of: .keyReused) else { return reports }
        var places: [String: [Int]] = [:]
        for (index, report) in reports.enumerated() {
            if let digest = report.keyDigest { places[digest, default: []].append(index) }
        }
        var marked = reports
        for indices in places.values where indices.count > 1 {
            for index in indices {
                let others = indices.filter { $0 != index && isAnotherPlace(reports[$0], reports[index]) }
                guard !others.isEmpty else { continue }
                let names = others.prefix(3).map { reports[$0].subject }
                let more = others.count > 3 ? " and \(others.count - 3) more" : ""
                marked[index] = reports[index].adding(
                    CheckFinding(
                        .keyReused, severity, .key, evidence: "same key: \(names.joined(separator: ", "))\(more)")
                )
            }
        }
        return marked
    }

    private static func isAnotherPlace(_ left: CheckReport, _ right: CheckReport) -> Bool {
        let areHosts = left.uri.hasPrefix("tls:") && right.uri.hasPrefix("tls:") && left.uri != right.uri
        return areHosts || left.certificate?.sha256 != right.certificate?.sha256
    }
}

extension CheckReport {
    /// The same report with one finding more, and its row judged anew.
    fileprivate func adding(_ finding: CheckFinding) -> CheckReport {
        let rows = rows.map { row in
            guard row.element == finding.element, row.verdict < finding.severity else { return row }
            return CheckRow(
                row.element, verdict: finding.severity, evidence: finding.evidence, required: row.required)
        }
        return CheckReport(
            subject: subject, uri: uri, profile: profile, expectedNames: expectedNames, certificate: certificate,
            chain: chain, rows: rows, findings: (findings + [finding]).sorted(), revocationLists: revocationLists,
            keyDigest: keyDigest)
    }
}
