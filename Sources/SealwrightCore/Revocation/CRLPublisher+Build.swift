// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import PKIFormats

/// What a CRL told, kept to see whether a new revocation generation concerns its authority at all.
struct CRLContent: Sendable {
    /// The revocation generation up to which this is known to be everything.
    var generation: Int64
    /// A hash of the lines, good within this process.
    let fingerprint: Int
}

/// The CRLs of one authority that are made together, all with one number.
struct CRLSet: Sendable {
    let full: ServedCRL
    var delta: ServedCRL?
    var parts: [CRLPart: ServedCRL] = [:]

    /// Those that the store keeps; parts are made anew after a restart.
    var stored: [ServedCRL] { [full] + (delta.map { [$0] } ?? []) }

    /// Each with its place on the shelf.
    var slots: [CRLShelf.Slot: ServedCRL] {
        let authority = full.crl.authority
        var slots = [CRLShelf.Slot(authority: authority, kind: .full, part: nil): full]
        if let delta { slots[CRLShelf.Slot(authority: authority, kind: .delta, part: nil)] = delta }
        for (part, crl) in parts { slots[CRLShelf.Slot(authority: authority, kind: .full, part: part)] = crl }
        return slots
    }
}

// MARK: - When

extension CRLPublisher {
    func isDue(_ context: AuthorityContext, _ now: Timestamp) async -> Bool {
        guard let current = current(context.id) else { return true }
        if now >= nextScheduled(after: current) { return true }
        if makesDeltas(for: context), isDeltaDue(context, now) { return true }
        // Deltas were switched on or off, or a key is back.
        if current.pointsToDelta != makesDeltas(for: context) { return true }
        if await lacksParts(context) { return true }
        return await tellsTooLittle(context.id, current, now)
    }

    /// Whether an authority's full CRL points to delta CRLs.
    ///
    /// A root's does not: its key may be taken away, and then a client would look for a fresh delta for as long as the
    /// CRL holds.
    func makesDeltas(for context: AuthorityContext) -> Bool {
        settings.deltas && context.authority.kind == .issuing
    }

    private func nextScheduled(after crl: ServedCRL) -> Timestamp {
        let halfLife = crl.nextUpdate.seconds(since: crl.thisUpdate) / 2
        return crl.thisUpdate.adding(seconds: settings.backdate).adding(seconds: min(settings.period, halfLife))
    }

    func isDeltaDue(_ context: AuthorityContext, _ now: Timestamp) -> Bool {
        guard let delta = current(context.id, kind: .delta) else { return true }
        return now.seconds(since: delta.thisUpdate) >= settings.deltaValidity / 2
    }

    /// Whether a full CRL points to a delta that is not there, or not fresh.
    func lacksDelta(_ context: AuthorityContext, _ now: Timestamp) -> Bool {
        guard !isClockBehind(context.id, now) else { return false }
        return isDeltaDue(context, now) || (isClockBelieved && isAhead(context, now))
    }

    /// Takes away deltas that have ended and that no full CRL points to any more.
    ///
    /// Only a believed clock may say so: while it runs ahead, somebody needs them still.
    func removeEndedDeltas(_ now: Timestamp) {
        for context in registry.all where current(context.id)?.pointsToDelta == false {
            guard let delta = current(context.id, kind: .delta), delta.nextUpdate <= now else { continue }
            shelf.remove(CRLShelf.Slot(authority: context.id, kind: .delta, part: nil))
            deltaBases[context.id] = nil
        }
    }

    /// Whether a CRL of an authority is dated later than now; a delta only where deltas are still made.
    func isAhead(_ context: AuthorityContext, _ now: Timestamp) -> Bool {
        let kinds: [PublishedCRL.Kind] = makesDeltas(for: context) ? [.full, .delta] : [.full]
        return kinds.contains { kind in
            current(context.id, kind: kind).map { isAhead($0.crl, of: context, now) } ?? false
        }
    }

    /// Whether a CRL was made while the clock ran ahead, so that nobody else takes it yet.
    ///
    /// None is dated before its authority, so that under a clock which lies before that the newest CRL stays.
    private func isAhead(_ crl: PublishedCRL, of context: AuthorityContext, _ now: Timestamp) -> Bool {
        max(now, context.certificate.notBefore ?? now) < crl.thisUpdate
    }

