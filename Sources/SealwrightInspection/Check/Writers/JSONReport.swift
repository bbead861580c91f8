// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats

/// A run as JSON.
struct JSONReport: Encodable {
    private let profile: String
    private let at: String
    private let summary: Summary
    private let results: [Result]

    init(_ run: CheckRun) {
        profile = run.profile
        at = run.at.iso8601
        summary = Summary(
            subjects: run.reports.count, errors: run.count(.error), warnings: run.count(.warning),
            notes: run.count(.note), verdict: run.worst)
        results = run.reports.map(Result.init)
    }

    var text: String { CheckJSON.text(of: self) }

    private struct Summary: Encodable {
        let subjects, errors, warnings, notes: Int
        let verdict: CheckSeverity
    }

    private struct Result: Encodable {
        let subject, uri: String
        let verdict: CheckSeverity
        let names: [String]
        let namesFrom: String
        let certificate: CertificateFactsDocument?
        let chain: [CertificateFactsDocument]
        let rows: [CheckRow]
        let findings: [CheckFinding]

        init(_ report: CheckReport) {
            subject = report.subject
            uri = report.uri
            verdict = report.worst
            names = report.expectedNames.names
            namesFrom = report.expectedNames.origin.rawValue
            certificate = report.certificate.map(CertificateFactsDocument.init)
            chain = report.chain.map(CertificateFactsDocument.init)
            rows = report.rows
            findings = report.findings
        }
    }
}

/// The certificate viewer as JSON.
package struct CertificateFactsDocument: Encodable {
    private let friendlyName: String?
    private let subject, issuer: String
    private let hosts, issuingServers: [String]
    private let serial: String
    private let notBefore, notAfter: String?
    private let key, signature, sha256: String
    private let selfSigned: Bool

    /// The facts of a certificate.
    package init(_ facts: CertificateFacts) {
        friendlyName = facts.friendlyName
        subject = facts.subject
        issuer = facts.issuer
        hosts = facts.hosts
        issuingServers = facts.issuingServers
        serial = facts.serial
        notBefore = facts.notBefore?.iso8601
        notAfter = facts.notAfter?.iso8601
        key = facts.key
        signature = facts.signature
        sha256 = facts.sha256
        selfSigned = facts.isSelfSigned
    }
}

/// JSON with sorted keys, for people and machines.
enum CheckJSON {
    static func text(of value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // The documents hold strings, numbers and lists only, which always can be encoded.
        guard let data = try? encoder.encode(value) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
