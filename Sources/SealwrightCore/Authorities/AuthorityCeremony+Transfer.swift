// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import PKIFormats

/// An authority whose certificate was made elsewhere.
package struct ImportedAuthority: Sendable {
    /// Its certificate, DER; without a key it may be any of its chain.
    package var certificate: [UInt8]
    /// `nil` for the answer to a request that was made here, whose key is here already.
    package var key: PrivateKeyMaterial?
    /// The certificates above it up to the root, DER, in any order.
    package var chain: [[UInt8]]
    /// Its last CRL from where it was before, DER; what that tells stays revoked.
    package var revocationList: [UInt8]?
    /// Whether it issues at once; otherwise it is staged as the successor.
    package var isActive: Bool

    package init(
        certificate: [UInt8], key: PrivateKeyMaterial?, chain: [[UInt8]], revocationList: [UInt8]? = nil,
        isActive: Bool = false
    ) {
        self.revocationList = revocationList
        self.certificate = certificate
        self.key = key
        self.chain = chain
        self.isActive = isActive
    }
}

// MARK: - In

extension AuthorityCeremony {
    /// Takes in an issuing authority with its key and the authorities above it, which stay offline here.
    ///
    /// It gets an RA of its own even if its certificate would let it do that work itself: sharing a key is chosen
    /// when a hierarchy is made, never found by accident.
    ///
    /// - Returns: the authority as it is now.
    /// - Throws: ``AuthorityError`` when certificate, key, chain and CRL do not fit together.
    package func importAuthority(
        _ imported: ImportedAuthority, by actor: String = AuditEvent.system
    ) async throws(AuthorityError) -> AuthorityContext {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        if !imported.isActive, let staged = registry.staged() { throw .successorAlreadyStaged(staged.id) }
        var answered: Answered?
        if imported.key == nil { answered = try await answeredRequest(imported) }
        var certificate = try Self.parse(imported.certificate)
        if let answered { certificate = answered.certificate }
        try check(certificate)
        try checkOwnNames(certificate)
        let parents = try chain(above: certificate, from: [imported.certificate] + imported.chain)
        try check(parents, above: certificate)
        let revoked = try imported.revocationList.map { der throws(AuthorityError) in
            try ImportedRevocationList(der, of: certificate, now: clock.now)
        }
        let (id, keyID) = try await bringKey(of: imported, answered, for: certificate)
        var issuer: AuthorityID?
        for parent in parents.reversed() { issuer = try await keep(parent, under: issuer, by: actor) }
        let authority = Authority(
            id: id, name: certificate.subject.commonName ?? certificate.subject.rfc4514, kind: .issuing,
            status: .staged, certificate: certificate.encoded, keyID: keyID, issuer: issuer, createdAt: clock.now)
        // Before the authority: a CRL of ours without these lines would call revoked certificates good.
        if let revoked {
            try await AuthorityError.storing { () async throws(StoreError) in
                try await publisher.imported.keep(revoked, of: id, at: clock.now)
            }
        }
        try await save(authority, action: "authority.imported", by: actor)
        if let answered { try await forget(answered.request, action: "authority.request-answered", actor: actor) }
        _ = try await identities.make(.scepRA, for: id, via: "ca import")
        if imported.isActive { try await activate(authority, by: actor) }
        try await identities.renew(via: "ca import")
        try await publisher.publish(id)
        guard let context = registry.context(id) else { throw .unknownAuthority(id) }
        return context
    }

    /// Gives an offline authority its key back, for as long as it has something to sign.
    ///
    /// One that stands above the issuing authority signs authorities and CRLs with it, and issues to no device: one
    /// issues already, and the newest that is active would take its place.
    package func restoreKey(
        _ material: PrivateKeyMaterial, to id: AuthorityID, by actor: String = AuditEvent.system
    ) async throws(AuthorityError) -> AuthorityContext {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        guard let offline = registry.context(id) else { throw .unknownAuthority(id) }
        var authority = offline.authority
        _ = try await adopt(material, for: offline.certificate, id: authority.keyID)
        // One that has retired does not issue again, and one that is staged not yet.
        if authority.status == .offline { authority.status = authority.kind == .root ? .active : .retired }
        try await save(authority, action: "authority.key-restored", by: actor)
        guard let context = registry.context(id) else { throw .unknownAuthority(id) }
        return context
    }

