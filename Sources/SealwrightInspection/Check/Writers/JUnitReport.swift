// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A run as JUnit XML: a suite a subject, a case a row of the profile.
///
/// What weighs as much as the threshold is a failure; what is less is told in `system-out`.
struct JUnitReport {
    let run: CheckRun
    let threshold: CheckSeverity

    var text: String {
        let suites = run.reports.map(suite)
        let cases = run.reports.reduce(0) { $0 + $1.rows.count }
        let failures = run.reports.reduce(0) { $0 + failedRows($1) }
        let head = "<testsuites name=\"sealwright check \(run.profile)\" tests=\"\(cases)\" failures=\"\(failures)\">"
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(head)\n\(suites.joined())</testsuites>\n"
    }

    private func failedRows(_ report: CheckReport) -> Int { report.rows.count { $0.verdict >= threshold } }

    private func suite(_ report: CheckReport) -> String {
        let name = Self.escaped(report.subject)
        let cases = report.rows.map { self.row($0, report) }.joined()
        return """
              <testsuite name="\(name)" tests="\(report.rows.count)" failures="\(failedRows(report))" errors="0" \
            skipped="0" timestamp="\(Self.localTime(run.at.iso8601))" time="0">
            \(cases)  </testsuite>

            """
    }

    private func row(_ row: CheckRow, _ report: CheckReport) -> String {
        let head =
            "    <testcase name=\"\(Self.escaped(row.element.title))\" classname=\"\(Self.escaped(report.subject))\" time=\"0\""
        let findings = report.findings.filter { $0.element == row.element }
        guard !findings.isEmpty else { return head + "/>\n" }
        let lines = findings.map { "\($0.severity.rawValue) \($0.code.rawValue): \($0.evidence). \($0.remedy)" }
        let text = Self.escaped(lines.joined(separator: "\n"))
        guard row.verdict >= threshold, let first = findings.first else {
            return "\(head)>\n      <system-out>\(text)</system-out>\n    </testcase>\n"
        }
        let message = Self.escaped(first.evidence)
        return """
            \(head)>
                  <failure type="\(first.code.rawValue)" message="\(message)">\(text)</failure>
                </testcase>

            """
    }

    /// The time without its zone, as the schema of JUnit asks.
    private static func localTime(_ iso8601: String) -> String { String(iso8601.prefix { $0 != "Z" && $0 != "." }) }

    /// Characters that XML 1.0 does not allow never come here: findings are printable.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
