// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightCore
import SealwrightEndpoints
import ServiceLifecycle

/// Orders certificates on devices anew before they end.
///
/// When each is due was decided, with its jitter, when it was installed; a failure is logged and met again at the next
/// beat.
struct RenewalOrderService: Service {
    let management: ManagementService
    let orders: WindowsOrders
    let logger: Logger

    /// Orders of one beat, so that one after a long stop does not hold up the rest.
    private static let ordersPerBeat = 500

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await beat()
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }

    private func beat() async {
        do {
            for installation in try await management.renewalsDue(limit: Self.ordersPerBeat) {
                await renew(installation)
            }
        } catch {
            logger.error("Renewals not looked up", metadata: ["error.code": "\(error.code)", "error": "\(error)"])
        }
    }

    private func renew(_ installation: CertificateInstallation) async {
        do {
            _ = try await orders.renew(installation, by: "system")
        } catch {
            logger.error(
                "Renewal not ordered",
                metadata: [
                    "installation.id": "\(installation.id)", "device.id": "\(installation.device)",
                    "error.code": "\(error.code)", "error": "\(error)",
                ])
        }
    }
}
