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

/// Authorities and the server's own identities.
///
/// Contract: every verb is one durable transaction that also holds its audit event. It returns after the commit.
package protocol AuthorityStore: Sendable {
    /// All authorities, oldest first.
    func authorities() async throws(StoreError) -> [Authority]
    /// Adds or replaces an authority, with the credential of its certificate when we issued it.
    func save(_ authority: Authority, credential: Credential?, event: AuditEvent) async throws(StoreError)
    /// All service identities, newest first within purpose and authority.
    func serviceIdentities() async throws(StoreError) -> [ServiceIdentity]
    /// Adds a service identity; the older ones of the same purpose stay, so that old messages can be decrypted.
    func save(_ identity: ServiceIdentity, credential: Credential, event: AuditEvent) async throws(StoreError)
    /// Forgets service identities whose certificates ended before `moment`.
    func removeServiceIdentities(endedBefore moment: Timestamp, event: AuditEvent) async throws(StoreError)
    /// Requests for authorities' certificates that wait for their answer, oldest first.
    func authorityRequests() async throws(StoreError) -> [AuthorityRequest]
    /// Keeps a request.
    func save(_ request: AuthorityRequest, event: AuditEvent) async throws(StoreError)
    /// Forgets a request; false when there is none of this name.
    func removeAuthorityRequest(_ id: AuthorityID, event: AuditEvent) async throws(StoreError) -> Bool
}

/// What became of a plan.
package enum PlanOutcome: Sendable, Hashable {
    /// Stored; sign now.
    case recorded
    /// The same request was made before: its enrolment, and its credential once issued.
    case duplicate(Enrollment, Credential?)
    /// Another key uses this transactionID in a pending enrolment, or a caller named another order so.
    case transactionIDInUse
    /// The challenge does not exist.
    case challengeUnknown
    /// The challenge was spent before.
    case challengeAlreadyUsed
    /// The challenge is past its time.
    case challengeExpired
    /// The serial number exists; make a new plan.
    case serialTaken
}

/// What became of a decision about a pending enrolment.
package enum DecisionOutcome: Sendable, Hashable {
    /// Recorded; the enrolment as it is now.
    case decided(Enrollment)
    /// No such enrolment.
    case notFound
    /// It was decided before.
    case alreadyDecided(Enrollment)
}

