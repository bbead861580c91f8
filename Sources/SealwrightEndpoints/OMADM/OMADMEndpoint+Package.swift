// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import OMADM
import PKIFormats
import SealwrightCore

// MARK: - What a device says

extension OMADMEndpoint {
    /// Takes over what a message tells: facts, answers to commands, the device's leave.
    func take(
        _ package: DevicePackage, _ exchange: Exchange, _ entry: inout Entry
    ) async throws(OMADMRefusal) {
        for (node, value) in package.facts { entry.facts.note(value, of: node) }
        if try await !takeServerAuthentication(package, exchange, &entry) {
            try await take(package.outcomes, of: exchange.device.id, &entry)
        }
        try await askAgain(package, exchange.device.id, &entry)
        if package.isUnenrolling { try await takeLeave(exchange) }
    }

    /// Takes over how batches ended.
    private func take(
        _ outcomes: [BatchOutcome], of device: DeviceID, _ entry: inout Entry
    ) async throws(OMADMRefusal) {
        for outcome in outcomes where OMADMOrders.isQuestion(outcome.id) {
            if outcome.id == OMADMOrders.factsQuery { Self.collect(outcome, into: &entry.facts) }
            if outcome.id.hasPrefix(Self.trustPrefix) { await takeTrust(outcome, device) }
            try await takeStatus(outcome)
        }
        let ended = try await finish(outcomes.filter { !OMADMOrders.isQuestion($0.id) }, of: device)
        let doubtful = Set(
            outcomes.filter { $0.statuses.contains { $0.code == .atomicRollBackFailed } }.map(\.id))
        // A PFX is imported at once; what a SCEP enrolment came to is asked in the session that tells of its end.
        for command in ended
        where (command.kind == .pfx && command.state == .succeeded) || doubtful.contains(command.id.rawValue) {
            guard let installation = try await installation(command.installation) else { continue }
            entry.questions.append(OMADMOrders.statusQuery(installation))
        }
        let handwritten = Set(ended.filter { $0.kind == .command }.map(\.id.rawValue))
        for outcome in outcomes where handwritten.contains(outcome.id) {
            await askAboutRemoved(outcome, device, &entry)
        }
    }

    /// Asks for certificates whose nodes somebody's own commands took away: they count as installed here until the
    /// device says that it has them no more.
    private func askAboutRemoved(_ outcome: BatchOutcome, _ device: DeviceID, _ entry: inout Entry) async {
        do throws(OMADMOrderError) {
            for installation in try await services.orders.removed(by: outcome, on: device) {
                let question = OMADMOrders.statusQuery(installation)
                guard !entry.questions.contains(where: { $0.id == question.id }) else { continue }
                entry.questions.append(question)
            }
        } catch {
            // The question comes again with the day's first session.
            logger.notice(
                "A device is not asked for a certificate that was removed",
                metadata: ["device.id": "\(device)", "error.code": "\(error.code)", "error": "\(error)"])
        }
    }

    /// Asks for enrolments that count as failed when the device tells that one has ended.
    ///
    /// An order may have been carried out although its answer was that it was not, after 516 above all. All of them are
    /// asked for: what Windows writes into the alert beside its type is not published.
    private func askAgain(
        _ package: DevicePackage, _ device: DeviceID, _ entry: inout Entry
    ) async throws(OMADMRefusal) {
        guard package.alerts.contains(where: { $0.isGeneric(DeviceAlert.scepResult) }) else { return }
        let failed = try await storing { () async throws(StoreError) in
            try await services.store.installations(of: device, stage: .failed, after: nil, limit: 200).items
        }
        for installation in failed where installation.kind == .scep {
            let question = OMADMOrders.statusQuery(installation)
            guard !entry.questions.contains(where: { $0.id == question.id }) else { continue }
            entry.questions.append(question)
        }
    }

    private static func collect(_ outcome: BatchOutcome, into facts: inout OMADMDeviceFacts) {
        for result in outcome.results {
            guard let node = result.locURI, let text = result.data?.text else { continue }
            facts.note(text, of: node)
        }
    }

    // MARK: Commands

    /// Ends commands as the device answered them, and notes what that says about certificates.
    @discardableResult
    func finish(
        _ outcomes: [BatchOutcome], of device: DeviceID
    ) async throws(OMADMRefusal) -> [QueuedCommand] {
        var results: [CommandResult] = []
        for outcome in outcomes where outcome.isComplete || outcome.refusal != nil {
            let wasDone = try await wasDoneBefore(outcome)
            results.append(
                CommandResult(
                    command: QueuedCommandID(rawValue: outcome.id),
                    state: outcome.isSuccess || wasDone ? .succeeded : .failed,
                    outcome: OMADMOutcome.document(outcome, wasDoneBefore: wasDone)))
        }
        return try await finish(results, of: device)
    }

