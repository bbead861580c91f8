// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Moments as people say them.
///
/// All are UTC.
package enum PlainTime {
    /// `19 Feb 2027`.
    static func day(_ moment: Timestamp) -> String {
        let fields = moment.fields
        return "\(fields.day) \(fields.monthName) \(fields.year)"
    }

    /// `in 90 days`, `3 hours ago`, `now`.
    package static func distance(_ moment: Timestamp, from now: Timestamp) -> String {
        let seconds = moment.seconds(since: now)
        guard seconds != 0 else { return "now" }
        let words = length(seconds.magnitude)
        return seconds >= 0 ? "in \(words)" : "\(words) ago"
    }

    /// `90 days`; a year has 365 of them, as people count who ask for ten years.
    static func length(_ seconds: UInt64) -> String {
        let (count, unit): (UInt64, String) =
            switch seconds {
            case ..<120: (seconds, "second")
            case ..<7_200: (seconds / 60, "minute")
            case ..<172_800: (seconds / 3_600, "hour")
            case ..<63_072_000: (seconds / 86_400, "day")
            default: (seconds / 31_536_000, "year")
            }
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}

extension InspectionField {
    /// A moment and how far away it is.
    init(_ label: String, _ moment: Timestamp, now: Timestamp) {
        self.init(label, moment.iso8601, note: PlainTime.distance(moment, from: now))
    }

    /// A moment that may be missing or unreadable.
    init?(_ label: String, _ moment: Timestamp?, now: Timestamp) {
        guard let moment else { return nil }
        self.init(label, moment, now: now)
    }
}
