// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("The program sealwright-agent", .enabled(if: AgentProgram.isBuilt))
struct AgentProgramTests {
    let folder: TemporaryFolder
    var data: String { folder.path("agent") }

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String..., input: String? = nil) async throws -> ForeignProgram.Result {
        try await run(arguments, input: input)
    }

    private func run(_ arguments: [String], input: String? = nil) async throws -> ForeignProgram.Result {
        try await ForeignProgram(AgentProgram.path, arguments + ["--data", data], input: input).result(within: 120)
    }

    @Test func `a device that is not enrolled says so`() async throws {
        let status = try await run("status", "--json")
        #expect(status.status == 3)
        let document = try JSONSerialization.jsonObject(with: Data(status.octets)) as? [String: Any]
        #expect(document?["isEnrolled"] as? Bool == false)
        let sync = try await run("sync")
        #expect(sync.status == 3)
        #expect(sync.errors.contains("[agent.not-enrolled]"))
        #expect(sync.output.isEmpty)
        #expect(try await run("unenroll").status == 3)
    }

    @Test(arguments: [
        (["enroll"], 2, "cli.usage"), (["enroll", "--server", "https://a", "--invitation", "{}"], 2, "cli.usage"),
        (["enroll", "--invitation", "{}"], 2, "agent.invitation-unreadable"),
        (["enroll", "--invitation", "/nowhere"], 3, "cli.file-not-found"),
        (["enroll", "--server", "http://a", "--user", "u"], 2, "cli.usage"),
        (["csp", "get", "./DevInfo", "--user", String(repeating: "q", count: 256)], 2, "cli.usage"),
        (["sync", "--user", String(repeating: "q", count: 256)], 2, "cli.usage"),
        (["store", "show", "0123456789"], 3, "agent.not-found"), (["store", "show", "xyz"], 2, "cli.usage"),
    ])
    func `a command that cannot go on says why`(arguments: [String], status: Int32, code: String) async throws {
        let program = try ForeignProgram(AgentProgram.path, arguments + ["--data", data])
        let result = try await program.result(within: 120)
        #expect(result.status == status, "\(result)")
        #expect(result.errors.contains("[\(code)]"), "\(result)")
        #expect(result.output.isEmpty)
    }

    @Test func `no text in an error begins a line or steers the terminal`() async throws {
        let result = try await run("store", "import", "/nowhere/a\u{9B}2J\u{202E}b\nc", "--store", "root")
        #expect(result.status == 3)
        #expect(result.errors.contains("/nowhere/a?2J?b?c"), "\(result)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func `a server that is not there is unavailable`() async throws {
        let port = try FreePort.any()
        let result = try await run(
            "enroll", "--server", "https://127.0.0.1:\(port)", "--user", "u", "--password-stdin", input: "secret\n")
        #expect(result.status == 6)
        #expect(result.errors.contains("[network.connection-failed]"))
        #expect(!result.text.contains("secret"))
    }

    @Test(.enabled(if: OpenSSL.isInstalled))
    func `a certificate goes in, is shown, comes out as it was, and goes`() async throws {
        let root = try OpenSSLMaterial.shared.get().root
        let file = try folder.write(root, "root.der")
        let thumbprint = Hex.encode(DigestAlgorithm.sha1.hash(root)).uppercased()
        #expect(try await run("store", "import", file, "--store", "root").output == thumbprint + "\n")
        #expect(try await run("store", "list").output.contains(thumbprint))
        let shown = try await run("store", "show", String(thumbprint.prefix(8)), "--json")
        #expect(shown.output.contains(#""owners":["administrator"]"#))
        let out = folder.path("out.pem")
        #expect(try await run("store", "export", thumbprint, "--out", out).succeeded)
        let again = try await run("store", "export", thumbprint, "--out", out)
        #expect(again.status == 5)
        let judged = try ForeignProgram.succeed("openssl", ["x509", "-in", out, "-noout", "-fingerprint", "-sha1"])
        #expect(judged.output.filter(\.isHexDigit).uppercased().hasSuffix(thumbprint))
        #expect(try await run("store", "delete", thumbprint).succeeded)
        #expect(try await run("store", "show", thumbprint).status == 3)
    }

    @Test func `the tree is read and changed`() async throws {
        let node = "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/vpn/Install/KeyUsage"
        #expect(try await run("csp", "get", node).status == 3)
        #expect(try await run("csp", "add", node, "160").succeeded)
        #expect(try await run("csp", "get", node).output == "160\n")
        let again = try await run("csp", "add", node, "160")
        #expect(again.status == 1)
        #expect(again.errors.contains("Add was answered with status 418: "))
        #expect(try await run("csp", "replace", node, "32").succeeded)
        let tree = try await run("csp", "tree", "./Vendor/MSFT/ClientCertificateInstall/SCEP", "--json")
        #expect(tree.output.contains(#""data":"32""#))
        let fixture = Repository.root.appendingPathComponent("Tests/SealwrightAgentTests/Fixtures/pfx-example.xml").path
        let applied = try await run("csp", "apply", fixture)
        #expect(applied.output.contains("Atomic"))
        #expect(try await run("csp", "delete", "./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn").succeeded)
        #expect(try await run("csp", "get", node).status == 3)
    }

    @Test func `the service answers on its socket, holds the folder and ends when asked`() async throws {
        let service = try ForeignProgram(AgentProgram.path, ["run", "--data", data])
        // Told once the socket is there.
        try #require(try await eventually { service.errors.contains(#""msg":"agent started""#) }, "\(service.errors)")
        let sync = try await run("sync")
        #expect(sync.status == 3, "\(sync)")
        #expect(sync.errors.contains("[agent.not-enrolled]"))
        let second = try await run("run")
        #expect(second.status == 5)
        #expect(second.errors.contains("[agent.locked]"))
        #expect(try await run("status").status == 3)
        #expect(await service.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: data + "/agent.sock"))
        let lines = service.errors.split(separator: "\n")
        #expect(lines.first?.contains(#""msg":"agent started""#) == true)
        #expect(lines.last?.contains(#""msg":"agent ended""#) == true)
    }

    @Test func `a unit keeps dollars, percent signs and quotation marks of a path as they are`() async throws {
        let path = folder.path(#"a$b%c"d"#)
        let unit = try ForeignProgram.succeed(AgentProgram.path, ["run", "--print-unit", "--data", path])
        #expect(unit.output.contains(#"/a$$b%%c\"d""#))
        #expect(unit.output.contains(#"ReadWritePaths=""#))
        #expect(unit.output.contains(#"/a$b%%c\"d""#))
    }

    @Test func `a unit runs with what was asked for`() async throws {
        let unit = try ForeignProgram.succeed(
            AgentProgram.path,
            ["run", "--print-unit", "--data", data, "--user", "ada", "--log-level", "debug", "--runtime", "/run/keys"])
        #expect(unit.output.contains(#"--runtime "/run/keys" --user "ada" --log-level debug"#))
        #expect(unit.output.contains(#"ReadWritePaths="/run/keys""#))
        #expect(!unit.output.contains("RuntimeDirectory"))
    }

    @Test func `an enrolment that a file starts and that fails ends with 1, with its reason`() async throws {
        let root = "./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn"
        let leaves = [
            "ServerURL": "http://127.0.0.1:\(try FreePort.any())/scep", "Challenge": "secret", "KeyUsage": "160",
            "EKUMapping": "1.3.6.1.5.5.7.3.2", "SubjectName": "CN=a", "KeyLength": "2048", "HashAlgorithm": "SHA-2",
            "CAThumbprint": String(repeating: "A", count: 40),
        ]
        var commands = leaves.sorted { $0.key < $1.key }.enumerated().map { index, leaf in
            let target = "<Target><LocURI>\(root)/Install/\(leaf.key)</LocURI></Target>"
            return "<Add><CmdID>\(index + 1)</CmdID><Item>\(target)<Data>\(leaf.value)</Data></Item></Add>"
        }
        let enroll = "<Target><LocURI>\(root)/Install/Enroll</LocURI></Target>"
        commands.append("<Exec><CmdID>20</CmdID><Item>\(enroll)</Item></Exec>")
        let body = "<SyncBody><Atomic><CmdID>30</CmdID>\(commands.joined())</Atomic></SyncBody>"
        let result = try await run("csp", "apply", try folder.write(body, "scep.xml"), "--json")
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains(#""status":"failed""#))
        #expect(result.errors.contains("SCEP enrolment failed"))
        #expect(!result.text.contains("secret"))
        // What was not started by it does not decide.
        #expect(try await run("csp", "get", "\(root)/Status").output == "16\n")
    }

    @Test func `a command on the tree leaves the polls of other enrolments to the service`() async throws {
        try await startPending()
        let before = try await run("status", "--json").output
        #expect(before.contains(#""status":"pending""#))
        let names = "./Vendor/MSFT/ClientCertificateInstall/SCEP"
        #expect(try await run("csp", "get", "\(names)/one/Status").output == "2\n")
        #expect(try await run("csp", "add", "\(names)/two", "--tpm", "none").succeeded)
        #expect(try await run("status", "--json").output == before)
    }

    /// An enrolment whose poll is overdue, at a server that does not answer.
    private func startPending() async throws {
        let server = try SCEPTestServer()
        server.decide(.pend)
        var agent = try TestAgent(try FolderFiles(path: data))
        _ = try agent.exec(server)
        let enroller = agent.enroller(server)
        let before = TestAgent.now.adding(seconds: -3_600)
        for installation in enroller.due(at: before) { try await enroller.run(installation, at: before) }
    }

    @Test func `a file whose commands were not all done ends with 1`() async throws {
        let add = { (id: String, name: String) in
            let uri = "./Vendor/MSFT/ClientCertificateInstall/SCEP/\(name)"
            return "<Add><CmdID>\(id)</CmdID><Item><Target><LocURI>\(uri)</LocURI></Target></Item></Add>"
        }
        let file = try folder.write("<SyncBody>\(add("1", "one"))\(add("0", "two"))</SyncBody>", "zero.xml")
        let result = try await run("csp", "apply", file)
        #expect(result.status == 1)
        #expect(result.errors.contains("Add was answered with status 400"))
        #expect(result.errors.contains("every command needs a CmdID of its own"))
    }

    @Test func `a Delete of what is not there is no failure beside others, and one in an Atomic`() async throws {
        let target = "<Item><Target><LocURI>./Vendor/MSFT/ClientCertificateInstall/SCEP/one</LocURI></Target></Item>"
        let delete = "<Delete><CmdID>1</CmdID>\(target)</Delete>"
        let add = "<Add><CmdID>2</CmdID>\(target)</Add>"
        let failing = "<SyncBody><Atomic><CmdID>3</CmdID>\(delete)\(add)</Atomic></SyncBody>"
        let failed = try await run("csp", "apply", try folder.write(failing, "failing.xml"))
        #expect(failed.status == 1)
        #expect(failed.errors.contains("Delete was answered with status 404"), "\(failed)")
        let both = try folder.write("<SyncBody>\(delete)\(add)</SyncBody>", "both.xml")
        let done = try await run("csp", "apply", both)
        #expect(done.status == 0, "\(done)")
        #expect(done.output.contains("404"))
        let other = delete.replacing("SCEP/one", with: "SCEP/two")
        let alone = try folder.write("<SyncBody>\(other)</SyncBody>", "alone.xml")
        #expect(try await run("csp", "apply", alone).status == 3)
    }

    /// A service with a `/dev` of its own has no TPM.
    @Test(
        .enabled(if: ForeignProgram.areExpected("systemd-analyze")),
        arguments: [
            (flags: [], command: "", device: "DeviceAllow=/dev/tpmrm0 rw"),
            (["--tpm", "none"], #" --tpm "none""#, "PrivateDevices=yes"),
            (["--tpm", "/run/tpm.sock"], #" --tpm "/run/tpm.sock""#, "PrivateDevices=yes"),
            (
                ["--tpm", "/dev/tpmrm9", "--allow-legacy"], #" --tpm "/dev/tpmrm9" --allow-legacy"#,
                "DeviceAllow=/dev/tpmrm9 rw"
            ),
        ])
    func `systemd takes the unit`(flags: [String], command: String, device: String) async throws {
        let unit = try await run(["run", "--print-unit"] + flags)
        // The program need not be where the unit expects it.
        let text = unit.output.replacing("/usr/local/bin/sealwright-agent", with: "/bin/true")
        let file = try folder.write(text, "sealwright-agent.service")
        let judged = try ForeignProgram.run("systemd-analyze", ["verify", file])
        #expect(!judged.text.contains("sealwright-agent.service:"), "\(judged)")
        // In tenths; it was 67 without filters of system calls and capabilities.
        let exposure = ["security", "--offline=true", "--no-pager", "--threshold=30", file]
        #expect(try ForeignProgram.run("systemd-analyze", exposure).succeeded)
        let start = "ExecStart=/usr/local/bin/sealwright-agent run --data \"\(data)\"\(command)\n"
        #expect(unit.output.contains(start))
        #expect(unit.output.contains(device + "\n"))
        #expect(unit.output.contains("PrivateDevices") == device.hasPrefix("PrivateDevices"))
    }
}

/// The built program.
enum AgentProgram {
    /// The executable beside the test bundle.
    static let path: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("sealwright-agent").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/sealwright-agent"
    }()

    static var isBuilt: Bool { ForeignProgram.areExpected(path) }
}
