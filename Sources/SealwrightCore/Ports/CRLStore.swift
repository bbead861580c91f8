// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

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
