// SPDX-License-Identifier: Apache-2.0

/// Something about a payload that a device will refuse, or understand differently than its author.
public struct PayloadFinding: Hashable, Sendable {
    /// How grave it is.
    public enum Severity: String, CaseIterable, Sendable, Comparable {
        /// Worth knowing.
        case note
        /// Works on some devices, or not as it reads.
        case warning
        /// Fails.
        case error

        /// Orders by gravity.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// The rule.
    public var rule: PayloadRule
    /// How grave it is.
    public var severity: Severity
    /// The node or command; `nil` for the payload as a whole.
    public var locURI: String?
    /// One sentence: what is wrong; never the value of a secret node.
    public var message: String
    /// One sentence: what to do.
    public var fix: String

    /// The stable code, the same in log, audit, API and command line.
    public var code: String { rule.rawValue }

    /// Makes a finding.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - severity: how grave it is.
    ///   - locURI: the node or command.
    ///   - message: what is wrong.
    ///   - fix: what to do.
    public init(_ rule: PayloadRule, _ severity: Severity, locURI: String? = nil, message: String, fix: String) {
        self.rule = rule
        self.severity = severity
        self.locURI = locURI
        self.message = message
        self.fix = fix
    }
}
