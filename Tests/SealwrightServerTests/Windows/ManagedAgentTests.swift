// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightTesting
import Testing

/// Server and agent as programs, curl and openssl as judges of what the agent holds.
@Suite(
    "A managed device: enrolled, certified, renewed, given up", .serialized,
    .enabled(if: Program.isBuilt && ForeignProgram.areExpected("curl", "openssl"), "needs the programs"))
struct ManagedAgentTests {
    private static let agent = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
        .appendingPathComponent("sealwright-agent").path

    private struct Lab {
        let folder: String
        var data: String { folder + "/server" }
        var agentData: String { folder + "/agent" }

        /// Runs `sealwright … --json` against the server.
        func server<Value: Decodable>(_ arguments: String...) async throws -> Value {
            let result = try await Program.run(arguments + ["--data", data, "--json"])
            try #require(result.succeeded, "\(result)")
            return try JSONDecoder().decode(Value.self, from: Data(result.octets))
        }

        func agent(_ arguments: String...) async throws -> ForeignProgram.Result {
            try await ForeignProgram(ManagedAgentTests.agent, arguments + ["--data", agentData]).result(within: 60)
        }

        /// Runs `sealwright-agent … --json`.
        func agentJSON<Value: Decodable>(_ arguments: String...) async throws -> Value {
            let result = try await ForeignProgram(
                ManagedAgentTests.agent, arguments + ["--data", agentData, "--json"]
            ).result(within: 60)
            try #require(result.succeeded, "\(result)")
            return try JSONDecoder().decode(Value.self, from: Data(result.octets))
        }

        func sync() async throws {
            let result = try await agent("sync")
            try #require(result.succeeded, "\(result)")
        }
    }

    private struct List<Item: Decodable>: Decodable { let items: [Item] }
    private struct DeviceLine: Decodable {
        let id: String
        let name: String
        let computerName: String?
    }
    private struct Installation: Decodable {
        let uniqueID: String
        let stage: String
        let generation: Int
        let thumbprint: String?
        let reason: String?
        let certificateStatus: String?
    }
    private struct Held: Decodable {
        let store: String
        let subject: String
        let thumbprint: String
        let hasKey: Bool
    }
    private struct Queued: Decodable {
        let id: String
        let state: String
    }
    private struct Status: Decodable {
        struct Certificate: Decodable {
            let subject: String
            let thumbprint: String
        }
        let managementCertificate: Certificate
    }
    private struct Round: Decodable {
        struct Renewal: Decodable { let result: String }
        let renewal: Renewal?
    }
    private struct Certificate: Decodable {
        let serial: String
        let subject: String
        let status: String
    }

    /// Enrols the agent by invitation; the server's record of it.
    private func enrol(_ lab: Lab) async throws -> DeviceLine {
        let invitation = lab.folder + "/invitation.json"
        let made = try await Program.run(
            "windows", "invite", "--user", "ada@example.org", "--data", lab.data, "--json")
        try #require(made.succeeded, "\(made)")
        try Data(made.octets).write(to: URL(fileURLWithPath: invitation))
        let plus = try await Program.run(
            "windows", "invite", "--user", "ada+lab@example.org", "--data", lab.data, "--json")
        #expect(plus.output.contains("username=ada%2Blab@example.org&"), "\(plus)")
        let enrolled = try await lab.agent("enroll", "--invitation", invitation)
        try #require(enrolled.succeeded, "\(enrolled)")
        let devices: List<DeviceLine> = try await lab.server("device", "list")
        return try #require(devices.items.first)
    }

    private func installation(_ lab: Lab, _ device: DeviceLine, _ uniqueID: String) async throws -> Installation {
        let list: List<Installation> = try await lab.server("device", "certificates", device.id)
        return try #require(list.items.first { $0.uniqueID == uniqueID }, "\(list)")
    }

    /// What curl gets from the listener for devices with a certificate of the agent's store.
    private func curl(_ lab: Lab, _ thumbprint: String, _ port: Int) throws -> String {
        let my = lab.agentData + "/device/my/" + thumbprint.uppercased()
        return try ForeignProgram.run(
            "curl",
            [
                "-sS", "--cert", my + ".chain.pem", "--key", my + ".key", "--cacert",
                lab.agentData + "/device/root/bundle.pem", "-o", "/dev/null", "-w", "%{http_code}",
                "https://127.0.0.1:\(port)/device/v1/changes",
            ]
        ).text
    }

