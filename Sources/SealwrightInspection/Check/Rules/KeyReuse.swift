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
        var groups: [String: [Int]] = [:]
        for (index, report) in reports.enumerated() {
            if let digest = report.keyDigest { groups[digest, default: []].append(index) }
        }
        var marked = reports
        for indices in groups.values where indices.count > 1 {
            let places = distinctPlaces(of: indices, in: reports)
            guard places.count > 1 else { continue }
            for index in indices {
                let others = places.lazy.filter { isAnotherPlace(reports[$0], reports[index]) }.prefix(4)
                guard !others.isEmpty else { continue }
                let names = others.prefix(3).map { reports[$0].subject } + (others.count > 3 ? ["…"] : [])
                marked[index] = reports[index].adding(
                    CheckFinding(.keyReused, severity, .key, evidence: "same key: \(names.joined(separator: ", "))"))
            }
        }
        return marked
    }

    /// The first report of every host, and of every certificate that is in files.
    private static func distinctPlaces(of indices: [Int], in reports: [CheckReport]) -> [Int] {
        var seen: Set<String> = []
        return indices.filter { index in
            let report = reports[index]
            return seen.insert(report.isOfHost ? report.uri : report.certificate?.sha256 ?? "").inserted
        }
    }

    private static func isAnotherPlace(_ left: CheckReport, _ right: CheckReport) -> Bool {
        let areHosts = left.isOfHost && right.isOfHost && left.uri != right.uri
        return areHosts || left.certificate?.sha256 != right.certificate?.sha256
    }
}

extension CheckReport {
    fileprivate var isOfHost: Bool { uri.hasPrefix("tls:") }
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
            subject: subject, uri: uri, role: role, profile: profile, expectedNames: expectedNames,
            certificate: certificate, chain: chain, rows: rows, findings: (findings + [finding]).sorted(),
            revocationLists: revocationLists, keyDigest: keyDigest)
    }
}
