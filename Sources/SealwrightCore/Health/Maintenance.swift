// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import Synchronization

/// What one round of maintenance did.
package struct MaintenanceReport: Sendable, Hashable {
    /// Something that did not work; the next round tries again.
    package struct Failure: Sendable, Hashable, CustomStringConvertible {
        package let code: String
        /// One sentence.
        package let description: String
    }

    /// Identities that are new; listeners reload when one of theirs is among them.
    package var renewed: [ServiceIdentity] = []
    /// Identities whose keys were destroyed.
    package var removed: [ServiceIdentity] = []
    /// Authorities that have a new CRL.
    package var published: [AuthorityID] = []
    package var failures: [Failure] = []
    /// Whether authorities or identities in use were replaced since the round before, here or by an administrator.
    package var identitiesChanged = false
    /// A step ahead of the clock since the round before.
    package var clockStep: ClockStep?

    /// Nothing was due.
    package init() {}
}

/// Everything that has to happen by itself while the server runs.
///
/// Call ``tick(at:)`` every 20 to 30 seconds from one place: revocations that another process committed get into the
/// CRL by it. One failing part does not keep the others from their work.
package final class Maintenance: Sendable {
    private let identities: ServiceIdentityManager
    private let publisher: CRLPublisher
    private let clockGuard: ClockGuard
    /// The registry's revision at the end of the last round; guarded because rounds may come from any thread.
    private let revision: Mutex<Int>

    /// Seconds an RA key is kept after its certificate ended: clients cache GetCACert for weeks.
    private static let keyRetention: Int64 = 30 * 86_400

    package init(identities: ServiceIdentityManager, publisher: CRLPublisher, clockGuard: ClockGuard) {
        self.identities = identities
        self.publisher = publisher
        self.clockGuard = clockGuard
        self.revision = Mutex(identities.registry.revision)
    }

    /// Renews identities, destroys keys nobody needs any more, makes CRLs that are due.
    ///
    /// - Parameters:
    ///   - now: what the clock shows.
    ///   - elapsed: the time since some fixed moment by a clock that nobody sets; `nil` to look for no steps.
    /// - Returns: what was done, and what did not work.
    package func tick(at now: Timestamp, elapsed: Duration? = nil) async -> MaintenanceReport {
        var report = MaintenanceReport()
        do {
            if let elapsed { report.clockStep = try await clockGuard.follow(now, elapsed: elapsed) }
            try await clockGuard.refresh()
        } catch {
            report.failures.append(.init(code: error.code, description: "\(error)"))
        }
        // A certificate made under a wrong clock would be wrong too; CRLs are made anyway, so that none runs out.
        let fault = clockGuard.fault(at: now)
        if let fault {
            report.failures.append(.init(code: fault.code, description: "\(fault)"))
        } else {
            await tendIdentities(now, &report)
        }
        report.published = await publisher.tick(now, replacingAhead: fault == nil)
        let revision = identities.registry.revision
        report.identitiesChanged = self.revision.withLock { seen in
            defer { seen = revision }
            return seen != revision
        }
        return report
    }

    private func tendIdentities(_ now: Timestamp, _ report: inout MaintenanceReport) async {
        do {
            report.renewed = try await identities.renew(replacingAhead: true)
            report.removed = try await identities.removeEnded(before: now.adding(seconds: -Self.keyRetention))
        } catch {
            report.failures.append(.init(code: error.code, description: "\(error)"))
        }
    }
}
