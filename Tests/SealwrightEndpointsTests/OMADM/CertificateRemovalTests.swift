// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Certificates that are taken off a device again")
struct CertificateRemovalTests {
    private let order = OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software)

    /// A bench whose device has a certificate, and the device.
    private func installed() async throws -> (bench: ManagementBench, agent: ManagedAgent) {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        try await agent.run()
        try #require(try await bench.installation("wifi").stage == .installed)
        return (bench, agent)
    }

    @Test func `a removed certificate is off the device, revoked, and not ordered anew by itself`() async throws {
        let (bench, device) = try await installed()
        var agent = device
        let before = try await bench.installation("wifi")
        let issued = try #require(before.credential)
        let command = try await bench.orders.remove(before, by: "test")
        #expect(command.kind == .removal && command.installation == before.id)
        // Nothing has happened yet, and no renewal comes in between.
        #expect(try await bench.installation("wifi").stage == .installed)
        #expect(try await bench.bench.store.credential(issued)?.revocation == nil)
        bench.bench.clock.set(try #require(before.renewAt))
        #expect(try await bench.orders.renew(before, by: "system").generation == 1)

        try await agent.run()
        let removed = try await bench.installation("wifi")
        #expect(removed.stage == .removed && removed.renewAt == nil, "\(removed)")
        #expect(try await bench.bench.store.credential(issued)?.revocation?.reason == .cessationOfOperation)
        #expect(agent.store.state.store(StoreLocation(.device, .my)).certificates.count == 1)
        bench.bench.clock.advance(by: 86_400)
        try await agent.run()
        #expect(try await bench.installation("wifi").stage == .removed)

        let again = try await bench.orders.order(order, for: bench.device.id, by: "test")
        #expect(again.generation == 2 && again.stage == .ordered)
        try await agent.run()
        try await agent.run()
        #expect(try await bench.installation("wifi").stage == .installed)
    }

    @Test func `a removal takes back the order that waits, and a later order takes back the removal`() async throws {
        let bench = try await ManagementBench()
        let ordered = try await bench.orders.order(order, for: bench.device.id, by: "test")
        let removal = try await bench.orders.remove(ordered, by: "test")
        #expect(try await bench.commands.first { $0.kind == .scep }?.state == .cancelled)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        #expect(try await bench.bench.store.command(removal.id)?.state == .cancelled)
        #expect(try await bench.installation("wifi").stage == .ordered)
    }

    @Test func `what is being enrolled for is not removed, and what is being removed is not ordered`() async throws {
        let (bench, device) = try await installed()
        var agent = device
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        let underway = try await bench.installation("wifi")
        try #require(!underway.stage.isSettled)
        let tooEarly = await #expect(throws: OMADMOrderError.self) {
            _ = try await bench.orders.remove(underway, by: "test")
        }
        #expect(tooEarly?.code == "windows.order-invalid")
        try await agent.run()

        let removal = try await bench.orders.remove(try await bench.installation("wifi"), by: "test")
        let hdr = SyncHdr(
            sessionID: "77", msgID: "1", target: Location("https://mdm.example.com"),
            source: Location(ManagementBench.deviceID))
        let begin = [Command.alert(Command.Alert(cmdID: "1", code: .clientInitiated))]
        _ = try await bench.send(SyncML(hdr: hdr, body: SyncBody(commands: begin)))
        try #require(try await bench.bench.store.command(removal.id)?.state == .sent)
        let tooLate = await #expect(throws: OMADMOrderError.self) {
            _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        }
        #expect(tooLate?.description.contains(removal.id.rawValue) == true)
    }

    @Test func `a certificate that was sent with its key is removed, and stays in force`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let key = try LabKeys.device(8)
        let leaf = try await bench.bench.enrolled("CN=mail", key: key)
        let pfx = try PFXFixture.make(leaf, key, password: "secret")
        _ = try await bench.orders.order(
            OMADMPFXOrder(uniqueID: "mail", pfx: pfx, password: Secret("secret")), for: bench.device.id, by: "test")
        try await agent.run()
        try #require(try await bench.installation("mail", .pfx).stage == .installed)
        _ = try await bench.orders.remove(try await bench.installation("mail", .pfx), by: "test")
        try await agent.run()
        #expect(try await bench.installation("mail", .pfx).stage == .removed)
        #expect(try await bench.bench.store.credential(serial: leaf.serialNumber)?.revocation == nil)
    }

    @Test(arguments: [
        "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi", "./Vendor/MSFT/ClientCertificateInstall/SCEP/WIFI",
    ])
    func `what somebody's own commands took away is not told as installed any more`(locURI: String) async throws {
        let (bench, device) = try await installed()
        var agent = device
        let delete = Command.delete(Command.Delete(cmdID: "1", items: [Item(target: Location(locURI))]))
        _ = try await bench.orders.apply([delete], title: "by hand", for: bench.device.id, by: "test")
        try await agent.run()
        let gone = try await bench.installation("wifi")
        #expect(gone.stage == .failed && gone.renewAt == nil, "\(gone)")
        #expect(gone.reason == "the device has nothing under this name any more")
    }
}
