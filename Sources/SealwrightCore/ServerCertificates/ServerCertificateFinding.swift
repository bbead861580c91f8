// SPDX-License-Identifier: Apache-2.0

/// Something the checks of a server certificate have to say.
package struct ServerCertificateFinding: Sendable, Hashable, Codable {
    /// How much it weighs.
    package enum Severity: String, Sendable, Codable {
        /// It cannot be served.
        case error
        /// It can, and somebody should know this.
        case warning
    }

    package let severity: Severity
    /// The stable code, the same in log, audit, API and command line.
    package let code: String
    /// What was seen, one sentence.
    package let evidence: String
    /// What to do about it.
    package let remedy: String

    package init(_ severity: Severity, code: String, _ evidence: String, remedy: String) {
        self.severity = severity
        self.code = code
        self.evidence = evidence
        self.remedy = remedy
    }
}
