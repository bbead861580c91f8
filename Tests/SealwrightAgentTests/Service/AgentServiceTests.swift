// SPDX-License-Identifier: Apache-2.0

import Logging
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Synchronization
import Testing

@Suite("DMClient CSP: Poll")
struct PollScheduleTests {
    @Test func `the schedule of the server is followed set by set`() async throws {
        let server = try ManagementTestServer()
        server.setPoll(
            PollSchedule(
                first: .init(number: 1, interval: 3), second: .init(number: 1, interval: 15),
                remaining: .init(number: 0, interval: 480)))
        let agent = try await EnrolledAgent(server)
        let enrolled = TestAgent.now
        #expect(agent.store.state.nextPoll == enrolled.adding(seconds: 180))
        let clock = MovingClock(enrolled.adding(seconds: 180))
        let lab = try ServiceLab(agent, clock)
        lab.service.startWaiting()
        try await lab.until { agent.server.messages.count == 1 }
        #expect(agent.store.state.nextPoll == clock.now.adding(seconds: 15 * 60))
        clock.move(to: clock.now.adding(seconds: 15 * 60))
        lab.signal.sync()
        try await lab.until { agent.store.state.enrollment?.polls.count == 2 }
        #expect(agent.store.state.nextPoll == clock.now.adding(seconds: 480 * 60))
        await lab.stop()
    }

    @Test func `a clock that ran ahead and was put right does not leave the device without polls`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let clock = MovingClock(TestAgent.now.adding(seconds: 2 * 86_400))
        let ahead = try ServiceLab(agent, clock)
        ahead.service.startWaiting()
        try await ahead.until { agent.server.messages.count == 1 }
        await ahead.stop()
        clock.move(to: TestAgent.now.adding(seconds: 60))
        let lab = try ServiceLab(agent, clock)
        lab.service.startWaiting()
        try await lab.until { agent.server.messages.count == 2 }
        #expect(agent.store.state.enrollment?.polls.last == clock.now)
        await lab.stop()
    }

    @Test func `without a schedule the agent polls every hour in the end`() async throws {
        let server = try ManagementTestServer()
        server.setPoll(nil)
        let agent = try await EnrolledAgent(server)
        #expect(agent.store.state.nextPoll == TestAgent.now.adding(seconds: 180))
    }

    @Test func `a schedule of nothing but zeros polls never`() async throws {
        let server = try ManagementTestServer()
        server.setPoll(PollSchedule(first: .off, second: .off, remaining: .off))
        let agent = try await EnrolledAgent(server)
        #expect(agent.store.state.nextPoll == nil)
    }
}