    /// Whether certificates of this authority were revoked or released since its CRL.
    private func tellsTooLittle(_ authority: AuthorityID, _ current: ServedCRL, _ now: Timestamp) async -> Bool {
        guard let generation = try? await store.revocationGeneration() else { return false }
        let told = contents[authority]?.generation ?? current.crl.generation
        guard generation != told else { return false }
        let line = line(for: authority, now)
        guard let content = contents[authority], let entries = try? await entries(of: authority, endingAfter: line),
            fingerprint(entries) == content.fingerprint
        else { return true }
        contents[authority]?.generation = generation
        return false
    }
}

// MARK: - How

extension CRLPublisher {
    /// Builds, stores and shows; on failure the CRL before stays where it is.
    func buildAndKeep(_ authority: AuthorityID, validity: Int64?) async -> Result<ServedCRL, AuthorityError> {
        do throws(AuthorityError) {
            let crl = try await build(authority, validity: validity)
            logger.info(
                "CRL published",
                metadata: ["authority": "\(authority)", "number": "\(crl.number)", "bytes": "\(crl.der.count)"])
            return .success(crl)
        } catch {
            shelf.fail(authority, CRLFailure(at: clock.now, error: error))
            logger.error(
                "CRL could not be made; the one before is served",
                metadata: ["authority": "\(authority)", "code": "\(error.code)", "reason": "\(error)"])
            return .failure(error)
        }
    }

    private func build(_ authority: AuthorityID, validity: Int64?) async throws(AuthorityError) -> ServedCRL {
        guard let context = registry.context(authority) else { throw .unknownAuthority(authority) }
        guard let key = context.key else { throw .keyOffline(authority) }
        let now = clock.now
        // The generation is read first: what is revoked after this line makes the CRL due again.
        let generation = try await AuthorityError.storing { () async throws(StoreError) in
            try await store.revocationGeneration()
        }
        let line = line(for: authority, now)
        let entries = try await AuthorityError.storing { () async throws(StoreError) in
            try await self.entries(of: authority, endingAfter: line)
        }
        let partitions = try await AuthorityError.storing { () async throws(StoreError) in
            try await self.partitions(of: context)
        }
        let number = try await AuthorityError.storing { () async throws(StoreError) in
            try await store.reserveCRLNumber(authority: authority, now: now)
        }
        let dates = dates(of: context, validity: validity ?? settings.validity, now)
        let pointsToDelta = makesDeltas(for: context) && validity == nil
        let builder = CRLBuilder(
            authority: context, key: key, number: number, thisUpdate: dates.thisUpdate, generation: generation,
            deltaURL: pointsToDelta ? publication.deltaCRLURL(authority) : nil)
        var crls = try await set(from: builder, entries, nextUpdate: dates.nextUpdate, now)
        crls.parts = try await parts(partitions, from: builder, entries, nextUpdate: crls.full.nextUpdate)
        for crl in crls.stored { try await save(crl, entries: entries.count, now) }
        contents[authority] = CRLContent(generation: generation, fingerprint: fingerprint(entries))
        shelf.put(crls.slots, for: authority) { _ in clock.now }
        if lines[authority]?.line != line { lines[authority] = (line, drawnAt: now) }
        return crls.full
    }

    private func set(
        from builder: CRLBuilder, _ entries: [RevokedEntry], nextUpdate: Timestamp, _ now: Timestamp
    ) async throws(AuthorityError) -> CRLSet {
        let full = try await builder.build(CRLBuilder.Scope(nextUpdate: nextUpdate), entries)
        var crls = CRLSet(full: full)
        let end = full.pointsToDelta ? now.adding(seconds: settings.deltaValidity) : lastNeed(builder.authority.id, now)
        if let end, !isClockBehind(builder.authority.id, now) {
            crls.delta = try await delta(from: builder, entries, full.crl, until: end, now)
        }
        return crls
    }

    /// When the last full CRL that points to deltas has ended, where none does from now on; `nil` where none is held.
    ///
    /// Clients that hold it look for a delta until then, and some take a missing one for a responder that is offline.
    /// The delta that stands in for the rest holds as long as that CRL: so does what it tells without one, and after a
    /// restart its end says how long it is needed.
    private func lastNeed(_ authority: AuthorityID, _ now: Timestamp) -> Timestamp? {
        let pointing = current(authority).flatMap { $0.pointsToDelta ? $0.nextUpdate : nil }
        let end = [current(authority, kind: .delta)?.nextUpdate, pointing].compactMap { $0 }.max()
        return end.flatMap { now < $0 ? $0 : nil }
    }

