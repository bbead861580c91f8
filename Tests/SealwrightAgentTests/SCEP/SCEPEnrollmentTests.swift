// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP
import SealwrightAgent
import Testing

@Suite("ClientCertificateInstall: SCEP")
struct SCEPEnrollmentTests {
    let server: SCEPTestServer
    let files = MemoryFiles()
    var agent: TestAgent
    let one = InstallationID(scope: .device, kind: .scep, uniqueID: "one")

    init() throws {
        server = try SCEPTestServer()
        agent = try TestAgent(files)
    }

    private var now: Timestamp { TestAgent.now }

    private func run(_ transport: (any AgentTransport)? = nil, after seconds: Int64 = 0) async throws {
        let enroller = agent.enroller(transport ?? server)
        for installation in enroller.due(at: now.adding(seconds: seconds)) {
            try await enroller.run(installation, at: now.adding(seconds: seconds))
        }
    }

    private var keyFiles: [String] { files.nodes.keys.filter { $0.hasSuffix(".key") }.sorted() }

    @Test mutating func `an accepted request is installed with its key and told by an alert`() async throws {
        let answer = try agent.exec(server)
        #expect(answer.code("atomic") == 200)
        #expect(answer.code("Enroll") == 200)
        #expect(try agent.result().status == "32")
        #expect(try agent.value("SCEP/one/Install/Challenge") == nil)
        try await run()
        let thumbprint = Thumbprint(of: try #require(server.issued.first)).text
        let result = try agent.result()
        #expect(result.status == "1")
        #expect(result.error == "0")
        #expect(result.thumbprint == thumbprint)
        #expect(result.url == "http://scep.example/scep/pkiclient.exe")
        #expect(keyFiles == ["device/my/\(thumbprint).key"])
        agent.newSession()
        let alert = try #require(
            agent.session.firstMessage().body.commands.compactMap { command -> Command.Alert? in
                if case .alert(let alert) = command, alert.code == .genericAlert { alert } else { nil }
            }.first?.items.first)
        #expect(alert.source?.locURI == "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/one")
        #expect(alert.meta?.type == "com.microsoft:mdm.SCEPcertinstall.result")
        #expect(alert.meta?.format == .int)
        #expect(alert.meta?.mark == "informational")
        #expect(alert.data == .text("1"))
    }

    @Test(arguments: [true, false])
    mutating func `the authority in between is in ca as long as the certificate, the root never`(
        sendsChain: Bool
    ) async throws {
        let server = try SCEPTestServer(sendsChain: sendsChain)
        _ = try agent.exec(server)
        try await run(server)
        #expect(try agent.result().status == "1")
        let issuing = try #require(server.issuing.certificate)
        let ca = StoreLocation(.device, .ca)
        #expect(agent.store.state.store(ca).certificates == [issuing])
        #expect(agent.store.state.store(StoreLocation(.device, .root)).entries.isEmpty)
        let thumbprint = try #require(try agent.result().thumbprint)
        let chain = try #require(try files.contents("device/my/\(thumbprint).chain.pem"))
        #expect(try PEM.decode(String(decoding: chain, as: UTF8.self)).map(\.der).last == issuing.encoded)
        _ = try agent.send([.delete("d", "SCEP/one")])
        #expect(agent.store.state.store(ca).entries.isEmpty)
    }

