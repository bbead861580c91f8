// SPDX-License-Identifier: Apache-2.0

package import Metrics
import Synchronization

/// Counts what the middle issues and refuses.
///
/// Counters are made once for each combination of labels; the labels come from configuration and closed sets, so there
/// are few.
package final class IssuanceMetrics: Sendable {
    private let factory: any MetricsFactory
    /// Guards the counters made so far.
    private let counters = Mutex<[[String]: Counter]>([:])

    /// Counts with a metrics back end.
    package init(factory: any MetricsFactory = NOOPMetricsHandler.instance) { self.factory = factory }

    func issued(profile: String, via: String) {
        count("sealwright_issued_certificates_total", [("profile", profile), ("protocol", Self.protocolName(via))])
    }

    func failed(reason: String, via: String) {
        count("sealwright_issue_failures_total", [("protocol", Self.protocolName(via)), ("reason", reason)])
    }

    private func count(_ name: String, _ labels: [(String, String)]) {
        let key = [name] + labels.map(\.1)
        let counter = counters.withLock { counters in
            if let counter = counters[key] { return counter }
            let counter = Counter(label: name, dimensions: labels, factory: factory)
            counters[key] = counter
            return counter
        }
        counter.increment()
    }

    /// `scep` of `scep:default`.
    private static func protocolName(_ via: String) -> String { String(via.prefix { $0 != ":" }) }
}
