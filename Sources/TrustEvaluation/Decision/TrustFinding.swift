// SPDX-License-Identifier: Apache-2.0

/// One reason why a certificate is, or may not be, acceptable.
public struct TrustFinding: Sendable, Hashable {
    /// How much it weighs.
    public enum Severity: Int, Sendable, Comparable, CaseIterable {
        /// Worth knowing; changes nothing.
        case note
        /// Accepted here and now, refused elsewhere or soon.
        case warning
        /// Enough to refuse.
        case error

        /// The lighter first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// How much it weighs.
    public let severity: Severity
    /// What is wrong, from a closed set; its raw value is the stable code, `trust.expired`.
    public let code: TrustCode
    /// Which certificate of the path, 0 for the leaf; `nil` when it concerns the path as a whole.
    public let depth: Int?
    /// What was seen: dates, names, algorithms; one whole sentence, never a secret.
    public let evidence: String
    /// What to do about it, one imperative sentence.
    public let remedy: String

    /// A reason with its evidence and what to do.
    public init(_ severity: Severity, _ code: TrustCode, depth: Int? = nil, evidence: String, remedy: String) {
        self.severity = severity
        self.code = code
        self.depth = depth
        self.evidence = evidence
        self.remedy = remedy
    }
}
