// SPDX-License-Identifier: Apache-2.0

import Logging
package import OMADM
package import PKIFormats
package import SealwrightCore

/// What a device is to be told: orders become batches of commands in the queue of the middle.
package struct OMADMOrders: Sendable {
    let store: any Store
    let management: ManagementService
    let challenges: ChallengeService
    let registry: AuthorityRegistry
    let clock: any Clock
    /// Seconds that the devices' management certificates live.
    let certificateLife: Int64
    /// Seals batches for the queue and opens them.
    let batch: OMADMQueuedBatch
    /// Where devices enrol by SCEP at an endpoint.
    let enrollmentURL: @Sendable (EndpointID) -> String
    /// Whether a person decides about requests at an endpoint.
    let needsApproval: @Sendable (EndpointID) -> Bool

    package init(
        store: any Store, management: ManagementService, challenges: ChallengeService, registry: AuthorityRegistry,
        clock: any Clock, certificateLife: Int64, sealer: any SecretSealer,
        enrollmentURL: @escaping @Sendable (EndpointID) -> String,
        needsApproval: @escaping @Sendable (EndpointID) -> Bool = { _ in false }
    ) {
        self.store = store
        self.management = management
        self.challenges = challenges
        self.registry = registry
        self.clock = clock
        self.certificateLife = certificateLife
        self.batch = OMADMQueuedBatch(sealer: sealer)
        self.enrollmentURL = enrollmentURL
        self.needsApproval = needsApproval
    }

    /// Queues commands for a device.
    ///
    /// - Parameters:
    ///   - commands: what is to be done.
    ///   - title: what people call it.
    ///   - kind: what made it.
    ///   - codes: codes that count as success outside an Atomic.
    ///   - device: the device.
    ///   - actor: who asked for it.
    /// - Returns: the command, as it waits.
    /// - Throws: ``OMADMOrderError``.
    @discardableResult
    package func queue(
        _ commands: [Command], title: String, kind: QueuedCommand.Kind, tolerating codes: Set<StatusCode> = [],
        for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> QueuedCommand {
        try await demandManaged(device)
        let command = try make(commands, title: title, kind: kind, tolerating: codes, for: device, by: actor)
        try await managing { () async throws(ManagementError) in
            try await management.queue([command], for: device, by: actor)
        }
        return command
    }

    /// Queues commands that somebody wrote by hand.
    ///
    /// - Parameters:
    ///   - commands: what is to be done; looked at by ``PayloadLint`` before.
    ///   - title: what people call it.
    ///   - device: the device.
    ///   - actor: who asked for it.
    /// - Returns: the command, as it waits.
    /// - Throws: ``OMADMOrderError``; also for commands that no server sends, and for such as change the settings of
    ///   an enrolment that is under way.
    package func apply(
        _ commands: [Command], title: String, for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> QueuedCommand {
        if let stranger = CommandBatch.stranger(among: commands) {
            throw .invalid(field: "syncml", reason: "holds \(stranger), which a server does not send to a device")
        }
        try await demandSettled(commands, device)
        return try await queue(commands, title: title, kind: .command, for: device, by: actor)
    }

    /// Refuses commands on Install, or on what is below, of an enrolment that has not ended: what becomes of the
    /// enrolment then differs between devices.
    private func demandSettled(_ commands: [Command], _ device: DeviceID) async throws(OMADMOrderError) {
        for (node, locURI) in CertificateInstallNode.installsChanged(by: commands) {
            let scope = CommandScope(node.scope)
            guard let known = try await installation(device, scope, .scep, node.uniqueID), !known.stage.isSettled
            else { continue }
            throw .invalid(
                field: "syncml",
                reason: "changes \(locURI), but '\(known.uniqueID)' is being enrolled for; wait for its end, which "
                    + "'sealwright device certificates' shows")
        }
    }

    /// Ends the management of a device.
    ///
    /// - Throws: ``OMADMOrderError``.
    @discardableResult
    package func unenroll(_ device: DeviceID, by actor: String) async throws(OMADMOrderError) -> QueuedCommand {
        let payload = UnenrollPayload(providerID: WindowsEnrollmentConfiguration.providerID)
        return try await queue(
            payload.commands, title: "leave management", kind: .unenroll, for: device, by: actor)
    }

    /// Has a device renew its management certificate.
    ///
    /// - Throws: ``OMADMOrderError``.
    @discardableResult
    package func renew(_ device: DeviceID, by actor: String) async throws(OMADMOrderError) -> QueuedCommand {
        try await queue(
            RenewSettings.renewNow, title: "renew the management certificate", kind: .renewal, for: device,
            by: actor)
    }

    /// Sets when a device comes by itself.
    ///
    /// - Throws: ``OMADMOrderError``; for a schedule that no device carries out as it is too.
    @discardableResult
    package func poll(
        _ schedule: PollSchedule, _ device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> QueuedCommand {
        let commands: [Command]
        do {
            commands = try schedule.commands(providerID: WindowsEnrollmentConfiguration.providerID)
        } catch {
            throw .unwritable(error)
        }
        return try await queue(commands, title: "poll schedule", kind: .poll, for: device, by: actor)
    }

    /// Lets a device trust an authority.
    ///
    /// - Throws: ``OMADMOrderError``.
    @discardableResult
    package func trust(
        _ certificate: CertificateView, _ device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> QueuedCommand {
        guard certificate.isSelfIssued || certificate.isCertificateAuthority else {
            throw .invalid(
                field: "certificate",
                reason: "'\(certificate.subject.rfc4514)' is neither an authority nor self-signed, so that nothing "
                    + "would be trusted for it; give the certificate of its authority")
        }
        let payload = TrustedRootPayload(
            certificate.isSelfIssued ? .root : .ca, encoded: certificate.encoded)
        return try await queue(
            payload.commands, title: "trust \(certificate.subject.rfc4514)", kind: .root,
            tolerating: [.alreadyExists], for: device, by: actor)
    }

    // MARK: Parts

    /// A command for the queue.
    func make(
        _ commands: [Command], title: String, kind: QueuedCommand.Kind, tolerating codes: Set<StatusCode> = [],
        until end: Timestamp? = nil, isSecret: Bool = false, installation: CertificateInstallationID? = nil,
        for device: DeviceID, by actor: String
    ) throws(OMADMOrderError) -> QueuedCommand {
        let needsUser = CommandBatch(id: "", commands: commands).needsUser
        return QueuedCommand(
            id: .new(milliseconds: clock.milliseconds), device: device, title: title, kind: kind,
            scope: needsUser ? .user : .device, payload: try batch.seal(commands, tolerating: codes, until: end),
            isSecret: isSecret, createdAt: clock.now, createdBy: actor, installation: installation)
    }

    /// Places an order once more when another one for the same name came in between.
    func repeatingOvertaken<Value: Sendable>(
        _ work: () async throws(OMADMOrderError) -> Value
    ) async throws(OMADMOrderError) -> Value {
        for _ in 1..<Self.attempts {
            do throws(OMADMOrderError) { return try await work() } catch {
                guard error.isOvertaken else { throw error }
            }
        }
        return try await work()
    }

    /// Orders for one name meet when two administrators act in the same moment; so often they do not.
    private static let attempts = 8

    func managing<Value: Sendable>(
        _ work: () async throws(ManagementError) -> Value
    ) async throws(OMADMOrderError) -> Value {
        do { return try await work() } catch { throw .management(error) }
    }
}

// MARK: - The first session

extension OMADMOrders {
    /// Queues what every device gets in its first session: whom to trust, when to come, when to renew.
    ///
    /// A part that cannot be queued is told to the log; the session goes on.
    func greet(_ device: Device, logger: Logger) async {
        do throws(OMADMOrderError) {
            let provider = WindowsEnrollmentConfiguration.providerID
            let first = FirstSession(providerID: provider, entDMID: device.id.rawValue)
            let settings: CommandBatch
            let renewal: [Command]
            do {
                settings = try first.settings(id: "", offered: nil)
                renewal = try WindowsEnrollmentConfiguration.renewSettings(life: certificateLife).commands()
            } catch {
                throw .unwritable(error)
            }
            let chain = registry.issuing().map { registry.chain(of: $0.id) } ?? []
            for authority in chain.reversed() { try await trust(authority.certificate, device.id, by: "system") }
            try await queue(
                settings.commands, title: "settings of the management client", kind: .poll, for: device.id,
                by: "system")
            try await queue(
                renewal, title: "renewal of the management certificate", kind: .command, for: device.id, by: "system")
        } catch {
            logger.error(
                "A device could not be greeted",
                metadata: ["device.id": "\(device.id)", "error.code": "\(error.code)", "error": "\(error)"])
        }
    }
}
