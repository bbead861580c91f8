// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Waits until something that others do has come about.
///
/// Looks again and again. On a busy machine everything takes longer than usual; only what never comes takes the whole
/// time.
///
/// - Returns: whether it came about.
package func eventually(
    within seconds: Double = 60, _ hasCome: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !hasCome() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}

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