    @Test func `from the invitation to the end of management`() async throws { try await beside(story) }

    @Test func `a device trusts another root by its sessions before the server's certificate leads there`()
        async throws
    { try await beside(staging) }

    /// Runs a story beside a server.
    private func beside(_ story: (Lab, Served) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let lab = Lab(folder: folder.path)
        let served = try await Program.serve(lab.data)
        do {
            try await story(lab, served)
        } catch {
            await served.stop()
            throw error
        }
        await served.stop()
    }

    private func staging(_ lab: Lab, _ served: Served) async throws {
        _ = try await enrol(lab)
        try await lab.sync()
        let authority = try ForeignAuthority(in: lab.folder + "/foreign")
        func run(_ arguments: String...) async throws -> ForeignProgram.Result {
            try await Program.run(arguments + ["--data", lab.data])
        }
        func succeed(_ result: ForeignProgram.Result) throws { try #require(result.succeeded, "\(result)") }
        try succeed(
            await run("server-certificate", "csr", "--subject", "CN=127.0.0.1", "--out", authority.file("a.csr")))
        try authority.sign("a.csr", to: "a.pem")
        try succeed(
            await run(
                "server-certificate", "import", authority.file("a.pem"), "--chain", authority.file("issuing.pem"),
                "--chain", authority.file("root.pem")))
        try succeed(await run("change", "start", "server-certificate"))
        try succeed(await run("change", "advance"))

        // Nobody has been told yet.
        let early = try await run("change", "finalize")
        #expect(early.errors.contains("[change.threshold-not-reached]"), "\(early)")
        try await lab.sync()
        let held: List<Held> = try await lab.agentJSON("store", "list")
        #expect(held.items.contains { $0.store == "root" && $0.subject == "CN=Foreign Root" }, "\(held)")
        let shown = try await run("change", "show")
        #expect(shown.output.contains("1 of 1 devices; 1 agents"), "\(shown)")
        try succeed(await run("change", "finalize"))

        // The device comes to the other certificate as if nothing had been.
        let port = try devicePort(lab)
        let judged = try ForeignProgram(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority.file("root.pem")], input: "")
        #expect(try await judged.result(within: 60).output.contains("issuer=CN = Foreign Issuing"))
        try await lab.sync()
    }

    @Test func `a managed device does not lose the server to another authority's root unawares`() async throws {
        try await beside(stranding)
    }

    /// The server's own certificate comes from the authority that issues.
    private func stranding(_ lab: Lab, _ served: Served) async throws {
        let other = try ForeignAuthority(in: lab.folder + "/other", name: "Other")
        func bring(_ flags: String...) async throws -> ForeignProgram.Result {
            let files = ["--certificate", "issuing.pem", "--key", "issuing.key", "--chain", "root.pem"]
            let named = files.map { $0.hasPrefix("-") ? $0 : other.file($0) }
            return try await Program.run(["ca", "import", "--data", lab.data] + named + flags)
        }
        func rotate(_ flags: String...) async throws -> ForeignProgram.Result {
            try await Program.run(["ca", "rotate", "--yes", "--data", lab.data] + flags)
        }
        _ = try await enrol(lab)
        try await lab.sync()
        let atOnce = try await bring("--activate")
        #expect(atOnce.errors.contains("[authority.clients-do-not-trust]"), "\(atOnce)")
        let staged = try await bring()
        try #require(staged.succeeded, "\(staged)")
        let refused = try await rotate()
        #expect(refused.status == 5 && refused.errors.contains("[authority.clients-do-not-trust]"), "\(refused)")
        try await lab.sync()

        // Who insists is heard.
        let insisted = try await rotate("--accept-stranding")
        #expect(insisted.succeeded, "\(insisted)")
        let lost = try await lab.agent("sync")
        #expect(lost.errors.contains("SW-TLS-020"), "\(lost)")
    }

