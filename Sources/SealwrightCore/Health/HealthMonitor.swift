// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Looks at everything the server needs: a store that takes writes, keys that sign, CRLs that are fresh, a clock that
/// can be believed.
package struct HealthMonitor: Sendable {
    private let store: any StoreMaintenance
    private let registry: AuthorityRegistry
    private let publisher: CRLPublisher
    private let clockGuard: ClockGuard
    private let clock: any Clock
    private let inspector: StoreInspector

    package init(
        store: any StoreMaintenance, inspector: StoreInspector, registry: AuthorityRegistry, publisher: CRLPublisher,
        clockGuard: ClockGuard, clock: any Clock
    ) {
        self.store = store
        self.inspector = inspector
        self.registry = registry
        self.publisher = publisher
        self.clockGuard = clockGuard
        self.clock = clock
    }

    /// Runs every check.
    ///
    /// The store's is a durable write, so do not ask more often than about once a second.
    package func report() async -> HealthReport {
        let now = clock.now
        return HealthReport(
            checks: [await storeCheck(), keyCheck(now), clockCheck(now)] + registry.all.map { crlCheck($0, now) })
    }

    private func storeCheck() async -> HealthReport.Check {
        do throws(StoreError) {
            try await store.checkWritable()
            if let damage = inspector.damage { throw damage }
            return HealthReport.Check("store", .ok, "takes writes")
        } catch {
            return HealthReport.Check("store", .failed, "\(error)", code: error.code)
        }
    }

    private func keyCheck(_ now: Timestamp) -> HealthReport.Check {
        guard let issuing = registry.issuing() else {
            let error = AuthorityError.notInitialized
            return HealthReport.Check("keys", .failed, "\(error)", code: error.code)
        }
        if let end = issuing.certificate.notAfter, end < now {
            return HealthReport.Check(
                "keys", .failed, "the certificate of authority \(issuing.id) ended at \(end)",
                code: "authority.expired")
        }
        if let revocation = issuing.revocation {
            return HealthReport.Check(
                "keys", .failed, "the certificate of authority \(issuing.id) was revoked at \(revocation.at)",
                code: "authority.revoked")
        }
        guard issuing.canSign else {
            let error = AuthorityError.keyOffline(issuing.id)
            return HealthReport.Check("keys", .failed, "\(error)", code: error.code)
        }
        for purpose in [ServiceIdentity.Purpose.scepRA, .ocspSigner] {
            guard let current = registry.identities(purpose, for: issuing.id).first else {
                return HealthReport.Check(
                    "keys", .failed, "there is no \(purpose.rawValue) for \(issuing.id)", code: "identity.missing")
            }
            if current.identity.notAfter < now {
                return HealthReport.Check(
                    "keys", .failed, "the \(purpose.rawValue) certificate ended at \(current.identity.notAfter)",
                    code: "identity.expired")
            }
        }
        return HealthReport.Check("keys", .ok, "open")
    }

    private func clockCheck(_ now: Timestamp) -> HealthReport.Check {
        if let fault = clockGuard.fault(at: now) {
            return HealthReport.Check("clock", .failed, "\(fault)", code: fault.code)
        }
        guard let step = clockGuard.step else { return HealthReport.Check("clock", .ok, "believable") }
        return HealthReport.Check("clock", .warning, "\(step)", code: ClockStep.code)
    }

    private func crlCheck(_ context: AuthorityContext, _ now: Timestamp) -> HealthReport.Check {
        let name = "crl \(context.id)"
        let failure = publisher.failures[context.id]
        guard let status = publisher.status.first(where: { $0.authority == context.id && $0.kind == .full }) else {
            guard context.canSign else { return HealthReport.Check(name, .ok, "published elsewhere") }
            return HealthReport.Check(name, .failed, "there is none yet", code: failure?.error.code ?? "crl.missing")
        }
        let detail = "number \(status.number), valid until \(status.nextUpdate)"
        // One that was taken offline has a CRL for that long; of a key that was lost the last CRL ends in a week.
        if context.key == nil, context.authority.status != .offline {
            return HealthReport.Check(
                name, .warning, detail + "; no other follows, since the private key is not on this machine",
                code: AuthorityError.keyOffline(context.id).code)
        }
        let untold = publisher.untold(context.id)
        if untold > 0, !context.canSign {
            return HealthReport.Check(
                name, .warning, detail + "; \(untold) revoked or released since, which no CRL tells without the key",
                code: "crl.key-needed")
        }
        let outcome = outcome(age: status.age(at: now), hasFailed: failure != nil, canSign: context.canSign)
        guard outcome != .ok else { return HealthReport.Check(name, .ok, detail) }
        let reason = failure.map { "; the last attempt failed: \($0.error)" } ?? ""
        return HealthReport.Check(name, outcome, detail + reason, code: failure?.error.code ?? "crl.stale")
    }

    /// A CRL that is three quarters through its life should have been replaced twice.
    ///
    /// At nine tenths clients are about to refuse. What cannot be signed here is the operator's to bring, and makes
    /// nobody unready.
    private func outcome(age: Double, hasFailed: Bool, canSign: Bool) -> HealthReport.Outcome {
        if age >= 0.9 { return canSign ? .failed : .warning }
        return age >= 0.75 || hasFailed ? .warning : .ok
    }
}
