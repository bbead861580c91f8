// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// Which keys of its own the server has.
package struct ServiceIdentitySettings: Sendable, Hashable {
    /// RSA, because every SCEP client encrypts to it; never rsa-4096, which would cost six times the work.
    ///
    /// Of the first RA; the others have keys of the type of the one before.
    package var raKey: KeyType
    /// Adds serverAuth to the RA certificate, which some Windows builds ask for.
    package var raForWindows: Bool
    package var ocspKey: KeyType
    package var serverKey: KeyType
    /// Host names and IP addresses of the TLS server certificate, the most telling first; none for no certificate.
    package var serverNames: [String]

    package init(
        raKey: KeyType = .rsa2048, raForWindows: Bool = false, ocspKey: KeyType = .ecP256,
        serverKey: KeyType = .rsa2048, serverNames: [String] = []
    ) {
        self.raKey = raKey
        self.raForWindows = raForWindows
        self.ocspKey = ocspKey
        self.serverKey = serverKey
        self.serverNames = serverNames
    }
}

extension ServiceIdentitySettings {
    /// What keeps a host name or address out of the server's certificate; `nil` when nothing does.
    ///
    /// A server's own name never has underscores, whatever is allowed to others: it stands in every URL that is issued.
    package static func fault(inServerName host: String) -> String? {
        if host.contains("_") { return HostNames.underscoreOfServer }
        let names = ServiceIdentityManager.alternativeNames([host])
        do { _ = try CertificateProfile.server.alternativeNames.granted(names) } catch {
            if case .nameNotAllowed(_, let reason) = error { return reason }
            return error.sentence
        }
        return nil
    }
}

/// Makes and renews the certificates the server itself uses: SCEP RA, OCSP signer, TLS server.
///
/// Each is renewed, with a new key, at two thirds of its life, when it was revoked, and the server's also when its
/// names change. The keys before stay until ``removeEnded(before:)``, so that messages encrypted to them still open.
package struct ServiceIdentityManager: Sendable {
    let store: any AuthorityStore & CredentialStore
    private let keys: any KeyProvider
    let registry: AuthorityRegistry
    private let publication: Publication
    let clock: any Clock
    let settings: ServiceIdentitySettings
    private let gate = SerialGate()

    package init(
        store: any AuthorityStore & CredentialStore, keys: any KeyProvider, registry: AuthorityRegistry,
        publication: Publication, clock: any Clock, settings: ServiceIdentitySettings = ServiceIdentitySettings()
    ) {
        self.store = store
        self.keys = keys
        self.registry = registry
        self.publication = publication
        self.clock = clock
        self.settings = settings
    }

    /// Makes what is missing and renews what is due, then reloads the registry.
    ///
    /// - Parameters:
    ///   - via: kept with the credential.
    ///   - replacingAhead: whether what is not valid yet, because the clock ran ahead when it was made, is due too.
    ///     Only who knows that the clock is right now may say so.
    /// - Returns: what is new, so that listeners reload.
    /// - Throws: ``AuthorityError``; what was made before stays made, what is in use stays in use.
    @discardableResult
    package func renew(
        via: String = "renewal", replacingAhead: Bool = false
    ) async throws(AuthorityError) -> [ServiceIdentity] {
        await gate.enter()
        defer { gate.leave() }
        let orders = try await due(at: clock.now, replacingAhead: replacingAhead)
        let made = orders.isEmpty ? [] : try await carryOut(orders, via: via)
        return made + (try await certifyEncryption(via: via))
    }

    /// Makes a new identity now, whatever is there.
    package func make(
        _ purpose: ServiceIdentity.Purpose, for authority: AuthorityID, via: String
    ) async throws(AuthorityError) -> [ServiceIdentity] {
        await gate.enter()
        defer { gate.leave() }
        guard let context = registry.context(authority) else { throw .unknownAuthority(authority) }
        let made = try await carryOut([order(purpose, context)], via: via)
        return made + (try await certifyEncryption(via: via))
    }

    /// Forgets identities that ended before a moment and destroys their keys.
    ///
    /// - Returns: what was forgotten.
    @discardableResult
    package func removeEnded(before moment: Timestamp) async throws(AuthorityError) -> [ServiceIdentity] {
        await gate.enter()
        defer { gate.leave() }
        let all = try await AuthorityError.storing { () async throws(StoreError) in
            try await store.serviceIdentities()
        }
        let ended = all.filter { $0.notAfter < moment }
        guard !ended.isEmpty else { return [] }
        let event = AuditEvent(
            action: "identity.removed", at: clock.now, actor: "system", object: "service-identities",
            details: ["count": String(ended.count), "endedBefore": moment.iso8601])
        try await AuthorityError.storing { () async throws(StoreError) in
            try await store.removeServiceIdentities(endedBefore: moment, event: event)
        }
        let inUse = Set(all.filter { $0.notAfter >= moment }.map(\.keyID) + registry.all.map(\.authority.keyID))
        for identity in ended where !inUse.contains(identity.keyID) { try? await keys.remove(identity.keyID) }
        try await AuthorityError.storing { () async throws(StoreError) in try await registry.reload() }
        return ended
    }
}

