// SPDX-License-Identifier: Apache-2.0

import Foundation
package import PKIFormats
package import SealwrightCore

/// A store that forgets everything at its end: for tests, and the plainest statement of the store's contract.
///
/// Each verb is one turn of the actor, so it is atomic like a transaction.
package actor InMemoryStore: Store {
    var authorityList: [Authority] = []
    var identityList: [ServiceIdentity] = []
    var enrollmentsByID: [EnrollmentID: Enrollment] = [:]
    /// In the order they came.
    var enrollmentOrder: [EnrollmentID] = []
    /// By transactionID, in the order they came.
    var enrollmentsByTransaction: [[UInt8]: [EnrollmentID]] = [:]
    var credentialsByID: [CredentialID: Credential] = [:]
    var credentialOrder: [CredentialID] = []
    var credentialBySerial: [SerialNumber: CredentialID] = [:]
    /// Serials of plans, so that no second plan takes one.
    var reservedSerials: Set<SerialNumber> = []
    var challengesByID: [ChallengeID: Challenge] = [:]
    var challengesByDigest: [[UInt8]: [ChallengeID]] = [:]
    var devicesByID: [DeviceID: Device] = [:]
    var deviceOrder: [DeviceID] = []
    var devicesByAttachment: [Device.Attachment: DeviceID] = [:]
    var records: [AuditRecord] = []
    var endedHolds: [(authority: AuthorityID, serial: SerialNumber, at: Timestamp)] = []
    var generation: Int64 = 0
    var crlNumbers: [AuthorityID: Int64] = [:]
    var crls: [PublishedCRL] = []
    var crlPartitions: [AuthorityID: Set<Int>] = [:]
    var authorityRequestList: [AuthorityRequest] = []
    var compromisedKeys: Set<[UInt8]> = []
    var accessTokens: [AccessToken] = []
    var serverCertificateList: [ServerCertificate] = []
    var currentSelection = ServerSelection.initial
    var changeList: [StagedChange] = []
    var confirmations: [ChangeConfirmation] = []
    var mode: HTTPSMode?
    var watchList: [ExpiryWatch] = []
    var told: Set<ExpiryNotice> = []
    /// In the order they were queued.
    var commandList: [QueuedCommand] = []
    /// In the order they were ordered first.
    var installationList: [CertificateInstallation] = []
    var contactsByDevice: [DeviceID: ManagementContact] = [:]
    /// In the order they were kept.
    var messageList: [ManagementMessage] = []
    var messageCount: Int64 = 0
    var isClosed = false
    /// When set, every verb fails with it, as a full disk would make it.
    var fault: StoreError?
    /// How many verbs failed with the fault.
    package private(set) var failures = 0

    package init() {}

    /// Makes every following verb fail, or work again.
    package func fail(with fault: StoreError?) { self.fault = fault }

    /// Every audit event, oldest first.
    package var events: [AuditEvent] { records.map(\.event) }

    func ready() throws(StoreError) {
        if isClosed { throw .unavailable("closed") }
        if let fault {
            failures += 1
            throw fault
        }
    }

    func write(_ event: AuditEvent) {
        let previous = records.last?.hash ?? AuditChain.genesis
        records.append(
            AuditRecord(
                sequence: Int64(records.count) + 1, event: event, previousHash: previous,
                hash: AuditChain.hash(previous: previous, event: event)))
    }

    func insert(_ credential: Credential) {
        if credentialsByID[credential.id] == nil { credentialOrder.append(credential.id) }
        credentialsByID[credential.id] = credential
        credentialBySerial[credential.serial] = credential.id
        reservedSerials.insert(credential.serial)
    }
}

// MARK: - Authorities

extension InMemoryStore {
    package func authorities() async throws(StoreError) -> [Authority] {
        try ready()
        return authorityList
    }

    package func save(_ authority: Authority, credential: Credential?, event: AuditEvent) async throws(StoreError) {
        try ready()
        if let index = authorityList.firstIndex(where: { $0.id == authority.id }) {
            authorityList[index] = authority
        } else {
            authorityList.append(authority)
        }
        if let credential { insert(credential) }
        write(event)
    }

