// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP
import SealwrightAgent
import Testing

@Suite("ClientCertificateInstall: KeyProtection 4")
struct ContainerEnrollmentTests {
    let server: SCEPTestServer
    let files = MemoryFiles()
    var agent: TestAgent
    let one = InstallationID(scope: .device, kind: .scep, uniqueID: "one")
    let settings: [String: String?] = ["KeyProtection": "4", "ContainerName": TestContainer.name]

    init() throws {
        server = try SCEPTestServer()
        try TestContainer.provision(files)
        agent = try TestAgent(files)
    }

    private var now: Timestamp { TestAgent.now }
    private var keyFiles: [String] { files.nodes.keys.filter { $0.hasSuffix(".key") }.sorted() }

    private mutating func exec(changing values: [String: String?] = [:]) throws {
        try #require(try agent.exec(server, changing: settings.merging(values) { $1 }).code("atomic") == 200)
    }

    @Test mutating func `a request is signed, answered and installed without a PIN, and its key is sealed`()
        async throws
    {
        try exec()
        try await agent.enroller(server).run(one, at: now)
        #expect(try agent.result().status == "1")
        let thumbprint = try #require(try agent.result().thumbprint)
        #expect(keyFiles == ["device/my/\(thumbprint).key"])
        let entries = agent.store.state.store(StoreLocation(.device, .my)).entries
        #expect(entries.values.map(\.container) == [TestContainer.name])
        let contents = try TestContainer.contents(agent, files)
        let key = try #require(contents.keys["\(thumbprint).key"])
        let issued = try CertificateView(parsing: try #require(server.issued.first))
        #expect(try key.publicKey() == issued.publicKey)
        #expect(KeyHunt(key).findings(in: files).isEmpty)
    }

    @Test mutating func `SHA-256 is the digest, whatever else is offered`() async throws {
        try exec()
        try await agent.enroller(server).run(one, at: now)
        let message = try SignedData(parsing: try #require(server.operations.first?.body))
        #expect(message.signerInfos.map(\.digestAlgorithm.oid) == [.sha256])
    }

    @Test(arguments: [
        ("ContainerName", "", HResult.invalidParameter), ("ContainerName", "other", .containerNotFound),
        ("KeyLength", "1024", .notSupported), ("KeyLength", "4096", .notSupported),
        ("HashAlgorithm", "SHA-1", .badAlgorithm), ("HashAlgorithm", "SHA-384", .badAlgorithm),
    ])
    mutating func `what a container does not take ends with its reason, without a key left`(
        node: String, value: String, result: HResult
    ) async throws {
        try exec(changing: [node: value])
        try await agent.enroller(server).run(one, at: now)
        #expect(try agent.result().status == "16")
        #expect(try agent.result().error == result.decimal)
        #expect(keyFiles.isEmpty)
        #expect(server.operations.isEmpty)
    }

    @Test mutating func `a pending request goes on while the agent runs`() async throws {
        server.decide(.pend)
        try exec()
        let enroller = agent.enroller(server)
        try await enroller.run(one, at: now)
        #expect(try agent.result().status == "2")
        #expect(keyFiles.count == 1)
        try await enroller.run(one, at: now.adding(seconds: 300))
        #expect(try agent.result().status == "1")
    }

    @Test mutating func `after a restart a pending request waits for the PIN, and loses no poll by that`() async throws
    {
        server.decide(.pend)
        try exec(changing: ["RetryCount": "1"])
        try await agent.enroller(server).run(one, at: now)
        agent = try TestAgent(files)
        let (runtime, reference) = (MemoryFiles(), try TestContainer.reference())
        let unlocked = UnlockedKeys(files: runtime)
        let enroller = SCEPEnroller(
            store: agent.store, transport: server, policy: agent.context.policy, pool: TestAgent.pool,
            unlocked: unlocked)
        for seconds in [Int64(300), 600, 900] {
            try await enroller.run(one, at: now.adding(seconds: seconds))
            #expect(try agent.result().status == "2")
            #expect(enroller.nextDue == now.adding(seconds: seconds + 300))
        }
        #expect(server.operations.count == 1)
        let contents = try TestContainer.contents(agent, files)
        #expect(contents.keys.keys.allSatisfy { $0.hasPrefix("pending-") })
        #expect(KeyHunt(try #require(contents.keys.values.first)).findings(in: files).isEmpty)
        try unlocked.open(.init(container: reference, expires: now.adding(seconds: 3_600)), keys: contents.keys)
        try await enroller.run(one, at: now.adding(seconds: 1_200))
        #expect(try agent.result().status == "1")
    }

    @Test mutating func `a container that goes while a request is pending ends it`() async throws {
        server.decide(.pend)
        try exec()
        let enroller = agent.enroller(server)
        try await enroller.run(one, at: now)
        try TestContainer.containers(files).remove(TestContainer.reference())
        try await enroller.run(one, at: now.adding(seconds: 300))
        #expect(try agent.result().error == HResult.containerNotFound.decimal)
        #expect(keyFiles.isEmpty)
    }

    @Test mutating func `Delete removes a sealed key that waits for its certificate`() async throws {
        server.decide(.pend)
        try exec()
        try await agent.enroller(server).run(one, at: now)
        #expect(keyFiles.count == 1)
        _ = try agent.send([.delete("d", "SCEP/one")])
        #expect(keyFiles.isEmpty)
    }
}
