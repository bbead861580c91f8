// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import Synchronization

/// Why the clock cannot be trusted with issuing.
package enum ClockFault: Error, Hashable, Sendable {
    /// It shows a time before something that was written already.
    case wentBack(now: Timestamp, newest: Timestamp)
    /// It shows a time before the issuing authority's life begins.
    case beforeAuthority(now: Timestamp, notBefore: Timestamp)

    /// The stable code of this fault.
    package var code: String {
        switch self {
        case .wentBack: "clock.went-back"
        case .beforeAuthority: "clock.before-authority"
        }
    }
}

extension ClockFault: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .wentBack(let now, let newest): "the clock shows \(now), but something was written at \(newest) already"
        case .beforeAuthority(let now, let notBefore):
            "the clock shows \(now), before the issuing authority's life begins at \(notBefore)"
        }
    }
}

/// Refuses to issue when the clock is plainly wrong, since a certificate with wrong dates cannot be called back.
///
/// Time that passed is told by the newest row of the audit trail, which every change writes.
package final class ClockGuard: Sendable {
    private let store: any AuditStore
    private let registry: AuthorityRegistry
    /// The time of the newest row seen; guarded because ticks write it and every issuance reads it.
    private let newest = Mutex(Timestamp(seconds: 0))

    /// Seconds the clock may lie behind the newest row: several nodes never agree exactly.
    package static let tolerance: Int64 = 600

    package init(store: any AuditStore, registry: AuthorityRegistry) {
        self.store = store
        self.registry = registry
    }

    /// Reads the newest row.
    ///
    /// Call it at start and with every tick.
    package func refresh() async throws(StoreError) {
        guard let record = try await store.newestAuditRecords(object: nil, limit: 1).first else { return }
        newest.withLock { $0 = max($0, record.event.at) }
    }

    /// What is wrong with the clock, if anything.
    ///
    /// Cheap: it reads memory only.
    package func fault(at now: Timestamp) -> ClockFault? {
        let newest = newest.withLock { $0 }
        if now.adding(seconds: Self.tolerance) < newest { return .wentBack(now: now, newest: newest) }
        if let notBefore = registry.issuing()?.certificate.notBefore, now < notBefore {
            return .beforeAuthority(now: now, notBefore: notBefore)
        }
        return nil
    }
}
