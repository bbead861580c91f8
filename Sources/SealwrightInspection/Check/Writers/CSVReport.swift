// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A run as comma-separated values: a line a finding, and one for each subject without any.
///
/// Source: RFC 4180.
struct CSVReport {
    let run: CheckRun

    private static let head = [
        "subject", "verdict", "code", "element", "evidence", "remedy", "certificate", "serial", "notAfter", "sha256",
        "profile",
    ]

    var text: String {
        let lines = run.reports.flatMap { report in
            report.findings.isEmpty ? [line(report, nil)] : report.findings.map { line(report, $0) }
        }
        return ([Self.head] + lines).map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private func line(_ report: CheckReport, _ finding: CheckFinding?) -> [String] {
        [
            report.subject, (finding?.severity ?? .pass).rawValue, finding?.code.rawValue ?? "",
            finding?.element.title ?? "", finding?.evidence ?? "", finding?.remedy ?? "",
            report.certificate?.subject ?? "", report.certificate?.serial ?? "",
            report.certificate?.notAfter?.iso8601 ?? "", report.certificate?.sha256 ?? "", report.profile,
        ]
    }

    /// Quotes what needs it; a text that a spreadsheet would take for a formula gets an apostrophe in front.
    private static func quoted(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
