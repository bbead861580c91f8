// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How plain HTTP answers now; read by every request.
package final class HTTPSPolicy: Sendable {
    /// Guards the one word.
    private let current: Mutex<HTTPSMode>

    package init(_ mode: HTTPSMode = .off) { current = Mutex(mode) }

    /// Off, offered or required.
    package var mode: HTTPSMode { current.withLock { $0 } }

    /// Changes it for the next request.
    package func set(_ mode: HTTPSMode) { current.withLock { $0 = mode } }
}
