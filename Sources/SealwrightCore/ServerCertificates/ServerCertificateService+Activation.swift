// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

// What is served, and the ways there and back.

extension ServerCertificateService {
    /// Shows another certificate to every connection from now on; those that are open go on.
    ///
    /// - Parameters:
    ///   - choice: a candidate, one that was used before, or the own authority's.
    ///   - strandingIsAccepted: go on although devices at work do not trust the new anchor.
    ///   - isStep: whether this is a step of the staged change that decides what is served.
    ///   - actor: who asks.
    /// - Returns: what is served now.
    /// - Throws: ``ServerCertificateError``; what was served before goes on being served.
    @discardableResult
    package func activate(
        _ choice: ServerSelection.Choice, strandingIsAccepted: Bool = false, isStep: Bool = false, by actor: String
    ) async throws(ServerCertificateError) -> ServerSelection {
        try await exclusively { () async throws(ServerCertificateError) in
            if !isStep, let change = try await openChange() { throw .changeIsOpen(change.id) }
            let fresh = try await servable(choice)
            if !strandingIsAccepted { try await demandTrust(fresh) }
            return try await serve(fresh, "server-certificate.activated", by: actor)
        }
    }

    /// Shows again what was shown before; what devices do not trust is as little shown by going back as by going on.
    ///
    /// - Parameters:
    ///   - strandingIsAccepted: go back although devices at work do not trust the anchor of what was shown before.
    ///   - isStep: whether this is a step of the staged change that decides what is served.
    ///   - actor: who asks.
    /// - Returns: what is served now.
    /// - Throws: ``ServerCertificateError``, among others when the one before has ended.
    @discardableResult
    package func rollBack(
        strandingIsAccepted: Bool = false, isStep: Bool = false, by actor: String
    ) async throws(ServerCertificateError) -> ServerSelection {
        try await exclusively { () async throws(ServerCertificateError) in
            if !isStep, let change = try await openChange() { throw .changeIsOpen(change.id) }
            guard let previous = try await selection().previous else { throw .nothingToRollBack }
            let fresh = try await servable(previous)
            if !strandingIsAccepted { try await demandTrust(fresh) }
            return try await serve(fresh, "server-certificate.rolled-back", by: actor)
        }
    }

    /// Shows again what was shown before `id`, if that is shown now; the own authority's when the one before has ended
    /// or cannot be opened, since giving a change up must not fail.
    func rollBack(from id: ServerCertificateID, by actor: String) async throws(ServerCertificateError) {
        guard try await selection().active == .certificate(id) else { return }
        do throws(ServerCertificateError) {
            try await rollBack(strandingIsAccepted: true, isStep: true, by: actor)
        } catch {
            if case .store = error { throw error }
            try await activate(.ownAuthority, strandingIsAccepted: true, isStep: true, by: actor)
        }
    }

    /// The change that is open and is about the certificate that is served.
    func openChange() async throws(ServerCertificateError) -> StagedChange? {
        try await ServerCertificateError.storing { () async throws(StoreError) in
            try await store.stagedChanges().first { !$0.phase.isOver && $0.candidate != nil }
        }
    }

    /// Gives up a request or a candidate and destroys its key.
    package func discard(
        _ id: ServerCertificateID, by actor: String
    ) async throws(ServerCertificateError) -> ServerCertificate {
        try await exclusively { () async throws(ServerCertificateError) in
            var found = try await find(id)
            let selection = try await selection()
            let choice = ServerSelection.Choice.certificate(id)
            guard selection.active != choice, selection.previous != choice else { throw .inUse(id) }
            guard try await openChange()?.candidate != id else { throw .inUse(id) }
            guard found.state != .discarded else { throw .wrongState(id, found.state) }
            let before = found.state
            found.state = .discarded
            try await save(found, replacing: before, "server-certificate.discarded", by: actor)
            try? await keys.remove(found.keyID)
            return found
        }
    }

    /// Reads from the store what is to be served, at start and after the own authority renewed its certificate.
    ///
    /// When the chosen one cannot be opened, the own authority's is served, so that the server can be reached.
    ///
    /// - Returns: why not what was chosen, if so.
    /// - Throws: ``ServerCertificateError`` when there is nothing at all to serve.
    @discardableResult
    package func load() async throws(ServerCertificateError) -> ServerCertificateError? {
        try await exclusively { () async throws(ServerCertificateError) in
            let choice = try await selection().active
            do throws(ServerCertificateError) {
                let fresh = try await open(choice)
                if fresh.isOther(than: served.current) { try served.prepare(fresh)() }
                return nil
            } catch {
                guard choice != .ownAuthority else { throw error }
                let own = try await open(.ownAuthority)
                if own.isOther(than: served.current) { try served.prepare(own)() }
                return error
            }
        }
    }

