// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@Suite("The program sealwright-agent: containers", .enabled(if: AgentProgram.isBuilt && OpenSSL.isInstalled))
struct ContainerProgramTests {
    let folder: TemporaryFolder
    let material: OpenSSLMaterial

    init() throws {
        folder = try TemporaryFolder()
        material = try OpenSSLMaterial.shared.get()
    }

    private func run(_ arguments: [String], input: String? = nil) async throws -> ForeignProgram.Result {
        let places = ["--data", folder.path("agent"), "--runtime", folder.path("runtime")]
        return try await ForeignProgram(AgentProgram.path, arguments + places, input: input).result(within: 120)
    }

    private func container(_ arguments: String..., pin: String? = nil) async throws -> ForeignProgram.Result {
        try await run(
            ["container"] + arguments + (pin == nil ? [] : ["--pin-file", "-"]), input: pin.map { $0 + "\n" })
    }

    /// Installs a PFX into the container `vpn` as a server would.
    private func install(in scope: String = "Device", more: [String] = []) async throws {
        let leaf = material.rsa
        let nodes = [
            ("KeyLocation", "4"), ("ContainerName", "vpn"), ("PFXCertPassword", leaf.password),
            ("PFXCertBlob", Base64.encode(leaf.pfx)),
        ]
        for (name, value) in nodes {
            let node = "./\(scope)/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/one/\(name)"
            let result = try await run(["csp", "add", node, "-"] + more, input: value + "\n")
            try #require(result.succeeded, "\(result)")
        }
    }

    @Test func `a key goes into a container, is unlocked for openssl, and locked again`() async throws {
        #expect(try await container("create", "vpn", pin: "739154").succeeded)
        #expect(try await container("create", "vpn", pin: "739154").status == 5)
        try await install()
        let shown = try await run(["store", "show", material.rsa.thumbprint])
        #expect(shown.output.contains("in the container vpn"))
        let wrong = try await container("unlock", "vpn", pin: "739155")
        #expect(wrong.status == 4)
        #expect(wrong.errors.contains("[agent.pin-wrong]"))
        #expect(!wrong.text.contains("739155"))
        let unlocked = try await container("unlock", "vpn", "--for", "1h", pin: "739154")
        #expect(unlocked.succeeded, "\(unlocked)")
        let path = folder.path("runtime") + "/device/vpn/\(material.rsa.thumbprint).key"
        #expect(unlocked.output == path + "\n")
        try folder.write(PEM.encode(material.rsa.certificate, label: "CERTIFICATE"), "certificate.pem")
        let key = try ForeignProgram.succeed("openssl", ["pkey", "-in", path, "-pubout"])
        let certificate = try ForeignProgram.succeed(
            "openssl", ["x509", "-in", folder.path("certificate.pem"), "-pubkey", "-noout"])
        #expect(key.output == certificate.output)
        let list = try await container("list", "--json")
        #expect(list.output.contains(#""isOpen":true"#))
        #expect(try await container("lock", "vpn").succeeded)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await container("show", "vpn").output.contains("not open"))
    }

    @Test func `the time given is kept without a service`() async throws {
        #expect(try await container("create", "vpn", pin: "739154").succeeded)
        try await install()
        let unlocked = try await container("unlock", "vpn", "--for", "2s", pin: "739154")
        let path = unlocked.output.trimmingCharacters(in: .newlines)
        #expect(path.hasSuffix(".key"))
        #expect(try await eventually { !FileManager.default.fileExists(atPath: path) })
    }

    @Test func `a PIN is changed, and a container with keys goes with force only`() async throws {
        #expect(try await container("create", "vpn", pin: "739154").succeeded)
        try await install()
        try folder.write("864209\n", "new")
        #expect(try await container("change-pin", "vpn", "--new-pin-file", folder.path("new"), pin: "739154").succeeded)
        #expect(try await container("unlock", "vpn", pin: "739154").status == 4)
        #expect(try await container("unlock", "vpn", pin: "864209").succeeded)
        let refused = try await container("delete", "vpn")
        #expect(refused.status == 5)
        #expect(refused.errors.contains("[agent.container-in-use]"))
        #expect(try await container("delete", "vpn", "--force").succeeded)
        #expect(try await run(["store", "show", material.rsa.thumbprint]).status == 3)
        #expect(try await container("show", "vpn").status == 3)
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".key") }
        #expect(left.isEmpty)
    }

    @Test func `what is unlocked for a user is the user's`() async throws {
        // Root unlocks for others; anybody else only for themselves.
        let name = geteuid() == 0 ? "nobody" : NSUserName()
        let user = ["--user", name]
        #expect(try await run(["container", "create", "vpn", "--pin-file", "-"] + user, input: "739154\n").succeeded)
        try await install(in: "User", more: user)
        let unlocked = try await run(["container", "unlock", "vpn", "--pin-file", "-"] + user, input: "739154\n")
        let path = unlocked.output.trimmingCharacters(in: .newlines)
        #expect(path.hasSuffix("/users/\(name)/vpn/\(material.rsa.thumbprint).key"), "\(unlocked)")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.ownerAccountName] as? String == name)
        // The device's container of this name is another one, and there is none.
        #expect(try await container("show", "vpn").status == 3)
        #expect(try await run(["container", "lock", "vpn"] + user).succeeded)
    }

    @Test(arguments: [
        (["create", "vpn"], "123456", 2, "agent.pin-refused"),
        (["create", ""], "739154", 2, "agent.container-name-refused"),
        (["unlock", "none"], "739154", 3, "agent.container-not-found"), (["create", "vpn"], nil, 2, "cli.usage"),
        (["unlock", "none", "--for", "8d"], "739154", 2, "cli.usage"),
        (["delete", "none"], nil, 3, "agent.container-not-found"),
        (["lock", "none"], nil, 3, "agent.container-not-found"),
    ])
    func `a command that cannot go on says why`(
        arguments: [String], pin: String?, status: Int32, code: String
    ) async throws {
        let result = try await run(
            ["container"] + arguments + (pin == nil ? [] : ["--pin-file", "-"]), input: pin.map { $0 + "\n" })
        #expect(result.status == status, "\(result)")
        #expect(result.errors.contains("[\(code)]"), "\(result)")
        #expect(pin.map { !result.text.contains($0) } ?? true)
    }
}
