// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import PKIFormats
import Synchronization

/// A run as JSON.
///
/// Of a run of thousands, writing takes as long as judging; so results are written by all processors, part by part.
struct JSONReport {
    private let head: Head
    private let reports: [CheckReport]

    init(_ run: CheckRun) {
        reports = run.reports
        head = Head(
            profile: run.profile, at: run.at.iso8601,
            summary: Summary(
                subjects: run.reports.count, errors: run.count(.error), warnings: run.count(.warning),
                notes: run.count(.note), verdict: run.worst))
    }

    var text: String {
        let frame = CheckJSON.text(of: head)
        guard !reports.isEmpty, let gap = frame.range(of: Self.emptyList) else { return wholeText }
        let parts = Mutex([Int: Substring]())
        let count = (reports.count + Self.partSize - 1) / Self.partSize
        DispatchQueue.concurrentPerform(iterations: count) { part in
            let text = Self.text(of: reports[(part * Self.partSize)...].prefix(Self.partSize))
            parts.withLock { $0[part] = text }
        }
        let written = parts.withLock { parts in (0..<count).compactMap { parts[$0] } }
        guard written.count == count else { return wholeText }
        let results = written.joined(separator: ",")
        return frame.replacingCharacters(in: gap, with: Self.listBegin + results + Self.listEnd)
    }

    /// The same, written at once by one processor.
    var wholeText: String {
        var document = head
        document.results = reports.map(Result.init)
        return CheckJSON.text(of: document)
    }

    /// Results as they stand between the brackets of the list, indented like it.
    private static func text(of reports: ArraySlice<CheckReport>) -> Substring? {
        let text = CheckJSON.text(of: Part(results: reports.map(Result.init)))
        guard let begin = text.range(of: listBegin), let end = text.range(of: listEnd, options: .backwards) else {
            return nil
        }
        return text[begin.upperBound..<end.lowerBound]
    }

    /// Results that are written at once.
    private static let partSize = 128
    private static let emptyList = "\"results\" : [\n\n  ]"
    private static let listBegin = "\"results\" : ["
    private static let listEnd = "\n  ]"

    /// All but the results.
    private struct Head: Encodable {
        let profile, at: String
        let summary: Summary
        var results: [Result] = []
    }

    private struct Part: Encodable {
        let results: [Result]
    }

    private struct Summary: Encodable {
        let subjects, errors, warnings, notes: Int
        let verdict: CheckSeverity
    }

    private struct Result: Encodable {
        let subject, uri: String
        let role: String?
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
            role = report.role
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
