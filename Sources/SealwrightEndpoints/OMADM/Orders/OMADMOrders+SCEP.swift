// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
package import SealwrightCore

extension OMADMOrders {
    /// Orders a certificate that the device enrols for itself; for a name it has already, the next generation.
    ///
    /// The challenge is made here, for this device and this subject only, and exists nowhere but in the sealed command.
    ///
    /// - Throws: ``OMADMOrderError``; also while the enrolment before is under way, whose settings are not to change.
    package func order(
        _ order: OMADMCertificateOrder, for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> CertificateInstallation {
        try await demandManaged(device)
        return try await repeatingOvertaken { () async throws(OMADMOrderError) in
            try await place(order, for: device, by: actor)
        }
    }

    private func place(
        _ order: OMADMCertificateOrder, for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> CertificateInstallation {
        let known = try await installation(device, order.scope, .scep, order.uniqueID)
        var order = order
        if let known {
            order.uniqueID = known.uniqueID
            try await demandAtRest(known)
            try await demandNotLeaving(known)
        }
        // An order that cannot be sent leaves no challenge behind.
        var payload = try payload(order, try Self.subject(order.subject), challenge: Self.challengeToCome)
        try Self.lint(payload)
        let made = try await challenge(for: order, device, actor)
        payload.challenge = made.secret.reveal()
        do throws(OMADMOrderError) {
            return try await queue(order, payload, made.challenge, after: known, for: device, by: actor)
        } catch {
            await discard(made.challenge.id, by: actor)
            throw error
        }
    }

    private func queue(
        _ order: OMADMCertificateOrder, _ payload: SCEPCertificatePayload, _ challenge: Challenge,
        after known: CertificateInstallation?, for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> CertificateInstallation {
        let specification = try Self.specification(of: order)
        var record = CertificateInstallation(
            id: .new(milliseconds: clock.milliseconds), device: device, scope: order.scope, kind: .scep,
            uniqueID: order.uniqueID, specification: specification, subject: challenge.subject ?? order.subject,
            challenge: challenge.id, orderedAt: clock.now)
        if let known { record = record.replacing(known) }
        let command = try make(
            Self.commands(payload, after: known),
            title: "certificate \(order.uniqueID), generation \(record.generation)", kind: .scep,
            tolerating: [.notFound], until: challenge.expiresAt, isSecret: true, installation: record.id, for: device,
            by: actor)
        try await withdrawUnsent(known, by: actor)
        let installation = record
        try await managing { () async throws(ManagementError) in
            try await management.queue([command], for: device, installation: installation, by: actor)
        }
        return installation
    }

    /// Orders the next generation of a certificate as it was ordered before, unless it is to be taken off the device.
    ///
    /// - Throws: ``OMADMOrderError``.
    package func renew(
        _ installation: CertificateInstallation, by actor: String
    ) async throws(OMADMOrderError) -> CertificateInstallation {
        guard installation.kind == .scep, let order = Self.order(from: installation) else { throw .unreadable }
        guard try await !isLeaving(installation) else {
            try await managing { () async throws(ManagementError) in try await management.dropRenewal(installation.id) }
            return installation
        }
        return try await self.order(order, for: installation.device, by: actor)
    }

    /// The record of a name on a device: one that differs in the case of letters is the same node there.
    func installation(
        _ device: DeviceID, _ scope: CommandScope, _ kind: CertificateInstallation.Kind, _ uniqueID: String
    ) async throws(OMADMOrderError) -> CertificateInstallation? {
        do {
            let same = try await store.installation(device: device, scope: scope, kind: kind, uniqueID: uniqueID)
            if let same { return same }
            let name = LocURIText.fold(uniqueID)
            let all = try await store.installations(of: device, stage: nil, after: nil, limit: 1_000).items
            return all.first { $0.scope == scope && $0.kind == kind && LocURIText.fold($0.uniqueID) == name }
        } catch {
            throw .management(.store(error))
        }
    }

    /// Refuses an order for a name whose enrolment may be under way: its settings are not to change before its end.
    func demandAtRest(_ known: CertificateInstallation) async throws(OMADMOrderError) {
        guard !known.stage.isSettled else { return }
        guard known.deliveredAt == nil else {
            throw .invalid(field: "uniqueID", reason: "'\(known.uniqueID)' is being enrolled for; wait for its end")
        }
        let sent = try await commands(for: known, in: .sent).first { $0.kind != .removal }
        guard let sent else { return }
        throw .invalid(
            field: "uniqueID",
            reason: "'\(known.uniqueID)' was sent to the device as \(sent.id), which is not answered yet; wait for the "
                + "answer, or take it back with 'sealwright device cancel'")
    }

    /// An order that the device has not got yet is replaced by the one behind it.
    ///
    /// The record may count as failed while its command waits: whoever took the command before it back says so last.
    func withdrawUnsent(_ known: CertificateInstallation?, by actor: String) async throws(OMADMOrderError) {
        guard let known else { return }
        for command in try await commands(for: known, in: .queued) {
            let record = try? await store.installation(known.id)
            do {
                try await management.cancel(command.id, by: actor)
            } catch .alreadyOver, .unknownCommand {
                continue
            } catch {
                throw .management(error)
            }
            // Its challenge stood nowhere else; one that was sent once may be on its way.
            guard command.kind == .scep, command.attempts == 0, let challenge = record?.challenge else { continue }
            await discard(challenge, by: actor)
        }
    }

    /// The commands that deliver a certificate or take it away.
    func commands(
        for known: CertificateInstallation, in state: QueuedCommand.State
    ) async throws(OMADMOrderError) -> [QueuedCommand] {
        do {
            let all = try await store.commands(of: known.device, in: [state], after: nil, limit: 1_000).items
            return all.filter { $0.installation == known.id }
        } catch {
            throw .management(.store(error))
        }
    }

    /// Takes a challenge away that nobody will use; one that stays ends by itself.
    private func discard(_ challenge: ChallengeID, by actor: String) async {
        _ = try? await challenges.remove(challenge, by: actor)
    }

    private func challenge(
        for order: OMADMCertificateOrder, _ device: DeviceID, _ actor: String
    ) async throws(OMADMOrderError) -> NewChallenge {
        do {
            return try await challenges.create(
                ChallengeOrder(
                    endpoint: order.endpoint, subject: order.subject,
                    subjectAlternativeNames: order.names.isEmpty ? nil : order.names, device: device,
                    timeToLive: order.timeToLive, createdBy: actor))
        } catch {
            throw .challenge(error)
        }
    }

    // MARK: The payload

    /// Stands for the challenge until there is one.
    private static let challengeToCome = "challenge"

    private static func subject(_ text: String) throws(OMADMOrderError) -> SubjectName {
        do {
            return try SubjectName(try DistinguishedName(text: text))
        } catch {
            throw .invalid(
                field: "subject",
                reason: "'\(text)' cannot be taken: \(error); quote a value that holds one of , + = ; as in "
                    + "CN=\"a+b@example.com\"")
        }
    }

    private func payload(
        _ order: OMADMCertificateOrder, _ subject: SubjectName, challenge: String
    ) throws(OMADMOrderError) -> SCEPCertificatePayload {
        guard let issuing = registry.issuing(), let root = registry.chain(of: issuing.id).last else {
            throw .noAuthority
        }
        var payload = SCEPCertificatePayload(
            uniqueID: order.uniqueID, scope: order.scope.tree,
            serverURLs: [enrollmentURL(order.endpoint)], challenge: challenge, subjectName: subject,
            ekuMapping: [.clientAuth], caThumbprint: Hex.encode(DigestAlgorithm.sha1.hash(root.certificate.encoded)))
        payload.keyLength = order.keyLength
        payload.keyProtection = order.keyProtection
        // Devices ask thirty times at most. What is not for a person to decide is decided in a moment; a person has a
        // day and a night.
        payload.retryDelay = needsApproval(order.endpoint) ? 60 : 1
        payload.retryCount = 30
        payload.subjectAlternativeNames = try order.names.map { name throws(OMADMOrderError) in
            try Self.alternativeName(name)
        }
        return payload
    }

    private static func alternativeName(_ text: String) throws(OMADMOrderError) -> AlternativeName {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let kinds: [String: AlternativeName.Kind] = [
            "dns": .dnsName, "email": .rfc822Name, "upn": .userPrincipalName, "ip": .ipAddress, "uri": .url,
        ]
        guard parts.count == 2, let kind = kinds[parts[0].lowercased()], !parts[1].contains(";") else {
            throw .invalid(field: "names", reason: "'\(text)' is none of DNS:…, email:…, UPN:…, IP:…, URI:…")
        }
        return AlternativeName(kind, parts[1])
    }

    /// The commands of an order for a name that the device may know.
    ///
    /// Where it has a certificate by that name, the settings are overwritten, so that it keeps the certificate until
    /// the next is there. Else what an order before may have left is removed: not every device lets a node that is
    /// absent be replaced.
    private static func commands(
        _ payload: SCEPCertificatePayload, after known: CertificateInstallation?
    ) -> [Command] {
        guard let known else { return payload.commands() }
        guard known.stage == .installed || known.stage == .mismatched || known.previousCredential != nil else {
            return payload.commands(deletingFirst: true)
        }
        let hadNames = Self.order(from: known).map { !$0.names.isEmpty } ?? false
        return payload.renewalCommands(droppingNames: hadNames && payload.subjectAlternativeNames.isEmpty)
    }

    private static func lint(_ payload: SCEPCertificatePayload) throws(OMADMOrderError) {
        let findings = PayloadLint.findings(in: payload.commands()).filter { $0.severity == .error }
        guard let finding = findings.first else { return }
        guard finding.rule != .uniqueID else {
            throw .invalid(field: "uniqueID", reason: "cannot be taken: \(finding.message) \(finding.fix)")
        }
        let node = finding.locURI?.split(separator: "/").last.map { LocURIText.decode($0) ?? String($0) }
        throw .invalid(field: node ?? "the order", reason: "\(finding.message) \(finding.fix)")
    }

    // MARK: The order, kept for renewals

    /// What the record keeps of an order.
    private struct Kept: Codable {
        let endpoint: String
        let names: [String]?
        let keyLength: Int
        let keyProtection: Int
    }

    private static func specification(of order: OMADMCertificateOrder) throws(OMADMOrderError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let kept = Kept(
            endpoint: order.endpoint.rawValue, names: order.names.isEmpty ? nil : order.names,
            keyLength: order.keyLength, keyProtection: order.keyProtection.rawValue)
        guard let json = try? encoder.encode(kept) else { throw .unreadable }
        return String(decoding: json, as: UTF8.self)
    }

    static func order(from installation: CertificateInstallation) -> OMADMCertificateOrder? {
        guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(installation.specification.utf8)),
            let protection = SCEPCertificatePayload.KeyProtection(rawValue: kept.keyProtection)
        else { return nil }
        return OMADMCertificateOrder(
            uniqueID: installation.uniqueID, scope: installation.scope,
            endpoint: EndpointID(rawValue: kept.endpoint), subject: installation.subject, names: kept.names ?? [],
            keyLength: kept.keyLength, keyProtection: protection)
    }
}
