// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Certificates over a management session: what is proved, and by whom")
struct CertificateDeliveryTests {
    @Test(arguments: SyncMLForm.allCases)
    func `an ordered certificate is delivered, requested, issued and shown`(form: SyncMLForm) async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench, as: form)
        let ordered = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7,O=Example", keyProtection: .software),
            for: bench.device.id, by: "test")
        #expect(ordered.stage == .ordered)

        try await agent.run()
        let delivered = try await bench.management.reconcile(ordered.id)
        #expect(delivered.deliveredAt != nil && delivered.stage == .issued)

        let messages = try await agent.run(trigger: .serverInitiated)
        let installed = try await bench.installation("wifi")
        #expect(installed.stage == .installed, "\(installed) \(messages)")
        let issued = try #require(installed.credential)
        let credential = try #require(try await bench.bench.store.credential(issued))
        #expect(installed.thumbprint == Hex.encode(DigestAlgorithm.sha1.hash(credential.certificate)))
        #expect(credential.subject == "CN=laptop-7,O=Example" && credential.device == bench.device.id)
        #expect(installed.renewAt != nil)
        #expect(agent.store.state.store(StoreLocation(.device, .my)).certificates.count == 2)
    }

    @Test func `the challenge is sealed in the queue and erased when the device has it`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        _ = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        let waiting = try #require(try await bench.commands.first { $0.kind == .scep })
        #expect(!String(decoding: waiting.payload, as: UTF8.self).contains("SubjectName"))
        try await agent.run()
        let done = try #require(try await bench.commands.first { $0.kind == .scep })
        #expect(done.state == .succeeded && done.payload.isEmpty)
        let messages = try await bench.bench.store.messages(of: bench.device.id, session: nil, limit: 200)
        let order = try #require(messages.first { String(decoding: $0.octets, as: UTF8.self).contains("Enroll") })
        let text = String(decoding: order.octets, as: UTF8.self)
        #expect(text.contains("Install/Challenge</LocURI>") && text.contains("<Data>***</Data>"))
    }

    @Test func `an order that cannot be sent leaves no challenge behind`() async throws {
        let bench = try await ManagementBench()
        let before = try await bench.bench.usableChallenges
        for uniqueID in ["a/b", "..", String(repeating: "a", count: 65)] {
            await #expect(throws: OMADMOrderError.self) {
                try await bench.orders.order(
                    OMADMCertificateOrder(uniqueID: uniqueID, subject: "CN=laptop-7"), for: bench.device.id, by: "test")
            }
        }
        #expect(try await bench.bench.usableChallenges == before)
    }

    @Test func `a renewal is the next generation below the same name`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let order = OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        try await agent.run()
        let first = try await bench.installation("wifi")
        try #require(first.stage == .installed)

        bench.bench.clock.set(try #require(first.renewAt))
        #expect(try await bench.management.renewalsDue(limit: 10).map(\.id) == [first.id])
        _ = try await bench.orders.renew(first, by: "system")
        #expect(try await bench.management.renewalsDue(limit: 10).isEmpty)
        try await agent.run()
        try await agent.run()
        let second = try await bench.installation("wifi")
        #expect(second.generation == 2 && second.stage == .installed, "\(second)")
        #expect(second.credential != first.credential && second.thumbprint != first.thumbprint)
        #expect(agent.store.state.store(StoreLocation(.device, .my)).certificates.count == 2)
    }

    @Test func `an enrolment that counts as failed is asked for when the device tells of its end`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let ordered = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        try await agent.run()
        let failed = try await bench.giveUp(ordered, because: "the device answered 516")
        try #require(failed.stage == .failed)
        try await agent.run()
        let installed = try await bench.installation("wifi")
        #expect(installed.stage == .installed && installed.reason == nil, "\(installed)")
    }

    @Test(arguments: [
        nil, "./Vendor/MSFT/ClientCertificateInstall/SCEP/wifi",
        "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi/Install/Enroll", "{5a0cf27c}",
    ])
    func `whatever the alert names beside its type, the nodes are asked for`(source: String?) async throws {
        let bench = try await ManagementBench()
        let ordered = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        for command in try await bench.commands { try await bench.management.cancel(command.id, by: "test") }
        try await bench.giveUp(ordered, because: "the device answered 516")
        let item = Item(
            source: source.map { Location($0) }, meta: Meta(format: .int, type: DeviceAlert.scepResult),
            data: .text("1"))
        let asked = try await asked(
            in: "1", of: bench, [.alert(Command.Alert(cmdID: "2", code: .genericAlert, items: [item]))])
        #expect(asked.contains { $0.hasSuffix("/ClientCertificateInstall/SCEP/wifi/Status") }, "\(asked)")
    }

    /// The nodes that the server names to a device that begins a session.
    private func asked(
        in sessionID: String, of bench: ManagementBench, _ more: [Command] = []
    ) async throws -> [String] {
        let hdr = SyncHdr(
            sessionID: sessionID, msgID: "1", target: Location("https://mdm.example.com"),
            source: Location(ManagementBench.deviceID))
        let begin = Command.alert(Command.Alert(cmdID: "1", code: .clientInitiated))
        let answer = try await bench.send(SyncML(hdr: hdr, body: SyncBody(commands: [begin] + more, isFinal: true)))
        return answer.body.commands.flatMap(\.items).compactMap { $0.target?.locURI }
    }

    @Test func `an order that was given up is asked for once the authority has its request`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let ordered = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software),
            for: bench.device.id, by: "test")
        try await bench.giveUp(ordered, because: "it was taken back")
        try await agent.run()
        try #require(try await bench.installation("wifi").stage == .failed)
        let asked = try await asked(in: "91", of: bench)
        #expect(asked.contains { $0.hasSuffix("/ClientCertificateInstall/SCEP/wifi/Status") }, "\(asked)")
        let current = try await bench.installation("wifi")
        #expect(current.stage == .issued && current.reason == nil, "\(current)")
    }

    @Test func `settings are not changed while an enrolment is under way`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let order = OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.order(order, for: bench.device.id, by: "test")
        }
    }

    @Test func `an order that the device has not seen is replaced by the one behind it`() async throws {
        let bench = try await ManagementBench()
        var order = OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        order.subject = "CN=laptop-8"
        let second = try await bench.orders.order(order, for: bench.device.id, by: "test")
        #expect(second.generation == 2)
        let waiting = try await bench.commands.filter { $0.kind == .scep }
        #expect(waiting.map(\.state) == [.cancelled, .queued])
        // The device knows no node that could be replaced.
        var agent = try ManagedAgent(bench)
        try await agent.run()
        let messages = try await bench.bench.store.messages(of: bench.device.id, session: nil, limit: 200)
        let told = messages.map { String(decoding: $0.octets, as: UTF8.self) }.joined()
        #expect(told.contains("ClientCertificateInstall/SCEP/wifi</LocURI></Target></Item></Delete>"))
        #expect(try await bench.installation("wifi").subject == "CN=laptop-8")
    }

    @Test func `what is ordered anew is what later generations are ordered by`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        var order = OMADMCertificateOrder(
            uniqueID: "wifi", subject: "CN=laptop-7", names: ["DNS:laptop-7.example.org"], keyProtection: .software)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        try await agent.run()
        try #require(try await bench.installation("wifi").stage == .installed)

        order.subject = "CN=laptop-8"
        order.names = []
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        try await agent.run()
        let second = try await bench.installation("wifi")
        #expect(second.stage == .installed && second.subject == "CN=laptop-8", "\(second)")
        let third = try await bench.orders.renew(second, by: "system")
        #expect(third.subject == "CN=laptop-8" && third.specification == second.specification)
        try await agent.run()
        try await agent.run()
        let issued = try #require(try await bench.installation("wifi").credential)
        #expect(try await bench.bench.store.credential(issued)?.subject == "CN=laptop-8")
    }

    @Test func `a PFX is installed in the session that brings it`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let key = try TestKeys.shared.key(.rsa2048, 44)
        let leaf = try await bench.bench.enrolled("CN=mail", key: key)
        let pfx = try PFXFixture.make(leaf, key, password: "correct horse")
        let ordered = try await bench.orders.order(
            OMADMPFXOrder(pfx: pfx, password: Secret("correct horse")), for: bench.device.id, by: "test")
        #expect(ordered.stage == .ordered && ordered.issuedAt != nil)
        try await agent.run()
        let installed = try await bench.installation(ordered.uniqueID, .pfx)
        #expect(installed.stage == .installed, "\(installed)")
        #expect(installed.thumbprint == Hex.encode(DigestAlgorithm.sha1.hash(leaf.encoded)))
        let command = try #require(try await bench.commands.first { $0.kind == .pfx })
        #expect(command.payload.isEmpty)
    }

    @Test func `a PFX that its password does not open is refused before it waits for a device`() async throws {
        let bench = try await ManagementBench()
        let key = try TestKeys.shared.key(.rsa2048, 44)
        let leaf = try await bench.bench.enrolled("CN=mail", key: key)
        let pfx = try PFXFixture.make(leaf, key, password: "right")
        await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.order(
                OMADMPFXOrder(pfx: pfx, password: Secret("wrong")), for: bench.device.id, by: "test")
        }
        #expect(try await bench.commands.isEmpty)
    }
}
