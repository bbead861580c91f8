// SPDX-License-Identifier: Apache-2.0

import Foundation
package import PKIFormats
import SealwrightCore

/// The machine's wall clock.
package struct SystemClock: SealwrightCore.Clock {
    package init() {}

    package var now: Timestamp { Timestamp(seconds: milliseconds / 1_000) }

    package var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
