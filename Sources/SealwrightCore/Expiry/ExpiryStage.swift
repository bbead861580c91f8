// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// How near the end of a certificate is, measured by its life.
///
/// Thirty days are half an age for a certificate of 47 days and nonsense for one of six hours, so each threshold is a
/// part of the life with a ceiling in days.
package enum ExpiryStage: String, Sendable, Codable, CaseIterable, Comparable {
    /// Far.
    case fine
    /// A third of the life or 30 days are left.
    case warn
    /// A sixth of the life or 14 days are left.
    case act
    /// A twelfth of the life or 7 days are left.
    case critical
    /// Over.
    case expired

    private var rank: Int {
        switch self {
        case .fine: 0
        case .warn: 1
        case .act: 2
        case .critical: 3
        case .expired: 4
        }
    }

    package static func < (left: ExpiryStage, right: ExpiryStage) -> Bool { left.rank < right.rank }

    /// Stages somebody is told about.
    package static let telling: [ExpiryStage] = [.warn, .act, .critical, .expired]

    /// Seconds left at which a stage begins, for a life in seconds; the smaller of part and ceiling.
    package static func threshold(_ stage: ExpiryStage, life: Int64) -> Int64 {
        let life = max(life, 0)
        switch stage {
        case .fine: return .max
        case .warn: return min(life / 3, 30 * day)
        case .act: return min(life / 6, 14 * day)
        case .critical: return min(life / 12, 7 * day)
        case .expired: return 0
        }
    }

    /// The stage of a certificate at a moment.
    package init(notBefore: Timestamp, notAfter: Timestamp, now: Timestamp) {
        guard notAfter >= now else {
            self = .expired
            return
        }
        let life = notAfter.seconds(since: notBefore)
        let left = notAfter.seconds(since: now)
        let reached = [ExpiryStage.critical, .act, .warn].first { left <= Self.threshold($0, life: life) }
        self = reached ?? .fine
    }

    /// The longest time before its end at which any certificate is told of.
    package static let horizon: Int64 = 30 * day

    private static let day: Int64 = 86_400
}
