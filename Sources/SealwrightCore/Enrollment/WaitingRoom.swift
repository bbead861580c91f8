// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization

/// Which endpoints have as many waiting requests as they may.
///
/// Whoever can reach an endpoint that lets a person decide can send it requests without end. Once it is full they cost
/// neither a transaction nor a line in log and audit trail each.
final class WaitingRoom: Sendable {
    private struct State {
        var foundFull: [EndpointID: Timestamp] = [:]
        var told: [EndpointID: Timestamp] = [:]
    }

    /// Guarded because requests come on any thread.
    private let state = Mutex(State())

    /// Seconds an endpoint counts as full without another look at the store.
    private static let memory: Int64 = 5
    /// Seconds between two lines that tell of one endpoint.
    private static let silence: Int64 = 600

    /// Whether an endpoint was full a moment ago.
    func isFull(_ endpoint: EndpointID, at now: Timestamp) -> Bool {
        state.withLock { Self.isWithin(Self.memory, $0.foundFull[endpoint], now) }
    }

    /// Notes that the store had no place for another request.
    func foundFull(_ endpoint: EndpointID, at now: Timestamp) {
        state.withLock { $0.foundFull[endpoint] = now }
    }

    /// Notes that something no longer waits, so that the store is asked again.
    func someoneLeft() {
        state.withLock { $0.foundFull = [:] }
    }

    /// Whether log and audit trail are to hear now that an endpoint is full; once for many refusals.
    func isToBeTold(_ endpoint: EndpointID, at now: Timestamp) -> Bool {
        state.withLock { state in
            if Self.isWithin(Self.silence, state.told[endpoint], now) { return false }
            state.told[endpoint] = now
            return true
        }
    }

    private static func isWithin(_ seconds: Int64, _ moment: Timestamp?, _ now: Timestamp) -> Bool {
        guard let moment else { return false }
        // A clock that was set back begins anew.
        return (0..<seconds).contains(now.seconds(since: moment))
    }
}
