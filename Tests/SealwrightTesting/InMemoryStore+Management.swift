// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

// MARK: - Commands

extension InMemoryStore {
    package func queue(
        _ commands: [QueuedCommand], installation: CertificateInstallation?, event: AuditEvent?
    ) async throws(StoreError) -> QueueOutcome {
        try ready()
        var batch: Set<QueuedCommandID> = []
        for command in commands {
            if index(of: command.id) != nil { return .repeated }
            if let first = command.after, !batch.contains(first) {
                guard let state = index(of: first).map({ commandList[$0].state }), state != .failed, state != .cancelled
                else { return .predecessorMissing(first) }
            }
            batch.insert(command.id)
        }
        if let installation, let refusal = keep(installation, isOrder: true) { return refusal }
        commandList += commands
        if let event { write(event) }
        return .queued
    }

    private func index(of id: QueuedCommandID) -> Int? { commandList.firstIndex { $0.id == id } }

    package func command(_ id: QueuedCommandID) async throws(StoreError) -> QueuedCommand? {
        try ready()
        return index(of: id).map { commandList[$0] }
    }

    package func commands(
        of device: DeviceID, in states: Set<QueuedCommand.State>, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<QueuedCommand> {
        try ready()
        let all = commandList.reversed().filter { $0.device == device && states.contains($0.state) }
        return page(all, after: cursor, limit: limit) { $0.id.rawValue }
    }

    package func nextCommands(
        of device: DeviceID, at now: Timestamp, isUserLoggedIn: Bool, limit: Int
    ) async throws(StoreError) -> [QueuedCommand] {
        try ready()
        let due = commandList.filter { command in
            command.device == device && command.state == .queued && command.notBefore.map { $0 <= now } ?? true
                && (command.scope == .device || isUserLoggedIn) && hasFreeWay(command)
        }
        return Array(due.prefix(limit))
    }

    private func hasFreeWay(_ command: QueuedCommand) -> Bool {
        guard let first = command.after else { return true }
        return index(of: first).map { commandList[$0].state } == .succeeded
    }

    package func finish(
        _ results: [CommandResult], at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> [QueuedCommand] {
        try ready()
        var (answered, followers): ([QueuedCommand], [QueuedCommand]) = ([], [])
        for result in results where result.state == .succeeded || result.state == .failed {
            let ended = end(result.command, as: result.state, outcome: result.outcome, at: moment)
            answered += ended.prefix(1)
            followers += ended.dropFirst()
        }
        if let event, !answered.isEmpty { write(event) }
        return answered + followers
    }

    package func requeueUnanswered(
        of device: DeviceID, before session: String, at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> RequeueOutcome {
        try ready()
        let unanswered = commandList.filter { $0.device == device && $0.state == .sent && $0.session != session }
        var (requeued, ended): ([QueuedCommandID], [QueuedCommand]) = ([], [])
        for command in unanswered {
            if command.attempts >= QueuedCommand.attemptLimit {
                ended += end(command.id, as: .failed, outcome: CommandResult.unanswered, at: moment)
            } else if let index = index(of: command.id) {
                commandList[index].state = .queued
                requeued.append(command.id)
            }
        }
        if let event, !unanswered.isEmpty { write(event) }
        return RequeueOutcome(requeued: requeued, ended: ended)
    }

    package func cancel(
        _ id: QueuedCommandID, at moment: Timestamp, event: AuditEvent?
    ) async throws(StoreError) -> CancelOutcome {
        try ready()
        guard let index = index(of: id) else { return .notFound }
        let ended = end(id, as: .cancelled, outcome: CommandResult.withdrawn, at: moment)
        guard !ended.isEmpty else { return .alreadyOver(commandList[index]) }
        if let event { write(event) }
        return .cancelled(ended)
    }

    package func removeCommands(
        finishedBefore moment: Timestamp, limit: Int, event: AuditEvent?
    ) async throws(StoreError) -> Int {
        try ready()
        let needed = Set(commandList.filter { $0.state == .queued }.compactMap(\.after))
        let old = commandList.enumerated().compactMap { offset, command in
            command.finishedAt.flatMap { $0 < moment ? (at: $0, offset: offset, id: command.id) : nil }
        }.filter { !needed.contains($0.id) }
        let removed = Set(old.sorted { ($0.at, $0.offset) < ($1.at, $1.offset) }.prefix(limit).map(\.id))
        commandList.removeAll { removed.contains($0.id) }
        if let event, !removed.isEmpty { write(event) }
        return removed.count
    }

    /// Ends a command that is not over, and after a bad end those that wait for it.
    private func end(
        _ id: QueuedCommandID, as state: QueuedCommand.State, outcome: [UInt8]?, at moment: Timestamp
    ) -> [QueuedCommand] {
        guard let index = index(of: id), !commandList[index].state.isOver else { return [] }
        commandList[index].state = state
        commandList[index].finishedAt = moment
        commandList[index].outcome = outcome
        if commandList[index].isSecret { commandList[index].payload = [] }
        var ended = [commandList[index]]
        guard state != .succeeded else { return ended }
        // Nearest followers first, as in a list of things to do.
        var position = 0
        while position < ended.count {
            let first = ended[position].id
            for index in commandList.indices where commandList[index].after == first {
                guard commandList[index].state == .queued else { continue }
                commandList[index].state = .cancelled
                commandList[index].finishedAt = moment
                commandList[index].outcome = CommandResult.orphaned
                if commandList[index].isSecret { commandList[index].payload = [] }
                ended.append(commandList[index])
            }
            position += 1
        }
        return ended
    }
}

// MARK: - Installations

extension InMemoryStore {
    package func installation(
        _ id: CertificateInstallationID
    ) async throws(StoreError) -> CertificateInstallation? {
        try ready()
        return installationList.first { $0.id == id }
    }

    package func installation(
        device: DeviceID, scope: CommandScope, kind: CertificateInstallation.Kind, uniqueID: String
    ) async throws(StoreError) -> CertificateInstallation? {
        try ready()
        return installationList.first {
            $0.device == device && $0.scope == scope && $0.kind == kind && $0.uniqueID == uniqueID
        }
    }

    package func installations(
        of device: DeviceID?, stage: CertificateInstallation.Stage?, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<CertificateInstallation> {
        try ready()
        let all = installationList.reversed().filter { installation in
            (device.map { $0 == installation.device } ?? true) && (stage.map { $0 == installation.stage } ?? true)
        }
        return page(all, after: cursor, limit: limit) { $0.id.rawValue }
    }

    package func replace(
        _ before: CertificateInstallation, with after: CertificateInstallation, event: AuditEvent?
    ) async throws(StoreError) -> Bool {
        try ready()
        guard installationList.contains(before), keep(after) == nil else { return false }
        if let event { write(event) }
        return true
    }

    /// Keeps a record; tells why not, when it does not.
    private func keep(_ installation: CertificateInstallation, isOrder: Bool = false) -> QueueOutcome? {
        let holder = installationList.firstIndex {
            $0.device == installation.device && $0.scope == installation.scope && $0.kind == installation.kind
                && $0.uniqueID == installation.uniqueID
        }
        guard let holder else {
            installationList.append(installation)
            return nil
        }
        let (id, generation) = (installationList[holder].id, installationList[holder].generation)
        guard id == installation.id else { return .installationExists(id) }
        guard generation < installation.generation || (generation == installation.generation && !isOrder) else {
            return .installationOutdated
        }
        installationList[holder] = installation
        return nil
    }

    package func installationsDue(
        forRenewalAt now: Timestamp, limit: Int
    ) async throws(StoreError) -> [CertificateInstallation] {
        try ready()
        let due = installationList.enumerated().compactMap { offset, installation in
            installation.renewAt.flatMap { $0 <= now ? (at: $0, offset: offset, installation: installation) : nil }
        }.filter { due in
            let state = devicesByID[due.installation.device]?.state
            return state != .blocked && state != .retired
        }
        return due.sorted { ($0.at, $0.offset) < ($1.at, $1.offset) }.prefix(limit).map(\.installation)
    }
}

// MARK: - Contacts

extension InMemoryStore {
    package func record(
        _ contact: ManagementContact, messages: [ManagementMessage], sending commands: [QueuedCommandID],
        in session: String
    ) async throws(StoreError) -> [QueuedCommandID] {
        try ready()
        let gone = commands.filter { id in !commandList.contains { $0.id == id && $0.state == .queued } }
        guard gone.isEmpty else { return gone }
        for index in commandList.indices where commands.contains(commandList[index].id) {
            commandList[index].state = .sent
            commandList[index].attempts += 1
            commandList[index].sentAt = contact.lastContactAt
            commandList[index].session = session
        }
        keep(contact, messages)
        return []
    }

    private func keep(_ contact: ManagementContact, _ messages: [ManagementMessage]) {
        contactsByDevice[contact.device] = contact
        if let seen = devicesByID[contact.device]?.lastSeenAt {
            devicesByID[contact.device]?.lastSeenAt = max(seen, contact.lastContactAt)
        }
        for message in messages {
            messageCount += 1
            messageList.append(
                ManagementMessage(
                    number: messageCount, device: message.device, session: message.session,
                    messageID: message.messageID, direction: message.direction, at: message.at, octets: message.octets)
            )
        }
        for device in Set(messages.map(\.device)) {
            let kept = messageList.filter { $0.device == device }.suffix(ManagementMessage.limit)
            guard let oldest = kept.first?.number else { continue }
            messageList.removeAll { $0.device == device && $0.number < oldest }
        }
    }

    package func contact(of device: DeviceID) async throws(StoreError) -> ManagementContact? {
        try ready()
        return contactsByDevice[device]
    }

    package func contacts(of devices: [DeviceID]) async throws(StoreError) -> [DeviceID: ManagementContact] {
        try ready()
        return contactsByDevice.filter { devices.contains($0.key) }
    }

    package func messages(
        of device: DeviceID, session: String?, limit: Int
    ) async throws(StoreError) -> [ManagementMessage] {
        try ready()
        return messageList.filter { $0.device == device && (session == nil || $0.session == session) }.suffix(limit)
    }

    package func managementCounts() async throws(StoreError) -> ManagementCounts {
        try ready()
        return ManagementCounts(
            queued: commandList.count { $0.state == .queued }, sent: commandList.count { $0.state == .sent },
            installations: Dictionary(grouping: installationList, by: \.stage).mapValues(\.count))
    }

    package func managedDeviceCount(via: String, now: Timestamp) async throws(StoreError) -> Int {
        try ready()
        return contactsByDevice.keys.count { id in
            guard let state = devicesByID[id]?.state, state != .blocked, state != .retired else { return false }
            let held = credentialsByID.values.filter { $0.device == id }
            let enrolled = held.filter { $0.issuedVia == via }
            return (enrolled.isEmpty ? held : enrolled).contains { $0.revocation == nil && $0.notAfter >= now }
        }
    }
}
