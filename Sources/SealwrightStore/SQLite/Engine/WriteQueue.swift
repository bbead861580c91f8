// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// What waits for the writer, and how long the writer waits for more.
///
/// Verbs that arrive during a commit gather for the next one. After a commit that several shared the writer gives the
/// same number a moment to come back, because callers that were released together return together; a caller that is
/// alone never waits.
final class WriteQueue: Sendable {
    /// How many verbs share a commit at most.
    ///
    /// More would only make the first of them wait longer.
    private static let groupLimit = 128
    /// How long a verb waits for company.
    static let patience = DispatchTimeInterval.milliseconds(2)

    private let state = Mutex(State())
    private let gathered = DispatchSemaphore(value: 0)

    /// Guarded by `state`.
    private struct State {
        var waiting: [PendingWrite] = []
        /// Whether a turn on the writer is scheduled or under way.
        var isRunning = false
        /// The size of the last group.
        var expected = 1
        /// How many must wait for the writer to be woken before its patience ends.
        var wakeAt: Int?
    }

    /// Adds a verb.
    ///
    /// - Returns: whether the caller must give the writer a turn.
    func add(_ write: PendingWrite) -> Bool {
        let (mustStart, mustWake) = state.withLock { state in
            state.waiting.append(write)
            let mustStart = !state.isRunning
            state.isRunning = true
            guard let wakeAt = state.wakeAt, state.waiting.count >= wakeAt else { return (mustStart, false) }
            state.wakeAt = nil
            return (mustStart, true)
        }
        if mustWake { gathered.signal() }
        return mustStart
    }

    /// Whether a verb waits; the turn is over when none does, and the next verb starts another.
    func hasNext() -> Bool {
        state.withLock { state in
            state.isRunning = !state.waiting.isEmpty
            return state.isRunning
        }
    }

    /// Takes the verbs that share the next commit.
    ///
    /// - Parameter mayWait: whether the writer's thread has nothing better to do than to wait for company.
    /// - Returns: the verbs, in the order in which they came; none when none waits.
    func nextGroup(mayWait: Bool) -> [PendingWrite] {
        let mustWait =
            mayWait
            && state.withLock { state in
                guard !state.waiting.isEmpty, state.waiting.count < state.expected else { return false }
                state.wakeAt = state.expected
                return true
            }
        // A signal that comes just after the patience ended shortens the next wait; that does no harm.
        if mustWait { _ = gathered.wait(timeout: .now() + Self.patience) }
        return state.withLock { state in
            state.wakeAt = nil
            let group = Array(state.waiting.prefix(Self.groupLimit))
            state.waiting.removeFirst(group.count)
            state.expected = max(group.count, 1)
            return group
        }
    }
}