// MARK: - What is due

extension ServiceIdentityManager {
    /// A certificate to make.
    struct Order: Sendable {
        let purpose: ServiceIdentity.Purpose
        let authority: AuthorityContext
        let key: KeyType
    }

    private func due(at now: Timestamp, replacingAhead: Bool) async throws(AuthorityError) -> [Order] {
        var orders: [Order] = []
        for context in registry.all where context.authority.kind == .issuing && context.canSign {
            guard let end = context.certificate.notAfter, end > now else { continue }
            for purpose in purposes(of: context) {
                let isDue = try await isDue(purpose, for: context, now)
                guard isDue || (replacingAhead && isAhead(purpose, of: context, now)) else { continue }
                orders.append(try order(purpose, context))
            }
        }
        return orders
    }

    private func order(
        _ purpose: ServiceIdentity.Purpose, _ context: AuthorityContext
    ) throws(AuthorityError) -> Order {
        let key = keyType(of: purpose, for: context)
        guard purpose != .scepRA || key.canBeRA else { throw .keyTypeNotAllowed(key, purpose: "a SCEP RA") }
        return Order(purpose: purpose, authority: context, key: key)
    }

    /// A retired authority still answers for its certificates; a staged one has its RA ready to be told.
    private func purposes(of context: AuthorityContext) -> [ServiceIdentity.Purpose] {
        switch context.authority.status {
        case .active: settings.serverNames.isEmpty ? [.scepRA, .ocspSigner] : [.scepRA, .ocspSigner, .tlsServer]
        case .staged: [.scepRA, .ocspSigner]
        case .retired: [.ocspSigner]
        case .offline: []
        }
    }

    private func keyType(of purpose: ServiceIdentity.Purpose, for context: AuthorityContext) -> KeyType {
        switch purpose {
        case .scepRA, .scepRAEncryption: raKeyType(for: context)
        case .ocspSigner: settings.ocspKey
        case .tlsServer: settings.serverKey
        }
    }

    /// The type of the RA before, of this authority or of the one that issues: it was chosen when the server was made,
    /// which no later start knows.
    private func raKeyType(for context: AuthorityContext) -> KeyType {
        for known in [context, registry.issuing()].compactMap({ $0 }) {
            let own = registry.identities(.scepRA, for: known.id).first { $0.identity.keyID != known.authority.keyID }
            if let type = own?.key.publicKey.keyType { return type }
        }
        return settings.raKey
    }

    private func isDue(
        _ purpose: ServiceIdentity.Purpose, for context: AuthorityContext, _ now: Timestamp
    ) async throws(AuthorityError) -> Bool {
        guard let current = registry.identities(purpose, for: context.id).first else { return true }
        // The authority as its own RA ends with the authority; there is nothing to renew.
        if current.identity.keyID == context.authority.keyID { return false }
        if purpose == .tlsServer, !hasWantedNames(current.certificate) { return true }
        if try await isRevoked(current, context.id) { return true }
        // One that was cut to the authority's end cannot be made to last longer.
        if let end = context.certificate.notAfter, current.identity.notAfter >= end { return false }
        return now >= current.identity.renewalTime
    }

    /// Whether an identity is not valid yet although its authority is.
    private func isAhead(
        _ purpose: ServiceIdentity.Purpose, of context: AuthorityContext, _ now: Timestamp
    ) -> Bool {
        guard let current = registry.identities(purpose, for: context.id).first else { return false }
        return current.identity.keyID != context.authority.keyID && now < current.identity.notBefore
            && context.certificate.isValid(at: now)
    }

    func isRevoked(_ service: ServiceKey, _ authority: AuthorityID) async throws(AuthorityError) -> Bool {
        let status = try await AuthorityError.storing { () async throws(StoreError) in
            try await store.status(authority: authority, serial: service.certificate.serialNumber)
        }
        return status?.revocation != nil
    }

    private func hasWantedNames(_ certificate: CertificateView) -> Bool {
        Set(certificate.subjectAlternativeName?.names ?? []) == Set(Self.alternativeNames(settings.serverNames))
    }
}

// MARK: - Making

