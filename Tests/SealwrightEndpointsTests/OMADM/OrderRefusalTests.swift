// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Orders for devices: what is refused before it waits")
struct OrderRefusalTests {
    private static let read = [Command.get(Command.Get(cmdID: nil, items: [Item(target: Location("./DevInfo/Man"))]))]

    /// The first message of a session with further alerts.
    private func first(_ sessionID: String, _ alerts: [Command.Alert] = []) -> SyncML {
        let hdr = SyncHdr(
            sessionID: sessionID, msgID: "1", target: Location("https://mdm.example.com"),
            source: Location(ManagementBench.deviceID))
        let begin = Command.Alert(cmdID: "1", code: .clientInitiated)
        return SyncML(hdr: hdr, body: SyncBody(commands: ([begin] + alerts).map { .alert($0) }))
    }

    private func alert(_ code: AlertCode, _ type: String, _ text: String) -> Command.Alert {
        Command.Alert(cmdID: "2", code: code, items: [Item(meta: Meta(type: type), data: .text(text))])
    }

    private func replace(_ locURI: String) -> [Command] {
        let item = Item(target: Location(locURI), meta: Meta(format: .int), data: .text("2048"))
        return [.replace(Command.Edit(cmdID: nil, items: [item]))]
    }

    @Test func `a device that has left is ordered nothing, and stands as left`() async throws {
        let bench = try await ManagementBench()
        #expect(try await bench.orders.standing(of: bench.device.id) == .managed)
        _ = try await bench.send(first("1", [alert(.genericAlert, DeviceAlert.unenrollment, "1")]))
        #expect(try await bench.orders.standing(of: bench.device.id) == .left)
        let error = await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.queue(Self.read, title: "read", kind: .query, for: bench.device.id, by: "test")
        }
        #expect(error?.code == "windows.device-not-managed" && error?.description.contains("left") == true)
        await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.order(
                OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7"), for: bench.device.id, by: "test")
        }
        #expect(try await bench.commands.allSatisfy { $0.state.isOver })
    }

    @Test func `a device that came to its certificate by SCEP alone is ordered as ever`() async throws {
        let bench = try await ManagementBench()
        let other = try await bench.bench.enrolled("CN=another", key: LabKeys.device(8))
        let credential = try #require(try await bench.bench.store.credential(serial: other.serialNumber))
        let device = try #require(credential.device)
        #expect(try await bench.orders.standing(of: device) == nil)
        #expect(try await bench.orders.renew(device, by: "test").state == .queued)
    }

    @Test(arguments: [
        "./Vendor/MSFT/ClientCertificateInstall/SCEP/WIFI/Install/KeyLength",
        "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi/Install/KeyLength",
        "./Vendor/MSFT/CertificateStore/My/SCEP/WiFi/install/KeyLength",
    ])
    func `settings of an enrolment that is under way are not changed by hand`(locURI: String) async throws {
        let bench = try await ManagementBench()
        _ = try await bench.orders.order(
            OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-7"), for: bench.device.id, by: "test")
        let error = await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.apply(replace(locURI), title: "change", for: bench.device.id, by: "test")
        }
        #expect(error?.description.contains("is being enrolled for") == true)
        // Another name, the user's tree and a node beside Install are not concerned.
        for other in [
            "./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn/Install/KeyLength",
            "./User/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi/Install/KeyLength",
            "./Vendor/MSFT/ClientCertificateInstall/SCEP/wifi",
        ] {
            _ = try await bench.orders.apply(replace(other), title: "change", for: bench.device.id, by: "test")
        }
    }

    @Test func `what a server does not send is refused, inside a group too`() async throws {
        let bench = try await ManagementBench()
        let status = Command.status(
            Command.Status(cmdID: nil, msgRef: "1", cmdRef: "1", cmd: "Get", code: .ok))
        for commands in [[status], [.atomic(Command.Group(cmdID: nil, commands: [status]))]] {
            let error = await #expect(throws: OMADMOrderError.self) {
                try await bench.orders.apply(commands, title: "mine", for: bench.device.id, by: "test")
            }
            #expect(error?.description.contains("Status") == true)
        }
        #expect(try await bench.commands.isEmpty)
    }

    @Test func `names that differ in case are one certificate, for the device has one node`() async throws {
        let bench = try await ManagementBench()
        var order = OMADMCertificateOrder(uniqueID: "Wifi", subject: "CN=laptop-7")
        let first = try await bench.orders.order(order, for: bench.device.id, by: "test")
        order.uniqueID = "WIFI"
        let second = try await bench.orders.order(order, for: bench.device.id, by: "test")
        #expect(second.id == first.id && second.generation == 2 && second.uniqueID == "Wifi")
    }

    @Test func `a PFX is named as a certificate by SCEP is`() async throws {
        let bench = try await ManagementBench()
        let key = try TestKeys.shared.key(.rsa2048, 44)
        let leaf = try await bench.bench.enrolled("CN=mail", key: key)
        let pfx = try PFXFixture.make(leaf, key, password: "correct horse")
        let error = await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.order(
                OMADMPFXOrder(uniqueID: "a/b c?d", pfx: pfx, password: Secret("correct horse")),
                for: bench.device.id, by: "test")
        }
        #expect(error?.code == "windows.order-invalid" && error?.description.contains("UniqueID") == true)
    }

    @Test func `what is of the user waits until the device says that one is logged in`() async throws {
        let bench = try await ManagementBench()
        let order = try await bench.orders.queue(
            replace("./User/Vendor/MSFT/Example"), title: "for the user", kind: .command, for: bench.device.id,
            by: "test")
        func state() async throws -> QueuedCommand.State? { try await bench.bench.store.command(order.id)?.state }
        _ = try await bench.send(first("1"))
        #expect(try await state() == .queued)
        _ = try await bench.send(first("2", [alert(.clientEvent, DeviceAlert.loginStatus, "none")]))
        #expect(try await state() == .queued)
        _ = try await bench.send(first("3", [alert(.clientEvent, DeviceAlert.loginStatus, "user")]))
        #expect(try await state() == .sent)
    }
}
