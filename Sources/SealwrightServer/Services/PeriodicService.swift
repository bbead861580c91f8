// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Does its work at once, and again after each interval until the server ends.
protocol PeriodicService: Service {
    /// From the end of one round to the begin of the next.
    var interval: Duration { get }

    /// One round; a failure is told and met again in the next.
    func round() async
}

extension PeriodicService {
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await round()
                try? await Task.sleep(for: interval)
            }
        }
    }
}
