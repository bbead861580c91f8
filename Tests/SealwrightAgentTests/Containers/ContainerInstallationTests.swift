// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("ClientCertificateInstall: KeyLocation 4", .enabled(if: OpenSSL.isInstalled))
struct ContainerInstallationTests {
    let material: OpenSSLMaterial
    let files = MemoryFiles()
    var agent: TestAgent

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        try TestContainer.provision(files)
        // As in production, where what a server sent is erased once it was used.
        agent = try TestAgent(files, policy: AgentPolicy())
    }

    private var keyFiles: [String] { files.nodes.keys.filter { $0.hasSuffix(".key") }.sorted() }

    private func block(
        _ uniqueID: String = "one", _ leaf: OpenSSLMaterial.Leaf? = nil, password: String? = nil,
        container: String? = TestContainer.name, isUser: Bool = false, more: [(String, String)] = []
    ) -> [Command] {
        let leaf = leaf ?? material.rsa
        let name = container.map { [("ContainerName", $0)] } ?? []
        return Command.pfx(
            uniqueID, leaf.pfx, password: password ?? leaf.password, keyLocation: "4", isUser: isUser,
            more: name + more)
    }

    private mutating func install(isUser: Bool = false) throws {
        let answer = try agent.send([.atomic("a", block(isUser: isUser))])
        try #require(answer.code("a") == 200)
    }

    @Test mutating func `the certificate is in my, its key is sealed, and the index names the container`() throws {
        try install()
        let store = agent.store.state.store(StoreLocation(.device, .my))
        let entry = try #require(store.entries.values.first)
        #expect(entry.container == TestContainer.name)
        #expect(!entry.isKeyExportable)
        #expect(keyFiles == ["device/my/\(material.rsa.thumbprint).key"])
        #expect(try agent.value("PFXCertInstall/one/Status") == "0")
        #expect(try agent.value("PFXCertInstall/one/Thumbprint") == material.rsa.thumbprint)
        let path = try #require(keyFiles.first)
        guard case .file(let contents, let isPrivate)? = files.nodes[path] else {
            Issue.record("no key file")
            return
        }
        #expect(isPrivate)
        #expect(try PEM.decode(contents).map(\.label) == ["PUBLIC KEY", "CMS"])
        #expect(throws: AgentError.self) {
            try agent.store.exportKey(
                of: StoreReference(StoreLocation(.device, .my), Thumbprint(of: material.rsa.certificate)))
        }
    }

    @Test mutating func `no file on the disk holds the key in the clear`() throws {
        let hunt = KeyHunt(material.rsa.key)
        try install()
        #expect(hunt.findings(in: files).isEmpty)
        // The hunt finds what is there to be found.
        _ = try agent.send([.atomic("a", Command.pfx("two", material.rsa.pfx, password: material.rsa.password))])
        #expect(hunt.findings(in: files) == keyFiles)
    }

    @Test mutating func `the PIN brings the key back as it came`() throws {
        try install()
        let contents = try TestContainer.contents(agent, files)
        #expect(contents.unreadable.isEmpty)
        #expect(contents.keys == ["\(material.rsa.thumbprint).key": material.rsa.key])
    }

    @Test(arguments: [
        (nil, HResult.invalidParameter), ("", .invalidParameter), ("other", .containerNotFound),
        ("../vpn", .containerNotFound), (String(repeating: "n", count: 5_000), .containerNotFound),
    ])
    mutating func `without its container the import fails with its reason`(
        container: String?, result: HResult
    ) throws {
        let answer = try agent.send([.atomic("a", block(container: container))])
        #expect(answer.code("a") == 507)
        #expect(agent.store.state.pfx.values.map(\.status) == [result])
        #expect(keyFiles.isEmpty)
        #expect(agent.store.state.store(StoreLocation(.device, .my)).entries.isEmpty)
    }

    @Test mutating func `a key of another kind than RSA 2048 is not supported`() throws {
        #expect(try agent.send([.atomic("a", block("one", material.other))]).code("a") == 507)
        #expect(agent.store.state.pfx.values.map(\.status) == [.notSupported])
        #expect(keyFiles.isEmpty)
    }

    @Test(arguments: [AgentPolicy.ExportableRule.documented, .effective])
    mutating func `a key in a container is never exportable`(rule: AgentPolicy.ExportableRule) throws {
        agent.context.policy.exportable = rule
        let answer = try agent.send([.atomic("a", block(more: [("PFXKeyExportable", "true")]))])
        #expect(answer.code("a") == 507)
        #expect(agent.store.state.pfx.values.map(\.status) == [.notSupported])
        #expect(try agent.send([.atomic("b", block("two", more: [("PFXKeyExportable", "false")]))]).code("b") == 200)
    }

    @Test mutating func `an Atomic that fails later takes the sealed key back`() throws {
        let commands = block() + [.delete("none", "PFXCertInstall/none")]
        #expect(try agent.send([.atomic("a", commands)]).code("a") == 507)
        #expect(keyFiles.isEmpty)
        let two =
            block()
            + block("two", material.revoked, password: "wrong").enumerated().map { number, command -> Command in
                guard case .add(var edit) = command else { return command }
                edit.cmdID = "d\(number)"
                return .add(edit)
            }
        #expect(try agent.send([.atomic("b", two)]).code("b") == 507)
        #expect(keyFiles.isEmpty)
        #expect(agent.store.state.store(StoreLocation(.device, .my)).entries.isEmpty)
    }

    @Test mutating func `Delete of the UniqueID removes the sealed key, and what was unlocked of it`() throws {
        try install()
        let contents = try TestContainer.contents(agent, files)
        let runtime = MemoryFiles()
        let unlocked = UnlockedKeys(files: runtime)
        let reference = try TestContainer.reference()
        try unlocked.open(
            .init(container: reference, expires: TestAgent.now.adding(seconds: 60)), keys: contents.keys)
        try unlocked.tidy(at: TestAgent.now, agent.store.state)
        #expect(unlocked.keyPaths(of: reference).count == 1)
        #expect(try agent.send([.delete("d", "PFXCertInstall/one")]).code("d") == 200)
        #expect(keyFiles.isEmpty)
        try unlocked.tidy(at: TestAgent.now, agent.store.state)
        #expect(unlocked.keyPaths(of: reference).isEmpty)
        #expect(unlocked.session(of: reference) != nil)
    }

    @Test mutating func `leaving the management removes the sealed key, and the container stays`() throws {
        try install()
        try agent.store.unenroll()
        #expect(keyFiles.isEmpty)
        #expect(try TestContainer.containers(files).list().count == 2)
    }

    @Test mutating func `removing a container removes the certificates whose keys it has`() throws {
        try install()
        _ = try agent.send([.atomic("a", Command.pfx("two", material.revoked.pfx, password: material.revoked.password))]
        )
        #expect(try agent.store.removeCertificates(in: TestContainer.reference()) == 1)
        #expect(keyFiles == ["device/my/\(material.revoked.thumbprint).key"])
    }

    @Test mutating func `two users have their own containers of the same name`() throws {
        try install(isUser: true)
        #expect(keyFiles == ["users/alice/my/\(material.rsa.thumbprint).key"])
        agent.context.user = "bob"
        #expect(try agent.send([.atomic("a", block(isUser: true))]).code("a") == 507)
        #expect(try agent.value("PFXCertInstall/one/Status", isUser: true) == HResult.containerNotFound.decimal)
        let (alice, bob) = (try TestContainer.reference(.user("alice")), try TestContainer.reference(.user("bob")))
        let containers = TestContainer.containers(files)
        try containers.create(
            bob, pin: ContainerPIN(choosing: "bob's own"), pool: TestAgent.pool, at: TestAgent.now)
        _ = try agent.send([.delete("d", "PFXCertInstall/one", isUser: true)])
        #expect(try agent.send([.atomic("b", block(isUser: true))]).code("b") == 200)
        // Neither opens what is the other's.
        let key = try containers.open(bob, pin: "bob's own", pool: TestAgent.pool, at: TestAgent.now)
        #expect(try key.keys(of: bob, in: agent.store.state, files).keys.count == 1)
        let foreign = try key.keys(of: alice, in: agent.store.state, files)
        #expect(foreign.keys.isEmpty)
        #expect(foreign.unreadable.count == 1)
        #expect(throws: ContainerError.pinWrong(retryAt: nil)) {
            try containers.open(bob, pin: TestContainer.pin, pool: TestAgent.pool, at: TestAgent.now)
        }
    }

    @Test mutating func `a file that was changed is not opened`() throws {
        try install()
        let path = try #require(keyFiles.first)
        let contents = try #require(try files.contents(path))
        let blocks = try PEM.decode(contents)
        var envelope = try #require(blocks.last).der
        let last = try #require(envelope.indices.last)
        envelope[last] ^= 1
        let changed =
            PEM.encode(try #require(blocks.first).der, label: "PUBLIC KEY") + PEM.encode(envelope, label: "CMS")
        try files.write(Array(changed.utf8), to: path, isPrivate: true)
        #expect(try TestContainer.contents(agent, files).unreadable == [path])
    }

    @Test(arguments: [MemoryFiles.Crash.processKilled, .powerCut, .powerCutLate], MemoryFiles.Damage.allCases)
    func `a crash at any step leaves key and certificate, or neither, and nothing in the clear`(
        crash: MemoryFiles.Crash, damage: MemoryFiles.Damage
    ) throws {
        let start = files.copy()
        let hunt = KeyHunt(material.rsa.key)
        let twin = start.copy()
        var undisturbed = try TestAgent(twin, policy: AgentPolicy())
        twin.crash(at: .max, .untouched)
        _ = try undisturbed.send([.atomic("a", block())])
        var generator = SystemRandomNumberGenerator()
        var ends: Set<Int> = []
        for step in 0..<twin.steps {
            let disk = start.copy()
            var dying = try TestAgent(disk, policy: AgentPolicy())
            let message = dying.message([.atomic("a", block())])
            disk.crash(at: step, damage)
            _ = dying.session.answer(to: message)
            #expect(hunt.findings(in: disk).isEmpty, "step \(step)")
            let after = disk.restarted(after: crash, using: &generator)
            let store = try AgentStore(files: after)
            let keys = Set(after.nodes.keys.filter { $0.hasSuffix(".key") })
            #expect(keys == Set(try store.state.keyPaths(in: TestContainer.reference())), "step \(step)")
            #expect(store.state.store(StoreLocation(.device, .my)).entries.count == keys.count, "step \(step)")
            #expect(hunt.findings(in: after).isEmpty, "step \(step)")
            ends.insert(keys.count)
        }
        #expect(ends == [0, 1], "both sides were seen")
    }
}
