// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import SealwrightCore
import SealwrightEndpoints

/// Orders certificates on devices anew before they end, forgets commands that ended long ago, and counts.
///
/// When each certificate is due was decided, with its jitter, when it was installed; a failure is logged and met again
/// in the next round.
struct DeviceManagementService: PeriodicService {
    let management: ManagementService
    let orders: OMADMOrders
    let store: any ManagementStore
    let metrics: PrometheusRegistry
    let logger: Logger

    /// Orders of one round, so that one after a long stop does not hold up the rest.
    private static let ordersPerRound = 500

    var interval: Duration { .seconds(30) }

    func round() async {
        await tellCounts()
        do {
            try await management.forgetCommands()
            for installation in try await management.renewalsDue(limit: Self.ordersPerRound) {
                await renew(installation)
            }
        } catch {
            logger.error("Renewals not looked up", metadata: ["error.code": "\(error.code)", "error": "\(error)"])
        }
    }

    /// How much waits and how certificates on devices stand, for `/metrics`.
    private func tellCounts() async {
        guard let counts = try? await store.managementCounts() else { return }
        for (state, count) in [("queued", counts.queued), ("sent", counts.sent)] {
            metrics.makeMeter(label: "sealwright_management_commands", dimensions: [("state", state)])
                .set(Int64(count))
        }
        for stage in CertificateInstallation.Stage.allCases {
            metrics.makeMeter(label: "sealwright_device_certificates", dimensions: [("stage", stage.rawValue)])
                .set(Int64(counts.installations[stage] ?? 0))
        }
    }

    private func renew(_ installation: CertificateInstallation) async {
        do {
            guard installation.kind == .scep else { return try await dropRenewal(of: installation) }
            _ = try await orders.renew(installation, by: "system")
        } catch .notManaged(let device, _) {
            await giveUp(installation, of: device)
        } catch {
            logger.error(
                "Renewal not ordered",
                metadata: [
                    "installation.id": "\(installation.id)", "device.id": "\(installation.device)",
                    "error.code": "\(error.code)", "error": "\(error)",
                ])
        }
    }

    /// A device that cannot come any more is not ordered anything; once it is enrolled anew, a person orders.
    private func giveUp(_ installation: CertificateInstallation, of device: DeviceID) async {
        do {
            try await management.dropRenewal(installation.id)
            logger.warning(
                "A certificate is not renewed: its device has no valid management certificate",
                metadata: ["device.id": "\(device)", "uniqueID": "\(installation.uniqueID)"])
        } catch {
            logger.error(
                "A renewal could not be given up",
                metadata: [
                    "installation.id": "\(installation.id)", "error.code": "\(error.code)", "error": "\(error)",
                ])
        }
    }

    /// A key that was made elsewhere is not made anew here: a person has to send the next one.
    private func dropRenewal(of installation: CertificateInstallation) async throws(OMADMOrderError) {
        do { try await management.dropRenewal(installation.id) } catch { throw .management(error) }
        logger.warning(
            "A certificate that was sent with its key ends soon; send the device a new one",
            metadata: [
                "device.id": "\(installation.device)", "uniqueID": "\(installation.uniqueID)",
                "subject": "\(installation.subject)",
            ])
    }
}
