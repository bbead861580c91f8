// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// Tells somebody of certificates whose end comes near.
package protocol ExpiryNotifier: Sendable {
    /// Tells of some, at most ``ExpiryRadar/noticeLimit`` at once.
    ///
    /// - Returns: whether it arrived; otherwise the next round tells again.
    func tell(_ items: [(item: ExpiryItem, stage: ExpiryStage)], at now: Timestamp) async -> Bool
}

/// Looks at the certificate that a watch is about.
package protocol ExpiryProbe: Sendable {
    /// The first certificate of a server or file, or why there is none.
    func look(at watch: ExpiryWatch) async -> Result<CertificateView, ExpiryProbeFailure>
}

/// Why a watched certificate could not be read.
package struct ExpiryProbeFailure: Error, Hashable, Sendable {
    /// One sentence.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// Knows the end of every certificate that is ours or watched, and tells once for each stage.
package struct ExpiryRadar: Sendable {
    /// Certificates told of in one message.
    package static let noticeLimit = 100
    /// Issued certificates looked at in a round; the next round goes on with those not yet told of.
    package static let issuedLimit = 10_000

    private let store: any ExpiryStore & CredentialStore
    private let registry: AuthorityRegistry
    private let served: ServedCertificateSource
    private let clock: any Clock

    package init(
        store: any ExpiryStore & CredentialStore, registry: AuthorityRegistry, served: ServedCertificateSource,
        clock: any Clock
    ) {
        self.store = store
        self.registry = registry
        self.served = served
        self.clock = clock
    }

    /// What is ours or watched, whatever its end; issued certificates not among them.
    package func fixedItems() async throws(StoreError) -> [ExpiryItem] {
        var items: [ExpiryItem] = []
        for context in registry.all where !isOver(context) {
            items += Self.item(.authority, context.id.rawValue, context.certificate)
            for purpose in [ServiceIdentity.Purpose.scepRA, .ocspSigner] {
                guard let current = registry.identities(purpose, for: context.id).first else { continue }
                items += Self.item(
                    .service, "\(purpose.rawValue) of \(context.id)", current.certificate, renewsItself: context.canSign
                )
            }
        }
        if let served = served.current {
            items += Self.item(
                .server, served.leaf.subject.rfc4514, served.leaf, renewsItself: served.choice == .ownAuthority)
        }
        for watch in try await store.expiryWatches() {
            guard let der = watch.observation?.certificate, let certificate = try? CertificateView(parsing: der) else {
                continue
            }
            items += Self.item(.watched, watch.target, certificate)
        }
        return items
    }

    /// Whether an authority's time is over as it was meant to be: another issues, and it has ended.
    private func isOver(_ context: AuthorityContext) -> Bool {
        guard context.authority.status == .retired, let end = context.certificate.notAfter else { return false }
        return end < clock.now
    }

    /// Watches whose last look found no certificate, and why.
    package func failures() async throws(StoreError) -> [(watch: ExpiryWatch, reason: String)] {
        try await store.expiryWatches().compactMap { watch in
            watch.observation?.failure.map { (watch: watch, reason: $0) }
        }
    }

    /// Issued certificates in force that have reached a stage, the nearest end first.
    package func issuedItems(limit: Int = issuedLimit) async throws(StoreError) -> [ExpiryItem] {
        var filter = CredentialFilter(now: clock.now)
        filter.status = .valid
        filter.expiringWithin = ExpiryStage.horizon
        var items: [ExpiryItem] = []
        var cursor: String?
        repeat {
            let page = try await store.credentials(filter, after: cursor, limit: min(limit, 1_000))
            items += page.items.map { credential in
                ExpiryItem(
                    kind: .issued, name: credential.subject, fingerprint: credential.fingerprint,
                    notBefore: credential.notBefore, notAfter: credential.notAfter)
            }
            cursor = page.next
        } while cursor != nil && items.count < limit
        return items.filter { $0.stage(at: filter.now) != .fine }
    }

    /// Everything that has reached a stage, worst first.
    package func warnings() async throws(StoreError) -> [(item: ExpiryItem, stage: ExpiryStage)] {
        let now = clock.now
        return (try await fixedItems() + issuedItems())
            .map { (item: $0, stage: $0.stage(at: now)) }
            .filter { $0.stage != .fine }
            .sorted { ($1.stage, $0.item.notAfter) < ($0.stage, $1.item.notAfter) }
    }

    /// Looks at everything watched, then tells of whatever reached a stage it was not told of before.
    ///
    /// - Returns: how many were told of.
    package func round(probe: any ExpiryProbe, notifier: (any ExpiryNotifier)?) async throws(StoreError) -> Int {
        for watch in try await store.expiryWatches() { try await look(at: watch, probe) }
        guard let notifier else { return 0 }
        let due = try await warnings()
        var told = 0
        for start in stride(from: 0, to: due.count, by: Self.noticeLimit) {
            told += try await tell(Array(due.dropFirst(start).prefix(Self.noticeLimit)), notifier)
        }
        return told
    }

    /// Looks at one watched certificate and keeps what was found.
    package func look(at watch: ExpiryWatch, _ probe: any ExpiryProbe) async throws(StoreError) {
        let now = clock.now
        let observation: ExpiryWatch.Observation
        switch await probe.look(at: watch) {
        case .success(let certificate):
            observation = .init(at: now, certificate: certificate.encoded, failure: nil)
        case .failure(let failure):
            // What was seen before still has its end.
            observation = .init(at: now, certificate: watch.observation?.certificate, failure: failure.reason)
        }
        let isNews =
            observation.certificate != watch.observation?.certificate
            || observation.failure != watch.observation?.failure
        let event = AuditEvent(
            action: "expiry.observed", at: now, actor: "system", object: watch.id.rawValue,
            outcome: observation.failure == nil ? "ok" : "expiry.unreachable",
            details: ["target": watch.target, "failure": observation.failure ?? ""])
        try await store.record(observation, of: watch.id, event: isNews ? event : nil)
    }

    private func tell(
        _ due: [(item: ExpiryItem, stage: ExpiryStage)], _ notifier: any ExpiryNotifier
    ) async throws(StoreError) -> Int {
        let notices = due.map { ExpiryNotice(fingerprint: $0.item.fingerprint, stage: $0.stage) }
        let known = try await store.recorded(notices)
        let fresh = zip(due, notices).filter { !known.contains($1) }
        guard !fresh.isEmpty, await notifier.tell(fresh.map(\.0), at: clock.now) else { return 0 }
        let event = AuditEvent(
            action: "expiry.told", at: clock.now, actor: "system", object: "expiry",
            details: ["count": String(fresh.count)])
        try await store.record(fresh.map(\.1), event: event)
        return fresh.count
    }

    private static func item(
        _ kind: ExpiryItem.Kind, _ name: String, _ certificate: CertificateView, renewsItself: Bool = false
    ) -> [ExpiryItem] {
        guard let notBefore = certificate.notBefore, let notAfter = certificate.notAfter else { return [] }
        return [
            ExpiryItem(
                kind: kind, name: name, fingerprint: certificate.fingerprint(.sha256), notBefore: notBefore,
                notAfter: notAfter, renewsItself: renewsItself)
        ]
    }
}
