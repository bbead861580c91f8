// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import Testing

@Suite("MS-MDM section 2.1: sessions of the agent")
struct SessionRunnerTests {
    @Test(arguments: SyncMLForm.allCases)
    func `commands are carried out until the server has none`(form: SyncMLForm) async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.script(
            [.get("g1", "./DevInfo/Man")], [.add("a1", "SCEP/vpn/Install/KeyUsage", "160"), .get("g2", "./DevInfo/No")])
        let report = try await agent.runner().run(form: form)
        #expect(report.messages == 3)
        #expect(report.commands == 3)
        #expect(report.failedCommands == 1)
        #expect(report.isComplete)
        #expect(Answer(agent.server.messages[1]).data["g1"] == "Example")
        #expect(Answer(agent.server.messages[2]).code("a1") == 200)
        #expect(agent.store.state.enrollment?.lastSession == report)
        let request = try #require(agent.server.requests.last)
        #expect(request.mediaType == form.mediaType)
        #expect(request.url == "https://mdm.example/ManagementServer/MDM.svc?mode=Maintenance")
        #expect(request.identity?.chain.first?.subject.rfc4514 == "CN=\(agent.store.state.deviceID ?? "")")
    }

    @Test func `moments are told as text, and read as earlier versions wrote them too`() throws {
        let old = #"""
            {"sessionID":"1","startedAt":{"seconds":1790000000},"endedAt":{"seconds":1790000001},"messages":1,
            "sentOctets":2,"receivedOctets":3,"commands":4,"failedCommands":5,"result":"ok"}
            """#
        let report = try JSONDecoder().decode(SessionReport.self, from: Data(old.utf8))
        #expect(report.endedAt.seconds(since: report.startedAt) == 1)
        let new = try JSONEncoder().encode(report)
        #expect(String(decoding: new, as: UTF8.self).contains(#""startedAt":"2026-09-21T14:13:20Z""#))
        #expect(try JSONDecoder().decode(SessionReport.self, from: new) == report)
        let renewal = try JSONDecoder().decode(
            RenewalReport.self, from: Data(#"{"at":{"seconds":1790000000},"result":"ok"}"#.utf8))
        #expect(try JSONDecoder().decode(RenewalReport.self, from: try JSONEncoder().encode(renewal)) == renewal)
    }

    @Test func `sessions are counted over restarts`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        try await agent.runner().run()
        try await agent.runner().run()
        #expect(agent.server.messages.map(\.hdr.sessionID) == ["1", "2"])
        #expect(try AgentStore(files: agent.files).state.enrollment?.sessions == 2)
    }

    @Test func `a server that cannot be reached is told as that, and kept for the status`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setDown(true)
        let error = await #expect(throws: AgentServiceError.self) { try await agent.runner().run() }
        #expect(error?.code == "network.connection-failed")
        #expect(error?.isRetryable == true)
        let status = StatusReport(agent.store.state, at: TestAgent.now)
        #expect(status.lastSession?.result == "network.connection-failed")
    }

    @Test(arguments: [(503, true), (404, false)])
    func `an HTTP status is no session`(status: Int, isRetryable: Bool) async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setStatus(status)
        let error = await #expect(throws: AgentServiceError.httpStatus(status)) { try await agent.runner().run() }
        #expect(error?.isRetryable == isRetryable)
    }

    @Test func `a server that refuses the device ends the session`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.refuse(.forbidden)
        await #expect(throws: AgentServiceError.sessionRefused(.forbidden)) { try await agent.runner().run() }
        #expect(agent.server.messages.count == 1)
    }

    @Test func `a digest is given to a server that asks for one`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let nonce = Array(UInt8(0)..<16)
        agent.server.challenge(nonce: nonce)
        agent.server.script([.get("g1", "./DevInfo/Man")])
        try await agent.runner().run()
        let secret = LegacyDigestSecret(user: "device-1", secret: "s3cret")
        #expect(agent.server.messages[0].hdr.cred == nil)
        #expect(agent.server.messages[1].hdr.cred?.data == secret.credential(nonce: nonce))
        #expect(agent.server.messages[1].hdr.source.locName == "device-1")
        #expect(Answer(agent.server.messages[2]).data["g1"] == "Example")
    }

    @Test func `a session without end is given up`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setEndless()
        var runner = agent.runner()
        runner.limits.messages = 20
        await #expect(throws: AgentServiceError.sessionTooLong(messages: 20)) { try await runner.run() }
    }

    @Test func `a server that repeats itself is given up`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.script([.get("g", "./DevInfo/Man")], [.get("g", "./DevInfo/Man")])
        agent.server.rewrite { message in
            var message = message
            message.hdr.msgID = "1"
            message.body = SyncBody(commands: [.get("g", "./DevInfo/Man")])
            return message
        }
        await #expect(throws: AgentServiceError.sessionStuck(messages: 4)) { try await agent.runner().run() }
        #expect(agent.server.messages.count == 5)
        #expect(agent.store.state.enrollment?.lastSession?.result == "agent.session-stuck")
    }

    @Test func `a server that answers for another session is given up, and nothing is carried out`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setEndless()
        agent.server.rewrite { message in
            var message = message
            message.hdr.sessionID = "4711"
            message.body.commands.append(.add("a", "SCEP/vpn", nil))
            return message
        }
        await #expect(throws: AgentServiceError.sessionStuck(messages: 4)) { try await agent.runner().run() }
        #expect(agent.store.state.node(["Vendor", "MSFT", "ClientCertificateInstall", "SCEP", "vpn"]) == nil)
        #expect(Answer(agent.server.messages[1]).commandCodes.allSatisfy { $0 == 400 })
    }

    @Test func `messages are signed where the server wants it`() async throws {
        let server = try ManagementTestServer()
        server.requireSigning()
        let agent = try await EnrolledAgent(server)
        try await agent.runner().run()
        let request = try #require(server.requests.last)
        let header = try #require(request.fields.first { $0.name == MDMSignature.headerName })
        let signer = try MDMSignature.verify(
            header.value, over: request.body, enrolled: try #require(request.identity?.chain.first))
        #expect(signer.subject.rfc4514 == "CN=\(agent.store.state.deviceID ?? "")")
    }

    @Test func `leaving tells the server and takes back what it did`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let failure = try await Unenrollment(store: agent.store, runner: agent.runner()).run()
        #expect(failure == nil)
        let alerts = try #require(agent.server.messages.last).body.commands.compactMap { command -> Item? in
            guard case .alert(let alert) = command, alert.code == .genericAlert else { return nil }
            return alert.items.first
        }
        #expect(alerts.map { $0.meta?.type } == ["com.microsoft:mdm.unenrollment.userrequest"])
        let state = agent.store.state
        #expect(state.enrollment == nil)
        #expect(!state.stores.values.contains { !$0.entries.isEmpty })
        #expect(try agent.files.names(in: "device/my").isEmpty)
    }

    @Test func `a server that ends the management is told, and the device has left`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.script([.exec("e", "./Device/Vendor/MSFT/DMClient/Provider/Test/Unenroll")])
        let report = try await agent.cycle(scep: try SCEPTestServer()).run()
        #expect(report.isUnenrolled)
        #expect(agent.server.messages.map(\.hdr.sessionID) == ["1", "2"])
        #expect(agent.store.state.enrollment == nil)
        #expect(agent.store.state.managementCertificate == nil)
    }

    @Test func `a server that cannot be told does not hold the device, and certificates can stay`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        agent.server.setDown(true)
        let failure = try await Unenrollment(store: agent.store, runner: agent.runner()).run(keepsCertificates: true)
        #expect(failure?.code == "network.connection-failed")
        #expect(agent.store.state.enrollment == nil)
        #expect(agent.store.state.store(StoreLocation(.device, .my)).entries.count == 1)
    }
}