    package func serviceIdentities() async throws(StoreError) -> [ServiceIdentity] {
        try ready()
        return identityList.reversed()
    }

    package func save(
        _ identity: ServiceIdentity, credential: Credential, event: AuditEvent
    ) async throws(StoreError) {
        try ready()
        identityList.append(identity)
        insert(credential)
        write(event)
    }

    package func removeServiceIdentities(
        endedBefore moment: Timestamp, event: AuditEvent
    ) async throws(StoreError) {
        try ready()
        identityList.removeAll { $0.notAfter < moment }
        write(event)
    }

    package func authorityRequests() async throws(StoreError) -> [AuthorityRequest] {
        try ready()
        return authorityRequestList
    }

    package func save(_ request: AuthorityRequest, event: AuditEvent) async throws(StoreError) {
        try ready()
        authorityRequestList.append(request)
        write(event)
    }

    package func removeAuthorityRequest(_ id: AuthorityID, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard let index = authorityRequestList.firstIndex(where: { $0.id == id }) else { return false }
        authorityRequestList.remove(at: index)
        write(event)
        return true
    }
}

// MARK: - Challenges

extension InMemoryStore {
    package func save(_ challenge: Challenge, event: AuditEvent) async throws(StoreError) {
        try ready()
        challengesByID[challenge.id] = challenge
        challengesByDigest[challenge.digest, default: []].append(challenge.id)
        write(event)
    }

    package func challenge(endpoint: EndpointID, digest: [UInt8]) async throws(StoreError) -> Challenge? {
        try ready()
        return challengesByDigest[digest]?.lazy.compactMap { self.challengesByID[$0] }.first { $0.endpoint == endpoint }
    }

    package func challenges(
        usableAt now: Timestamp, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Challenge> {
        try ready()
        let all = challengesByID.values.sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
        let usable = all.indices.reversed().filter {
            $0 < cursor.flatMap(Int.init) ?? .max && all[$0].expiresAt >= now && all[$0].used < all[$0].uses ?? .max
        }
        let items = usable.prefix(max(limit, 1))
        return Page(items: items.map { all[$0] }, next: usable.count > items.count ? items.last.map(String.init) : nil)
    }

    package func removeChallenge(_ id: ChallengeID, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard challengesByID.removeValue(forKey: id) != nil else { return false }
        write(event)
        return true
    }
}

// MARK: - Devices

extension InMemoryStore {
    package func device(_ id: DeviceID) async throws(StoreError) -> Device? {
        try ready()
        return devicesByID[id]
    }

    package func device(attachment: Device.Attachment) async throws(StoreError) -> Device? {
        try ready()
        return device(knownBy: attachment)
    }

    func device(knownBy attachment: Device.Attachment) -> Device? {
        devicesByAttachment[attachment].flatMap { devicesByID[$0] }
    }

    package func devices(
        _ filter: DeviceFilter, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Device> {
        try ready()
        let all = deviceOrder.reversed().compactMap { devicesByID[$0] }.filter { device in
            (filter.state == nil || device.state == filter.state)
                && (filter.text.map { knows(device, by: $0, filter.enrollingAction) } ?? true)
        }
        return page(all, after: cursor, limit: limit) { $0.id.rawValue }
    }

    /// Whether a text stands in something that is known of a device.
    private func knows(_ device: Device, by text: String, _ enrolling: String?) -> Bool {
        let facts = contactsByDevice[device.id].map(\.facts) ?? []
        let told = (try? JSONDecoder().decode([String: String].self, from: Data(facts)))?.values.map(\.self) ?? []
        let names = device.attachments.filter { $0.value.hasPrefix("CN=") }.map { String($0.value.dropFirst(3)) }
        let users = names.compactMap { name in
            records.last { $0.event.object == name && $0.event.action == enrolling }?.event.details["user"]
        }
        let wanted = text.lowercased()
        return ([device.name, device.id.rawValue] + device.attachments.map(\.value) + told + users)
            .contains { $0.lowercased().contains(wanted) }
    }

    package func setState(
        _ state: Device.State, of id: DeviceID, event: AuditEvent
    ) async throws(StoreError) -> Device? {
        try ready()
        guard var device = devicesByID[id], device.state.mayBecome(state) else { return devicesByID[id] }
        device.state = state
        devicesByID[id] = device
        write(event)
        return device
    }

    func page<Item: Sendable>(
        _ all: [Item], after cursor: String?, limit: Int, name: (Item) -> String
    ) -> Page<Item> {
        var rest = all[...]
        if let cursor, let index = all.firstIndex(where: { name($0) == cursor }) { rest = all[(index + 1)...] }
        let items = Array(rest.prefix(limit))
        return Page(items: items, next: rest.count > items.count ? items.last.map(name) : nil)
    }
}

// MARK: - Audit, CRLs, tokens, care

extension InMemoryStore {
    package func append(_ event: AuditEvent) async throws(StoreError) {
        try ready()
        write(event)
    }

