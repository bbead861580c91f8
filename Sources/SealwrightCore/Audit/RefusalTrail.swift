// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization

/// The part of the audit trail that anybody can write who reaches an endpoint: that he was refused.
///
/// Its lines stay for ever, so under one name so many are written as a pace allows; the next one that is written tells
/// how many before it were not (`untold`).
package final class RefusalTrail: Sendable {
    /// How often lines under one name are written: each costs seconds, which time gives back.
    package enum Pace: Sendable {
        /// A thousand at once, and then one a second.
        case usual
        /// One in ten minutes: for what the first line says as well as all others.
        case seldom

        fileprivate var cost: Int64 { self == .usual ? 1 : 600 }
        fileprivate var most: Int64 { self == .usual ? 1_000 : 600 }
    }

    private struct Account {
        /// Seconds that lines may still cost.
        var left: Int64
        var at: Timestamp
        var untold = 0
    }

    private struct Holder: Hashable {
        let name: String
        let pace: Pace
    }

    private let store: any AuditStore
    /// Guarded because requests come on any thread.
    private let accounts = Mutex<[Holder: Account]>([:])

    /// Names of which accounts are kept; they are of endpoints and of devices that are known.
    private static let mostNames = 100_000

    package init(store: any AuditStore) { self.store = store }

    /// Writes an event, unless more than a thousand came under this name of late.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - name: the endpoint or the device; not what a peer may choose.
    /// - Throws: ``StoreError``.
    package func append(_ event: AuditEvent, of name: String) async throws(StoreError) {
        _ = try await append(event, of: name, pace: .usual)
    }

    /// Writes an event, unless too many came under this name of late.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - name: the endpoint or the device; not what a peer may choose.
    ///   - pace: how often such lines are written; each pace counts for itself.
    /// - Returns: whether it was its turn.
    /// - Throws: ``StoreError``.
    package func append(_ event: AuditEvent, of name: String, pace: Pace) async throws(StoreError) -> Bool {
        guard let untold = admit(Holder(name: name, pace: pace), at: event.at) else { return false }
        try await store.append(untold == 0 ? event : event.telling(untold: untold))
        return true
    }

    /// Takes a line from what may be written under a name.
    ///
    /// - Returns: how many were not written before it; `nil` when this one is not either.
    private func admit(_ holder: Holder, at now: Timestamp) -> Int? {
        let (cost, most) = (holder.pace.cost, holder.pace.most)
        return accounts.withLock { accounts in
            if accounts[holder] == nil, accounts.count >= Self.mostNames { accounts = [:] }
            var account = accounts[holder] ?? Account(left: most, at: now)
            // Bounded first: a clock may be set anywhere.
            let earned = min(max(now.seconds(since: account.at), 0), most)
            account.left = min(account.left + earned, most)
            account.at = now
            let untold = account.untold
            let isWritten = account.left >= cost
            account.left -= isWritten ? cost : 0
            account.untold = isWritten ? 0 : untold + 1
            accounts[holder] = account
            return isWritten ? untold : nil
        }
    }
}

extension AuditEvent {
    /// The same event, with how many like it were not written before.
    fileprivate func telling(untold: Int) -> AuditEvent {
        var details = details
        details["untold"] = String(untold)
        return AuditEvent(action: action, at: at, actor: actor, object: object, outcome: outcome, details: details)
    }
}
