// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts open connections, in all and by address, and says whether one more is welcome.
package final class ConnectionCensus: Sendable {
    /// A connection that was closed at once because a limit was reached.
    package struct Refusal: Sendable, Hashable {
        /// Who came once too often.
        package let address: String
        /// Whether it is the limit of one address, and not the listener's.
        package let isOfAddress: Bool
        /// How many were refused since that was told last, this one included; `nil` within a minute of it, so that a
        /// flood does not fill the log.
        package let untold: Int?
    }

    private struct Counts {
        var total = 0
        var largeBodies = 0
        var byAddress: [String: Int] = [:]
        var untold = 0
        var toldAt: ContinuousClock.Instant?
    }

    private let limits: ListenerLimits
    private let refused: @Sendable (Refusal) -> Void
    /// Guards the counters; touched once when a connection opens and once when it closes, and so for large bodies.
    private let counts = Mutex(Counts())

    /// Makes a census without connections; `refused` hears of each that is not welcome.
    package init(limits: ListenerLimits, refused: @escaping @Sendable (Refusal) -> Void = { _ in }) {
        self.limits = limits
        self.refused = refused
    }

    /// Counts a new connection in, unless a limit is reached.
    package func admit(_ address: String, at now: ContinuousClock.Instant = .now) -> Bool {
        let isLoopback = address.hasPrefix("127.") || address == "::1"
        let refusal = counts.withLock { counts -> Refusal? in
            let own = counts.byAddress[address, default: 0]
            let isOfAddress = !isLoopback && own >= limits.connectionsPerAddress
            guard isOfAddress || counts.total >= limits.connections else {
                counts.total += 1
                counts.byAddress[address] = own + 1
                return nil
            }
            counts.untold += 1
            if let toldAt = counts.toldAt, now - toldAt < .seconds(60) {
                return Refusal(address: address, isOfAddress: isOfAddress, untold: nil)
            }
            let untold = counts.untold
            counts.untold = 0
            counts.toldAt = now
            return Refusal(address: address, isOfAddress: isOfAddress, untold: untold)
        }
        guard let refusal else { return true }
        refused(refusal)
        return false
    }

    /// Counts a large body in, unless there are as many as may be.
    package func admitLargeBody() -> Bool {
        counts.withLock { counts in
            guard counts.largeBodies < limits.largeBodies else { return false }
            counts.largeBodies += 1
            return true
        }
    }

    /// Counts a large body out that is answered or whose connection has gone.
    package func leaveLargeBody() { counts.withLock { $0.largeBodies -= 1 } }

    /// Counts a closed connection out.
    package func leave(_ address: String) {
        counts.withLock { counts in
            counts.total -= 1
            guard let own = counts.byAddress[address] else { return }
            counts.byAddress[address] = own > 1 ? own - 1 : nil
        }
    }
}
