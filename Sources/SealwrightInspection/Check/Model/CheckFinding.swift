// SPDX-License-Identifier: Apache-2.0

/// A rule that was broken, with what was seen and what to do.
package struct CheckFinding: Sendable, Hashable, Codable {
    /// Its id, which `sealwright explain` knows.
    package let code: CheckRule
    package let severity: CheckSeverity
    /// The row of the profile it belongs to.
    package let element: CheckElement
    /// What was seen: dates, names, algorithms; a clause, safe to print.
    package let evidence: String
    /// What to do about it.
    package let remedy: String

    init(_ code: CheckRule, _ severity: CheckSeverity, _ element: CheckElement, evidence: String) {
        self.code = code
        self.severity = severity
        self.element = element
        let clause = evidence.hasSuffix(".") ? String(evidence.dropLast()) : evidence
        self.evidence = Printable.text(clause, limit: 1_000)
        self.remedy = code.remedy
    }
}

extension CheckFinding: Comparable {
    /// The gravest first, then by code and evidence, so that reports of the same input are the same.
    package static func < (left: CheckFinding, right: CheckFinding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        return (left.code.rawValue, left.evidence) < (right.code.rawValue, right.evidence)
    }
}
