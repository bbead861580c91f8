// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightCore
import ServiceLifecycle

/// Goes round the expiry radar: at start, then once an interval.
struct ExpiryService: Service {
    let radar: ExpiryRadar
    let notifier: (any ExpiryNotifier)?
    let interval: Int64
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await round()
                try? await Task.sleep(for: .seconds(interval))
            }
        }
    }

    private func round() async {
        do {
            let told = try await radar.round(probe: ExpiryProbing(), notifier: notifier)
            if told > 0 { logger.notice("Told of certificates that end soon", metadata: ["count": "\(told)"]) }
        } catch {
            logger.error("Expiry radar failed", metadata: ["error": "\(error)"])
        }
    }
}
