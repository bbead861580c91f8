// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCore
import SealwrightStore
import SealwrightTesting
import Testing

/// Every store there is; each conformance test runs once with each.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case inMemory = "in memory"
    case sqlite = "SQLite"

    var testDescription: String { rawValue }

    /// Runs a test with an empty store that is gone afterwards.
    func withStore(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .inMemory: try await body(InMemoryStore())
        case .sqlite:
            try await withTemporaryFolder { folder in
                let store = try SQLiteStore(path: folder + "/sealwright.db")
                try await body(store)
                await store.close()
            }
        }
    }
}
