// SPDX-License-Identifier: Apache-2.0

import Logging
import PKIFormats
import SealwrightCore
import ServiceLifecycle

/// Keeps the server's own things fresh: its certificates, its CRLs, old RA keys.
///
/// A failure is logged and tried again at the next beat; what is there goes on being served.
struct MaintenanceService: Service {
    let maintenance: Maintenance
    let clock: any SealwrightCore.Clock
    let logger: Logger
    /// Called after identities changed, so that listeners take the new certificate.
    let identitiesChanged: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await beat()
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }

    private func beat() async {
        let report = await maintenance.tick(at: clock.now)
        for failure in report.failures {
            logger.error("Maintenance failed", metadata: ["error": "\(failure)"])
        }
        if report.identitiesChanged { await identitiesChanged() }
    }
}