    private func story(_ lab: Lab, _ served: Served) async throws {
        let device = try await enrol(lab)
        let port = try devicePort(lab)

        // A certificate that the device enrols for, and one that comes with its key.
        let first = try await orderCertificate(lab, device)
        #expect(first.generation == 1, "\(first)")
        // A device that has never come is known by the name of its certificate alone.
        #expect(device.computerName == nil)
        let known: List<DeviceLine> = try await lab.server("device", "list")
        #expect(known.items.first?.computerName?.isEmpty == false, "\(known)")
        try await sendPFX(lab, device)
        try await useCertificates(lab, first, port)

        // The next generation takes the place of the first.
        let second = try await orderCertificate(lab, device)
        #expect(second.generation == 2 && second.thumbprint != first.thumbprint, "\(second)")
        #expect(try curl(lab, #require(second.thumbprint), port) == "200")

        try await renewIdentity(lab, device, port)
        try await revoke(lab, device)
        try await takeAway(lab, device)
        try await leave(lab, device)
    }

    /// The port of the listener that knows devices by their certificates.
    private func devicePort(_ lab: Lab) throws -> Int {
        let address = try JSONDecoder().decode(
            [String: JSONValue].self, from: Data(contentsOf: URL(fileURLWithPath: lab.data + "/server.json")))
        return try #require(address["devicePort"]?.number)
    }

    /// The device is told to enrol for a certificate, and does at its next session.
    private func orderCertificate(_ lab: Lab, _ device: DeviceLine) async throws -> Installation {
        let _: Installation = try await lab.server(
            "windows", "certificate", device.id, "--name", "wifi", "--subject", "CN=laptop-7,O=Example",
            "--key-protection", "software")
        try await lab.sync()
        let installed = try await installation(lab, device, "wifi")
        #expect(installed.stage == "installed", "\(installed)")
        return installed
    }

    /// The device gets a certificate with its key.
    private func sendPFX(_ lab: Lab, _ device: DeviceLine) async throws {
        let (password, pfx) = (lab.folder + "/password", lab.folder + "/mail.pfx")
        try Data("correct horse\n".utf8).write(to: URL(fileURLWithPath: password))
        let issued = try await Program.run(
            "certificate", "issue", "--subject", "CN=mail", "--pfx-out", pfx, "--password-file", password, "--data",
            lab.data)
        try #require(issued.succeeded, "\(issued)")
        let sent: Installation = try await lab.server(
            "windows", "pfx", device.id, pfx, "--password-file", password)
        try await lab.sync()
        #expect(try await installation(lab, device, sent.uniqueID).stage == "installed")
    }

    /// Both certificates are of use to programs that know nothing of the agent.
    private func useCertificates(_ lab: Lab, _ first: Installation, _ port: Int) async throws {
        let held: List<Held> = try await lab.agentJSON("store", "list")
        let wifi = try #require(held.items.first { $0.subject == "CN=laptop-7,O=Example" })
        #expect(wifi.thumbprint.lowercased() == first.thumbprint)
        #expect(try curl(lab, wifi.thumbprint, port) == "200")
        let mail = try #require(held.items.first { $0.subject == "CN=mail" })
        let verified = try ForeignProgram.run(
            "openssl",
            [
                "verify", "-CAfile", lab.agentData + "/device/root/bundle.pem", "-untrusted",
                lab.agentData + "/device/ca/bundle.pem",
                lab.agentData + "/device/my/\(mail.thumbprint.uppercased()).pem",
            ])
        #expect(verified.succeeded, "\(verified)")
    }