    /// Whether an order that fails now was carried out when it was sent before, and only the answer was lost: the name
    /// that it makes is there.
    ///
    /// An Atomic that adds does nothing the second time, so that it is safe to send again.
    private func wasDoneBefore(_ outcome: BatchOutcome) async throws(OMADMRefusal) -> Bool {
        guard outcome.refusal == nil, let failure = outcome.firstFailure, failure.code == .alreadyExists,
            failure.isInAtomic
        else { return false }
        let command = try await storing { () async throws(StoreError) in
            try await services.store.command(QueuedCommandID(rawValue: outcome.id))
        }
        return command.map { $0.kind == .scep && $0.attempts > 1 } ?? false
    }

    /// Ends orders that were carried out although their answers were lost.
    ///
    /// Sent again they would disturb the enrolment that goes on, or bring about one that is not allowed any more.
    func finishObeyed(_ requeued: [QueuedCommandID], by identity: Identity) async throws(OMADMRefusal) {
        for id in requeued {
            let command = try await storing { () async throws(StoreError) in try await services.store.command(id) }
            guard let command else { continue }
            let isObeyed =
                switch command.kind {
                case .scep: try await isRequested(command.installation)
                case .renewal: try await isRenewed(identity, since: id)
                default: false
                }
            guard isObeyed else { continue }
            try await finish([CommandResult(command: id, state: .succeeded)], of: identity.device.id)
        }
    }

    /// Whether the authority has the request that only the order's challenge can make.
    private func isRequested(_ id: CertificateInstallationID?) async throws(OMADMRefusal) -> Bool {
        guard let id else { return false }
        try await managing { () async throws(ManagementError) in try await services.management.reconcile(id) }
        return try await installation(id)?.requestedAt != nil
    }

    /// Whether the device's management certificate is younger than the order to renew it.
    private func isRenewed(_ identity: Identity, since id: QueuedCommandID) async throws(OMADMRefusal) -> Bool {
        let held = try await storing { () async throws(StoreError) in
            try await services.store.credential(serial: identity.serialNumber)
        }
        return held?.id.isYounger(than: id) ?? false
    }

    @discardableResult
    func finish(
        _ results: [CommandResult], of device: DeviceID
    ) async throws(OMADMRefusal) -> [QueuedCommand] {
        guard !results.isEmpty else { return [] }
        let now = services.clock.now
        let failed = results.count { $0.state == .failed }
        let event = AuditEvent(
            action: "command.answered", at: now, actor: Self.actor, object: device.rawValue,
            details: [
                "commands": results.map(\.command.rawValue).joined(separator: ", "), "failed": "\(failed)",
            ])
        let ended = try await storing { () async throws(StoreError) in
            try await services.store.finish(results, at: now, event: event)
        }
        for command in ended where command.state == .succeeded && command.kind != .query {
            guard let installation = command.installation else { continue }
            if command.kind == .removal {
                try await takeRemoval(of: installation)
                continue
            }
            try await managing { () async throws(ManagementError) in
                try await services.management.noteDelivered(installation)
            }
        }
        try await managing { () async throws(ManagementError) in
            try await services.management.noteUndelivered(ended, because: OMADMOutcome.sentence(of:))
        }
        return ended
    }

    // MARK: Certificates

    /// Takes what a device says about a certificate it was to install.
    private func takeStatus(_ outcome: BatchOutcome) async throws(OMADMRefusal) {
        guard outcome.isComplete,
            let installation = try await installation(OMADMOrders.installation(askedBy: outcome.id))
        else { return }
        let told = OMADMOrders.report(outcome, of: installation, at: services.clock.now)
        let report = await services.orders.explained(told, of: installation)
        try await managing { () async throws(ManagementError) in
            try await services.management.reconcile(installation.id, report: report)
        }
    }

    /// The device has taken a certificate away, as it was told to.
    ///
    /// With the key that the device had made nobody can do anything any more, so that the certificate is revoked. One
    /// that was sent with its key may be in use elsewhere too.
    private func takeRemoval(of id: CertificateInstallationID) async throws(OMADMRefusal) {
        let before: CertificateInstallation
        do { before = try await services.management.noteRemoved(id) } catch { throw .management(error) }
        guard before.kind == .scep else { return }
        for id in [before.credential, before.previousCredential].compactMap({ $0 }) {
            let credential = try await storing { () async throws(StoreError) in
                try await services.store.credential(id)
            }
            guard let credential, credential.revocation == nil else { continue }
            try await revoke(credential.serial, of: before.device, because: .cessationOfOperation)
        }
    }

