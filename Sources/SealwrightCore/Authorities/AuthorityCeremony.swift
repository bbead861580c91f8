// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import PKIFormats

/// What a new hierarchy is made of.
package struct HierarchyOptions: Sendable, Hashable {
    /// The operator's own name for it; `nil` for "Sealwright" with a random mark.
    package var name: String?
    package var rootKey: KeyType
    package var issuingKey: KeyType
    /// Makes the issuing authority its own SCEP RA.
    ///
    /// Weaker: one key then signs certificates and opens what strangers send.
    package var sharesRAKey: Bool

    package init(
        name: String? = nil, rootKey: KeyType = .rsa3072, issuingKey: KeyType = .rsa2048, sharesRAKey: Bool = false
    ) {
        self.name = name
        self.rootKey = rootKey
        self.issuingKey = issuingKey
        self.sharesRAKey = sharesRAKey
    }
}

/// The acts by which authorities come to be, follow one another and leave.
///
/// Each step is stored, with its audit event, before the next begins, and `initialize` takes up where an interrupted
/// run stopped. Administrators may call these while the server runs; one act waits for the other.
package struct AuthorityCeremony: Sendable {
    let store: any Store
    let keys: any PortableKeyProvider
    let registry: AuthorityRegistry
    let publication: Publication
    let identities: ServiceIdentityManager
    let publisher: CRLPublisher
    let clock: any Clock
    let gate = SerialGate()

    package init(
        store: any Store, keys: any PortableKeyProvider, registry: AuthorityRegistry, publication: Publication,
        identities: ServiceIdentityManager, publisher: CRLPublisher, clock: any Clock
    ) {
        self.store = store
        self.keys = keys
        self.registry = registry
        self.publication = publication
        self.identities = identities
        self.publisher = publisher
        self.clock = clock
    }

    /// Makes root, issuing authority, SCEP RA, OCSP signer, TLS certificate and CRLs, as far as they are missing or
    /// due.
    ///
    /// Called at every start: on a folder that is complete it only loads.
    ///
    /// - Returns: the issuing authority.
    /// - Throws: ``AuthorityError``.
    @discardableResult
    package func initialize(
        _ options: HierarchyOptions = HierarchyOptions()
    ) async throws(AuthorityError) -> AuthorityContext {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        if registry.issuing() == nil { try await makeHierarchy(options) }
        try await identities.renew(via: "init")
        try await AuthorityError.storing { () async throws(StoreError) in try await publisher.load() }
        await publisher.tick(clock.now)
        guard let issuing = registry.issuing() else { throw .notInitialized }
        return issuing
    }

    private func makeHierarchy(_ options: HierarchyOptions) async throws(AuthorityError) {
        guard !options.sharesRAKey || options.issuingKey.canBeRA else {
            throw .keyTypeNotAllowed(options.issuingKey, purpose: "an issuing authority that is its own SCEP RA")
        }
        let names = try HierarchyNames(options.name)
        let present = registry.all.last { $0.authority.kind == .root && $0.canSign }
        var wanted = [(type: options.issuingKey, id: KeyID.new("issuing"))]
        if present == nil { wanted.append((type: options.rootKey, id: KeyID.new("root"))) }
        var made = try await generate(wanted)[...]
        guard let issuingKey = made.popFirst() else { throw .notInitialized }
        if let rootKey = made.popFirst() { try await makeRoot(named: names.root, key: rootKey) }
        guard let root = registry.all.last(where: { $0.authority.kind == .root && $0.canSign }) else {
            throw .notInitialized
        }
        // After an interruption the root is there already, and its issuing authority is called as it would have been.
        let name =
            HierarchyNames(root: root.authority.name)?.firstIssuing
            ?? HierarchyNames.successor(of: root.authority.name)
        try await makeIssuing(
            named: registry.all.contains { $0.authority.name == name } ? unusedName(after: name) : name,
            id: unusedID("issuing"), key: issuingKey, under: root, status: .active, isRA: options.sharesRAKey,
            via: "init")
    }

    private func makeRoot(named name: String, key: any PrivateKey) async throws(AuthorityError) {
        let id = unusedID("root")
        let subject = DistinguishedName.authority(named: name)
        let wish = RequestedCertificate(subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey))
        let credential = try await OwnCertificates(clock: clock, via: "init").issue(
            .root, wish, from: .selfSigned(id: id, name: subject, key: key), signedWith: key)
        let authority = Authority(
            id: id, name: name, kind: .root, status: .active, certificate: credential.certificate, keyID: key.keyID,
            issuer: nil, createdAt: clock.now)
        try await save(authority, credential: credential, action: "authority.created")
    }

    /// Makes an issuing authority under a root whose key is here.
    func makeIssuing(
        named name: String, id: AuthorityID, key: any PrivateKey, under root: AuthorityContext,
        status: Authority.Status, isRA: Bool, via: String, by actor: String = AuditEvent.system
    ) async throws(AuthorityError) {
        guard let rootKey = root.key else { throw .keyOffline(root.id) }
        let wish = RequestedCertificate(
            subject: .authority(named: name), subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey))
        let credential = try await OwnCertificates(clock: clock, via: via).issue(
            .issuingAuthority(actsAsRA: isRA), wish, from: try .of(root, publication: publication),
            signedWith: rootKey)
        let authority = Authority(
            id: id, name: name, kind: .issuing, status: status, certificate: credential.certificate, keyID: key.keyID,
            issuer: root.id, createdAt: clock.now)
        try await save(authority, credential: credential, action: "authority.created", by: actor)
    }
}

// MARK: - Steps the other acts share

extension AuthorityCeremony {
    /// Stores an authority with its audit event and reloads the registry.
    func save(
        _ authority: Authority, credential: Credential? = nil, action: String, by actor: String = AuditEvent.system
    ) async throws(AuthorityError) {
        let event = AuditEvent(
            action: action, at: clock.now, actor: actor, object: authority.id.rawValue,
            details: [
                "name": authority.name, "kind": authority.kind.rawValue, "status": authority.status.rawValue,
                "fingerprint": Hex.encode(DigestAlgorithm.sha256.hash(authority.certificate)),
            ])
        try await AuthorityError.storing { () async throws(StoreError) in
            try await store.save(authority, credential: credential, event: event)
        }
        try await reload()
    }

    func generate(_ wanted: [(type: KeyType, id: KeyID)]) async throws(AuthorityError) -> [any PrivateKey] {
        try await AuthorityError.keying { () async throws(CryptoError) in try await keys.generate(wanted) }
    }

    func reload() async throws(AuthorityError) {
        try await AuthorityError.storing { () async throws(StoreError) in try await registry.reload() }
    }

    /// The stem itself, or with the first number that is free: `issuing`, `issuing-2`.
    func unusedID(_ stem: String) -> AuthorityID {
        let taken = Set(registry.all.map(\.id.rawValue))
        let numbered = (2...(taken.count + 2)).lazy.map { "\(stem)-\($0)" }
        let name = taken.contains(stem) ? numbered.first { !taken.contains($0) } ?? stem : stem
        return AuthorityID(rawValue: name)
    }
}