    /// A certificate is taken off the device again, and what was said about it is legible.
    private func takeAway(_ lab: Lab, _ device: DeviceLine) async throws {
        let wrong = try await Program.run(
            "windows", "remove", device.id, "--name", "wlan", "--data", lab.data)
        #expect(wrong.status == 3 && wrong.errors.contains("no certificate 'wlan'"), "\(wrong)")
        let _: Queued = try await lab.server("windows", "remove", device.id, "--name", "WiFi")
        let _: Queued = try await lab.server(
            "device", "send", device.id, "--get", "./DevInfo/DevId", "--get", "./DevInfo/Nothing")
        try await lab.sync()
        #expect(try await installation(lab, device, "wifi").stage == "removed")
        let held: List<Held> = try await lab.agentJSON("store", "list")
        #expect(!held.items.contains { $0.subject == "CN=laptop-7,O=Example" }, "\(held)")
        let commands = try await Program.run("device", "commands", device.id, "--data", lab.data)
        #expect(commands.text.contains("DevId = \(device.name), Nothing: 404"), "\(commands)")
        let messages = try await Program.run("device", "messages", device.id, "--data", lab.data)
        #expect(messages.text.contains("\n  <SyncHdr>\n    <VerDTD>1.2</VerDTD>\n"), "\(messages)")
    }

    /// A certificate that is in place and revoked is told as both.
    private func revoke(_ lab: Lab, _ device: DeviceLine) async throws {
        #expect(try await installation(lab, device, "wifi").certificateStatus == "valid")
        let certificates: List<Certificate> = try await lab.server("certificate", "list")
        for certificate in certificates.items where certificate.subject == "CN=laptop-7,O=Example" {
            let revoked = try await Program.run(
                "certificate", "revoke", certificate.serial, "--reason", "superseded", "--yes", "--data", lab.data)
            try #require(revoked.succeeded, "\(revoked)")
        }
        let wifi = try await installation(lab, device, "wifi")
        #expect(wifi.stage == "installed" && wifi.certificateStatus == "revoked", "\(wifi)")
        let table = try await Program.run("device", "certificates", device.id, "--data", lab.data)
        #expect(table.text.contains("the certificate is revoked"), "\(table)")
    }

    /// The device's own certificate: renewed before its time only because an administrator said so.
    private func renewIdentity(_ lab: Lab, _ device: DeviceLine, _ port: Int) async throws {
        let before: Status = try await lab.agentJSON("status")
        let _: Queued = try await lab.server("device", "send", device.id, "--renew")
        let round: Round = try await lab.agentJSON("sync")
        #expect(round.renewal?.result == "ok", "\(round)")
        let after: Status = try await lab.agentJSON("status")
        #expect(after.managementCertificate.subject == before.managementCertificate.subject)
        #expect(after.managementCertificate.thumbprint != before.managementCertificate.thumbprint)
        // The new one opens the next session, which revokes the old one.
        try await lab.sync()
        let certificates: List<Certificate> = try await lab.server("certificate", "list")
        let held = certificates.items.filter { $0.subject == before.managementCertificate.subject }
        #expect(held.map(\.status).sorted() == ["revoked", "valid"], "\(held)")
        #expect(try curl(lab, after.managementCertificate.thumbprint, port) == "200")

        // What the device asks for by itself has to wait for its time.
        let asked = try await lab.agent(
            "csp", "exec", "./Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/RenewNow")
        try #require(asked.succeeded, "\(asked)")
        let early: Round = try await lab.agentJSON("sync")
        #expect(early.renewal?.result == "mde.refused", "\(early)")
    }

    /// The server ends the management: certificates and keys are gone from the device, and worth nothing to anybody.
    private func leave(_ lab: Lab, _ device: DeviceLine) async throws {
        let order: Queued = try await lab.server("device", "send", device.id, "--unenroll")
        try await lab.sync()
        let after: List<Held> = try await lab.agentJSON("store", "list")
        #expect(after.items.isEmpty, "\(after)")
        let commands: List<Queued> = try await lab.server("device", "commands", device.id)
        #expect(commands.items.first { $0.id == order.id }?.state == "succeeded")
        let certificates: List<Certificate> = try await lab.server("certificate", "list")
        #expect(certificates.items.filter { $0.status == "valid" }.isEmpty, "\(certificates)")
        let refused = try await lab.agent("sync")
        #expect(!refused.succeeded && refused.errors.contains("agent.not-enrolled"), "\(refused)")
    }
}

/// A number or something else.
private enum JSONValue: Decodable {
    case number(Int)
    case other

    init(from decoder: any Decoder) throws {
        self = (try? decoder.singleValueContainer().decode(Int.self)).map(Self.number) ?? .other
    }

    var number: Int? { if case .number(let value) = self { value } else { nil } }
}
