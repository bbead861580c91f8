// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

// A device knows of a refusal one number; why a request was refused stands in the audit trail.
extension OMADMOrders {
    /// A report of a failure, with the authority's reason in place of the device's number where the audit trail has it.
    func explained(
        _ report: InstallationReport, of installation: CertificateInstallation
    ) async -> InstallationReport {
        guard case .failed = report.claim(of: installation.kind), installation.kind == .scep,
            let reason = await refusal(of: installation)
        else { return report }
        return InstallationReport(
            status: report.status, errorCode: report.errorCode, thumbprint: report.thumbprint, reason: reason,
            at: report.at)
    }

    /// Why the authority refused what was asked for an installation, in a sentence with its code.
    ///
    /// A request that carried the order's challenge is the order's. One without a challenge of ours, or one that was
    /// refused before it was decrypted, is told by its subject; anybody can send such a one, but all that comes of
    /// it is a sentence of ours, and only once the device itself has reported a failure.
    ///
    /// - Returns: `nil` when the newest records tell of none since the order.
    private func refusal(of installation: CertificateInstallation) async -> String? {
        let endpoint = Self.order(from: installation)?.endpoint ?? .default
        // Refusals of the middle are filed under the device where it is known, else under the endpoint; those of the
        // protocol under the transaction.
        var records: [AuditRecord] = []
        for object in [installation.device.rawValue, endpoint.rawValue, nil] {
            records += (try? await store.newestAuditRecords(object: object, limit: Self.depth)) ?? []
        }
        let events = records.map(\.event)
            .filter { Self.refusals.contains($0.action) && $0.at >= installation.orderedAt }
        let certain = events.first { event in
            guard let challenge = installation.challenge else { return false }
            return event.details["challenge"] == challenge.rawValue
        }
        let likely = events.filter { $0.details["challenge"] == nil && Self.isAbout(installation.subject, $0) }
        return (certain ?? likely.max { $0.at < $1.at }).map(Self.sentence)
    }

    /// How many of the newest records are looked through: a device that is refused reports it within minutes.
    private static let depth = 1_000
    private static let refusals: Set<String> = ["enrollment.refused", "scep.refused"]

    private static func isAbout(_ subject: String, _ event: AuditEvent) -> Bool {
        guard let wanted = try? DistinguishedName(text: subject),
            let text = event.details["subject"] ?? event.details["signer"],
            let name = try? DistinguishedName(text: text)
        else { return false }
        return wanted.matchesIgnoringOrder(name)
    }

    private static func sentence(_ event: AuditEvent) -> String {
        let reason = event.details["reason"] ?? event.details["detail"] ?? "no reason was recorded"
        return "the authority refused the request: \(reason) (\(event.outcome))"
    }
}
