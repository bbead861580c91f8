// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The processor time that work takes on this thread.
///
/// What else the machine does meanwhile does not count, so that a test can say how much work something may be.
package func processorTime(of work: () throws -> Void) rethrows -> Duration {
    let start = processorTimeOfThisThread()
    try work()
    return processorTimeOfThisThread() - start
}

private func processorTimeOfThisThread() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