    @Test mutating func `the request says what the nodes say`() async throws {
        _ = try agent.exec(server, changing: ["TemplateName": "1.3.6.1.4.1.311.21.8.1"])
        try await run()
        let csr = try #require(server.csr)
        #expect(csr.subject.rfc4514 == "O=Lab,CN=device\\+one")
        #expect(csr.challengePassword == "1234CB055B7EBF384A9486A22B7559A5")
        #expect(csr.requestedExtension(KeyUsage.self) == [.digitalSignature, .keyEncipherment])
        #expect(csr.requestedExtension(ExtendedKeyUsage.self)?.purposes == [.clientAuth])
        #expect(
            csr.requestedExtension(SubjectAlternativeName.self)?.names
                == [.dnsName("host.example"), .userPrincipalName("a@b.example")])
        #expect(csr.requestedExtension(CertificateTemplate.self)?.templateID.dotted == "1.3.6.1.4.1.311.21.8.1")
        #expect(csr.requestedValidity == RequestedValidity(amount: 1, unit: .years))
        #expect(
            server.requests.map { $0.url.split(separator: "?").last.map(String.init) } == [
                "operation=GetCACaps&message=default", "operation=GetCACert&message=default", "operation=PKIOperation",
            ])
    }

    @Test mutating func `a server that knows no pkiclient is asked without`() async throws {
        let bare = try SCEPTestServer(isBare: true)
        _ = try agent.exec(bare)
        try await run(bare)
        #expect(try agent.result().status == "1")
        #expect(try agent.result().url == "http://scep.example/scep")
    }

    @Test mutating func `the next server is tried when one cannot be reached`() async throws {
        _ = try agent.exec(server, changing: ["ServerURL": "http://down.example/scep;http://scep.example/two"])
        try await run()
        #expect(try agent.result().status == "1")
        #expect(try agent.result().url == "http://scep.example/two/pkiclient.exe")
    }

    @Test mutating func `no server at all ends with the reason of the last`() async throws {
        _ = try agent.exec(server, changing: ["ServerURL": "http://a.example/;http://b.example/"])
        try await run()
        #expect(try agent.result().status == "16")
        #expect(try agent.result().error == HResult.cannotConnect.decimal)
        #expect(keyFiles.isEmpty)
    }

    @Test(arguments: [
        ("CAThumbprint", "12345087E648875D1DF5D9F9FF89DD10", HResult.hashMismatch),
        ("CAThumbprint", "0123456789ABCDEF0123456789ABCDEF01234567", .hashMismatch),
        ("KeyProtection", "1", .tpmNotFound), ("KeyProtection", "4", .invalidParameter),
        ("HashAlgorithm", "SHA-3", .badAlgorithm), ("HashAlgorithm", "SHA-1", .badAlgorithm),
        ("AttestPrivateKey", "2", .attestationFailed), ("AADKeyIdentifierList", "no-such-key", .notFound),
    ])
    mutating func `what this device cannot do ends with its reason, without a key left`(
        node: String, value: String, result: HResult
    ) async throws {
        var values = [node: value as String?]
        if node == "AttestPrivateKey" {
            _ = try agent.send([.add("a", "SCEP/one/Install/AttestPrivateKey", value)])
            values = [:]
        }
        #expect(try agent.exec(server, changing: values).code("atomic") == 200)
        try await run()
        #expect(try agent.result().status == "16")
        #expect(try agent.result().error == result.decimal)
        #expect(keyFiles.isEmpty)
        #expect(server.issued.isEmpty)
    }

    @Test(arguments: [1024, 2048])
    mutating func `a key has the length that was asked for, be it the shortest documented one`(
        length: Int
    ) async throws {
        _ = try agent.exec(server, changing: ["KeyLength": String(length)])
        try await run()
        #expect(try agent.result().status == "1")
        guard case .rsa(let key)? = try CertificateView(parsing: try #require(server.issued.first)).publicKey else {
            Issue.record("no RSA key")
            return
        }
        #expect(key.bitCount == length)
    }

    @Test(arguments: [
        (FailInfo.badAlg, HResult.badAlgorithm), (.badRequest, .requestDenied), (.badTime, .requestDenied),
    ])
    mutating func `a refusal ends with the code that is nearest to its failInfo`(
        failInfo: FailInfo, result: HResult
    ) async throws {
        server.decide(.refuse(failInfo))
        _ = try agent.exec(server)
        try await run()
        #expect(try agent.result().error == result.decimal)
    }

    @Test mutating func `a TPM that is only wished for becomes software`() async throws {
        _ = try agent.exec(server, changing: ["KeyProtection": "2"])
        try await run()
        #expect(try agent.result().status == "1")
    }

    @Test mutating func `a certificate beside the named root is not believed for that`() async throws {
        let liar = try Issuer.make("CN=SCEP RA", .rsa2048)
        let fake = try SCEPTestServer(announced: liar.certificate)
        _ = try agent.exec(fake)
        try await run(fake)
        #expect(try agent.result().status != "1")
        // Nothing was encrypted to the liar: the challenge would be in it.
        let message = try #require(fake.operations.first?.body)
        let envelope = try #require(try PKIEnvelope.envelope(of: message))
        #expect(envelope.recipients(matching: try #require(liar.certificate)).isEmpty)
    }

    @Test mutating func `a refusal is final`() async throws {
        server.decide(.refuse(.badRequest))
        _ = try agent.exec(server, changing: ["ServerURL": "http://scep.example/a;http://scep.example/b"])
        try await run()
        #expect(try agent.result().status == "16")
        #expect(try agent.result().error == HResult.requestDenied.decimal)
        #expect(try agent.result().url?.hasPrefix("http://scep.example/a") == true)
        #expect(server.operations.count == 1)
        #expect(agent.store.state.alerts.map(\.mark) == ["critical"])
    }
}

