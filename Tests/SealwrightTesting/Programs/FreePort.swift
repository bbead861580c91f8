// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Ports of the loopback interface that nobody listens on.
package enum FreePort {
    /// Gives a port that no other call of this process was given.
    ///
    /// The ports lie below those the system gives to outgoing connections, so that none of these takes one before its
    /// server does. A port the system chooses and gets back at once can be chosen again by the next call.
    package static func any() throws -> Int { try first(of: 1) }

    /// Gives a port of which the same is true for the one behind it, which goes with it.
    package static func pair() throws -> Int { try first(of: 2) }

    private static func first(of count: Int) throws -> Int {
        try given.withLock { given in
            for first in range.shuffled() {
                let ports = first..<first + count
                guard ports.allSatisfy({ !given.contains($0) && isFree($0) }) else { continue }
                given.formUnion(ports)
                return first
            }
            throw POSIXError(.EADDRINUSE)
        }
    }

    private static let range = 10_000..<20_000
    private static let given = Mutex<Set<Int>>([])

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = LoopbackSocket.make()
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return LoopbackSocket.succeeds(at: port) { bind(descriptor, $0, $1) }
    }
}
