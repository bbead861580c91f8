// SPDX-License-Identifier: Apache-2.0

/// A run as SARIF, which continuous integration reads.
///
/// Source: OASIS Static Analysis Results Interchange Format 2.1.0, section 3.
struct SARIFReport: Encodable {
    private let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    private let version = "2.1.0"
    private let runs: [Run]

    init(_ run: CheckRun) { runs = [Run(run)] }

    var text: String { CheckJSON.text(of: self) }

    private enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    private struct Message: Encodable { let text: String }

    private struct Run: Encodable {
        let tool: Tool
        let results: [Result]
        let columnKind = "unicodeCodePoints"

        init(_ run: CheckRun) {
            let used = Set(run.reports.flatMap(\.findings).map(\.code))
            let rules = CheckRule.allCases.filter(used.contains)
            let places = Dictionary(uniqueKeysWithValues: zip(rules, 0...))
            tool = Tool(driver: Driver(rules: rules.map(Rule.init)))
            results = run.reports.flatMap { report in
                report.findings.map { Result($0, report, ruleIndex: places[$0.code] ?? -1) }
            }
        }
    }

    private struct Tool: Encodable { let driver: Driver }

    private struct Driver: Encodable {
        let name = "Sealwright"
        let fullName = "sealwright check"
        let rules: [Rule]
    }

    private struct Rule: Encodable {
        let id: String
        let shortDescription, fullDescription, help: Message

        init(_ rule: CheckRule) {
            id = rule.rawValue
            shortDescription = Message(text: rule.title + ".")
            fullDescription = Message(text: rule.cause)
            help = Message(text: rule.remedy)
        }
    }

    private struct Result: Encodable {
        let ruleId: String
        let ruleIndex: Int
        let level: String
        let message: Message
        let locations: [Location]
        let partialFingerprints: [String: String]
        let properties: Properties

        init(_ finding: CheckFinding, _ report: CheckReport, ruleIndex: Int) {
            ruleId = finding.code.rawValue
            self.ruleIndex = ruleIndex
            level = finding.severity == .pass ? "none" : finding.severity.rawValue
            message = Message(text: "\(finding.code.title): \(finding.evidence). \(finding.remedy)")
            locations = [Location(physicalLocation: Place(artifactLocation: Artifact(uri: report.uri)))]
            partialFingerprints = ["subjectAndRule/v1": "\(report.uri)#\(finding.code.rawValue)"]
            properties = Properties(report)
        }
    }

    private struct Location: Encodable { let physicalLocation: Place }
    private struct Place: Encodable { let artifactLocation: Artifact }
    private struct Artifact: Encodable { let uri: String }

    private struct Properties: Encodable {
        let profile: String
        let serial: String?
        let certificate: String?
        let names: [String]?

        init(_ report: CheckReport) {
            profile = report.profile
            serial = report.certificate?.serial
            certificate = report.certificate?.subject
            names = report.certificate?.hosts
        }
    }
}
