// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider

extension AuthorityCeremony {
    /// Prepares the authority that will follow the issuing one: its certificate, RA and OCSP signer exist and
    /// GetNextCACert tells them, but it issues nothing yet.
    ///
    /// - Parameters:
    ///   - keyType: of the new key; `nil` for the type the present authority has.
    ///   - actor: who asks, for the audit trail.
    /// - Returns: the successor.
    /// - Throws: ``AuthorityError``, among others when one is staged already or the root's key is away.
    ///
    /// Source: RFC 8894, section 4.7.
    package func stageSuccessor(
        keyType: KeyType? = nil, by actor: String = AuditEvent.system
    ) async throws(AuthorityError) -> AuthorityContext {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        if let staged = registry.staged() { throw .successorAlreadyStaged(staged.id) }
        guard let present = registry.issuing() else { throw .notInitialized }
        guard let root = signingRoot(above: present) else {
            throw .keyOffline(present.authority.issuer ?? present.id)
        }
        let id = unusedID("issuing")
        let type = keyType ?? present.key?.publicKey.keyType ?? .rsa2048
        let sharesRAKey = registry.identities(.scepRA, for: present.id).first?.identity.keyID == present.authority.keyID
        let made = try await generate([(type: type, id: KeyID.new(id.rawValue))])
        for key in made {
            try await makeIssuing(
                named: unusedName(after: present.authority.name), id: id, key: key, under: root, status: .staged,
                isRA: sharesRAKey && type.canBeRA, via: "ca rotate", by: actor)
        }
        try await identities.renew(via: "ca rotate")
        try await publisher.publish(id)
        guard let staged = registry.context(id) else { throw .unknownAuthority(id) }
        return staged
    }

    /// Lets the staged authority issue and retires the one before, whose CRL and OCSP go on.
    ///
    /// - Returns: the authority that issues now.
    /// - Throws: ``AuthorityError/noSuccessorStaged``, ``AuthorityError/successorRevoked(_:_:)`` and faults of store
    ///   and keys.
    package func rotate(by actor: String = AuditEvent.system) async throws(AuthorityError) -> AuthorityContext {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        guard let staged = registry.staged() else { throw .noSuccessorStaged }
        if let revocation = staged.revocation { throw .successorRevoked(staged.id, revocation) }
        try await activate(staged.authority, by: actor)
        try await identities.renew(via: "ca rotate")
        guard let active = registry.context(staged.id) else { throw .unknownAuthority(staged.id) }
        return active
    }

    /// Gives the staged authority up, so that another can be staged.
    ///
    /// Devices that asked it ahead of the switch may have certificates from it, so its CRL and OCSP go on.
    ///
    /// - Throws: ``AuthorityError/noSuccessorStaged`` and faults of the store.
    package func discardSuccessor(by actor: String = AuditEvent.system) async throws(AuthorityError) {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        guard var authority = registry.staged()?.authority else { throw .noSuccessorStaged }
        authority.status = .retired
        try await save(authority, action: "authority.retired", by: actor)
    }

    /// The name of the next authority: that of one that was given up is not used again, since clients look for an
    /// issuer by its name.
    func unusedName(after present: String) -> String {
        let taken = Set(registry.all.map(\.authority.name))
        var name = HierarchyNames.successor(of: present)
        for _ in taken where taken.contains(name) { name = HierarchyNames.successor(of: name) }
        return name
    }

    /// Makes an authority the one that issues.
    ///
    /// It becomes active before the others retire: after a crash between, two are active and the newer one issues.
    func activate(_ authority: Authority, by actor: String) async throws(AuthorityError) {
        var active = authority
        active.status = .active
        try await save(active, action: "authority.activated", by: actor)
        for other in registry.all.map(\.authority) where other.kind == .issuing && other.status == .active {
            guard other.id != authority.id else { continue }
            var retired = other
            retired.status = .retired
            try await save(retired, action: "authority.retired", by: actor)
        }
    }

    /// The nearest authority above that can sign, else any root that can.
    private func signingRoot(above context: AuthorityContext) -> AuthorityContext? {
        registry.chain(of: context.id).dropFirst().first(where: \.canSign)
            ?? registry.all.last { $0.authority.kind == .root && $0.canSign }
    }
}

extension PublicKey {
    /// The type a key like this is generated as; `nil` for sizes that are not generated here.
    var keyType: KeyType? {
        switch self {
        case .rsa(let key):
            switch key.bitCount {
            case 2048: .rsa2048
            case 3072: .rsa3072
            case 4096: .rsa4096
            default: nil
            }
        case .ec(let key):
            switch key.curve {
            case .p256: .ecP256
            case .p384: .ecP384
            case .p521: .ecP521
            }
        case .ed25519: .ed25519
        }
    }
}
