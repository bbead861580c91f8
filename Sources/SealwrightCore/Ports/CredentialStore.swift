// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What became of a revocation.
package enum RevocationOutcome: Sendable, Hashable {
    /// Done; the credential as it is now.
    case done(Credential)
    /// No certificate of ours has this serial.
    case notFound
    /// It is revoked already (or, for a release, not on hold).
    case conflict(Credential)
}

/// Which certificates a list shows.
package struct CredentialFilter: Sendable, Hashable {
    package var owner: Credential.Owner? = .device
    package var status: Credential.Status?
    /// Only those that end within this many seconds from `now` and have not ended.
    package var expiringWithin: Int64?
    /// Text within the subject, case-insensitive.
    package var subject: String?
    package var device: DeviceID?
    package var authority: AuthorityID?
    /// The moment statuses are computed for.
    package var now: Timestamp

    package init(now: Timestamp) { self.now = now }
}

/// Certificates we issued.
package protocol CredentialStore: Sendable {
    /// By issuer and serial.
    func credential(authority: AuthorityID, serial: SerialNumber) async throws(StoreError) -> Credential?
    /// By identifier.
    func credential(_ id: CredentialID) async throws(StoreError) -> Credential?
    /// By serial alone; serials are unique over all authorities here.
    func credential(serial: SerialNumber) async throws(StoreError) -> Credential?
    /// The small part that OCSP needs.
    func status(authority: AuthorityID, serial: SerialNumber) async throws(StoreError) -> CredentialStatus?
    /// A page, newest first (soonest end first with `expiringWithin`). Under 100 ms with a million rows.
    func credentials(
        _ filter: CredentialFilter, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Credential>
    /// The newest certificate with this SHA-256 or SHA-1 of all its octets, the server's own among them.
    ///
    /// Walks all there are: a person asks, who has nothing else of a certificate.
    func credential(fingerprint: [UInt8]) async throws(StoreError) -> Credential?
    /// What some devices were given over one way of issuing, newest first.
    func credentials(of devices: [DeviceID], issuedVia via: String) async throws(StoreError) -> [Credential]
    /// Revokes, or makes a hold final as ``Revocation/following(_:)`` says.
    func revoke(
        serial: SerialNumber, _ revocation: Revocation, event: AuditEvent
    ) async throws(StoreError) -> RevocationOutcome
    /// Releases a certificate from hold.
    func release(serial: SerialNumber, at: Timestamp, event: AuditEvent) async throws(StoreError) -> RevocationOutcome
    /// Revoked certificates of an authority for its CRL: those whose end is not before `endingAfter`. Sorted by serial.
    func revokedCertificates(
        authority: AuthorityID, endingAfter: Timestamp
    ) async throws(StoreError) -> [RevokedEntry]
    /// Serials whose hold ended since a moment, by a release or by becoming final: a delta CRL tells what they are now.
    func endedHolds(authority: AuthorityID, since: Timestamp) async throws(StoreError) -> [SerialNumber]
    /// A number that grows with every revocation or release; lets caches notice.
    func revocationGeneration() async throws(StoreError) -> Int64
    /// Whether a certificate of the key with this digest was ever revoked for keyCompromise.
    ///
    /// Asked for each issuance, so it costs the same whatever is stored.
    func isCompromised(keyDigest: [UInt8]) async throws(StoreError) -> Bool
    /// The subject of a certificate of this key that has not ended, is not revoked for good and names another subject.
    ///
    /// ``prepareKeyLookup()`` makes it fast.
    func otherSubject(
        keyDigest: [UInt8], than subject: String, at now: Timestamp
    ) async throws(StoreError) -> String?
    /// Makes ``otherSubject(keyDigest:than:at:)`` fast from now on, which costs every issuance a little.
    ///
    /// Harmless to repeat.
    func prepareKeyLookup() async throws(StoreError)
    /// How many credentials there are, by owner `device`.
    func credentialCount() async throws(StoreError) -> Int
}

/// One line of a CRL.
package struct RevokedEntry: Sendable, Hashable {
    package let serial: SerialNumber
    package let revocation: Revocation

    package init(serial: SerialNumber, revocation: Revocation) {
        self.serial = serial
        self.revocation = revocation
    }
}
