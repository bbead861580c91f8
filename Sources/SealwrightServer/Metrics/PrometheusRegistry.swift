// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics
import SealwrightCore
import Synchronization

/// Holds all metrics of the process and writes them in Prometheus' text format.
///
/// A handler's hot path is one lock of its own series; the registry's lock is taken only when a series is first seen.
///
/// Source: Prometheus text exposition format 0.0.4.
package final class PrometheusRegistry: MetricsFactory, EventCounter {
    /// What tells one series from another.
    struct Key: Hashable, Sendable {
        let name: String
        let labels: [Label]
    }

    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    private struct Series {
        var counters: [Key: PrometheusCounter] = [:]
        var gauges: [Key: PrometheusGauge] = [:]
        var histograms: [Key: PrometheusHistogram] = [:]
    }

    /// Guards the tables of series.
    private let series = Mutex(Series())

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = Self.key(label, dimensions)
        return series.withLock { series in
            if let known = series.counters[key] { return known }
            let made = PrometheusCounter()
            series.counters[key] = made
            return made
        }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(Self.key(label, dimensions))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(Self.key(label, dimensions)) : gauge(Self.key(label, dimensions))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(Self.key(label, dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// All series, grouped and typed.
    package func text() -> String {
        let snapshot = series.withLock { $0 }
        var writer = PrometheusWriter()
        writer.section("counter", snapshot.counters.map { ($0.key, $0.value.samples) })
        writer.section("gauge", snapshot.gauges.map { ($0.key, $0.value.samples) })
        writer.section("histogram", snapshot.histograms.map { ($0.key, $0.value.samples) })
        return writer.text
    }

    /// Forgets gauges, such as of certificates that nobody watches any more: they would be told for ever.
    ///
    /// - Parameters:
    ///   - name: the metric's name.
    ///   - isGone: whether the gauge with these labels is to be forgotten.
    func forgetGauges(_ name: String, where isGone: ([Label]) -> Bool) {
        series.withLock { series in
            for key in Array(series.gauges.keys) where key.name == name && isGone(key.labels) {
                series.gauges[key] = nil
            }
        }
    }

    private func gauge(_ key: Key) -> PrometheusGauge {
        series.withLock { series in
            if let known = series.gauges[key] { return known }
            let made = PrometheusGauge()
            series.gauges[key] = made
            return made
        }
    }

    private func histogram(_ key: Key) -> PrometheusHistogram {
        series.withLock { series in
            if let known = series.histograms[key] { return known }
            let made = PrometheusHistogram()
            series.histograms[key] = made
            return made
        }
    }

    package func count(_ name: String, _ labels: [(String, String)]) {
        makeCounter(label: name, dimensions: labels).increment(by: 1)
    }

    private static func key(_ name: String, _ dimensions: [(String, String)]) -> Key {
        Key(name: name, labels: dimensions.map { Label(name: $0.0, value: $0.1) })
    }
}
