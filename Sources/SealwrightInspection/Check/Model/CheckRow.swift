// SPDX-License-Identifier: Apache-2.0

/// A row of a profile, judged for one subject.
package struct CheckRow: Sendable, Hashable, Codable {
    package let element: CheckElement
    /// The gravest of its findings; pass without any.
    package let verdict: CheckSeverity
    /// What was found, whether good or bad.
    package let evidence: String
    /// What the profile asks for.
    package let required: String

    init(_ element: CheckElement, verdict: CheckSeverity, evidence: String, required: String) {
        self.element = element
        self.verdict = verdict
        self.evidence = Printable.text(evidence, limit: 1_000)
        self.required = required
    }
}
