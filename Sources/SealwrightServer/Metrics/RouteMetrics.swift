// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Metrics
import Synchronization

/// Counts and times requests by route and status; the labels of a pair are put together once.
final class RouteMetrics: Sendable {
    private struct Key: Hashable {
        /// The path of the route with its placeholders, as the router has it; `nil` for no route.
        let path: String?
        let status: Int
    }

    private struct Series: Sendable {
        let requests: Counter
        let duration: Timer
    }

    private let factory: any MetricsFactory
    /// Guards the series made so far: as many as there are routes and statuses.
    private let series = Mutex<[Key: Series]>([:])

    init(factory: any MetricsFactory) { self.factory = factory }

    func record(path: String?, status: HTTPResponse.Status, _ elapsed: Duration) {
        let key = Key(path: path, status: status.code)
        let found = series.withLock { series in
            if let known = series[key] { return known }
            let made = make(key)
            series[key] = made
            return made
        }
        found.requests.increment()
        let (seconds, attoseconds) = elapsed.components
        found.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Labels are the first segments of the route only: never an identifier, never unbounded.
    private func make(_ key: Key) -> Series {
        let route = key.path.map { "/" + $0.split(separator: "/").prefix(3).joined(separator: "/") } ?? "-"
        return Series(
            requests: Counter(
                label: "sealwright_http_requests_total", dimensions: [("route", route), ("code", String(key.status))],
                factory: factory),
            duration: Timer(
                label: "sealwright_http_request_duration_seconds", dimensions: [("route", route)], factory: factory))
    }
}
