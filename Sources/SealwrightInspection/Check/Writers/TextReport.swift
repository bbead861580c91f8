// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A run as a table for people.
struct TextReport {
    let run: CheckRun
    let width: Int

    var text: String {
        let isAlone = run.reports.count == 1
        let blocks = run.reports.map { report in
            SubjectText(report: report, width: max(width, 60)).lines(inFull: isAlone).joined(separator: "\n")
        }
        let body = blocks.joined(separator: isAlone ? "\n\n" : "\n")
        return isAlone ? body + "\n" : "\(body)\(body.isEmpty ? "" : "\n\n")\(summary)\n"
    }

    private var summary: String {
        let bad = run.reports.count { $0.worst == .error }
        let doubtful = run.reports.count { $0.worst == .warning }
        let empty = run.reports.count { $0.certificate == nil && $0.worst < .warning }
        let good = run.reports.count - bad - doubtful - empty
        let counted = "\(good) good, \(doubtful) with warnings, \(bad) bad"
        let rest = empty == 0 ? "" : ", \(empty) without a certificate"
        return "\(Printable.count(run.reports.count, "subject")): \(counted)\(rest)"
    }
}

/// One subject: a head line, the certificate, the rows.
private struct SubjectText {
    let report: CheckReport
    let width: Int

    /// With several subjects only the rows that are not fulfilled are told.
    func lines(inFull: Bool) -> [String] {
        let rows = inFull ? report.rows : report.rows.filter { $0.verdict > .note }
        var lines = [head]
        if inFull, let certificate = report.certificate {
            lines += CertificateText(certificate, chain: report.chain).lines(width: width).map { "  " + $0 }
            lines.append("")
        }
        return lines + rows.flatMap(told)
    }

    private var head: String {
        let names = report.expectedNames
        let target: String =
            switch names.origin {
            case .asked, .host: "  for \(Printable.text(names.names.joined(separator: ", "), limit: 300))"
            case .machine: "  for \(Printable.text(names.names.joined(separator: ", "), limit: 300)) (this machine)"
            case .none: ""
            }
        return "\(report.subject)\(identity)\(target)  profile \(report.profile)  \(verdict)"
    }

    /// What is behind a serial number, which nobody knows by heart.
    private var identity: String {
        guard let role = report.role else { return "" }
        return "  \(report.certificate?.subject ?? "(no subject)") (\(role))"
    }

    private var verdict: String {
        let counts = [CheckSeverity.error, .warning, .note].compactMap { severity -> String? in
            let count = report.count(severity)
            return count == 0 ? nil : Printable.count(count, severity.rawValue)
        }
        return counts.isEmpty ? "ok" : counts.joined(separator: ", ")
    }

    private func told(_ row: CheckRow) -> [String] {
        let findings = report.findings.filter { $0.element == row.element }
        guard !findings.isEmpty else { return wrapped(row.element.title, "pass", row.evidence) }
        return findings.enumerated().flatMap { index, finding in
            let title = index == 0 ? row.element.title : ""
            let word = finding.severity == .error ? "ERROR" : finding.severity.rawValue
            var lines = wrapped(title, word, "\(finding.evidence) [\(finding.code.rawValue)]")
            if finding.severity > .note { lines += wrapped("", "", "→ \(finding.remedy)") }
            return lines
        }
    }

    private func wrapped(_ title: String, _ word: String, _ text: String) -> [String] {
        let first = "  \(title.padded(to: Self.titleColumns))\(word.padded(to: Self.wordColumns))"
        let indent = String(repeating: " ", count: first.count)
        let parts = TextColumns.wrap(text, to: max(width - first.count, 30))
        return parts.enumerated().map { ($0.offset == 0 ? first : indent) + $0.element }
    }

    private static let titleColumns = 20
    private static let wordColumns = 9
}

/// The certificate viewer: what people ask first, and the chain.
package struct CertificateText {
    private let certificate: CertificateFacts
    private let chain: [CertificateFacts]

    /// - Parameters:
    ///   - certificate: the certificate that is shown.
    ///   - chain: those above it, the next one first.
    package init(_ certificate: CertificateFacts, chain: [CertificateFacts]) {
        self.certificate = certificate
        self.chain = chain
    }

    /// The lines, each with a label in front.
    package func lines(width: Int) -> [String] {
        pairs.flatMap { label, value in
            TextColumns.wrap(value, to: max(width - Self.labelColumns - 2, 30)).enumerated().map { index, part in
                (index == 0 ? label : "").padded(to: Self.labelColumns) + part
            }
        }
    }

    private var pairs: [(String, String)] {
        var pairs: [(String, String)] = []
        if let name = certificate.friendlyName { pairs.append(("Friendly name", name)) }
        pairs.append(("Subject", certificate.subject))
        pairs.append(("Issuer", certificate.isSelfSigned ? "itself" : certificate.issuer))
        if !certificate.hosts.isEmpty { pairs.append(("Issued to hosts", certificate.hosts.joined(separator: ", "))) }
        if !certificate.issuingServers.isEmpty {
            pairs.append(("Issued by servers", certificate.issuingServers.joined(separator: ", ")))
        }
        pairs.append(("Valid", "\(Self.time(certificate.notBefore)) to \(Self.time(certificate.notAfter))"))
        pairs.append(("Serial number", certificate.serial))
        pairs.append(("Key, signature", "\(certificate.key), \(certificate.signature)"))
        pairs.append(("SHA-256", certificate.sha256))
        if !chain.isEmpty { pairs.append(("Chain", chain.map(\.subject).joined(separator: " ← "))) }
        return pairs
    }

    private static func time(_ moment: Timestamp?) -> String { moment?.iso8601 ?? "(unreadable)" }

    private static let labelColumns = 20
}

/// Breaking of long lines.
enum TextColumns {
    /// Breaks at spaces; a word longer than a line stays whole.
    static func wrap(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }
}

extension String {
    /// The text filled with spaces; at least one follows it.
    fileprivate func padded(to columns: Int) -> String {
        self + String(repeating: " ", count: Swift.max(columns - count, isEmpty ? 0 : 1))
    }
}
