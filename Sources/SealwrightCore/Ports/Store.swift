// SPDX-License-Identifier: Apache-2.0

/// Everything the middle asks of storage; an implementation is one type that satisfies all of these.
package typealias Store = AuthorityStore & EnrollmentStore & CredentialStore & ChallengeStore & DeviceStore
    & AuditStore & CRLStore & TokenStore & ServerCertificateStore & StagedChangeStore & ExpiryStore & ManagementStore
    & StoreMaintenance

/// The store failed, not the request: disk full, database locked, corrupted row.
///
/// Retrying later may help.
package enum StoreError: Error, Hashable, Sendable {
    /// The store cannot take writes now; reads may still work.
    case unavailable(String)
    /// A row does not hold what it must.
    case corrupted(String)
    /// The schema is newer than this program.
    case schemaTooNew(found: Int, known: Int)
}

/// A page of a longer list.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Pass this as `after` to go on; `nil` at the end.
    ///
    /// A page may be short, even empty, while this is set: a filter that matches little is searched a stretch a page.
    package let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
