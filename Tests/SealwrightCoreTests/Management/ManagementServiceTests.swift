// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Management service: orders and what becomes of them")
struct ManagementServiceTests {
    private typealias Sample = ManagementSample
    private let store = InMemoryStore()
    private let clock = FixedClock(ManagementSample.now)
    private var service: ManagementService { ManagementService(store: store, clock: clock) }

    private func command(_ number: Int, kind: QueuedCommand.Kind = .scep, after first: Int? = nil) -> QueuedCommand {
        QueuedCommand(
            id: QueuedCommandID(rawValue: "qc_\(number)"), device: Sample.device, title: "order", kind: kind,
            payload: [1, 2, 3], isSecret: true, createdAt: Sample.now, createdBy: "operator:api",
            after: first.map { QueuedCommandID(rawValue: "qc_\($0)") }, installation: Sample.installation().id)
    }

    /// Makes the device that orders are for.
    private func addDevice() async throws {
        let device = Device(
            id: Sample.device, name: "pc-1", state: .active, createdAt: Sample.now, lastSeenAt: Sample.now,
            attachments: [])
        let event = AuditEvent(action: "test.device", at: Sample.now, actor: "test", object: "d_1")
        try await store.recordCertificate(Sample.credential(9), device: device, event: event)
    }

    /// What the authority does with the request of the device.
    private func issue() async throws {
        let event = AuditEvent(action: "test.issued", at: Sample.now, actor: "test", object: "en_1")
        let challenge = Challenge(
            id: Sample.challenge, digest: [1], endpoint: .default, createdAt: Sample.now, createdBy: "test",
            expiresAt: Sample.at(3600))
        try await store.save(challenge, event: event)
        _ = try await store.recordPlan(
            Sample.enrollment(.issuing), consuming: Sample.challenge, replayWindow: 60, event: event)
        try await store.recordCertificate(Sample.credential(), device: nil, event: event)
    }

    @Test func `a certificate goes through its stages, each told once in the audit trail`() async throws {
        try await addDevice()
        try await service.queue(
            [command(1)], for: Sample.device, installation: Sample.installation(), by: "operator:api")
        let id = Sample.installation().id
        try await service.noteDelivered(id)
        try await service.noteDelivered(id)
        try await issue()
        #expect(try await service.reconcile(id).stage == .issued)
        let report = InstallationReport(status: 1, thumbprint: Sample.thumbprint(1), at: Sample.at(50))
        #expect(try await service.reconcile(id, report: report).stage == .installed)
        let last = try await service.reconcile(id, report: report)
        #expect(try await store.installation(id) == last)
        let actions = await store.events.map(\.action).filter { !$0.hasPrefix("test.") }
        #expect(
            actions == ["command.queued", "installation.delivered", "installation.issued", "installation.installed"])
        clock.set(try #require(last.renewAt))
        #expect(try await service.renewalsDue(limit: 5).map(\.id) == [id])
    }

    @Test func `a mismatch is told with its code`() async throws {
        try await addDevice()
        try await service.queue([], for: Sample.device, installation: Sample.installation(), by: "operator:api")
        try await issue()
        let id = Sample.installation().id
        let report = InstallationReport(status: 1, thumbprint: Sample.thumbprint(5), at: Sample.at(50))
        #expect(try await service.reconcile(id, report: report).stage == .mismatched)
        let event = try #require(await store.events.last)
        #expect(event.outcome == "management.certificate-mismatch")
        #expect(event.details["thumbprint"] == Sample.thumbprint(5).lowercased())
    }

