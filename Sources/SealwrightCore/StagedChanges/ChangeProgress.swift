// SPDX-License-Identifier: Apache-2.0

/// How many devices are ready for a change.
///
/// Those count that were seen in the last 30 days, are neither blocked nor retired, and hold a certificate that is not
/// revoked and not over: a machine in a cupboard does not hold a change up for ever, and one that could not come to
/// confirm does not either.
package struct ChangeProgress: Sendable, Hashable, Codable {
    /// Devices that confirmed, among those that count.
    package let confirmed: Int
    /// Devices that count.
    package let total: Int
    /// Identifiers of those that have not confirmed, oldest sign of life first; at most ``nameLimit``.
    package let laggards: [DeviceID]

    /// How many laggards are told by name with the counts; more come page by page.
    package static let nameLimit = 1_000
    /// Seconds within which a device must have been seen to count.
    package static let window: Int64 = 30 * 86_400

    package init(confirmed: Int, total: Int, laggards: [DeviceID]) {
        self.confirmed = confirmed
        self.total = total
        self.laggards = laggards
    }

    /// Devices that have not confirmed.
    package var missing: Int { max(total - confirmed, 0) }

    /// Whether that many per cent confirmed; without any device nobody can be stranded.
    package func reaches(_ threshold: Int) -> Bool {
        total == 0 || Double(confirmed) * 100 >= Double(threshold) * Double(total)
    }
}

/// The devices an administrator goes on without.
package enum LaggardConsent: Sendable, Hashable {
    /// None: the threshold decides.
    case none
    /// These, by identifier; each laggard must be among them.
    case naming(Set<DeviceID>)
    /// Whoever they are, as long as they are no more than this: those of a large fleet are too many to name.
    case atMost(Int)

    /// Whether every laggard was meant.
    package func covers(_ progress: ChangeProgress) -> Bool {
        switch self {
        case .none: false
        case .naming(let named):
            progress.missing <= progress.laggards.count && progress.laggards.allSatisfy(named.contains)
        case .atMost(let limit): progress.missing <= limit
        }
    }
}
