// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging

extension ConnectionCensus {
    /// A census whose refusals a metric counts and the log tells: whoever is refused learns nothing but that the
    /// connection ended.
    convenience init(limits: ListenerLimits, listener: String, metrics: PrometheusRegistry, logger: Logger) {
        let counter = metrics.makeCounter(
            label: "sealwright_connections_refused_total", dimensions: [("listener", listener)])
        self.init(limits: limits) { refusal in
            counter.increment(by: 1)
            guard let count = refusal.untold else { return }
            let limit =
                refusal.isOfAddress
                ? "\(limits.connectionsPerAddress) from one address" : "\(limits.connections) in all"
            logger.warning(
                "Connections refused",
                metadata: [
                    "listener": "\(listener)", "peer": "\(refusal.address)", "count": "\(count)", "limit": "\(limit)",
                ])
        }
    }
}
