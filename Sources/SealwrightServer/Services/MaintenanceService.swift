// SPDX-License-Identifier: Apache-2.0

import Logging
import PKIFormats
import SealwrightCore

/// Keeps the server's own things fresh: its certificates, its CRLs, old RA keys, requests that nobody decided.
///
/// A failure is logged and tried again in the next round; what is there goes on being served.
struct MaintenanceService: PeriodicService {
    let maintenance: Maintenance
    let enrollment: EnrollmentService
    let clock: any SealwrightCore.Clock
    let logger: Logger
    /// How the server is after a round, which the log tells when it changes.
    let health: @Sendable () async -> HealthReport
    /// Called after identities changed, so that listeners take the new certificate.
    let identitiesChanged: @Sendable () async -> Void

    private let healthLog = HealthLog()

    /// Runs on while the machine sleeps, so that waking up is no step of the wall clock.
    private let start = ContinuousClock.now

    var interval: Duration { .seconds(30) }

    func round() async {
        let report = await maintenance.tick(at: clock.now, elapsed: ContinuousClock.now - start)
        if let step = report.clockStep {
            logger.warning("Clock went ahead", metadata: ["expected": "\(step.expected)", "shown": "\(step.shown)"])
        }
        for failure in report.failures {
            logger.error("Maintenance failed", metadata: ["error": "\(failure)"])
        }
        do {
            _ = try await enrollment.endLapsed()
        } catch {
            logger.error("Waiting requests not looked through", metadata: ["error": "\(error)"])
        }
        if report.identitiesChanged { await identitiesChanged() }
        healthLog.note(await health(), to: logger)
    }
}
