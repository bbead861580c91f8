// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Devices that were set up anew, and certificates that were taken away on them")
struct SetUpAnewTests {
    private let order = OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7", keyProtection: .software)

    /// A bench whose device has a certificate.
    private func installed() async throws -> ManagementBench {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await agent.run()
        try await agent.run()
        try #require(try await bench.installation("wifi").stage == .installed)
        return bench
    }

    private func first(_ sessionID: String) throws -> [UInt8] {
        let hdr = SyncHdr(
            sessionID: sessionID, msgID: "1", target: Location("https://mdm.example.com"),
            source: Location(ManagementBench.deviceID))
        return try SyncML(
            hdr: hdr, body: SyncBody(commands: [.alert(Command.Alert(cmdID: "1", code: .clientInitiated))])
        ).serialize()
    }

    private func headerStatus(_ reply: EndpointReply) throws -> StatusCode? {
        for case .status(let status) in try SyncML(parsing: reply.octets).body.commands where status.cmdRef == "0" {
            return status.code
        }
        return nil
    }

    @Test func `a certificate that a device has no more is not told as installed, and can be ordered again`()
        async throws
    {
        let bench = try await installed()
        bench.bench.clock.advance(by: 86_400)
        var emptied = try ManagedAgent(bench, folder: "emptied")
        try await emptied.run()
        let gone = try await bench.installation("wifi")
        #expect(gone.stage == .failed && gone.renewAt == nil, "\(gone)")
        #expect(gone.reason == "the device has nothing under this name any more")

        _ = try await bench.orders.order(order, for: bench.device.id, by: "test")
        try await emptied.run()
        try await emptied.run()
        let again = try await bench.installation("wifi")
        #expect(again.stage == .installed && again.generation == 2, "\(again)")
    }

    @Test func `a device that enrolled anew is asked in its first session what it still has`() async throws {
        let bench = try await installed()
        bench.bench.clock.advance(by: 60)
        let certificate = try await bench.bench.enrolled("CN=\(ManagementBench.deviceID)", key: LabKeys.device(8))
        try await ManagementBench.manage(certificate, bench.bench)
        bench.bench.clock.advance(by: 60)
        let reply = await bench.post(try first("31"), certificate: certificate)
        #expect(String(decoding: reply.octets, as: UTF8.self).contains("/SCEP/wifi/CertThumbprint"))
    }

    @Test func `with the certificate of a later enrolment seen, the one before is revoked`() async throws {
        let bench = try await installed()
        let store = bench.bench.store
        bench.bench.clock.advance(by: 60)
        let certificate = try await bench.bench.enrolled("CN=\(ManagementBench.deviceID)", key: LabKeys.device(8))
        try await ManagementBench.manage(certificate, bench.bench)
        bench.bench.clock.advance(by: 60)
        // Until then the answer to the enrolment may have been lost, and the device may have the old one alone.
        #expect(try await store.credential(serial: bench.certificate.serialNumber)?.revocation == nil)
        #expect(try headerStatus(await bench.post(try first("31"), certificate: certificate)) == .ok)
        let before = try #require(try await store.credential(serial: bench.certificate.serialNumber))
        #expect(before.revocation?.reason == .superseded)
        let refused = await bench.post(try first("32"), certificate: bench.certificate)
        #expect(try headerStatus(refused) == .invalidCredentials)
        #expect(try headerStatus(await bench.post(try first("33"), certificate: certificate)) == .ok)
        // What the device got by other ways stays.
        let installed = try #require(try await bench.installation("wifi").credential)
        #expect(try await store.credential(installed)?.revocation == nil)
    }
}