/// Enrolments from request to certificate.
package protocol EnrollmentStore: Sendable {
    /// Transaction 1 of an issuance: consumes the challenge, reserves the serial, stores the plan.
    ///
    /// The order of checks inside the transaction: duplicate by `IdempotencyKey` (waiting or being signed; or issued at
    /// most `replayWindow` seconds ago, its credential valid, unrevoked, not superseded), transactionID in use,
    /// challenge, serial. A transactionID that is a caller's own name (``IdempotencyKey/isNamedByCaller``) is in use
    /// as long as its order would be repeated, and its order is repeated whatever became of the credential. Consuming and storing are atomic: of 100 racers on one challenge one sees `recorded`.
    /// A pending or approved enrolment with the same `id` is turned into `issuing`.
    func recordPlan(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, replayWindow: Int64, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome
    /// Transaction 2: stores the certificate, marks the enrolment issued, links the renewed credential, creates or
    /// touches the device.
    func recordCertificate(
        _ credential: Credential, device: Device?, event: AuditEvent
    ) async throws(StoreError)
    /// Marks an enrolment failed. A consumed challenge stays consumed.
    func recordFailure(_ id: EnrollmentID, reason: String, event: AuditEvent) async throws(StoreError)
    /// Stores an enrolment that waits for approval, consuming the challenge if one was used.
    func recordPending(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome
    /// Approves or denies.
    func decide(
        _ id: EnrollmentID, approve: Bool, by actor: String, reason: String?, event: AuditEvent
    ) async throws(StoreError) -> DecisionOutcome
    /// One enrolment.
    func enrollment(_ id: EnrollmentID) async throws(StoreError) -> Enrollment?
    /// The newest enrolment of an endpoint with this transactionID and request key.
    func enrollment(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8]
    ) async throws(StoreError) -> Enrollment?
    /// The newest enrolment that used this challenge.
    func enrollment(challenge: ChallengeID) async throws(StoreError) -> Enrollment?
    /// Whether any enrolment of the endpoint carries this transactionID.
    func hasEnrollment(endpoint: EndpointID, transactionID: [UInt8]) async throws(StoreError) -> Bool
    /// Enrolments in a state, oldest first, that came after another one; none when there is no such other one.
    func enrollments(
        in state: Enrollment.State, after cursor: EnrollmentID?, limit: Int
    ) async throws(StoreError) -> [Enrollment]
}

extension EnrollmentStore {
    /// Enrolments in a state, oldest first.
    package func enrollments(in state: Enrollment.State, limit: Int) async throws(StoreError) -> [Enrollment] {
        try await enrollments(in: state, after: nil, limit: limit)
    }
}

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
    /// Stores a certificate that no enrolment asked for (the API's, the server's own), one transaction.
    func save(_ credential: Credential, event: AuditEvent) async throws(StoreError)
    /// Revokes, or changes a hold into another reason.
    func revoke(
        serial: SerialNumber, _ revocation: Revocation, event: AuditEvent
    ) async throws(StoreError) -> RevocationOutcome
    /// Releases a certificate from hold.
    func release(serial: SerialNumber, at: Timestamp, event: AuditEvent) async throws(StoreError) -> RevocationOutcome
    /// Revoked certificates of an authority for its CRL: those whose end is not before `endingAfter`. Sorted by serial.
    func revokedCertificates(
        authority: AuthorityID, endingAfter: Timestamp
    ) async throws(StoreError) -> [RevokedEntry]
    /// Serials released from hold since a moment; a delta CRL tells them as removeFromCRL.
    func releasedCertificates(authority: AuthorityID, since: Timestamp) async throws(StoreError) -> [SerialNumber]
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

/// Challenges.
package protocol ChallengeStore: Sendable {
    /// Stores a new challenge.
    func save(_ challenge: Challenge, event: AuditEvent) async throws(StoreError)
    /// The challenge of an endpoint whose secret has this SHA-256.
    func challenge(endpoint: EndpointID, digest: [UInt8]) async throws(StoreError) -> Challenge?
    /// Challenges that can still be used, newest first.
    func challenges(usableAt now: Timestamp, limit: Int) async throws(StoreError) -> [Challenge]
    /// Takes a challenge away before its time.
    func removeChallenge(_ id: ChallengeID, event: AuditEvent) async throws(StoreError) -> Bool
}

/// Devices.
package protocol DeviceStore: Sendable {
    /// One device.
    func device(_ id: DeviceID) async throws(StoreError) -> Device?
    /// The device that a protocol knows by this name.
    func device(attachment: Device.Attachment) async throws(StoreError) -> Device?
    /// A page, newest first.
    func devices(state: Device.State?, after cursor: String?, limit: Int) async throws(StoreError) -> Page<Device>
    /// Changes the state.
    func setState(_ state: Device.State, of id: DeviceID, event: AuditEvent) async throws(StoreError) -> Device?
}

/// The audit trail.
package protocol AuditStore: Sendable {
    /// Writes an event that changes nothing else, such as a refusal.
    func append(_ event: AuditEvent) async throws(StoreError)
    /// Records after a sequence number, oldest first.
    func auditRecords(after sequence: Int64, limit: Int) async throws(StoreError) -> [AuditRecord]
    /// The newest records, newest first, optionally of one object.
    func newestAuditRecords(object: String?, limit: Int) async throws(StoreError) -> [AuditRecord]
    /// The newest record of what was done to an object, whatever else the trail holds under that name.
    ///
    /// Peers choose some names, a transactionID for one, and can fill the trail with others' under them.
    func newestAuditRecord(of action: String, object: String) async throws(StoreError) -> AuditRecord?
}

/// A CRL as it was published.
package struct PublishedCRL: Sendable, Hashable, Codable {
    package let authority: AuthorityID
    /// `full`, or `delta`.
    package let kind: Kind
    package let number: Int64
    package let thisUpdate: Timestamp
    package let nextUpdate: Timestamp
    /// The revocation generation it was built from.
    package let generation: Int64
    /// DER.
    package let der: [UInt8]

    /// Full or delta.
    package enum Kind: String, Sendable, Codable { case full, delta }

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

/// A token of the administration interface, stored hashed.
package struct AccessToken: Sendable, Hashable, Codable {
    package let id: TokenID
    package let name: String
    /// SHA-256 of the token's UTF-8.
    package let digest: [UInt8]
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?

    package init(id: TokenID, name: String, digest: [UInt8], createdAt: Timestamp, expiresAt: Timestamp?) {
        self.id = id
        self.name = name
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// Access tokens.
package protocol TokenStore: Sendable {
    /// The token whose secret has this SHA-256.
    func token(digest: [UInt8]) async throws(StoreError) -> AccessToken?
    /// Stores a token in place of those of its name, which let nobody in any more.
    func save(_ token: AccessToken, event: AuditEvent) async throws(StoreError)
}

/// Care of the store itself.
package protocol StoreMaintenance: Sendable {
    /// Writes a consistent copy of the whole store to a new file.
    func copy(toFile path: String) async throws(StoreError)
    /// Proves that a write can be made durable now.
    func checkWritable() async throws(StoreError)
    /// Closes; later calls fail with ``StoreError/unavailable(_:)``.
    func close() async
}

/// The clock the middle reads.
package protocol Clock: Sendable {
    /// Now, in whole seconds of UTC.
    var now: Timestamp { get }
    /// Now, in milliseconds since 1970, for identifiers.
    var milliseconds: Int64 { get }
}
