// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The issuances running in this process: each enrolment has one worker, and a repeated message waits for it.
final class IssuanceProgress: Sendable {
    /// Guards who waits for which running issuance; an enrolment with an entry runs.
    private let running = Mutex<[EnrollmentID: [CheckedContinuation<Void, Never>]]>([:])

    /// Makes the caller the worker of an enrolment.
    ///
    /// - Returns: `false` when there is one already; `true` must be followed by ``release(_:)`` whatever happens.
    func claim(_ id: EnrollmentID) -> Bool {
        running.withLock { running in
            guard running[id] == nil else { return false }
            running[id] = []
            return true
        }
    }

    /// Ends the work on an enrolment and wakes those who wait for it.
    func release(_ id: EnrollmentID) {
        let waiting = running.withLock { $0.removeValue(forKey: id) } ?? []
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until nobody works on an enrolment.
    ///
    /// - Returns: whether anybody did.
    func wait(for id: EnrollmentID) async -> Bool {
        guard running.withLock({ $0[id] != nil }) else { return false }
        await withCheckedContinuation { continuation in
            let isRunning = running.withLock { running in
                guard running[id] != nil else { return false }
                running[id]?.append(continuation)
                return true
            }
            if !isRunning { continuation.resume() }
        }
        return true
    }
}
