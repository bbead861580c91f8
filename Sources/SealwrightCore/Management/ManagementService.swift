// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Queues commands for devices and keeps the records of their certificates true.
package struct ManagementService: Sendable {
    let store: any Store
    let clock: any Clock
    let truth: CertificateInstallationTruth

    package init(
        store: any Store, clock: any Clock, truth: CertificateInstallationTruth = CertificateInstallationTruth()
    ) {
        self.store = store
        self.clock = clock
        self.truth = truth
    }

    // MARK: Commands

    /// Queues commands for one device, and saves the installation they are for.
    ///
    /// Harmless to repeat with the same commands.
    ///
    /// - Throws: ``ManagementError/unknownDevice(_:)``, ``ManagementError/deviceNotManaged(_:_:)``,
    ///   ``ManagementError/predecessorMissing(_:)``, ``ManagementError/installationExists(_:)``,
    ///   ``ManagementError/changedMeanwhile(_:)``, ``ManagementError/store(_:)``.
    package func queue(
        _ commands: [QueuedCommand], for device: DeviceID, installation: CertificateInstallation? = nil,
        by actor: String
    ) async throws(ManagementError) {
        try await demandManaged(device)
        let event = AuditEvent.queued(commands, installation, for: device, by: actor, at: clock.now)
        let outcome = try await ManagementError.storing { () async throws(StoreError) in
            try await store.queue(commands, installation: installation, event: event)
        }
        switch outcome {
        case .queued, .repeated: return
        case .predecessorMissing(let id): throw .predecessorMissing(id)
        case .installationExists(let id): throw .installationExists(id)
        case .installationOutdated: throw .changedMeanwhile(installation?.id ?? .init(rawValue: ""))
        }
    }

    /// Takes a command back, and with it those that were to follow.
    ///
    /// - Returns: all that ended.
    /// - Throws: ``ManagementError/unknownCommand(_:)``, ``ManagementError/alreadyOver(_:_:)``,
    ///   ``ManagementError/store(_:)``.
    @discardableResult
    package func cancel(_ id: QueuedCommandID, by actor: String) async throws(ManagementError) -> [QueuedCommand] {
        let event = AuditEvent(action: "command.cancelled", at: clock.now, actor: actor, object: id.rawValue)
        let outcome = try await ManagementError.storing { () async throws(StoreError) in
            try await store.cancel(id, at: event.at, event: event)
        }
        switch outcome {
        case .cancelled(let ended):
            try await noteUndelivered(ended)
            return ended
        case .notFound: throw .unknownCommand(id)
        case .alreadyOver(let command): throw .alreadyOver(id, command.state)
        }
    }

    /// Forgets commands that ended long ago.
    ///
    /// - Parameter retention: seconds that they are kept.
    /// - Throws: ``ManagementError/store(_:)``.
    package func forgetCommands(after retention: Int64 = 90 * 86_400) async throws(ManagementError) {
        let moment = clock.now.adding(seconds: -retention)
        _ = try await ManagementError.storing { () async throws(StoreError) in
            try await store.removeCommands(finishedBefore: moment, limit: 10_000, event: nil)
        }
    }

    private func demandManaged(_ id: DeviceID) async throws(ManagementError) {
        let device = try await ManagementError.storing { () async throws(StoreError) in try await store.device(id) }
        guard let device else { throw .unknownDevice(id) }
        switch device.state {
        case .pending, .active: return
        case .blocked, .retired: throw .deviceNotManaged(id, device.state)
        }
    }
}

extension ManagementError {
    /// Does something with the store and tells its failure as ours.
    static func storing<Value: Sendable>(
        _ work: @Sendable () async throws(StoreError) -> Value
    ) async throws(ManagementError) -> Value {
        do { return try await work() } catch { throw .store(error) }
    }
}
