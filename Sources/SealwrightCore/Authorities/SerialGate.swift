// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets one act at a time pass, in the order they came.
///
/// For acts that look first and then change, with waits between: making a successor, renewing an identity. It cannot
/// be entered again by who is inside.
final class SerialGate: Sendable {
    private struct State {
        var isBusy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Guards who is inside and who waits.
    private let state = Mutex(State())

    /// Waits until nobody else is inside.
    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isBusy {
                    state.waiting.append(continuation)
                    return false
                }
                state.isBusy = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Lets the next one in.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.isBusy = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
