// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts open connections, in all and by address, and says whether one more is welcome.
package final class ConnectionCensus: Sendable {
    private struct Counts {
        var total = 0
        var largeBodies = 0
        var byAddress: [String: Int] = [:]
    }

    private let limits: ListenerLimits
    /// Guards the counters; touched once when a connection opens and once when it closes, and so for large bodies.
    private let counts = Mutex(Counts())

    package init(limits: ListenerLimits) { self.limits = limits }

    /// Counts a new connection in, unless a limit is reached.
    package func admit(_ address: String) -> Bool {
        let isLoopback = address.hasPrefix("127.") || address == "::1"
        return counts.withLock { counts in
            guard counts.total < limits.connections else { return false }
            let own = counts.byAddress[address, default: 0]
            guard isLoopback || own < limits.connectionsPerAddress else { return false }
            counts.total += 1
            counts.byAddress[address] = own + 1
            return true
        }
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