extension ServiceIdentityManager {
    /// Makes each of them, whatever becomes of the others, and throws the first failure at the end.
    private func carryOut(_ orders: [Order], via: String) async throws(AuthorityError) -> [ServiceIdentity] {
        let wanted = orders.map { (type: $0.key, id: KeyID.new("\($0.purpose.rawValue)-\($0.authority.id)")) }
        let keyPairs = try await AuthorityError.keying { () async throws(CryptoError) in
            try await keys.generate(wanted)
        }
        var made: [ServiceIdentity] = []
        var failure: AuthorityError?
        for (order, key) in zip(orders, keyPairs) {
            do {
                made.append(try await issue(order, key: key, via: via))
            } catch {
                failure = failure ?? error
                try? await keys.remove(key.keyID)
            }
        }
        try await AuthorityError.storing { () async throws(StoreError) in try await registry.reload() }
        if let failure { throw failure }
        return made
    }

    func issue(
        _ order: Order, key: any PrivateKey, via: String
    ) async throws(AuthorityError) -> ServiceIdentity {
        let issuer = order.authority
        guard let signingKey = issuer.key else { throw .keyOffline(issuer.id) }
        let credential = try await OwnCertificates(clock: clock, via: via).issue(
            profile(of: order.purpose), wish(for: order, key: key),
            from: try .of(issuer, publication: publication), signedWith: signingKey)
        let identity = ServiceIdentity(
            purpose: order.purpose, authority: issuer.id, certificate: credential.certificate, keyID: key.keyID,
            notBefore: credential.notBefore, notAfter: credential.notAfter)
        let event = AuditEvent(
            action: "identity.issued", at: clock.now, actor: "system", object: credential.serial.hex,
            details: [
                "authority": issuer.id.rawValue, "purpose": order.purpose.rawValue, "subject": credential.subject,
                "notAfter": credential.notAfter.iso8601,
            ])
        try await AuthorityError.storing { () async throws(StoreError) in
            try await store.save(identity, credential: credential, event: event)
        }
        return identity
    }

    private func profile(of purpose: ServiceIdentity.Purpose) -> CertificateProfile {
        switch purpose {
        case .scepRA: .scepRA(forWindows: settings.raForWindows)
        case .scepRAEncryption: .scepRAEncryption
        case .ocspSigner: .ocspSigner
        case .tlsServer: .server
        }
    }

    private func wish(for order: Order, key: any PrivateKey) -> RequestedCertificate {
        let authorityName = order.authority.authority.name
        let spki = SubjectPublicKeyInfo(key.publicKey)
        switch order.purpose {
        case .scepRA:
            return RequestedCertificate(
                subject: .authority(named: authorityName, suffix: " SCEP RA"), subjectPublicKeyInfo: spki)
        case .scepRAEncryption:
            return RequestedCertificate(
                subject: .authority(named: authorityName, suffix: " SCEP RA Encryption"), subjectPublicKeyInfo: spki)
        case .ocspSigner:
            return RequestedCertificate(
                subject: .authority(named: authorityName, suffix: " OCSP"), subjectPublicKeyInfo: spki)
        case .tlsServer:
            return RequestedCertificate(
                subject: .server(named: settings.serverNames), subjectPublicKeyInfo: spki,
                alternativeNames: Self.alternativeNames(settings.serverNames))
        }
    }

    /// An IP address becomes an iPAddress, anything else a dNSName in lower case.
    static func alternativeNames(_ hosts: [String]) -> [GeneralName] {
        var names: [GeneralName] = []
        for host in hosts {
            let name = GeneralName(text: "IP:\(host)") ?? .dnsName(host.lowercased())
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension ServiceIdentity {
    /// Two thirds of the certificate's life.
    package var renewalTime: Timestamp { notBefore.adding(seconds: notAfter.seconds(since: notBefore) / 3 * 2) }
}

extension KeyType {
    /// Whether a key of this type may do RA work: SCEP clients encrypt with RSA, and a 4096-bit key costs too much a
    /// request.
    package var canBeRA: Bool { self == .rsa2048 || self == .rsa3072 }
}

extension DistinguishedName {
    /// Characters a commonName may have.
    ///
    /// Source: RFC 5280, appendix A.1 (ub-common-name).
    fileprivate static let commonNameLimit = 64

    /// A server's name of one commonName: its first host name that fits.
    ///
    /// An address is put into words: OpenSSL takes a commonName of digits and dots for a DNS name, and refuses it under
    /// an authority whose nameConstraints permit certain domains.
    static func server(named hosts: [String]) -> DistinguishedName {
        let names = ServiceIdentityManager.alternativeNames(hosts)
        for case .dnsName(let host) in names where host.utf8.count <= commonNameLimit { return .authority(named: host) }
        guard let address = hosts.first, case .ipAddress? = names.first else { return .authority(named: "Sealwright") }
        return .authority(named: "Sealwright at \(address)")
    }

    /// A name of one commonName, the front cut when it would be too long.
    static func authority(named name: String, suffix: String = "") -> DistinguishedName {
        DistinguishedName([(type: .commonName, text: String(name.prefix(commonNameLimit - suffix.count)) + suffix)])
    }
}
