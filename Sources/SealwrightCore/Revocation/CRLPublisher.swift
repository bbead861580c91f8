// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import Logging
package import PKIFormats

/// Makes every authority's CRLs when they are due and keeps the newest in memory for serving.
///
/// A CRL is due at start when it is stale, every day, at half of its life, and after a revocation: at once when a
/// key is compromised, otherwise within the debounce. When one cannot be made the one before stays, the failure is
/// logged and shown by health, and the next ``tick(_:)`` tries again.
///
/// Source: RFC 5280, section 5.
package actor CRLPublisher {
    let store: any CRLStore & CredentialStore
    let registry: AuthorityRegistry
    let publication: Publication
    let clock: any Clock
    let settings: CRLSettings
    let logger: Logger
    nonisolated let shelf = CRLShelf()
    /// What imported authorities had revoked before they came here.
    package nonisolated let imported: ImportedRevocations

    /// Builds that wait for their debounce to pass.
    private var scheduled: [AuthorityID: Task<Void, Never>] = [:]
    /// The last build of each authority; the next one begins when it has ended.
    private var builds: [AuthorityID: Task<Result<ServedCRL, AuthorityError>, Never>] = [:]
    /// How many builds of an authority have not begun: each will tell all that is revoked until it begins.
    private var waitingBuilds: [AuthorityID: Int] = [:]
    /// What the last CRL told, to see whether a new revocation generation concerns this authority at all.
    var contents: [AuthorityID: CRLContent] = [:]
    /// The full CRL that deltas continue.
    var deltaBases: [AuthorityID: PublishedCRL] = [:]
    /// Authorities whose CRLs were made under a clock that went back: dates do not tell what happened since their base.
    var clockWentBack: Set<AuthorityID> = []
    /// The end before which certificates are no longer told, and when that line was drawn.
    var lines: [AuthorityID: (line: Timestamp, drawnAt: Timestamp)] = [:]
    /// For which revocation generation, and which CRL, it was counted what an offline authority's CRL does not tell.
    var countedUntold: [AuthorityID: (generation: Int64, number: Int64)] = [:]
    /// Whether the clock was believed in the last round; before the first one nobody has looked at it.
    var isClockBelieved = false

    package init(
        store: any CRLStore & CredentialStore, registry: AuthorityRegistry, publication: Publication,
        clock: any Clock, settings: CRLSettings = CRLSettings(), logger: Logger
    ) {
        self.store = store
        self.registry = registry
        self.publication = publication
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.imported = ImportedRevocations(store: store)
    }

    /// The newest CRL of an authority, or one part of it.
    package nonisolated func current(
        _ authority: AuthorityID, kind: PublishedCRL.Kind = .full, part: CRLPart? = nil
    ) -> ServedCRL? {
        shelf.current(CRLShelf.Slot(authority: authority, kind: kind, part: part))
    }

    /// The newest CRL as ``current(_:kind:part:)`` tells it, and from when on nobody gets the one before any more.
    ///
    /// HTTP dates come from the moment, which is later than the back-dated thisUpdate: a client that asks for what
    /// changed since it fetched the CRL before must get this one.
    package nonisolated func shown(
        _ authority: AuthorityID, kind: PublishedCRL.Kind = .full, part: CRLPart? = nil
    ) -> (crl: ServedCRL, since: Timestamp)? {
        shelf.shown(CRLShelf.Slot(authority: authority, kind: kind, part: part)).map { ($0.crl, $0.since) }
    }

    /// How the CRLs stand.
    package nonisolated var status: [CRLStatus] { shelf.status }

    /// Authorities whose last build failed.
    package nonisolated var failures: [AuthorityID: CRLFailure] { shelf.failures }

    /// How many revocations and releases an authority's CRL does not tell because its key was taken away.
    package nonisolated func untold(_ authority: AuthorityID) -> Int { shelf.untold(authority) }

    /// Puts the stored CRLs in place, so that they are served from the first second.
    ///
    /// ``tick(_:)`` then makes what is due. Needs a loaded registry.
    package func load() async throws(StoreError) {
        try await imported.load(registry.all)
        for context in registry.all {
            var found: [CRLShelf.Slot: ServedCRL] = [:]
            for kind in [PublishedCRL.Kind.full, .delta] {
                guard let crl = try await store.newestCRL(authority: context.id, kind: kind) else { continue }
                let slot = CRLShelf.Slot(authority: context.id, kind: kind, part: nil)
                let pointer = kind == .full ? (try? CertificateList(parsing: crl.der))?.freshestCRL : nil
                found[slot] = ServedCRL(
                    crl: crl, digest: DigestAlgorithm.sha256.hash(crl.der), pointsToDelta: pointer != nil)
            }
            // It was shown before this start too, from about when it was made.
            shelf.put(found, for: context.id) { $0.thisUpdate.adding(seconds: settings.backdate) }
        }
    }

    /// Makes what is due.
    ///
    /// Call it twice a minute: it also finds revocations that another process committed.
    ///
    /// - Parameters:
    ///   - now: the moment.
    ///   - replacingAhead: whether a CRL that is dated later than now is due too, because the clock ran ahead when it
    ///     was made. Only who knows that the clock is right now may say so: one that went back would make CRLs that
    ///     have ended of those that hold. Until somebody does, CRLs keep at least the dates of the one before.
    /// - Returns: the authorities that have a new CRL.
    @discardableResult
    package func tick(_ now: Timestamp, replacingAhead: Bool = false) async -> [AuthorityID] {
        isClockBelieved = replacingAhead
        if replacingAhead { removeEndedDeltas(now) }
        var rebuilt: [AuthorityID] = []
        for context in registry.all where context.canSign {
            let isDue = await isDue(context, now) || (replacingAhead && isAhead(context, now))
            guard isDue, (try? await publish(context.id)) != nil else { continue }
            rebuilt.append(context.id)
        }
        for context in registry.all { await countUntold(context, now) }
        return rebuilt
    }

    /// Makes an authority's CRLs now.
    ///
    /// - Parameters:
    ///   - authority: its key must be here.
    ///   - validity: seconds to nextUpdate, when they are not the usual ones; then the key may be taken away, so that
    ///     the CRL points to no delta.
    /// - Returns: the full CRL.
    /// - Throws: ``AuthorityError``; the CRL before stays in place.
    @discardableResult
    package func publish(
        _ authority: AuthorityID, validity: Int64? = nil
    ) async throws(AuthorityError) -> ServedCRL {
        let full = try await publishOnce(authority, validity: validity)
        // With no CRL before it that still holds there was nothing for a delta to continue; now there is, and the full
        // CRL points to the delta already.
        guard full.pointsToDelta, let context = registry.context(authority), lacksDelta(context, clock.now) else {
            return full
        }
        return try await publishOnce(authority, validity: validity)
    }

    private func publishOnce(
        _ authority: AuthorityID, validity: Int64?
    ) async throws(AuthorityError) -> ServedCRL {
        let previous = builds[authority]
        waitingBuilds[authority, default: 0] += 1
        let build = Task { () -> Result<ServedCRL, AuthorityError> in
            _ = await previous?.value
            self.waitingBuilds[authority, default: 1] -= 1
            return await self.buildAndKeep(authority, validity: validity)
        }
        builds[authority] = build
        return try await build.value.get()
    }
}

// MARK: - After a revocation

extension CRLPublisher: RevocationObserver {
    /// Returns at once; the CRL follows.
    package nonisolated func revocationChanged(in authority: AuthorityID, isUrgent: Bool) {
        Task { await schedule(authority, after: isUrgent ? .zero : settings.debounce) }
    }

    private func schedule(_ authority: AuthorityID, after delay: Duration) {
        if let waiting = scheduled[authority] {
            guard delay == .zero else { return }
            waiting.cancel()
        }
        scheduled[authority] = Task {
            do { try await Task.sleep(for: delay) } catch { return }
            await publishScheduled(authority)
        }
    }

    private func publishScheduled(_ authority: AuthorityID) async {
        scheduled[authority] = nil
        guard let context = registry.context(authority) else { return }
        guard context.canSign else {
            logger.warning(
                "a revocation waits for an authority whose key is offline",
                metadata: ["authority": "\(authority)"])
            return await countUntold(context, clock.now)
        }
        // Hundreds of urgent ones come at once when a kind of key is broken, and a large CRL takes a while.
        guard waitingBuilds[authority, default: 0] == 0 else { return }
        _ = try? await publish(authority)
    }
}
