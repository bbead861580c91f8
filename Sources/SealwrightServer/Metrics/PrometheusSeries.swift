// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// One line of a metric: a suffix of the name, further labels, the value.
struct PrometheusSample: Sendable {
    var suffix = ""
    var labels: [PrometheusRegistry.Label] = []
    let value: Double
}

/// A value that only grows.
final class PrometheusCounter: CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    var samples: [PrometheusSample] { [PrometheusSample(value: Double(value.load(ordering: .relaxed)))] }
}

/// A value that goes up and down.
final class PrometheusGauge: MeterHandler, RecorderHandler {
    /// Guards the one number.
    private let value = Mutex<Double>(0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    var samples: [PrometheusSample] { [PrometheusSample(value: value.withLock { $0 })] }
}

/// A distribution in fixed buckets; timers record seconds.
final class PrometheusHistogram: TimerHandler, RecorderHandler {
    /// From half a millisecond, a cached CRL, to ten seconds, where clients give up.
    private static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct Counts {
        var buckets = [Int64](repeating: 0, count: bounds.count)
        var count: Int64 = 0
        var sum = 0.0
    }

    /// Guards the counts.
    private let counts = Mutex(Counts())

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        counts.withLock { counts in
            counts.count += 1
            counts.sum += value
            if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) { counts.buckets[bucket] += 1 }
        }
    }

    var samples: [PrometheusSample] {
        let counts = counts.withLock { $0 }
        var cumulative: Int64 = 0
        var samples = zip(Self.bounds, counts.buckets).map { bound, count in
            cumulative += count
            return PrometheusSample(
                suffix: "_bucket", labels: [.init(name: "le", value: String(bound))], value: Double(cumulative))
        }
        samples.append(
            PrometheusSample(
                suffix: "_bucket", labels: [.init(name: "le", value: "+Inf")], value: Double(counts.count)))
        samples.append(PrometheusSample(suffix: "_sum", value: counts.sum))
        samples.append(PrometheusSample(suffix: "_count", value: Double(counts.count)))
        return samples
    }
}
