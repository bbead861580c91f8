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

    /// How many certificates stand at which stage, how watched ones end, and how many could not be looked at.
    private func measure() async throws {
        let warnings = try await radar.warnings()
        for stage in ExpiryStage.telling {
            metrics.makeMeter(label: "sealwright_expiry_certificates", dimensions: [("stage", stage.rawValue)])
                .set(Int64(warnings.count { $0.stage == stage }))
        }
        metrics.makeMeter(label: "sealwright_expiry_watch_failures", dimensions: [])
            .set(Int64(try await radar.failures().count))
        let kinds = [ExpiryItem.Kind.watched, .server]
        let items = try await radar.fixedItems().filter { kinds.contains($0.kind) }
        for item in items {
            metrics.makeMeter(label: Self.end, dimensions: [("kind", item.kind.rawValue), ("name", item.name)])
                .set(item.notAfter.seconds)
        }
        // What is watched no more, or was served before, has no end that anybody must hear of.
        metrics.forgetGauges(Self.end) { labels in
            guard let kind = labels.first?.value, kinds.contains(where: { $0.rawValue == kind }) else { return false }
            return !items.contains { $0.kind.rawValue == kind && $0.name == labels.last?.value }
        }
    }

    private static let end = "sealwright_certificate_expiry_timestamp_seconds"

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