@Suite("The agent's service")
struct AgentServiceTests {
    @Test func `a wake opens a session at once and tells how it went`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let lab = try ServiceLab(agent, MovingClock(TestAgent.now))
        lab.service.startWaiting()
        let result = await withCheckedContinuation { continuation in
            lab.signal.sync { continuation.resume(returning: $0) }
        }
        #expect(try result.get().sessions.map(\.sessionID) == ["1"])
        agent.server.setStatus(404)
        let second = await withCheckedContinuation { continuation in
            lab.signal.sync { continuation.resume(returning: $0) }
        }
        #expect(throws: AgentServiceError.httpStatus(404)) { try second.get() }
        await lab.stop()
    }

    @Test func `a service that has ended says so to those who wake it`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let lab = try ServiceLab(agent, MovingClock(TestAgent.now))
        lab.service.startWaiting()
        await lab.stop()
        let result = await withCheckedContinuation { continuation in
            lab.signal.sync { continuation.resume(returning: $0) }
        }
        #expect(throws: AgentServiceError.stopped) { try result.get() }
    }

    @Test func `a disk that is full does not end the service, and whoever wakes it is told`() async throws {
        let files = FlakyFiles()
        let agent = try await EnrolledAgent(try ManagementTestServer(), on: files)
        let lab = try ServiceLab(agent, MovingClock(TestAgent.now.adding(seconds: 600)))
        files.fail(in: 0, isLasting: true)
        lab.service.startWaiting()
        func sync() async -> Result<ManagementCycle.Report, AgentServiceError> {
            await withCheckedContinuation { continuation in lab.signal.sync { continuation.resume(returning: $0) } }
        }
        let refused = await sync()
        #expect {
            _ = try refused.get()
        } throws: { error in
            if case .store(.file)? = error as? AgentServiceError { true } else { false }
        }
        files.fail(in: nil)
        #expect(try await sync().get().sessions.count == 1)
        await lab.stop()
    }

    @Test func `the certificate is renewed when its window opens`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer(days: 30))
        let before = agent.store.state.managementCertificate
        let lab = try ServiceLab(agent, MovingClock(TestAgent.now.adding(seconds: 21 * 86_400)))
        lab.service.startWaiting()
        try await lab.until { agent.store.state.managementCertificate != before }
        await lab.stop()
    }

    @Test func `the end of an enrolment that the server started is told in a second session`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let scep = try SCEPTestServer()
        let leaves = [
            ("ServerURL", "http://scep.example/scep"), ("Challenge", "c"), ("EKUMapping", "1.3.6.1.5.5.7.3.2"),
            ("KeyUsage", "160"), ("SubjectName", "CN=device"), ("KeyLength", "2048"), ("HashAlgorithm", "SHA-2"),
            ("CAThumbprint", scep.rootThumbprint), ("RetryCount", "3"), ("RetryDelay", "1"),
        ]
        let adds = leaves.enumerated().map { Command.add("a\($0)", "SCEP/vpn/Install/\($1.0)", $1.1) }
        agent.server.script([.atomic("1", adds + [.exec("e", "SCEP/vpn/Install/Enroll")])])
        let report = try await agent.cycle(scep: scep).run()
        #expect(report.sessions.count == 2)
        #expect(report.enrollments.map(\.uniqueID) == ["vpn"])
        #expect(report.enrollments.map(\.status) == ["installed"])
        let last = try #require(agent.server.messages.last)
        let alert = last.body.commands.compactMap { command -> Item? in
            guard case .alert(let alert) = command, alert.code == .genericAlert else { return nil }
            return alert.items.first
        }
        #expect(alert.map { $0.data?.text } == ["1"])
        #expect(agent.store.state.alerts.isEmpty)
        let status = StatusReport(agent.store.state, at: TestAgent.now)
        #expect(status.installations.map(\.status) == ["installed"])
        // Who takes the certificate away is not told that it is there.
        try agent.store.remove(try #require(agent.store.state.scep.values.first?.installed))
        let later = StatusReport(agent.store.state, at: TestAgent.now)
        #expect(later.installations.map(\.status) == ["removed"])
        #expect(later.installations.map(\.thumbprint) == [nil])
    }

    @Test func `a server that cannot be reached is tried as often as its account says`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setDown(true)
        let before = agent.server.requests.count
        var cycle = agent.cycle(scep: try SCEPTestServer())
        let waits = Mutex<[Int]>([])
        cycle.pause = { wait in waits.withLock { $0.append(wait) } }
        await #expect(throws: AgentServiceError.self) { try await cycle.run(retries: true) }
        #expect(agent.server.requests.count - before == 6)
        #expect(waits.withLock { $0 } == [30_000, 60_000, 120_000, 120_000, 120_000])
    }

    @Test(arguments: [true, false])
    func `who wakes the service, or ends it, need not wait until a server is tried again`(isEnd: Bool) async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setDown(true)
        let before = agent.server.requests.count
        let signal = WakeSignal()
        var cycle = agent.cycle(scep: try SCEPTestServer())
        cycle.pause = { wait in
            if isEnd { signal.stop() } else { signal.sync() }
            await signal.pause(milliseconds: wait)
        }
        cycle.isWoken = { signal.isGiven }
        await #expect(throws: AgentServiceError.self) { try await cycle.run(retries: true) }
        #expect(agent.server.requests.count - before == 1)
    }
}

@Suite("Commands on the tree without a server")
struct LocalManagementTests {
    private func local() throws -> LocalManagement {
        LocalManagement(
            store: try AgentStore(files: MemoryFiles()),
            context: ManagementContext(policy: .conformance, user: "alice", now: TestAgent.now, pool: TestAgent.pool))
    }

    @Test(arguments: ["pfx-example.xml", "scep-example.xml"])
    func `a published example is read and answered command by command`(name: String) throws {
        let commands = try LocalManagement.commands(in: try fixture(name))
        #expect(!commands.isEmpty)
        let outcome = try local().run(commands)
        #expect(outcome.statuses.count >= commands.count)
    }

