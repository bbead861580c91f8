// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightAgent
import Testing

@Suite("ClientCertificateInstall: SCEP servers with habits of their own")
struct SCEPServerHabitTests {
    let files = MemoryFiles()
    var agent: TestAgent

    init() throws { agent = try TestAgent(files) }

    private func run(_ transport: any AgentTransport, after seconds: Int64 = 0) async throws {
        let enroller = agent.enroller(transport)
        let moment = TestAgent.now.adding(seconds: seconds)
        for installation in enroller.due(at: moment) { try await enroller.run(installation, at: moment) }
    }

    private var reason: String? { StatusReport(agent.store.state, at: TestAgent.now).installations.first?.reason }

    @Test mutating func `a server that does not announce POST is asked by GET, after a restart too`() async throws {
        let server = try SCEPTestServer(capabilities: "AES\nSHA-256\n", onlyMethod: "GET")
        server.decide(.pend)
        _ = try agent.exec(server)
        try await run(server)
        #expect(try agent.result().status == "2")
        agent = try TestAgent(files)
        try await run(server, after: 300)
        #expect(try agent.result().status == "1")
        #expect(server.operations.isEmpty, "nothing by POST")
    }

    @Test mutating func `a server that announces POST and does not allow it is asked by GET`() async throws {
        let server = try SCEPTestServer(onlyMethod: "GET")
        _ = try agent.exec(server)
        try await run(server)
        #expect(try agent.result().status == "1")
        #expect(server.operations.count == 1)
    }

    @Test mutating func `a server that takes POST alone and does not announce it is asked so too`() async throws {
        let server = try SCEPTestServer(capabilities: "AES\nSHA-256\n", onlyMethod: "POST")
        _ = try agent.exec(server)
        try await run(server)
        #expect(try agent.result().status == "1")
    }

    @Test mutating func `an answer that got lost is asked for once more, with the same message`() async throws {
        let server = try SCEPTestServer()
        server.lose(1)
        _ = try agent.exec(server)
        try await run(server)
        #expect(try agent.result().status == "1")
        #expect(server.operations.count == 2)
        #expect(Set(server.operations.map(\.body)).count == 1)
    }

    @Test mutating func `a server that loses every answer is given up, and another one asked`() async throws {
        let server = try SCEPTestServer()
        server.lose(2)
        _ = try agent.exec(server, changing: ["ServerURL": "http://scep.example/a;http://scep.example/b"])
        try await run(server)
        #expect(try agent.result().status == "1")
        #expect(try agent.result().url == "http://scep.example/b/pkiclient.exe")
        #expect(server.operations.count == 3)
    }

    @Test(arguments: ["GetCACaps", "GetCACert", "PKIOperation"], [503, 429])
    mutating func `a server that is busy for now is asked again after RetryDelay`(
        operation: String, status: Int
    ) async throws {
        let server = try SCEPTestServer()
        _ = try agent.exec(server, changing: ["RetryCount": "2", "RetryDelay": "2"])
        let busy = BusyTransport(server, at: operation, status: status)
        try await run(busy)
        #expect(try agent.result().status == "32")
        #expect(agent.store.state.alerts.isEmpty)
        #expect(agent.enroller(busy).nextDue == TestAgent.now.adding(seconds: 120))
        agent = try TestAgent(files)
        try await run(busy, after: 120)
        #expect(try agent.result().status == "32")
        try await run(server, after: 240)
        #expect(try agent.result().status == "1")
        #expect(server.issued.count == 1)
    }

    @Test(arguments: [("0", 503, 0), ("2", 503, 2), ("2", 500, 0)])
    mutating func `a server that stays busy is given up after RetryCount tries, one that fails at once`(
        count: String, status: Int, tries: Int
    ) async throws {
        let server = try SCEPTestServer()
        _ = try agent.exec(server, changing: ["RetryCount": count, "RetryDelay": "1"])
        let busy = BusyTransport(server, at: "GetCACert", status: status)
        try await run(busy)
        for number in 0..<Int64(tries) {
            #expect(try agent.result().status == "32")
            try await run(busy, after: 60 * (number + 1))
        }
        #expect(try agent.result().status == "16")
        #expect(try agent.result().error == HResult.http(status).decimal)
    }

