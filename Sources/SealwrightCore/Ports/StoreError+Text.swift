// SPDX-License-Identifier: Apache-2.0

extension StoreError {
    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .unavailable: "store.unavailable"
        case .corrupted: "store.corrupted"
        case .schemaTooNew: "store.schema-too-new"
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .unavailable(let reason): "the store does not work now: \(reason)"
        case .corrupted(let what): "the store holds something it should not: \(what)"
        case .schemaTooNew(let found, let known):
            "the store was written by a newer version (schema \(found), this program knows \(known))"
        }
    }
}
