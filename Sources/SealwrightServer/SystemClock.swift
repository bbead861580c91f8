// SPDX-License-Identifier: Apache-2.0

import Foundation
package import PKIFormats
import SealwrightCore

/// The machine's wall clock.
package struct SystemClock: SealwrightCore.Clock {
    package init() {}

    package var now: Timestamp { Timestamp(seconds: milliseconds / 1_000) }

    package var milliseconds: Int64 {
        Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))
    }
}