    @Test mutating func `a busy server that may have the request is asked for it, else all begins anew`() async throws {
        let server = try SCEPTestServer()
        let servers = ["ServerURL": "http://scep.example/a;http://scep.example/b"]
        _ = try agent.exec(server, changing: servers)
        try await run(BusyTransport(server, at: "b/pkiclient.exe?operation=PKIOperation", status: 503, others: 500))
        #expect(agent.store.state.scep.count == 1)
        try await run(server, after: 300)
        #expect(try agent.result().url == "http://scep.example/b/pkiclient.exe")
        _ = try agent.exec(server, changing: servers)
        try await run(BusyTransport(server, at: "a/pkiclient.exe?operation=GetCACaps", status: 503, others: 500))
        try await run(server, after: 300)
        #expect(try agent.result().status == "1")
        #expect(try agent.result().url == "http://scep.example/a/pkiclient.exe")
    }

    @Test mutating func `of two servers the one that is not busy is taken at once`() async throws {
        let server = try SCEPTestServer()
        _ = try agent.exec(server, changing: ["ServerURL": "http://scep.example/a;http://scep.example/b"])
        try await run(BusyTransport(server, at: "a/pkiclient.exe?operation=GetCACaps", status: 503))
        #expect(try agent.result().status == "1")
        #expect(try agent.result().url == "http://scep.example/b/pkiclient.exe")
    }

    @Test mutating func `an agent that is told to end meanwhile goes on at its next start`() async throws {
        let server = try SCEPTestServer()
        server.decide(.pend)
        _ = try agent.exec(server, changing: ["RetryCount": "1"])
        for operation in ["GetCACaps", "GetCACert", "PKIOperation"] {
            try await run(EndingTransport(server, at: operation))
            #expect(try agent.result().status == "32")
            #expect(agent.store.state.alerts.isEmpty)
            agent = try TestAgent(files)
        }
        try await run(server)
        #expect(try agent.result().status == "2")
        // The poll did not take place, so it does not count.
        try await run(EndingTransport(server, at: "PKIOperation"), after: 300)
        agent = try TestAgent(files)
        try await run(server, after: 300)
        #expect(try agent.result().status == "1")
    }

    @Test(arguments: [
        (TransportFailure.Kind.address, HResult.nameNotResolved), (.unresolved, .nameNotResolved),
        (.unreachable, .cannotConnect), (.answerLost, .cannotConnect), (.notTrusted, .cannotConnect),
        (.invalidResponse, .invalidServerResponse),
    ])
    mutating func `what the network says is told on, with its words`(
        kind: TransportFailure.Kind, expected: HResult
    ) async throws {
        _ = try agent.exec(try SCEPTestServer())
        try await run(FailingTransport(failure: TransportFailure(kind, code: "test.network", reason: "why")))
        #expect(try agent.result().error == expected.decimal)
        #expect(reason == "why")
    }

    @Test mutating func `why an enrolment failed is told in words, and no more once it succeeds`() async throws {
        let server = try SCEPTestServer()
        server.decide(.refuse(.badRequest))
        _ = try agent.exec(server)
        try await run(server)
        #expect(reason == "the server refused: badRequest (refused by the test)")
        _ = try agent.exec(server, changing: ["CAThumbprint": String(repeating: "A", count: 40)])
        try await run(server)
        #expect(reason == "no certificate of GetCACert has the CAThumbprint")
        _ = try agent.exec(server, changing: ["ServerURL": "http://a.example/"])
        try await run(server)
        #expect(reason == "the server does not answer")
        _ = try agent.exec(server)
        try await run(server)
        #expect(try agent.result().status == "1")
        #expect(reason == nil)
    }
}

/// A network on which nothing works.
private struct FailingTransport: AgentTransport {
    let failure: TransportFailure

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse { throw failure }
}

/// A server that answers one operation with an HTTP status, and perhaps the messages elsewhere with another.
private struct BusyTransport: AgentTransport {
    private let server: SCEPTestServer
    private let operation: String
    private let status: Int
    private let others: Int?

    init(_ server: SCEPTestServer, at operation: String, status: Int, others: Int? = nil) {
        self.server = server
        self.operation = operation
        self.status = status
        self.others = others
    }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        if request.url.contains(operation) { return AgentResponse(status: status) }
        if let others, request.url.contains("PKIOperation") { return AgentResponse(status: others) }
        return try await server.send(request)
    }
}

/// A transport of a process that is told to end during an operation.
private struct EndingTransport: AgentTransport {
    private let server: SCEPTestServer
    private let operation: String

    init(_ server: SCEPTestServer, at operation: String) {
        self.server = server
        self.operation = operation
    }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        guard !request.url.contains(operation) else { throw .stopped }
        return try await server.send(request)
    }
}
