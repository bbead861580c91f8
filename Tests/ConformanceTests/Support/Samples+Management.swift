// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

extension Sample {
    static func device(id number: Int) -> DeviceID { DeviceID(rawValue: "d_\(number)") }

    static func commandID(_ number: Int) -> QueuedCommandID { QueuedCommandID(rawValue: "qc_\(number)") }

    static func command(
        _ number: Int, device: Int = 1, scope: CommandScope = .device, isSecret: Bool = false,
        notBefore seconds: Int64? = nil, after first: Int? = nil, installation: Int? = nil
    ) -> QueuedCommand {
        QueuedCommand(
            id: commandID(number), device: Self.device(id: device), title: "Befehl \(number)", kind: .command,
            scope: scope, payload: octets(number, 20), isSecret: isSecret, createdAt: now, createdBy: "operator:api",
            notBefore: seconds.map { now.adding(seconds: $0) }, after: first.map(commandID),
            installation: installation.map { CertificateInstallationID(rawValue: "ci_\($0)") })
    }

    static func result(
        _ number: Int, _ state: QueuedCommand.State = .succeeded, _ text: String = #"{"status":200}"#
    ) -> CommandResult {
        CommandResult(command: commandID(number), state: state, outcome: Array(text.utf8))
    }

    static func installation(
        _ number: Int, device: Int = 1, scope: CommandScope = .device, kind: CertificateInstallation.Kind = .scep,
        name: String? = nil
    ) -> CertificateInstallation {
        CertificateInstallation(
            id: CertificateInstallationID(rawValue: "ci_\(number)"), device: Self.device(id: device), scope: scope,
            kind: kind, uniqueID: name ?? "wifi-\(number)", specification: "device", subject: "CN=pc-\(number)",
            challenge: ChallengeID(rawValue: "ch_\(number)"), orderedAt: now)
    }

    /// An installation that has a value in every place.
    static func fullInstallation(_ number: Int) -> CertificateInstallation {
        var installation = installation(number, scope: .user, kind: .pfx)
        installation.generation = 3
        installation.deliveredAt = now.adding(seconds: 1)
        installation.requestedAt = now.adding(seconds: 2)
        installation.issuedAt = now.adding(seconds: 3)
        installation.installedAt = now.adding(seconds: 4)
        installation.failedAt = now.adding(seconds: 5)
        installation.errorCode = Int32(bitPattern: 0x8009_4014)
        installation.reason = "the device reported 0x80094014"
        installation.credential = CredentialID(rawValue: "cr_\(number)")
        installation.issuedThumbprint = String(repeating: "ab", count: 20)
        installation.thumbprint = String(repeating: "cd", count: 20)
        installation.previousCredential = CredentialID(rawValue: "cr_0")
        installation.previousThumbprint = String(repeating: "ef", count: 20)
        installation.renewAt = now.adding(seconds: 6)
        return installation
    }

    static func contact(device: Int = 1, at seconds: Int64 = 0) -> ManagementContact {
        ManagementContact(
            device: Self.device(id: device), lastContactAt: now.adding(seconds: seconds),
            facts: Array(#"{"Man":"Müller"}"#.utf8), loginStatus: "user", pollSchedule: "5×3 min", wireForm: .wbxml)
    }

    static func message(
        _ number: Int, device: Int = 1, session: String = "s_1", _ direction: ManagementMessage.Direction = .received
    ) -> ManagementMessage {
        ManagementMessage(
            device: Self.device(id: device), session: session, messageID: "\(number)", direction: direction, at: now,
            octets: octets(number))
    }
}

extension CommandStore where Self: ContactStore {
    /// Queues commands that nothing speaks against.
    func queue(_ commands: QueuedCommand...) async throws(StoreError) {
        _ = try await queue(commands, installation: nil, event: nil)
    }

    /// Adds the record of a certificate that is ordered, or the next generation of one.
    func order(_ installation: CertificateInstallation) async throws {
        #expect(try await queue([], installation: installation, event: nil) == .queued, "\(installation.id)")
    }

    /// The numbers of what a device is to be told.
    func next(
        _ device: Int = 1, at seconds: Int64 = 0, isUserLoggedIn: Bool = false, limit: Int = 99
    ) async throws(StoreError) -> [String] {
        try await nextCommands(
            of: Sample.device(id: device), at: Sample.now.adding(seconds: seconds), isUserLoggedIn: isUserLoggedIn,
            limit: limit
        ).map { String($0.id.rawValue.dropFirst(3)) }
    }

    /// Sends those of the commands that may be sent, as an answer to a device does.
    ///
    /// - Returns: those that were sent.
    @discardableResult
    func send(_ numbers: Int..., in session: String = "s_1") async throws(StoreError) -> [QueuedCommandID] {
        var ids = numbers.map(Sample.commandID)
        while true {
            let gone = try await record(Sample.contact(), messages: [], sending: ids, in: session)
            guard !gone.isEmpty else { return ids }
            ids.removeAll { gone.contains($0) }
        }
    }

    /// Keeps a contact with its messages; no command goes out.
    func record(_ contact: ManagementContact, messages: [ManagementMessage]) async throws(StoreError) {
        _ = try await record(contact, messages: messages, sending: [], in: "s_1")
    }
}