    /// Names the authority and brings its key here; that of an answered request is here, and names the authority.
    private func bringKey(
        of imported: ImportedAuthority, _ answered: Answered?, for certificate: CertificateView
    ) async throws(AuthorityError) -> (id: AuthorityID, keyID: KeyID) {
        let asked = answered.flatMap { registry.context($0.request.id) == nil ? $0.request.id : nil }
        let id = asked ?? unusedID("issuing")
        if let material = imported.key {
            return (id, try await adopt(material, for: certificate, id: KeyID.new(id.rawValue)).keyID)
        }
        guard let keyID = answered?.request.keyID else { throw .requestUnknown }
        return (id, keyID)
    }

    private func adopt(
        _ material: PrivateKeyMaterial, for certificate: CertificateView, id: KeyID
    ) async throws(AuthorityError) -> any PrivateKey {
        let key = try await AuthorityError.keying { () async throws(CryptoError) in
            try await keys.adopt(material, id: id)
        }
        guard key.publicKey == certificate.publicKey else {
            try? await keys.remove(id)
            throw .keyDoesNotMatch
        }
        return key
    }

    /// Source: RFC 5280, sections 4.2.1.3 and 4.2.1.9.
    private func check(_ certificate: CertificateView) throws(AuthorityError) {
        guard certificate.isCertificateAuthority else {
            throw .certificateNotUsable("its basicConstraints do not make it an authority")
        }
        guard let usage = certificate.keyUsage, usage.contains(.keyCertSign), usage.contains(.cRLSign) else {
            throw .certificateNotUsable("its keyUsage must allow signing certificates and CRLs")
        }
        guard let notBefore = certificate.notBefore, let notAfter = certificate.notAfter, notBefore <= clock.now,
            clock.now < notAfter
        else { throw .certificateNotUsable("it is not valid now") }
        guard !registry.all.contains(where: { $0.certificate.encoded == certificate.encoded }) else {
            throw .certificateNotUsable("it is here already")
        }
        try checkKeyIsNew(certificate)
    }

    /// Two authorities of one name and one key are one to everybody else: OCSP and renewals would look for what the
    /// first issued at the second, and the CRLs of both would contradict each other.
    private func checkKeyIsNew(_ certificate: CertificateView) throws(AuthorityError) {
        let twin = registry.all.first { context in
            context.authority.kind == .issuing && context.certificate.subject.matches(certificate.subject)
                && context.certificate.subjectPublicKeyInfo.keyBits == certificate.subjectPublicKeyInfo.keyBits
        }
        if let twin {
            throw .certificateNotUsable(
                "authority \(twin.id) has its name and its key already; the next one needs a key of its own")
        }
    }

    /// What stands above must let certificates of this authority be valid, or every one of them is refused everywhere.
    ///
    /// Source: RFC 5280, sections 4.2.1.3, 4.2.1.9 and 6.1.4 (k) to (n).
    private func check(
        _ parents: [CertificateView], above certificate: CertificateView
    ) throws(AuthorityError) {
        var authoritiesBelow = certificate.isSelfIssued ? 0 : 1
        for parent in parents {
            let name = parent.subject.rfc4514
            guard parent.isCertificateAuthority, parent.keyUsage?.contains(.keyCertSign) ?? true else {
                throw .certificateNotUsable("\(name) above it may not sign certificates")
            }
            guard let notBefore = parent.notBefore, let notAfter = parent.notAfter, notBefore <= clock.now,
                clock.now < notAfter
            else { throw .certificateNotUsable("\(name) above it is not valid now") }
            if let most = parent.basicConstraints?.pathLength, authoritiesBelow > most {
                throw .certificateNotUsable("\(name) allows \(most) authorities below it, and this would be one more")
            }
            if !parent.isSelfIssued { authoritiesBelow += 1 }
        }
    }

    /// An authority that may not certify the server's own names would leave HTTPS without a certificate.
    private func checkOwnNames(_ certificate: CertificateView) throws(AuthorityError) {
        guard let constraints = certificate.nameConstraints else { return }
        let names = ServiceIdentityManager.alternativeNames(identities.settings.serverNames)
        do { try IssuerConstraints(constraints).check(subject: .empty, names: names) } catch {
            throw .certificateNotUsable("its nameConstraints leave out this server: \(error.sentence)")
        }
    }

    /// The certificates from the issuer of `certificate` up to a self-signed one, every signature checked.
    private func chain(
        above certificate: CertificateView, from given: [[UInt8]]
    ) throws(AuthorityError) -> [CertificateView] {
        var candidates = registry.all.map(\.certificate)
        for der in given { candidates.append(try Self.parse(der)) }
        var chain: [CertificateView] = []
        var child = certificate
        while !child.isSelfIssued {
            guard chain.count < Self.longestChain,
                let parent = candidates.first(where: { Self.issued(child, by: $0) })
            else { throw .certificateNotUsable("the certificate of \(child.issuer.rfc4514) is not in the chain given") }
            chain.append(parent)
            child = parent
        }
        return chain
    }

