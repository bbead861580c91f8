// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import TrustEvaluation

/// A judgement for people and scripts.
package struct TrustReport: Codable, Sendable {
    /// One reason.
    package struct Finding: Codable, Sendable {
        /// `error`, `warning` or `note`.
        package let severity: String
        /// The stable code.
        package let code: String
        /// Which certificate of the path, 0 for the leaf; absent when it concerns the path as a whole.
        package let depth: Int?
        /// What was seen.
        package let evidence: String
        /// What to do about it.
        package let remedy: String
    }

    /// One certificate of the path.
    package struct Certificate: Codable, Sendable {
        /// Whom it names.
        package let subject: String
        /// Who issued it.
        package let issuer: String
        /// Its serial number in hexadecimal.
        package let serial: String
        /// The begin of its validity, ISO 8601; absent when unreadable.
        package let notBefore: String?
        /// The end of its validity.
        package let notAfter: String?
        /// SHA-256 over the certificate.
        package let sha256: String
    }

    /// Whether it is acceptable.
    package let trusted: Bool
    /// The moment it was judged for.
    package let time: String
    /// What for.
    package let purpose: String
    /// Everything found, the most telling first.
    package let findings: [Finding]
    /// The path, leaf first.
    package let path: [Certificate]
    /// The policies that hold for the whole path, in dotted numbers.
    package let policies: [String]

    /// Writes a judgement down.
    package init(_ decision: TrustDecision, of query: TrustQuery) {
        trusted = decision.isTrusted
        time = query.time.iso8601
        purpose = query.purpose.name
        findings = decision.findings.map { finding in
            Finding(
                severity: "\(finding.severity)", code: finding.code.rawValue, depth: finding.depth,
                evidence: Printable.text(finding.evidence), remedy: finding.remedy)
        }
        path = decision.path.map { certificate in
            Certificate(
                subject: Printable.text("\(certificate.subject)"), issuer: Printable.text("\(certificate.issuer)"),
                serial: certificate.serialNumber.hex, notBefore: certificate.notBefore?.iso8601,
                notAfter: certificate.notAfter?.iso8601, sha256: Hex.encode(certificate.fingerprint()))
        }
        policies = decision.policies.map(\.dotted).sorted()
    }
}

extension TrustReport {
    /// The verdict, the reasons and the path, a line each.
    ///
    /// - Parameter name: what was judged, such as the file's name.
    /// - Returns: lines without a new line at the end.
    package func text(_ name: String) -> String {
        var lines = ["\(Printable.text(name, limit: 200)): \(trusted ? "OK" : "refused")"]
        for finding in findings {
            let place = finding.depth.map { "certificate \($0)" } ?? "path"
            lines.append("  \(finding.severity)  \(place)  \(finding.evidence) [\(finding.code)]")
            if finding.severity != "note" { lines.append("         \(finding.remedy)") }
        }
        lines.append("path:")
        for (depth, certificate) in path.enumerated() {
            let end = certificate.notAfter.map { ", until \($0)" } ?? ""
            lines.append("  \(depth)  \(certificate.subject)\(end)")
        }
        return lines.joined(separator: "\n")
    }
}
