// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Looks through the whole store for damage, and remembers what it found.
///
/// A disk that returns wrong data, or another program that wrote into the file, shows only where that is read: a server
/// starts with it and answers for weeks, until a device needs the row.
package final class StoreInspector: Sendable {
    private let store: any StoreMaintenance
    /// What the last look found; guarded because health reports read it while the next look is under way.
    private let found = Mutex<StoreError?>(nil)

    package init(store: any StoreMaintenance) { self.store = store }

    /// Looks at everything; that takes seconds with a million certificates.
    package func inspect() async {
        do throws(StoreError) {
            try await store.checkPages()
            found.withLock { $0 = nil }
        } catch {
            // A store that is busy or closed tells nothing about what it holds.
            guard case .corrupted = error else { return }
            found.withLock { $0 = error }
        }
    }

    /// The damage that the last look found.
    package var damage: StoreError? { found.withLock { $0 } }
}