    /// The changes since the oldest full CRL that somebody may still hold.
    ///
    /// Any full CRL with the base's number or a later one can be brought up to date with it.
    ///
    /// Source: RFC 5280, section 5.2.4.
    private func delta(
        from builder: CRLBuilder, _ entries: [RevokedEntry], _ full: PublishedCRL, until end: Timestamp,
        _ now: Timestamp
    ) async throws(AuthorityError) -> ServedCRL? {
        let authority = builder.authority.id
        // When the oldest has ended the one before this takes its place, so that no revocation waits for its delta.
        let held = [deltaBases[authority], current(authority)?.crl].compactMap { $0 }
        let base = held.first { now < $0.nextUpdate && !isAhead($0, of: builder.authority, now) }
        guard let base else {
            deltaBases[authority] = full
            return nil
        }
        deltaBases[authority] = base
        let endedHolds = try await AuthorityError.storing { () async throws(StoreError) in
            Set(try await store.endedHolds(authority: authority, since: base.thisUpdate))
        }
        // A hold that became final keeps its date, so that the date alone does not tell that it changed.
        let changed = entries.filter { $0.revocation.at >= base.thisUpdate || endedHolds.contains($0.serial) }
        let removed = endedHolds.subtracting(entries.map(\.serial)).sorted().map { serial in
            RevokedEntry(serial: serial, revocation: Revocation(at: now, reason: .removeFromCRL))
        }
        let scope = CRLBuilder.Scope(kind: .delta, nextUpdate: end, base: base.number)
        return try await builder.build(scope, changed + removed)
    }

    private func save(_ crl: ServedCRL, entries: Int, _ now: Timestamp) async throws(AuthorityError) {
        let event = AuditEvent(
            action: "crl.published", at: now, actor: "system", object: crl.crl.authority.rawValue,
            details: [
                "entries": String(entries), "kind": crl.crl.kind.rawValue, "nextUpdate": crl.nextUpdate.iso8601,
                "number": String(crl.number),
            ])
        try await AuthorityError.storing { () async throws(StoreError) in try await store.save(crl.crl, event: event) }
    }

    /// The revoked certificates a CRL made now has to tell.
    ///
    /// A certificate that ended stays until it stood on a regular CRL made after its end. What an imported authority
    /// had revoked before stays.
    ///
    /// Source: RFC 5280, section 3.3.
    private func entries(
        of authority: AuthorityID, endingAfter line: Timestamp
    ) async throws(StoreError) -> [RevokedEntry] {
        let own = try await store.revokedCertificates(authority: authority, endingAfter: line)
        let imported = imported.entries(of: authority)
        guard !imported.isEmpty else { return own }
        let known = Set(own.map(\.serial))
        return own + imported.filter { !known.contains($0.serial) }
    }

    /// The end before which certificates are no longer told: one period back, or the CRL before when that is older.
    ///
    /// It holds for a period: of CRLs that follow each other within seconds nobody may have seen the first.
    private func line(for authority: AuthorityID, _ now: Timestamp) -> Timestamp {
        let regular = now.adding(seconds: -settings.period)
        if let (line, drawnAt) = lines[authority], regular < drawnAt, drawnAt <= now { return line }
        return min(current(authority)?.thisUpdate ?? Timestamp(seconds: 0), regular)
    }

    /// From when to when a CRL made now holds.
    ///
    /// It is back-dated for slow clocks, but not to before the authority existed. Under a clock that went back it keeps
    /// the dates of the one before: by that clock's it would have ended already for everybody else.
    private func dates(
        of context: AuthorityContext, validity: Int64, _ now: Timestamp
    ) -> (thisUpdate: Timestamp, nextUpdate: Timestamp) {
        let thisUpdate = max(now.adding(seconds: -settings.backdate), context.certificate.notBefore ?? now)
        let nextUpdate = max(now, thisUpdate).adding(seconds: validity)
        guard isClockBehind(context.id, now), let before = current(context.id) else { return (thisUpdate, nextUpdate) }
        return (max(thisUpdate, before.thisUpdate), max(nextUpdate, before.nextUpdate))
    }

    /// Whether the clock, which nobody believes, shows an earlier time than the CRL before has.
    private func isClockBehind(_ authority: AuthorityID, _ now: Timestamp) -> Bool {
        guard !isClockBelieved, let before = current(authority) else { return false }
        return now < before.thisUpdate
    }

    private func fingerprint(_ entries: [RevokedEntry]) -> Int {
        var hasher = Hasher()
        for entry in entries { hasher.combine(entry) }
        return hasher.finalize()
    }
}