    package func auditRecords(
        _ filter: AuditFilter, after sequence: Int64, limit: Int
    ) async throws(StoreError) -> [AuditRecord] {
        try ready()
        return Array(records.lazy.filter { $0.sequence > sequence && filter.matches($0.event) }.prefix(limit))
    }

    package func newestAuditRecord(of action: String, object: String) async throws(StoreError) -> AuditRecord? {
        try await newestAuditRecords(object: object, limit: .max).first { $0.event.action == action }
    }

    package func newestAuditRecords(
        of action: String, objects: Set<String>
    ) async throws(StoreError) -> [String: AuditRecord] {
        try ready()
        let found = records.filter { $0.event.action == action && objects.contains($0.event.object) }
        return Dictionary(found.map { ($0.event.object, $0) }) { _, last in last }
    }

    package func newestAuditRecords(_ filter: AuditFilter, limit: Int) async throws(StoreError) -> [AuditRecord] {
        try ready()
        return Array(records.reversed().lazy.filter { filter.matches($0.event) }.prefix(limit))
    }

    package func reserveCRLNumber(authority: AuthorityID, now: Timestamp) async throws(StoreError) -> Int64 {
        try ready()
        let number = max((crlNumbers[authority] ?? 0) + 1, now.seconds)
        crlNumbers[authority] = number
        return number
    }

    package func save(_ crl: PublishedCRL, event: AuditEvent) async throws(StoreError) {
        try ready()
        crls.append(crl)
        write(event)
    }

    package func crlPartitions(of authority: AuthorityID) async throws(StoreError) -> [Int] {
        try ready()
        return (crlPartitions[authority] ?? []).sorted()
    }

    package func recordCRLPartition(
        _ parts: Int, of authority: AuthorityID, event: AuditEvent
    ) async throws(StoreError) {
        try ready()
        crlPartitions[authority, default: []].insert(parts)
        write(event)
    }

    package func newestCRL(
        authority: AuthorityID, kind: PublishedCRL.Kind
    ) async throws(StoreError) -> PublishedCRL? {
        try ready()
        return crls.last { $0.authority == authority && $0.kind == kind }
    }

    package func token(digest: [UInt8]) async throws(StoreError) -> AccessToken? {
        try ready()
        return accessTokens.first { $0.digest == digest }
    }

    package func tokens() async throws(StoreError) -> [AccessToken] {
        try ready()
        return accessTokens.sorted { $0.name < $1.name }
    }

    package func add(_ token: AccessToken, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard !accessTokens.contains(where: { $0.name == token.name }) else { return false }
        accessTokens.append(token)
        write(event)
        return true
    }

    package func removeToken(_ id: TokenID, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard let index = accessTokens.firstIndex(where: { $0.id == id }) else { return false }
        accessTokens.remove(at: index)
        write(event)
        return true
    }

    package func save(_ token: AccessToken, event: AuditEvent) async throws(StoreError) {
        try ready()
        accessTokens.removeAll { $0.name == token.name }
        accessTokens.append(token)
        write(event)
    }

    package func copy(toFile path: String) async throws(StoreError) {
        try ready()
        throw .unavailable("a store in memory has no file")
    }

    package func checkWritable() async throws(StoreError) { try ready() }

    package func checkPages() async throws(StoreError) { try ready() }

    package func close() async { isClosed = true }
}
