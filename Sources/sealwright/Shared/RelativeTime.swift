// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats

/// Moments as people say them, beside the exact form that `--json` gives.
enum RelativeTime {
    /// `in 90 days`, `3 hours ago`, `now`.
    static func text(_ iso8601: String) -> String {
        guard let moment = Timestamp(iso8601: iso8601) else { return iso8601 }
        let seconds = moment.seconds - Int64(Date().timeIntervalSince1970)
        guard abs(seconds) > 1 else { return "now" }
        let (count, unit) = measure(abs(seconds))
        let words = "\(count) \(unit)\(count == 1 ? "" : "s")"
        return seconds >= 0 ? "in \(words)" : "\(words) ago"
    }

    private static func measure(_ seconds: Int64) -> (Int64, String) {
        switch seconds {
        case ..<120: (seconds, "second")
        case ..<7_200: (seconds / 60, "minute")
        case ..<172_800: (seconds / 3_600, "hour")
        case ..<(730 * 86_400): (seconds / 86_400, "day")
        default: (seconds / (365 * 86_400), "year")
        }
    }
}
