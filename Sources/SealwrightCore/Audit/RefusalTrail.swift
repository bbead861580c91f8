// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization

/// The part of the audit trail that anybody can write who reaches an endpoint: that he was refused.
///
/// Its lines stay for ever, so a thousand under one name are written at once and then one a second; the next one that
/// is written tells how many before it were not (`untold`). Log and metrics tell of all.
package final class RefusalTrail: Sendable {
    /// What may still be written under one name.
    private struct Account {
        var left: Int64
        var at: Timestamp
        var untold = 0
    }

    private let store: any AuditStore
    /// Guarded because requests come on any thread.
    private let accounts = Mutex<[String: Account]>([:])

    /// Lines under one name that are written whenever they come.
    private static let burst: Int64 = 1_000
    /// Names of which accounts are kept; they are of endpoints and of devices that are known.
    private static let mostNames = 100_000

    package init(store: any AuditStore) { self.store = store }

    /// Writes an event, unless too many came under this name of late.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - name: the endpoint or the device; not what a peer may choose.
    /// - Throws: ``StoreError``.
    package func append(_ event: AuditEvent, of name: String) async throws(StoreError) {
        guard let untold = admit(name, at: event.at) else { return }
        try await store.append(untold == 0 ? event : event.telling(untold: untold))
    }

    /// Takes a line from what may be written under a name.
    ///
    /// - Returns: how many were not written before it; `nil` when this one is not either.
    private func admit(_ name: String, at now: Timestamp) -> Int? {
        accounts.withLock { accounts in
            if accounts[name] == nil, accounts.count >= Self.mostNames { accounts = [:] }
            var account = accounts[name] ?? Account(left: Self.burst, at: now)
            // Bounded first: a clock may be set anywhere.
            let earned = min(max(now.seconds(since: account.at), 0), Self.burst)
            account.left = min(account.left + earned, Self.burst)
            account.at = now
            let untold = account.untold
            let isWritten = account.left > 0
            account.left -= isWritten ? 1 : 0
            account.untold = isWritten ? 0 : untold + 1
            accounts[name] = account
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
