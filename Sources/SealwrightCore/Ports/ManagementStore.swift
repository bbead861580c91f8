// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What became of commands that were to be queued.
package enum QueueOutcome: Sendable, Hashable {
    /// All of them are queued.
    case queued
    /// One of them was queued before; nothing was changed.
    case repeated
    /// The command that one of them is to follow is not there or ended badly; nothing was changed.
    case predecessorMissing(QueuedCommandID)
    /// Another record holds the installation's name on the device; nothing was changed.
    case installationExists(CertificateInstallationID)
    /// The installation is in this generation or a later one by another order; nothing was changed.
    case installationOutdated
}

/// What became of a command that was to be cancelled.
package enum CancelOutcome: Sendable, Hashable {
    /// All that ended: the command, then those that were to follow it.
    case cancelled([QueuedCommand])
    /// No such command.
    case notFound
    /// It ended before.
    case alreadyOver(QueuedCommand)
}

/// What became of commands that were sent in an earlier session and never answered.
package struct RequeueOutcome: Sendable, Hashable {
    /// Those that will be sent again.
    package let requeued: [QueuedCommandID]
    /// Those that were given up, and then those that were to follow them.
    package let ended: [QueuedCommand]

    package init(requeued: [QueuedCommandID], ended: [QueuedCommand]) {
        self.requeued = requeued
        self.ended = ended
    }
}

/// Commands for devices.
///
/// Contract: every verb that writes is one durable transaction that also holds its audit event, when one is given and
/// anything changed. Wherever a command ends, the payload of a secret one is overwritten and erased in the same
/// transaction; where it ends badly, the commands that wait for it are cancelled with it.
package protocol CommandStore: Sendable {
    /// Queues commands, all or none, and saves the installation they are for: a new one, or the next generation of one.
    ///
    /// Of two orders that make the same generation one is queued.
    ///
    /// Their order is the order in which a device gets them. A command may follow one of the same call that stands
    /// before it.
    func queue(
        _ commands: [QueuedCommand], installation: CertificateInstallation?, event: AuditEvent?
    ) async throws(StoreError) -> QueueOutcome
    /// One command.
    func command(_ id: QueuedCommandID) async throws(StoreError) -> QueuedCommand?
    /// A page of a device's commands in these states, newest first.
    func commands(
        of device: DeviceID, in states: Set<QueuedCommand.State>, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<QueuedCommand>
    /// What a device is to be told now, in the order it was queued.
    ///
    /// Left out is what is not due yet, what follows a command that has not succeeded, and what is of the user while
    /// none is logged in. Takes as long for a device with one command among a million finished ones of others.
    func nextCommands(
        of device: DeviceID, at now: Timestamp, isUserLoggedIn: Bool, limit: Int
    ) async throws(StoreError) -> [QueuedCommand]
    /// Ends commands by the device's answers. An answer that comes twice, or late for a command that is over, changes
    /// nothing.
    ///
    /// - Returns: all that ended: those answered, then those that were to follow one that failed.
    func finish(
        _ results: [CommandResult], at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> [QueuedCommand]
    /// At the begin of a session: queues again what was sent in any other session and never answered.
    ///
    /// What was sent ``QueuedCommand/attemptLimit`` times is given up as failed. The session that begins is named by
    /// the server, uniquely over time: a protocol's own number of it comes again.
    func requeueUnanswered(
        of device: DeviceID, before session: String, at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> RequeueOutcome
    /// Takes a command back. One that was sent may have been carried out all the same.
    func cancel(
        _ id: QueuedCommandID, at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> CancelOutcome
    /// Forgets commands that ended before a moment, the oldest first, but none that another still waits for.
    ///
    /// - Returns: how many; as many as `limit` when there may be more.
    func removeCommands(
        finishedBefore moment: Timestamp, limit: Int, event: AuditEvent?
    ) async throws(StoreError) -> Int
}

/// Certificates on devices; ``CommandStore/queue(_:installation:event:)`` adds their records.
///
/// Contract: every verb that writes is one durable transaction that also holds its audit event, when one is given and
/// anything changed.
package protocol InstallationStore: Sendable {
    /// One record.
    func installation(_ id: CertificateInstallationID) async throws(StoreError) -> CertificateInstallation?
    /// The record of a name on a device.
    func installation(
        device: DeviceID, scope: CommandScope, kind: CertificateInstallation.Kind, uniqueID: String
    ) async throws(StoreError) -> CertificateInstallation?
    /// A page of records, newest first; of one device, or of all.
    func installations(
        of device: DeviceID?, stage: CertificateInstallation.Stage?, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<CertificateInstallation>
    /// Replaces a record that still is as it was read.
    ///
    /// - Returns: whether it was; `false` when somebody else changed it meanwhile, or it is not there.
    func replace(
        _ before: CertificateInstallation, with after: CertificateInstallation, event: AuditEvent?
    ) async throws(StoreError) -> Bool
    /// Records whose certificate is to be ordered anew by now, the longest due first.
    ///
    /// Those of blocked and retired devices are left out.
    func installationsDue(
        forRenewalAt now: Timestamp, limit: Int
    ) async throws(StoreError) -> [CertificateInstallation]
}

/// Contacts with devices, and their messages.
///
/// Contract: every verb that writes is one durable transaction.
package protocol ContactStore: Sendable {
    /// Keeps a contact in place of the one before, with the messages of it, and notes that the device was seen; marks
    /// the commands that go out with the answer as sent in this session and counts the attempt. All of it, or nothing
    /// when one of the commands must not go out any more. Call it before the answer leaves.
    ///
    /// Of each device the newest ``ManagementMessage/limit`` messages stay. The store numbers them.
    ///
    /// - Parameters:
    ///   - contact: what is known of the device now.
    ///   - messages: the device's message and the answer to it.
    ///   - commands: what the answer tells the device to do.
    ///   - session: the server's own name of the session.
    /// - Returns: the commands that were sent, answered or cancelled meanwhile; none when all is stored.
    /// - Throws: ``StoreError`` when nothing could be stored.
    func record(
        _ contact: ManagementContact, messages: [ManagementMessage], sending commands: [QueuedCommandID],
        in session: String
    ) async throws(StoreError) -> [QueuedCommandID]
    /// The last contact.
    func contact(of device: DeviceID) async throws(StoreError) -> ManagementContact?
    /// The last contacts of those devices that ever came.
    func contacts(of devices: [DeviceID]) async throws(StoreError) -> [DeviceID: ManagementContact]
    /// The newest messages of a device, or of one session of it, the oldest of them first.
    func messages(
        of device: DeviceID, session: String?, limit: Int
    ) async throws(StoreError) -> [ManagementMessage]
}

/// How much there is to do and how it stands.
package struct ManagementCounts: Sendable, Hashable {
    /// Commands that wait to be sent.
    package let queued: Int
    /// Commands that wait for an answer.
    package let sent: Int
    /// Installations by stage; a stage without any is left out.
    package let installations: [CertificateInstallation.Stage: Int]

    package init(queued: Int, sent: Int, installations: [CertificateInstallation.Stage: Int]) {
        self.queued = queued
        self.sent = sent
        self.installations = installations
    }
}

/// Everything the management of devices asks of storage.
package protocol ManagementStore: CommandStore, InstallationStore, ContactStore {
    /// Counts for metrics.
    func managementCounts() async throws(StoreError) -> ManagementCounts
    /// Devices that were in contact and can come again: neither blocked nor retired, and with a certificate issued via
    /// `via` that lets them in; or with any such certificate, when they never had one issued via that.
    func managedDeviceCount(via: String, now: Timestamp) async throws(StoreError) -> Int
}
