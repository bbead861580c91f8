// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

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

/// A CRL as it was published.
package struct PublishedCRL: Sendable, Hashable, Codable {
    package let authority: AuthorityID
    package let kind: Kind
    package let number: Int64
    package let thisUpdate: Timestamp
    package let nextUpdate: Timestamp
    /// The revocation generation it was built from.
    package let generation: Int64
    /// DER.
    package let der: [UInt8]

    /// What a CRL is.
    package enum Kind: String, Sendable, Codable {
        case full
        case delta
        /// Not ours: the last one from where the authority was before, kept for its lines and never published.
        case imported
    }

    package init(
        authority: AuthorityID, kind: Kind, number: Int64, thisUpdate: Timestamp, nextUpdate: Timestamp,
        generation: Int64, der: [UInt8]
    ) {
        self.authority = authority
        self.kind = kind
        self.number = number
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.generation = generation
        self.der = der
    }
}

/// Published CRLs and their numbers.
package protocol CRLStore: Sendable {
    /// Reserves the next number of an authority: max(last + 1, now), so that a restored backup never repeats one.
    func reserveCRLNumber(authority: AuthorityID, now: Timestamp) async throws(StoreError) -> Int64
    /// Stores a CRL as the newest of its kind.
    func save(_ crl: PublishedCRL, event: AuditEvent) async throws(StoreError)
    /// The numbers of parts that the authority's CRL was ever cut into, ascending.
    ///
    /// Certificates name the part that will tell of them, so each of these goes on for as long as the authority.
    func crlPartitions(of authority: AuthorityID) async throws(StoreError) -> [Int]
    /// Remembers a number of parts before the first certificate names one of them.
    func recordCRLPartition(_ parts: Int, of authority: AuthorityID, event: AuditEvent) async throws(StoreError)
    /// The newest of a kind.
    func newestCRL(authority: AuthorityID, kind: PublishedCRL.Kind) async throws(StoreError) -> PublishedCRL?
}
