// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization

/// Which endpoints have as many waiting requests as they may.
///
/// Whoever can reach an endpoint that lets a person decide can send it requests without end. Once it is full they cost
/// no transaction each.
final class WaitingRoom: Sendable {
    /// When the store had no place; guarded because requests come on any thread.
    private let fullSince = Mutex<[EndpointID: Timestamp]>([:])

    /// Seconds an endpoint counts as full without another look at the store.
    private static let memory: Int64 = 5

    /// Whether an endpoint was full a moment ago.
    func isFull(_ endpoint: EndpointID, at now: Timestamp) -> Bool {
        guard let moment = fullSince.withLock({ $0[endpoint] }) else { return false }
        // A clock that was set back begins anew.
        return (0..<Self.memory).contains(now.seconds(since: moment))
    }

    /// Notes that the store had no place for another request.
    func foundFull(_ endpoint: EndpointID, at now: Timestamp) {
        fullSince.withLock { $0[endpoint] = now }
    }

    /// Notes that something no longer waits, so that the store is asked again.
    func someoneLeft() {
        fullSince.withLock { $0 = [:] }
    }
}