    @Test func `a message in WBXML is read`() throws {
        let hdr = SyncHdr(sessionID: "1", msgID: "1", target: Location("d"), source: Location("s"))
        let message = SyncML(hdr: hdr, body: SyncBody(commands: [.get("g", "./DevInfo/DevId")]))
        let commands = try LocalManagement.commands(in: try message.serialize(as: .wbxml))
        let outcome = try local().run(commands)
        #expect(outcome.nodes.map(\.data) == ["conformance"])
        #expect(outcome.isSuccess)
    }

    @Test(arguments: ["0", "", "1"])
    func `a command that cannot be referred to is told as not done`(cmdID: String) throws {
        let outcome = try local().run([.get("1", "./DevInfo/DevId"), .add(cmdID, "SCEP/one", nil)])
        #expect(outcome.statuses.map(\.code) == [200, 400])
        #expect(outcome.statuses.last?.cmdRef == cmdID)
        #expect(!outcome.isSuccess)
    }

    @Test func `what was not done is told with its reason`() throws {
        let local = try local()
        let outcome = local.run([
            .add("1", "SCEP/one/Install/KeyUsage", "3"), .get("2", "SCEP/none"), .get("3", "SCEP"),
            .atomic("4", [.add("5", "SCEP/two", nil), .add("6", "SCEP/two/Install/KeyLength", "7")]),
        ])
        #expect(outcome.statuses.map(\.code) == [500, 404, 200, 507, 216, 500])
        #expect(outcome.statuses.map { $0.reason != nil } == [true, true, false, false, false, true])
        #expect(outcome.statuses.first?.reason?.hasPrefix("KeyUsage: ") == true)
    }

    @Test func `an object whose last part is missing is told as not done`() throws {
        var item = Item(
            target: Location("./Vendor/MSFT/ClientCertificateInstall/SCEP/one/Install/CustomTextToShowInPrompt"),
            data: .text("Hello, "))
        item.moreData = true
        let outcome = try local().run([.add(Command.Edit(cmdID: "1", items: [item]))])
        #expect(outcome.statuses.map(\.code) == [213])
        #expect(!outcome.isSuccess)
    }

    @Test(arguments: ["", "nonsense", "<a/>", "\u{02}\u{00}"])
    func `what is no SyncML is refused`(text: String) {
        #expect(throws: AgentServiceError.self) { try LocalManagement.commands(in: Array(text.utf8)) }
    }

    @Test func `the conformance suite runs without openssl, and not on deriving keys`() throws {
        let material = try ConformanceMaterial.made(pool: TestAgent.pool, at: TestAgent.now)
        for file in [material.pfx, material.replacement, try #require(material.container).pfx] {
            let pfx = try PFX(parsing: try #require(Base64.decode(file.base64)))
            #expect(try #require(pfx.macData).iterations <= 2_048)
        }
        let run = try ConformanceRun(material, pool: TestAgent.pool, now: TestAgent.now) { () throws(AgentError) in
            try AgentStore(files: ScratchFiles())
        }
        #expect(run.objections.isEmpty, "\(run.objections.prefix(5))")
        #expect(run.lines.reduce(0) { $0 + $1.cases } >= 1_600)
    }
}

/// A clock that tests move.
final class MovingClock: Sendable {
    private let moment: Mutex<Timestamp>
    init(_ start: Timestamp) { moment = Mutex(start) }
    var now: Timestamp { moment.withLock { $0 } }
    func move(to now: Timestamp) { moment.withLock { $0 = now } }
}

/// A running service.
final class ServiceLab: Sendable {
    let signal = WakeSignal()
    let service: RunningService

    init(_ agent: EnrolledAgent, _ clock: MovingClock) throws {
        let now: @Sendable () -> Timestamp = { clock.now }
        service = RunningService(
            AgentService(
                store: agent.store, cycle: agent.cycle(scep: try SCEPTestServer(), clock: now),
                renewal: CertificateRenewer(store: agent.store, transport: agent.server, pool: TestAgent.pool),
                signal: signal, clock: now, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    func until(_ condition: () -> Bool) async throws {
        #expect(try await eventually { condition() }, "nothing happened")
    }

    func stop() async {
        signal.stop()
        await service.end()
    }
}

/// The task of a service.
final class RunningService: Sendable {
    private let service: AgentService
    private let task = Mutex<Task<Void, any Error>?>(nil)

    init(_ service: AgentService) { self.service = service }

    func startWaiting() {
        let service = service
        task.withLock { $0 = Task { try await service.run() } }
    }

    func end() async { _ = await task.withLock { $0 }?.result }
}
