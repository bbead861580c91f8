// SPDX-License-Identifier: Apache-2.0

/// How the server is, check by check.
package struct HealthReport: Sendable, Hashable, Codable {
    /// How one check came out.
    package enum Outcome: String, Sendable, Codable, Comparable {
        /// As it should be.
        case ok
        /// Works, but somebody should look.
        case warning
        /// Does not work.
        case failed

        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .failed: 2
            }
        }

        package static func < (left: Outcome, right: Outcome) -> Bool { left.rank < right.rank }
    }

    /// One thing looked at.
    package struct Check: Sendable, Hashable, Codable {
        /// `store`, `keys`, `crl`, `clock`.
        package let name: String
        package let outcome: Outcome
        /// One sentence.
        package let detail: String
        /// The stable code of what is wrong.
        package let code: String?

        package init(_ name: String, _ outcome: Outcome, _ detail: String, code: String? = nil) {
            self.name = name
            self.outcome = outcome
            self.detail = detail
            self.code = code
        }
    }

    package let checks: [Check]

    package init(checks: [Check]) { self.checks = checks }

    /// The worst of all checks.
    package var outcome: Outcome { checks.map(\.outcome).max() ?? .ok }

    /// Whether the server should get requests.
    package var isReady: Bool { outcome != .failed }
}