    private static func issued(_ child: CertificateView, by parent: CertificateView) -> Bool {
        guard parent.subject.matches(child.issuer), let key = parent.publicKey else { return false }
        return parent.encoded != child.encoded && child.isSigned(by: key)
    }

    /// Keeps the certificate of an authority above as an offline one, unless it is here already.
    private func keep(
        _ certificate: CertificateView, under issuer: AuthorityID?, by actor: String
    ) async throws(AuthorityError) -> AuthorityID {
        if let known = registry.all.first(where: { $0.certificate.encoded == certificate.encoded }) { return known.id }
        let kind: Authority.Kind = certificate.isSelfIssued ? .root : .issuing
        let id = unusedID(kind == .root ? "root" : "intermediate")
        let authority = Authority(
            id: id, name: certificate.subject.commonName ?? certificate.subject.rfc4514, kind: kind, status: .offline,
            certificate: certificate.encoded, keyID: KeyID.new(id.rawValue), issuer: issuer, createdAt: clock.now)
        try await save(authority, action: "authority.imported", by: actor)
        return id
    }

    private static func parse(_ der: [UInt8]) throws(AuthorityError) -> CertificateView {
        do { return try CertificateView(parsing: der) } catch { throw .certificateNotUsable("\(error)") }
    }

    /// RFC 5280 sets no bound; nobody's chain is longer.
    private static let longestChain = 10
}

// MARK: - Out

extension AuthorityCeremony {
    /// An authority's private key as encrypted PKCS#8 in PEM.
    ///
    /// The key stays here; see ``takeOffline(_:by:)``.
    ///
    /// - Throws: ``AuthorityError/keyOffline(_:)`` when it is not here.
    ///
    /// Source: RFC 5958, section 3; RFC 8018, section 6.2.
    package func exportKey(
        of id: AuthorityID, password: String, actor: String
    ) async throws(AuthorityError) -> String {
        guard let context = registry.context(id) else { throw .unknownAuthority(id) }
        guard context.canSign else { throw .keyOffline(id) }
        let material = try await AuthorityError.keying { () async throws(CryptoError) in
            try await keys.material(of: context.authority.keyID)
        }
        let pem: String
        do {
            let sealed = try EncryptedPrivateKeyInfo(
                encrypting: PrivateKeyInfo(material), password: Array(password.utf8))
            pem = PEM.encode(sealed.derBytes, label: "ENCRYPTED PRIVATE KEY")
        } catch {
            throw .key(.operationFailed("\(error)"))
        }
        let event = AuditEvent(action: "authority.key-exported", at: clock.now, actor: actor, object: id.rawValue)
        try await AuthorityError.storing { () async throws(StoreError) in try await store.append(event) }
        return pem
    }

    /// Signs a CRL for a year, then destroys the key of a root, or of an authority above the issuing one, on this
    /// machine.
    ///
    /// Call it when the export is safe on its medium. A second call finishes what an interrupted first one left.
    ///
    /// - Throws: ``AuthorityError/notARoot(_:)``, and ``AuthorityError/keyOffline(_:)`` when nothing is left to do.
    package func takeOffline(
        _ id: AuthorityID, by actor: String = AuditEvent.system
    ) async throws(AuthorityError) {
        await gate.enter()
        defer { gate.leave() }
        guard let context = registry.context(id) else { throw .unknownAuthority(id) }
        guard signsAuthoritiesOnly(context) else { throw .notARoot(id) }
        guard context.key != nil else { throw .keyOffline(id) }
        if context.canSign { try await publisher.publish(id, validity: Self.offlineCRLValidity) }
        var authority = context.authority
        authority.status = .offline
        try await save(authority, action: "authority.taken-offline", by: actor)
        let keyID = authority.keyID
        try await AuthorityError.keying { () async throws(CryptoError) in try await keys.remove(keyID) }
        try await reload()
    }

    /// Whether an authority signs other authorities and its CRL, and nothing for devices: a root, or one between the
    /// root and the authority that issues, which came with an import and has no RA.
    private func signsAuthoritiesOnly(_ context: AuthorityContext) -> Bool {
        if context.authority.kind == .root { return true }
        let isAtWork = context.authority.status == .active || context.authority.status == .staged
        return !isAtWork && registry.all.contains { $0.authority.issuer == context.id }
            && registry.identities(.scepRA, for: context.id).isEmpty
    }

    /// Seconds; a root whose key is in a safe comes out once a year.
    private static let offlineCRLValidity: Int64 = 365 * 86_400
}