    private func serve(
        _ fresh: ServedCertificate, _ action: String, by actor: String
    ) async throws(ServerCertificateError) -> ServerSelection {
        let before = try await selection()
        guard before.active != fresh.choice else {
            if fresh.isOther(than: served.current) { try served.prepare(fresh)() }
            return before
        }
        let show = try served.prepare(fresh)
        let after = before.activating(fresh.choice, at: clock.now)
        let event = AuditEvent(
            action: action, at: clock.now, actor: actor, object: fresh.choice.rawValue,
            details: [
                "previous": before.active.rawValue, "subject": fresh.leaf.subject.rfc4514,
                "serial": fresh.leaf.serialNumber.hex, "sha256": Hex.encode(fresh.leaf.fingerprint(.sha256)),
                "notAfter": fresh.leaf.notAfter?.iso8601 ?? "unreadable",
            ])
        let stored = try await ServerCertificateError.storing { () async throws(StoreError) in
            try await store.select(after, event: event)
        }
        guard stored else { throw .changedMeanwhile }
        show()
        return after
    }

    /// Opens what is to be served and holds it against the clock once more: a candidate may have waited for weeks.
    private func servable(_ choice: ServerSelection.Choice) async throws(ServerCertificateError) -> ServedCertificate {
        let fresh = try await open(choice)
        if let end = fresh.leaf.notAfter, end < clock.now { throw .ended(end) }
        return fresh
    }

    private func open(_ choice: ServerSelection.Choice) async throws(ServerCertificateError) -> ServedCertificate {
        switch choice {
        case .ownAuthority: return try own()
        case .certificate(let id):
            let found = try await find(id)
            guard found.state == .candidate || found.state == .used, let leaf = found.leaf else {
                throw .wrongState(id, found.state)
            }
            let key = try await open(found.keyID)
            guard key.publicKey == leaf.publicKey else { throw .key(.keyNotFound(found.keyID)) }
            return ServedCertificate(
                choice: choice, chain: found.chain, leaf: leaf,
                anchor: found.anchor.flatMap { try? CertificateView(parsing: $0) }, key: key)
        }
    }

    private func own() throws(ServerCertificateError) -> ServedCertificate {
        guard let authority = registry.issuing(),
            let identity = registry.identities(.tlsServer, for: authority.id).first
        else { throw .noOwnCertificate }
        let above = registry.chain(of: authority.id)
        let chain =
            [identity.certificate.encoded] + above.filter { $0.authority.kind != .root }.map(\.certificate.encoded)
        return ServedCertificate(
            choice: .ownAuthority, chain: chain, leaf: identity.certificate,
            anchor: above.last { $0.authority.kind == .root }?.certificate, key: identity.key)
    }

    /// A new trust anchor reaches devices by a staged change, not by surprise.
    private func demandTrust(_ fresh: ServedCertificate) async throws(ServerCertificateError) {
        guard let anchor = fresh.anchor, !clientAnchors.contains(anchor), anchor != served.current?.anchor else {
            return
        }
        let now = clock.now
        let devices = try await ServerCertificateError.storing { () async throws(StoreError) in
            try await store.deviceCount(seenSince: now.adding(seconds: -ChangeProgress.window), now: now)
        }
        guard devices > 0, !(try await isRolledOut(anchor)) else { return }
        throw .clientsDoNotTrust(anchor: anchor.subject.rfc4514, devices: devices)
    }

    /// Whether a staged change brought this anchor to the devices and came to its end.
    private func isRolledOut(_ anchor: CertificateView) async throws(ServerCertificateError) -> Bool {
        let finished = try await ServerCertificateError.storing { () async throws(StoreError) in
            try await store.stagedChanges().filter { $0.phase == .final }.compactMap(\.candidate)
        }
        for id in finished {
            let candidate = try await ServerCertificateError.storing { () async throws(StoreError) in
                try await store.serverCertificate(id)
            }
            if candidate?.anchor == anchor.encoded { return true }
        }
        return false
    }

    /// What devices trust: our own roots, which they got when they enrolled, and the public authorities.
    var clientAnchors: [CertificateView] {
        registry.all.filter { $0.authority.kind == .root }.map(\.certificate) + publicAnchors()
    }
}

extension ServedCertificate {
    fileprivate func isOther(than other: ServedCertificate?) -> Bool {
        choice != other?.choice || chain != other?.chain
    }
}
