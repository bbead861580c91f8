// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightAgent
import Testing

@Suite("MS-MDE2 section 3: enrolment of the agent")
struct DeviceEnrollmentTests {
    @Test func `certificate, root and account are put into the folder in one step`() async throws {
        let server = try ManagementTestServer()
        let agent = try await EnrolledAgent(server)
        let state = agent.store.state
        let record = try #require(state.enrollment)
        #expect(record.managementURL == "https://mdm.example/ManagementServer/MDM.svc")
        #expect(record.enrollmentServiceURL == "https://mdm.example/EnrollmentServer/Enrollment.svc")
        #expect(record.deviceID == state.deviceID)
        let reference = try #require(state.managementCertificate)
        #expect(reference.location == StoreLocation(.device, .my))
        let certificate = try #require(state.store(reference.location).certificate(reference.thumbprint))
        #expect(certificate.subject.rfc4514 == "CN=\(record.deviceID)")
        #expect(agent.files.exists(reference.keyPath))
        #expect(state.store(StoreLocation(.device, .root)).certificates == [server.root.certificate])
        #expect(try agent.files.names(in: "device/pending").isEmpty)
        #expect(state.serverTrust().certificates == [server.root.certificate])
    }

    @Test func `what is not self-signed is not trusted for standing in Root`() async throws {
        let server = try ManagementTestServer(under: try Issuer.make("CN=Somebody"))
        let state = try await EnrolledAgent(server).store.state
        #expect(state.store(StoreLocation(.device, .root)).certificates.isEmpty)
        #expect(state.store(StoreLocation(.device, .ca)).certificates == [server.root.certificate])
    }

