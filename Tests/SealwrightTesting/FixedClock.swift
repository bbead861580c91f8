// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import SealwrightCore
import Synchronization

/// A clock that stands still until a test moves it.
package final class FixedClock: Clock {
    /// Guards the moment, which tests move while services read it.
    private let moment: Mutex<Timestamp>

    /// Stands at 2026-06-01T12:00:00Z unless told otherwise.
    package init(_ now: Timestamp = Timestamp(seconds: 1_780_315_200)) { moment = Mutex(now) }

    package var now: Timestamp { moment.withLock { $0 } }

    package var milliseconds: Int64 { now.seconds.multipliedReportingOverflow(by: 1000).partialValue }

    /// Moves the clock by seconds, backwards too.
    package func advance(by seconds: Int64) { moment.withLock { $0 = $0.adding(seconds: seconds) } }

    /// Sets the clock.
    package func set(_ now: Timestamp) { moment.withLock { $0 = now } }
}