    @Test func `a cancelled order fails its certificate, a cancelled question does not`() async throws {
        try await addDevice()
        try await service.queue(
            [command(1, kind: .query)], for: Sample.device, installation: Sample.installation(), by: "operator:api")
        let id = Sample.installation().id
        try await service.cancel(QueuedCommandID(rawValue: "qc_1"), by: "operator:api")
        #expect(try await store.installation(id)?.stage == .ordered)
        try await service.queue([command(2), command(3, after: 2)], for: Sample.device, by: "operator:api")
        let ended = try await service.cancel(QueuedCommandID(rawValue: "qc_2"), by: "operator:api")
        #expect(ended.map(\.id.rawValue) == ["qc_2", "qc_3"])
        let record = try #require(try await store.installation(id))
        #expect(record.stage == .failed && record.reason?.contains("qc_2") == true)
        await #expect(throws: ManagementError.alreadyOver(QueuedCommandID(rawValue: "qc_2"), .cancelled)) {
            try await service.cancel(QueuedCommandID(rawValue: "qc_2"), by: "operator:api")
        }
    }

    @Test func `a cancelled order that was carried out all the same is told as it stands with the authority`()
        async throws
    {
        try await addDevice()
        let id = Sample.installation().id
        try await service.queue(
            [command(1)], for: Sample.device, installation: Sample.installation(), by: "operator:api")
        try await issue()
        try await service.cancel(QueuedCommandID(rawValue: "qc_1"), by: "operator:api")
        let record = try #require(try await store.installation(id))
        #expect(record.stage == .issued && record.reason == nil)
    }

    @Test func `a command that ends badly says nothing of an order behind it`() async throws {
        try await addDevice()
        let id = Sample.installation().id
        try await service.queue([], for: Sample.device, installation: Sample.installation(), by: "operator:api")
        let first = try #require(try await store.installation(id))
        let second = first.nextGeneration(challenge: .new(milliseconds: 2_000), at: Sample.at(100))
        try await service.queue([], for: Sample.device, installation: second, by: "operator:api")
        func ended(at milliseconds: Int64) -> QueuedCommand {
            QueuedCommand(
                id: .new(milliseconds: milliseconds), device: Sample.device, title: "order", kind: .scep, payload: [],
                createdAt: Sample.at(0), createdBy: "operator:api", installation: id, state: .cancelled)
        }
        try await service.noteUndelivered([ended(at: 1_000)])
        #expect(try await store.installation(id)?.stage == .ordered)
        try await service.noteUndelivered([ended(at: 3_000)]) { $0.title + " ended with 500" }
        let failed = try await store.installation(id)
        #expect(failed?.stage == .failed && failed?.reason?.hasSuffix("was cancelled: order ended with 500") == true)
    }

    @Test func `a renewal that failed is planned again`() async throws {
        try await addDevice()
        try await issue()
        let id = Sample.installation().id
        try await service.queue([], for: Sample.device, installation: Sample.installation(), by: "system")
        let report = InstallationReport(status: 1, thumbprint: Sample.thumbprint(1), at: Sample.at(50))
        let first = try await service.reconcile(id, report: report)
        let second = first.nextGeneration(challenge: ChallengeID(rawValue: "ch_2"), at: Sample.at(100))
        try await service.queue([command(1)], for: Sample.device, installation: second, by: "system")
        var refused = command(2)
        refused.state = .failed
        try await service.noteUndelivered([refused])
        let failed = try #require(try await store.installation(id))
        #expect(failed.stage == .failed && failed.generation == 2)
        let moment = try #require(failed.renewAt)
        #expect(moment < Sample.at(Sample.year))
        await #expect(throws: ManagementError.changedMeanwhile(id)) {
            try await service.queue([], for: Sample.device, installation: first, by: "system")
        }
    }

    @Test(arguments: [Device.State.blocked, .retired])
    func `a device that is not let in is told nothing`(state: Device.State) async throws {
        try await addDevice()
        let event = AuditEvent(action: "test.state", at: Sample.now, actor: "test", object: "d_1")
        _ = try await store.setState(state, of: Sample.device, event: event)
        await #expect(throws: ManagementError.deviceNotManaged(Sample.device, state)) {
            try await service.queue([command(1)], for: Sample.device, by: "operator:api")
        }
        await #expect(throws: ManagementError.unknownDevice(DeviceID(rawValue: "d_7"))) {
            try await service.queue([], for: DeviceID(rawValue: "d_7"), by: "operator:api")
        }
    }

    @Test func `what is not there is told by name, and a store that fails as such`() async throws {
        let (command, record) = (QueuedCommandID(rawValue: "qc_9"), CertificateInstallationID(rawValue: "ci_9"))
        await #expect(throws: ManagementError.unknownCommand(command)) {
            try await service.cancel(command, by: "operator:api")
        }
        await #expect(throws: ManagementError.unknownInstallation(record)) { try await service.reconcile(record) }
        await store.fail(with: .unavailable("disk full"))
        await #expect(throws: ManagementError.store(.unavailable("disk full"))) {
            try await service.reconcile(record)
        }
    }

    @Test func `outcomes that the middle writes are JSON with a code of the catalogue`() throws {
        for outcome in [CommandResult.unanswered, CommandResult.orphaned, CommandResult.withdrawn] {
            let text = String(decoding: outcome, as: UTF8.self)
            let code = try #require(text.firstMatch(of: /^\{"code":"([a-z.-]+)","text":"[^"\\]+"\}$/)).1
            #expect(ErrorCatalog.entry(String(code)) != nil)
        }
    }
}