    private func installation(
        _ id: CertificateInstallationID?
    ) async throws(OMADMRefusal) -> CertificateInstallation? {
        guard let id else { return nil }
        return try await storing { () async throws(StoreError) in try await services.store.installation(id) }
    }

    // MARK: Leave

    /// The device leaves management: its certificate is of no use any more, nor is what waits for it.
    private func takeLeave(_ exchange: Exchange) async throws(OMADMRefusal) {
        let device = exchange.device.id
        try await endWaiting(of: device)
        try await revoke(exchange.identity.serialNumber, of: device, because: .cessationOfOperation)
        let held: [CredentialID]
        do { held = try await services.management.noteLeft(device) } catch { throw .management(error) }
        for id in held {
            let credential = try await storing { () async throws(StoreError) in
                try await services.store.credential(id)
            }
            if let credential { try await revoke(credential.serial, of: device, because: .cessationOfOperation) }
        }
        try await storing { () async throws(StoreError) in
            try await services.store.append(
                AuditEvent(
                    action: "device.unenrolled", at: services.clock.now, actor: Self.actor, object: device.rawValue,
                    details: ["certificate": "\(exchange.identity.serialNumber)"]))
        }
        logger.notice("A device has left management", metadata: ["device.id": "\(device)"])
    }

    /// Ends all that waits for a device that leaves.
    private func endWaiting(of device: DeviceID) async throws(OMADMRefusal) {
        var obeyed: [QueuedCommandID] = []
        var others: [QueuedCommandID] = []
        var cursor: String?
        repeat {
            let after = cursor
            let page = try await storing { () async throws(StoreError) in
                try await services.store.commands(of: device, in: [.queued, .sent], after: after, limit: 1_000)
            }
            for command in page.items {
                // The order to leave is answered by leaving, in a session of its own: by now it waits to be sent again.
                let isObeyed = command.kind == .unenroll && command.attempts > 0
                if isObeyed { obeyed.append(command.id) } else { others.append(command.id) }
            }
            cursor = page.next
        } while cursor != nil
        try await finish(obeyed.map { CommandResult(command: $0, state: .succeeded) }, of: device)
        for id in others {
            do {
                try await services.management.cancel(id, by: Self.actor)
            } catch .alreadyOver, .unknownCommand {
                continue
            } catch {
                throw .management(error)
            }
        }
    }

    // MARK: Revocation

    /// Takes back the certificate that the device's own took the place of: with the new one seen, the old one is of no
    /// use but to a thief.
    func revokePredecessor(_ identity: Identity) async throws(OMADMRefusal) {
        guard let id = identity.renewedFrom else { return }
        let before = try await storing { () async throws(StoreError) in try await services.store.credential(id) }
        guard let before, before.revocation == nil, before.notAfter > services.clock.now else { return }
        try await revoke(before.serial, of: identity.device.id, because: .superseded)
        // Of a renewal whose answer was lost there is one more.
        try await revokeEarlier(than: identity)
    }

    /// Takes back the management certificates of a device that are older than the one it shows, those of earlier
    /// enrolments under its name among them: with two in force each holder would get half of what was meant for one.
    func revokeEarlier(than identity: Identity) async throws(OMADMRefusal) {
        guard let issuedAt = identity.issuedAt else { return }
        let held = try await storing { () async throws(StoreError) in
            var filter = CredentialFilter(now: services.clock.now)
            filter.device = identity.device.id
            filter.status = .valid
            return try await services.store.credentials(filter, after: nil, limit: 200).items
        }
        for credential in held
        where credential.issuedVia == WindowsEnrollmentEndpoint.via && credential.issuedAt < issuedAt {
            try await revoke(credential.serial, of: identity.device.id, because: .superseded)
        }
    }

    /// Takes back a certificate of a device; one that is revoked already stays so.
    private func revoke(
        _ serial: SerialNumber, of device: DeviceID, because reason: CRLReason
    ) async throws(OMADMRefusal) {
        do {
            _ = try await services.revocation.revoke(serial, reason: reason, actor: Self.actor)
        } catch {
            logger.notice(
                "A certificate of a device was not revoked",
                metadata: [
                    "device.id": "\(device)", "serial": "\(serial)", "reason": "\(reason)", "error": "\(error)",
                ])
        }
    }
}