/// Reads the envelope of a SCEP message.
enum PKIEnvelope {
    static func envelope(of message: [UInt8]) throws -> EnvelopedData? {
        let signed = try SignedData(parsing: message)
        return try signed.content.map { try EnvelopedData(parsing: $0) }
    }
}

extension SCEPEnrollmentTests {
    @Test(arguments: [(0, 1, 0), (1, 2, 1), (3, 4, 3), (30, 31, 30), (31, 31, 30)])
    mutating func `a pending request is polled as often as RetryCount says`(
        count: Int, messages: Int, polls: Int
    ) async throws {
        server.decide(then: .pend)
        _ = try agent.exec(server, changing: ["RetryCount": String(count), "RetryDelay": "2"])
        try await run()
        for poll in 0..<Int64(polls) {
            #expect(try agent.result().status == "2")
            #expect(agent.enroller(server).nextDue == now.adding(seconds: 120 * (poll + 1)))
            try await run(after: 120 * (poll + 1) - 1)
            #expect(server.operations.count == Int(poll) + 1, "not before its time")
            try await run(after: 120 * (poll + 1))
        }
        #expect(server.operations.count == messages)
        #expect(try agent.result().status == "16")
        #expect(try agent.result().error == HResult.timeout.decimal)
        #expect(keyFiles.isEmpty)
    }

    @Test mutating func `a RetryDelay of 0 counts as 1`() async throws {
        server.decide(.pend)
        _ = try agent.exec(server, changing: ["RetryDelay": "0"])
        try await run()
        #expect(agent.enroller(server).nextDue == now.adding(seconds: 60))
    }

    @Test mutating func `the schedule survives a restart, with the same transaction and key`() async throws {
        server.decide(.pend, .pend)
        _ = try agent.exec(server)
        try await run()
        let keys = keyFiles
        #expect(keys.count == 1)
        agent = try TestAgent(files.copy())
        #expect(try agent.result().status == "2")
        #expect(agent.enroller(server).nextDue == now.adding(seconds: 300))
        try await run(after: 300)
        agent = try TestAgent(files)
        try await run(after: 600)
        agent = try TestAgent(files)
        try await run(after: 600)
        let state = agent.store.state.scep[one]
        #expect(state?.status == .finished || state?.status == .pending)
    }

    @Test mutating func `a server that is away while it decides is asked again`() async throws {
        server.decide(.pend)
        _ = try agent.exec(server)
        try await run()
        server.setDown(true)
        try await run(after: 300)
        #expect(try agent.result().status == "2")
        server.setDown(false)
        try await run(after: 600)
        #expect(try agent.result().status == "1")
    }

