// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Names that outlive a certificate", .enabled(if: OpenSSL.isInstalled))
struct InstalledLinkTests {
    let material: OpenSSLMaterial
    let start = MemoryFiles()

    init() throws { material = try OpenSSLMaterial.shared.get() }

    /// A device with a certificate of the UniqueID `vpn`.
    private func prepared() throws -> TestAgent {
        var agent = try TestAgent(start)
        let pfx = Command.pfx("VPN", material.revoked.pfx, password: material.revoked.password)
        try #require(agent.send([.atomic("a", pfx)]).code("a") == 200)
        return agent
    }

    private var replacement: Command {
        .atomic(
            "r",
            Command.pfx(
                "vpn", material.other.pfx, password: material.other.password,
                verb: { .replace($0, $1, $2, isUser: $3) }))
    }

    /// Where the names lead; one that waits to take the place of another is hidden by its dot.
    private func targets(_ files: MemoryFiles) -> [String: String] {
        files.nodes.reduce(into: [:]) { found, file in
            guard file.key.hasPrefix("device/installed/"), case .link(let target) = file.value else { return }
            let name = file.key.dropFirst("device/installed/".count)
            if !name.hasPrefix(".") { found[String(name)] = target }
        }
    }

    private func links(to thumbprint: String) -> [String: String] {
        [
            "pfx.vpn.pem": "../my/\(thumbprint).pem", "pfx.vpn.chain.pem": "../my/\(thumbprint).chain.pem",
            "pfx.vpn.key.pem": "../my/\(thumbprint).key",
        ]
    }

    @Test func `they lead to the certificate that a UniqueID has now, and go with it`() throws {
        var agent = try prepared()
        #expect(targets(start) == links(to: material.revoked.thumbprint))
        #expect(try agent.send([replacement]).code("r") == 200)
        #expect(targets(start) == links(to: material.other.thumbprint))
        #expect(try agent.send([.delete("d", "PFXCertInstall/vpn")]).code("d") == 200)
        #expect(targets(start).isEmpty)
    }

    @Test func `two UniqueIDs of one certificate have names of their own`() throws {
        var agent = try prepared()
        let pfx = Command.pfx("a.b_c", material.revoked.pfx, password: material.revoked.password)
        #expect(try agent.send([.atomic("a", pfx)]).code("a") == 200)
        #expect(targets(start)["pfx.a%2eb_c.key.pem"] == "../my/\(material.revoked.thumbprint).key")
        #expect(try agent.send([.delete("d", "PFXCertInstall/vpn")]).code("d") == 200)
        #expect(targets(start).count == 3)
        #expect(start.exists("device/my/\(material.revoked.thumbprint).key"))
    }

    @Test func `a name too long for a file is left out, and the certificate installed`() throws {
        var agent = try TestAgent(start)
        let name = String(repeating: "n", count: 240)
        let pfx = Command.pfx(name, material.revoked.pfx, password: material.revoked.password)
        #expect(try agent.send([.atomic("a", pfx)]).code("a") == 200)
        #expect(targets(start).isEmpty)
        #expect(start.exists("device/my/\(material.revoked.thumbprint).key"))
    }

    @Test func `at no moment of a replacement they lead nowhere`() throws {
        _ = try prepared()
        let whole = start.copy()
        var undisturbed = try TestAgent(whole)
        whole.crash(at: .max, .untouched)
        _ = try undisturbed.send([replacement])
        for step in 0..<whole.steps {
            let files = start.copy()
            var agent = try TestAgent(files)
            files.crash(at: step, .untouched)
            _ = try? agent.send([replacement])
            let found = targets(files)
            #expect(found.count == 3)
            #expect(found.values.allSatisfy { files.exists("device/" + $0.dropFirst("../".count)) }, "step \(step)")
        }
    }
}
