// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCore
import SealwrightTesting
import Testing

/// The agent as the device that gets the published example messages, with its SCEP client at the bench's endpoint.
struct SeedDevice {
    /// The host that stands in for the one of the example.
    static let host = "http://ca.example.com:8080/"
    /// The challenge of the first example.
    static let challenge = "1234CB055B7EBF384A9486A22B7559A5"
    /// The CAThumbprint of the first example, 32 digits where a SHA-1 has 40.
    static let thumbprint = "12345087E648875D1DF5D9F9FF89DD10"

    let bench: Workbench
    let store: AgentStore
    let transport: RecordingTransport
    let log = AgentLog()
    private let folder: TemporaryFolder
    private var policy: AgentPolicy
    private var session: DeviceSession
    private var msgID = 0

    init(_ bench: Workbench, _ change: (inout AgentPolicy) -> Void = { _ in }) throws {
        self.bench = bench
        folder = try TemporaryFolder()
        store = try AgentStore(files: try FolderFiles(path: folder.path("agent")), log: log.logger)
        transport = RecordingTransport(bench)
        policy = AgentPolicy()
        change(&policy)
        let context = ManagementContext(
            policy: policy, user: "alice", server: "server", now: bench.clock.now, pool: LabKeys.pool)
        session = DeviceSession(store: store, context: context, sessionID: "1", device: "device", server: "server")
    }

    /// What a device answers to commands: the statuses in order without that of the header, and the data of Results.
    struct Answer {
        var codes: [UInt16] = []
        var data: [String] = []
    }

    /// The answer to commands.
    mutating func send(_ commands: [Command]) throws -> Answer {
        msgID += 1
        let hdr = SyncHdr(
            sessionID: "1", msgID: String(msgID), target: Location("device"), source: Location("server"))
        let reply = session.answer(to: SyncML(hdr: hdr, body: SyncBody(commands: commands)))
        var answer = Answer()
        for command in try #require(reply).body.commands {
            if case .status(let status) = command, status.cmdRef != "0" { answer.codes.append(status.code.rawValue) }
            if case .results(let results) = command { answer.data += results.items.map { $0.data?.text ?? "" } }
        }
        return answer
    }

    /// The value of a node below ClientCertificateInstall.
    mutating func value(_ path: String, isUser: Bool = false) throws -> String? {
        let item = Item(target: Location(Self.uri(path, isUser: isUser)))
        return try send([.get(Command.Get(cmdID: "get", items: [item]))]).data.first
    }

    /// Carries out the enrolments that were started.
    func enroll() async throws {
        let now = bench.clock.now
        let enroller = SCEPEnroller(store: store, transport: transport, policy: policy, pool: LabKeys.pool)
        for installation in enroller.due(at: now) { try await enroller.run(installation, at: now) }
    }

    static func uri(_ path: String, isUser: Bool) -> String {
        "./\(isUser ? "User" : "Device")/Vendor/MSFT/ClientCertificateInstall/\(path)"
    }
}

/// The two example messages of Microsoft's page; the README beside each file tells what it is.
enum SeedExample {
    /// An example as it was published.
    static func published(_ name: String) throws -> String {
        try text("Tests/OMADMTests/Fixtures/syncml/seed-\(name)-example.xml")
    }

    /// An example repaired in syntax.
    static func repaired(_ name: String) throws -> String {
        try text("Tests/SealwrightAgentTests/Fixtures/\(name)-example.xml")
    }

    /// The commands of an example.
    static func commands(_ text: String) throws -> [Command] {
        try SyncBody(parsingExample: Array(text.utf8)).commands
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Repository.octets(path), as: UTF8.self)
    }
}