    @Test mutating func `an enrolment whose answer was lost goes on with the same key`() async throws {
        _ = try agent.exec(server)
        let lost = LosingTransport(server)
        // As if the process ended while it waited for the answer: the state is the one before the message.
        let snapshot = MemoryFilesBox()
        lost.onOperation { [files] in snapshot.files = files.copy() }
        try await run(lost)
        let before = try #require(snapshot.files)
        agent = try TestAgent(before)
        try await agent.enroller(server).run(one, at: now)
        #expect(try agent.result().status == "1")
        let keys = try server.issued.map { try #require(try CertificateView(parsing: $0).publicKey) }
        #expect(keys.count == 2)
        #expect(Set(keys).count == 1)
    }

    @Test mutating func `Delete cancels, and what comes later is not installed`() async throws {
        _ = try agent.exec(server)
        let slow = LosingTransport(server)
        let store = agent.store
        var deleting = agent
        let deletion = deleting.message([.delete("d", "SCEP/one")])
        slow.onOperation { [session = deleting.session] in
            var session = session
            _ = session.answer(to: deletion)
        }
        try await run(slow)
        #expect(store.state.scep.isEmpty)
        #expect(store.state.store(StoreLocation(.device, .my)).entries.isEmpty)
        #expect(keyFiles.isEmpty)
    }

    @Test mutating func `CertThumbprint is empty once the certificate has expired or lost its key`()
        async throws
    {
        _ = try agent.exec(server)
        try await run()
        let thumbprint = try #require(try agent.result().thumbprint)
        #expect(!thumbprint.isEmpty)
        agent.context.now = now.adding(seconds: 31 * 86_400)
        #expect(try agent.result().thumbprint?.isEmpty == true)
        agent.context.now = now
        #expect(try agent.result().thumbprint == thumbprint)
        try files.remove("device/my/\(thumbprint).key")
        #expect(try agent.result().thumbprint?.isEmpty == true)
        #expect(try agent.result().status == "1")
    }

    @Test mutating func `a second enrolment replaces the first, and a failed one leaves it`() async throws {
        _ = try agent.exec(server)
        try await run()
        let first = try #require(try agent.result().thumbprint)
        server.decide(.refuse(.badRequest))
        _ = try agent.exec(server)
        try await run()
        #expect(try agent.result().status == "16")
        #expect(try agent.result().thumbprint == first)
        _ = try agent.exec(server)
        try await run()
        let second = try #require(try agent.result().thumbprint)
        #expect(second != first)
        #expect(keyFiles == ["device/my/\(second).key"])
    }

    @Test mutating func `device and user enrol side by side`() async throws {
        _ = try agent.exec(server)
        _ = try agent.exec(server, isUser: true)
        try await run()
        #expect(keyFiles.count == 2)
        #expect(keyFiles.contains { $0.hasPrefix("users/alice/my/") })
    }

    @Test mutating func `the published example is taken and ends with the thumbprint that cannot match`() async throws {
        let body = try SyncBody(parsingExample: try fixture("scep-example.xml"))
        let answer = try agent.send(body.commands)
        #expect(answer.commandCodes == [UInt16](repeating: 200, count: 17))
        // The host is replaced; the thumbprint is looked at before anything of the order is done.
        try await run(try SCEPTestServer(prefix: "http://constoso.com/"))
        #expect(try agent.result("example-1").status == "16")
        #expect(try agent.result("example-1").error == HResult.hashMismatch.decimal)
    }
}

/// Does something when a message goes out, and then passes it on.
final class LosingTransport: AgentTransport, @unchecked Sendable {
    // Set before the only task that uses it begins.
    private var action: () -> Void = {}
    private let server: SCEPTestServer

    init(_ server: SCEPTestServer) { self.server = server }

    func onOperation(_ action: @escaping () -> Void) { self.action = action }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        if request.method == "POST" { action() }
        return try await server.send(request)
    }
}

/// Holds files that a closure makes.
final class MemoryFilesBox {
    var files: MemoryFiles?
}