    @Test func `a restart finds the enrolment as it was`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let again = try AgentStore(files: agent.files)
        #expect(again.state == agent.store.state)
        #expect(again.state.enrollment != nil)
    }

    @Test func `a wrong password is refused and leaves the device as it was`() async throws {
        let server = try ManagementTestServer()
        let store = try AgentStore(files: MemoryFiles())
        let enrollment = DeviceEnrollment(store: store, transport: server, pool: TestAgent.pool)
        let wish = try EnrolledAgent.wish("wrong")
        let error = await #expect(throws: AgentServiceError.self) { try await enrollment.run(wish, at: TestAgent.now) }
        #expect(error?.code == "mde.refused")
        #expect(store.state.enrollment == nil)
        #expect(store.state.managementCertificate == nil)
        #expect(server.publicKeys.isEmpty)
    }

    @Test func `a lost answer is asked for again with the same key and name`() async throws {
        let server = try ManagementTestServer()
        let files = MemoryFiles()
        let wish = try EnrolledAgent.wish()
        server.loseNextAnswer()
        let first = DeviceEnrollment(store: try AgentStore(files: files), transport: server, pool: TestAgent.pool)
        await #expect(throws: AgentServiceError.self) { try await first.run(wish, at: TestAgent.now) }
        let store = try AgentStore(files: files)
        try await DeviceEnrollment(store: store, transport: server, pool: TestAgent.pool).run(wish, at: TestAgent.now)
        #expect(server.publicKeys.count == 2)
        #expect(Set(server.publicKeys).count == 1)
    }

    /// A server with something before it that answers one of the addresses in its place.
    private struct Proxy: AgentTransport {
        let server: ManagementTestServer
        let path: String
        let answer: AgentResponse

        func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
            // The look whether there is a discovery service is no question yet.
            if request.mediaType != nil, request.url.hasSuffix(path) { return answer }
            return try await server.send(request)
        }
    }

    @Test(arguments: MDEService.allCases)
    func `an answer that is of no use is told with who gave it and what it was`(service: MDEService) async throws {
        let page = AgentResponse(status: 200, mediaType: "text/html", body: Array("<p>Sign in<br></p>".utf8))
        for (answer, told) in [
            (page, "HTTP status 200 and 18 bytes of type 'text/html': not an enrolment message"),
            (AgentResponse(status: 404), "HTTP status 404 and 0 bytes"),
        ] {
            let proxy = Proxy(server: try ManagementTestServer(), path: service.path, answer: answer)
            let enrollment = DeviceEnrollment(
                store: try AgentStore(files: MemoryFiles()), transport: proxy, pool: TestAgent.pool)
            let wish = try EnrolledAgent.wish()
            let error = await #expect(throws: AgentServiceError.self) {
                try await enrollment.run(wish, at: TestAgent.now)
            }
            let text = try #require(error?.description)
            #expect(
                text.hasPrefix("\(service.rawValue) at https://mdm.example\(service.path) answered with \(told)"),
                "\(text)")
        }
    }

    @Test func `a device that is enrolled is not enrolled again`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer())
        let enrollment = DeviceEnrollment(store: agent.store, transport: agent.server, pool: TestAgent.pool)
        let wish = try EnrolledAgent.wish()
        await #expect(throws: AgentServiceError.alreadyEnrolled(server: "https://mdm.example/ManagementServer/MDM.svc"))
        {
            try await enrollment.run(wish, at: TestAgent.now)
        }
    }

    @Test func `a renewal is signed by the old certificate and replaces it`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer(days: 30))
        let before = try #require(agent.store.state.managementCertificate)
        let opens = TestAgent.now.adding(seconds: 20 * 86_400)
        #expect(try CertificateRenewer.due(agent.store.state, at: TestAgent.now) == opens)
        try await CertificateRenewer(store: agent.store, transport: agent.server, pool: TestAgent.pool).run(at: opens)
        let after = try #require(agent.store.state.managementCertificate)
        #expect(before != after)
        #expect(!agent.files.exists(before.keyPath))
        #expect(agent.files.exists(after.keyPath))
        #expect(agent.server.requests.last?.identity != nil)
        #expect(agent.store.state.store(StoreLocation(.device, .root)).certificates.count == 1)
        #expect(agent.store.state.enrollment?.lastRenewal?.result == "ok")
    }

    @Test func `a server that asks for a renewal gets one before the window opens`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer(days: 30))
        agent.server.script([.exec("e", "./Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/RenewNow")])
        try await agent.runner().run()
        #expect(try CertificateRenewer.due(agent.store.state, at: TestAgent.now) == TestAgent.now)
        try await CertificateRenewer(store: agent.store, transport: agent.server, pool: TestAgent.pool)
            .run(at: TestAgent.now)
        #expect(agent.store.state.renewal?.status == .succeeded)
        #expect(try CertificateRenewer.due(agent.store.state, at: TestAgent.now) != TestAgent.now)
    }

    @Test func `a round carries out the renewal that its session asked for`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer(days: 30))
        let before = try #require(agent.store.state.managementCertificate)
        agent.server.script([.exec("e", "./Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/RenewNow")])
        let cycle = agent.cycle(scep: try SCEPTestServer())
        let report = try await cycle.run()
        #expect(report.renewal?.result == "ok" && report.sessions.count == 1)
        #expect(agent.store.state.managementCertificate != before)
        #expect(try await cycle.run().renewal == nil)
    }

    @Test func `a period longer than the certificate's life does not open the window in its first half`() async throws {
        let agent = try await EnrolledAgent(try ManagementTestServer(days: 30))
        let period = "./Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/RenewPeriod"
        agent.server.script([.atomic("a", [.replace("p", period, "42")])])
        try await agent.runner().run()
        #expect(agent.store.state.renewSettings?.renewPeriod == 42)
        let reference = try #require(agent.store.state.managementCertificate)
        let certificate = try #require(agent.store.state.store(reference.location).certificate(reference.thumbprint))
        let (begin, end) = (try #require(certificate.notBefore), try #require(certificate.notAfter))
        let middle = begin.adding(seconds: end.seconds(since: begin) / 2)
        #expect(try CertificateRenewer.due(agent.store.state, at: TestAgent.now) == middle)
    }

    @Test func `a renewal without an answer is tried again after an hour, a refused one after RetryInterval`()
        async throws
    {
        let agent = try await EnrolledAgent(try ManagementTestServer(days: 30))
        let opens = TestAgent.now.adding(seconds: 20 * 86_400)
        let renewal = CertificateRenewer(store: agent.store, transport: agent.server, pool: TestAgent.pool)
        agent.server.setDown(true)
        await #expect(throws: AgentServiceError.self) { try await renewal.run(at: opens) }
        #expect(try CertificateRenewer.due(agent.store.state, at: opens) == opens.adding(seconds: 3_600))
        agent.server.setDown(false)
        agent.server.setStatus(403)
        await #expect(throws: AgentServiceError.self) { try await renewal.run(at: opens) }
        #expect(try CertificateRenewer.due(agent.store.state, at: opens) == opens.adding(seconds: 4 * 86_400))
        let end = TestAgent.now.adding(seconds: 31 * 86_400)
        #expect(throws: AgentServiceError.self) { try CertificateRenewer.due(agent.store.state, at: end) }
    }
}

@Suite("Invitations")
struct InvitationTests {
    @Test func `address, user, password and anchors are read`() throws {
        let root = try #require(try Issuer.make("CN=Root").certificate)
        let pem = PEM.encode(root.encoded, label: "CERTIFICATE").replacing("\n", with: "\\n")
        let text =
            #"{"server":"https://mdm.example:8443","user":"ada","password":"p","link":"x","trustAnchors":"\#(pem)"}"#
        let invitation = try Invitation(parsing: Array(text.utf8))
        #expect(invitation.discovery.text == "https://mdm.example:8443/EnrollmentServer/Discovery.svc")
        #expect(invitation.user == "ada")
        #expect(invitation.password == "p")
        #expect(invitation.trustAnchors == [root])
        #expect(!"\(invitation)".contains("\"p\""))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"server":"https://a"}"#, #"{"server":"http://a","user":"u"}"#,
        #"{"server":"https://a","user":"u","trustAnchors":"none"}"#,
    ])
    func `what is no invitation is refused`(text: String) {
        #expect(throws: AgentServiceError.self) { try Invitation(parsing: Array(text.utf8)) }
    }

    @Test(arguments: [
        ("https://a.example", "https://a.example/EnrollmentServer/Discovery.svc"),
        ("https://a.example/", "https://a.example/EnrollmentServer/Discovery.svc"),
        ("https://a.example/x/Discovery.svc", "https://a.example/x/Discovery.svc"),
    ])
    func `an address without a path gets the usual one`(address: String, expected: String) throws {
        #expect(try Invitation.discovery(address).text == expected)
    }
}
