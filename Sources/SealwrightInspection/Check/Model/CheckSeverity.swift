// SPDX-License-Identifier: Apache-2.0

/// How much a finding of a check weighs, and how a row of a profile ended.
package enum CheckSeverity: String, Sendable, Codable, CaseIterable, Comparable {
    /// The row is fulfilled.
    case pass
    /// Worth knowing; changes nothing.
    case note
    /// Accepted here and now, refused elsewhere or soon.
    case warning
    /// The requirement is not met.
    case error

    /// The lighter first.
    package static func < (left: CheckSeverity, right: CheckSeverity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .pass: 0
        case .note: 1
        case .warning: 2
        case .error: 3
        }
    }
}
