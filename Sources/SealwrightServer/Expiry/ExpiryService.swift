// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import PKIFormats
import SealwrightCore

/// Goes round the expiry radar: at start, then once an interval.
struct ExpiryService: PeriodicService {
    let radar: ExpiryRadar
    let notifier: (any ExpiryNotifier)?
    let interval: Duration
    let metrics: PrometheusRegistry
    let clock: any SealwrightCore.Clock
    let logger: Logger

    /// How many certificates stand at which stage, and how watched ones end.
    private func measure() async throws {
        let warnings = try await radar.warnings()
        for stage in ExpiryStage.telling {
            metrics.makeMeter(label: "sealwright_expiry_certificates", dimensions: [("stage", stage.rawValue)])
                .set(Int64(warnings.count { $0.stage == stage }))
        }
        for item in try await radar.fixedItems() where item.kind == .watched || item.kind == .server {
            metrics.makeMeter(
                label: "sealwright_certificate_expiry_timestamp_seconds",
                dimensions: [("kind", item.kind.rawValue), ("name", item.name)]
            ).set(item.notAfter.seconds)
        }
    }

    func round() async {
        do {
            let told = try await radar.round(probe: ExpiryProbing(), notifier: notifier)
            try await measure()
            if told > 0 { logger.notice("Told of certificates that end soon", metadata: ["count": "\(told)"]) }
        } catch {
            logger.error("Expiry radar failed", metadata: ["error": "\(error)"])
        }
    }
}
