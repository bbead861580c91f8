// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCore
import SealwrightTesting
import Testing

/// A managed device to which an order comes otherwise than it was given: one value of it is exchanged on the way.
struct TamperedAgent {
    /// The node below Install whose value is exchanged, and the value it gets; `nil` leaves the order alone.
    struct Change: Sendable {
        let node: String
        let value: String
    }

    let bench: ManagementBench
    let transport: RecordingTransport
    private let store: AgentStore
    private let policy: AgentPolicy
    private let change: Change?
    private var sessionID = 0

    init(_ bench: ManagementBench, changing change: Change?) throws {
        self.bench = bench
        self.change = change
        transport = RecordingTransport(bench.bench)
        store = try AgentStore(files: try FolderFiles(path: bench.folder.path("tampered")))
        try store.setManagementCertificate(bench.certificate.encoded, key: LabKeys.device(7).material())
        var policy = AgentPolicy()
        policy.allowsLegacy = true
        policy.facts = ["DevInfo/DevId": ManagementBench.deviceID, "DevInfo/DmV": "1.3"]
        self.policy = policy
    }

    /// One whole session.
    mutating func converse() async throws {
        sessionID += 1
        let context = ManagementContext(
            policy: policy, server: "https://mdm.example.com:8444/ManagementServer/MDM.svc",
            now: bench.bench.clock.now, pool: LabKeys.pool)
        var session = DeviceSession(
            store: store, context: context, sessionID: String(sessionID), device: ManagementBench.deviceID,
            server: context.server)
        var message: SyncML? = session.firstMessage(trigger: .clientInitiated)
        var count = 0
        while let next = message, count < 50 {
            message = session.answer(to: try changed(try await bench.send(next)))
            count += 1
        }
    }

    /// The enrolments that a session led to.
    func enroll() async throws {
        let now = bench.bench.clock.now
        let enroller = SCEPEnroller(store: store, transport: transport, policy: policy, pool: LabKeys.pool)
        for installation in enroller.due(at: now) { try await enroller.run(installation, at: now) }
    }

    private func changed(_ message: SyncML) throws -> SyncML {
        guard let change else { return message }
        let text = String(decoding: try message.serialize(), as: UTF8.self)
        guard let node = text.firstRange(of: "/Install/\(change.node)</LocURI>"),
            let start = text[node.upperBound...].firstRange(of: "<Data>"),
            let end = text[start.upperBound...].firstRange(of: "</Data>")
        else { return message }
        let changed = text[..<start.upperBound] + change.value + text[end.lowerBound...]
        return try SyncML(parsing: Array(changed.utf8))
    }
}
