// SPDX-License-Identifier: Apache-2.0

import OMADM
package import SealwrightCore

extension OMADMOrders {
    /// Takes a certificate off a device: certificate, key and settings.
    ///
    /// An order for the name that waits is taken back. Once the device has answered, the certificate counts as removed
    /// and, when the device made the key itself, is revoked; from now on it is not ordered anew by itself.
    ///
    /// - Parameters:
    ///   - installation: the certificate.
    ///   - actor: who asked for it.
    /// - Returns: the command, as it waits.
    /// - Throws: ``OMADMOrderError``; also while the enrolment is under way, whose settings go with the node.
    package func remove(
        _ installation: CertificateInstallation, by actor: String
    ) async throws(OMADMOrderError) -> QueuedCommand {
        try await demandManaged(installation.device)
        try await demandAtRest(installation)
        try await demandNotLeaving(installation)
        try await withdrawUnsent(installation, by: actor)
        let batch = Self.node(installation).removal(id: "")
        let command = try make(
            batch.commands, title: "remove the certificate \(installation.uniqueID)", kind: .removal,
            tolerating: batch.toleratedCodes, installation: installation.id, for: installation.device, by: actor)
        try await managing { () async throws(ManagementError) in
            try await management.queue([command], for: installation.device, by: actor)
        }
        return command
    }

    /// Refuses another order for a name that the device was told to remove: which of the two it carries out last is
    /// its own affair.
    func demandNotLeaving(_ known: CertificateInstallation) async throws(OMADMOrderError) {
        let sent = try await commands(for: known, in: .sent).first { $0.kind == .removal }
        guard let sent else { return }
        throw .invalid(
            field: "uniqueID",
            reason: "'\(known.uniqueID)' is being removed by \(sent.id), which the device has not answered yet; wait "
                + "for the answer, or take it back with 'sealwright device cancel'")
    }

    /// Whether a certificate is to be taken off its device.
    func isLeaving(_ known: CertificateInstallation) async throws(OMADMOrderError) -> Bool {
        for state in [QueuedCommand.State.queued, .sent] {
            let waiting = try await commands(for: known, in: state)
            if waiting.contains(where: { $0.kind == .removal }) { return true }
        }
        return false
    }

    /// The certificates whose nodes some answered commands took away.
    ///
    /// - Parameters:
    ///   - outcome: the answers.
    ///   - device: the device.
    /// - Returns: those of them that were ordered here.
    /// - Throws: ``OMADMOrderError``.
    func removed(
        by outcome: BatchOutcome, on device: DeviceID
    ) async throws(OMADMOrderError) -> [CertificateInstallation] {
        var found: [CertificateInstallation] = []
        for status in outcome.statuses where status.command == "Delete" {
            guard let node = status.locURI.flatMap(CertificateInstallNode.init(locURI:)) else { continue }
            let known = try await installation(
                device, node.scope == .user ? .user : .device, node.kind == .scep ? .scep : .pfx, node.uniqueID)
            if let known { found.append(known) }
        }
        return found
    }
}
