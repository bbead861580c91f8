// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightInspection

/// Moments as people say them, beside the exact form that `--json` gives.
enum RelativeTime {
    /// `in 90 days`, `3 hours ago`; what is a second away is `now`, since the clock moved on while the answer came.
    static func text(_ iso8601: String) -> String {
        guard let moment = Timestamp(iso8601: iso8601) else { return iso8601 }
        let now = Timestamp.current
        return abs(moment.seconds(since: now)) > 1 ? PlainTime.distance(moment, from: now) : "now"
    }
}
