// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A run as metrics in Prometheus' text form, for the textfile collector of a node exporter.
///
/// Source: Prometheus, exposition formats, text format 0.0.4.
struct PrometheusReport {
    let run: CheckRun

    var text: String {
        let certificates = run.reports.compactMap { report in report.certificate.map { (report, $0) } }
        var page = MetricsPage()
        page.family("sealwright_cert_not_after_seconds", "End of validity, in seconds since 1970.") { metric in
            for (report, facts) in certificates {
                metric.sample(labels(report, facts), facts.notAfter.map { Double($0.seconds) })
            }
        }
        page.family("sealwright_cert_not_before_seconds", "Begin of validity, in seconds since 1970.") { metric in
            for (report, facts) in certificates {
                metric.sample(labels(report, facts), facts.notBefore.map { Double($0.seconds) })
            }
        }
        page.family("sealwright_cert_lifetime_ratio_remaining", "Part of the life that is left, 0 to 1.") { metric in
            for (report, facts) in certificates { metric.sample(labels(report, facts), ratio(facts)) }
        }
        page.family("sealwright_cert_revoked", "1 when it is revoked or on the deny list.") { metric in
            for (report, facts) in certificates { metric.sample(labels(report, facts), isRevoked(report) ? 1 : 0) }
        }
        page.family("sealwright_cert_check_findings", "Findings of the check, by rule and severity.") { metric in
            for (labels, count) in findingCounts { metric.sample(labels, Double(count)) }
        }
        page.family("sealwright_cert_check_subjects", "Subjects of the check, by the gravest finding.") { metric in
            for severity in CheckSeverity.allCases {
                let count = run.reports.count { $0.worst == severity }
                metric.sample([("verdict", severity.rawValue)], Double(count))
            }
        }
        page.family("sealwright_crl_next_update_seconds", "When the CRL ends, in seconds since 1970.") { metric in
            for list in revocationLists { metric.sample([("issuer", list.issuer)], Double(list.nextUpdate.seconds)) }
        }
        return page.text
    }

    private func labels(_ report: CheckReport, _ facts: CertificateFacts) -> [(String, String)] {
        [
            ("store", report.subject), ("subject", facts.subject), ("serial", facts.serial), ("issuer", facts.issuer),
            ("use", "leaf"),
        ]
    }

    private func ratio(_ facts: CertificateFacts) -> Double? {
        guard let start = facts.notBefore, let end = facts.notAfter, end > start else { return nil }
        let ratio = Double(end.seconds(since: run.at)) / Double(end.seconds(since: start))
        return (min(max(ratio, 0), 1) * 10_000).rounded() / 10_000
    }

    private func isRevoked(_ report: CheckReport) -> Bool {
        report.findings.contains { $0.code == .revoked || $0.code == .denied }
    }

    private var findingCounts: [([(String, String)], Int)] {
        var counts: [String: Int] = [:]
        for finding in run.reports.flatMap(\.findings) {
            counts["\(finding.code.rawValue) \(finding.severity.rawValue)", default: 0] += 1
        }
        return counts.sorted { $0.key < $1.key }.map { key, count in
            let parts = key.split(separator: " ").map(String.init)
            return ([("rule", parts.first ?? ""), ("severity", parts.last ?? "")], count)
        }
    }

    private var revocationLists: [RevocationListFacts] {
        var ends: [String: RevocationListFacts] = [:]
        for list in run.reports.flatMap(\.revocationLists) {
            guard let known = ends[list.issuer], known.nextUpdate >= list.nextUpdate else {
                ends[list.issuer] = list
                continue
            }
        }
        return ends.values.sorted { $0.issuer < $1.issuer }
    }
}

/// Families of metrics, one below the other.
private struct MetricsPage {
    struct Family {
        let name: String
        var lines: [String] = []
        private var seen: Set<String> = []

        init(name: String) { self.name = name }

        /// Adds a sample; nothing without a value, and nothing twice.
        mutating func sample(_ labels: [(String, String)], _ value: Double?) {
            guard let value else { return }
            let text = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
            guard seen.insert(text).inserted else { return }
            lines.append("\(name){\(text)} \(Self.number(value))")
        }

        private static func number(_ value: Double) -> String {
            value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        }

        private static func escaped(_ text: String) -> String {
            var result = ""
            for character in text {
                switch character {
                case "\\": result += "\\\\"
                case "\"": result += "\\\""
                case "\n": result += "\\n"
                default: result.append(character)
                }
            }
            return result
        }
    }

    private(set) var text = ""

    mutating func family(_ name: String, _ help: String, _ fill: (inout Family) -> Void) {
        var family = Family(name: name)
        fill(&family)
        guard !family.lines.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + family.lines.map { $0 + "\n" }.joined()
    }
}
