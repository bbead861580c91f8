// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Containers: unlocked keys", .enabled(if: OpenSSL.isInstalled))
struct UnlockedKeysTests {
    let material: OpenSSLMaterial
    let files = MemoryFiles()
    let folder: TemporaryFolder
    var agent: TestAgent

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        folder = try TemporaryFolder()
        try TestContainer.provision(files)
        agent = try TestAgent(files)
        let block = Command.pfx(
            "one", material.rsa.pfx, password: material.rsa.password, keyLocation: "4",
            more: [("ContainerName", TestContainer.name)])
        let answer = try agent.send([.atomic("a", block)])
        try #require(answer.code("a") == 200)
    }

    private var now: Timestamp { TestAgent.now }

    private func unlock(_ unlocked: UnlockedKeys, for seconds: Int64 = 60) throws -> [String] {
        let session = UnlockedKeys.Session(
            container: try TestContainer.reference(), expires: now.adding(seconds: seconds))
        return try unlocked.open(session, keys: try TestContainer.contents(agent, files).keys)
    }

    @Test func `openssl finds that the unlocked key belongs to the certificate`() throws {
        let unlocked = UnlockedKeys(files: try FolderFiles(path: folder.path))
        let path = try #require(try unlock(unlocked).first)
        #expect(path == "device/vpn/\(material.rsa.thumbprint).key")
        try folder.write(PEM.encode(material.rsa.certificate, label: "CERTIFICATE"), "certificate.pem")
        let key = try ForeignProgram.succeed("openssl", ["pkey", "-in", path, "-pubout"], in: folder.url)
        let certificate = try ForeignProgram.succeed(
            "openssl", ["x509", "-in", "certificate.pem", "-pubkey", "-noout"], in: folder.url)
        #expect(key.output == certificate.output)
        #expect(key.output.contains("BEGIN PUBLIC KEY"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path(path))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `lock removes the keys, and locking twice is no error`() throws {
        let unlocked = UnlockedKeys(files: try FolderFiles(path: folder.path))
        let path = try #require(try unlock(unlocked).first)
        let reference = try TestContainer.reference()
        #expect(try unlocked.close(reference))
        #expect(!FileManager.default.fileExists(atPath: folder.path(path)))
        #expect(unlocked.session(of: reference) == nil)
        #expect(try !unlocked.close(reference))
    }

    @Test func `what has been open long enough is closed, and nothing else`() throws {
        let runtime = MemoryFiles()
        let unlocked = UnlockedKeys(files: runtime)
        _ = try unlock(unlocked, for: 60)
        let reference = try TestContainer.reference()
        try unlocked.tidy(at: now.adding(seconds: 59), agent.store.state)
        #expect(unlocked.keyPaths(of: reference).count == 1)
        try unlocked.tidy(at: now.adding(seconds: 60), agent.store.state)
        #expect(unlocked.keyPaths(of: reference).isEmpty)
        #expect(KeyHunt(material.rsa.key).findings(in: runtime).isEmpty)
    }

    @Test func `a crash in the middle of unlocking leaves nothing that is never closed`() throws {
        let twin = MemoryFiles()
        twin.crash(at: .max, .untouched)
        _ = try unlock(UnlockedKeys(files: twin))
        let hunt = KeyHunt(material.rsa.key)
        #expect(!hunt.findings(in: twin).isEmpty)
        for step in 0..<twin.steps {
            let runtime = MemoryFiles()
            runtime.crash(at: step, .done)
            _ = try? unlock(UnlockedKeys(files: runtime))
            let after = runtime.copy()
            try UnlockedKeys(files: after).tidy(at: now.adding(seconds: 60), agent.store.state)
            #expect(hunt.findings(in: after).isEmpty, "step \(step)")
        }
    }

    @Test func `a second unlock replaces the first`() throws {
        let unlocked = UnlockedKeys(files: MemoryFiles())
        _ = try unlock(unlocked, for: 60)
        #expect(try unlock(unlocked, for: 600).count == 1)
        let reference = try TestContainer.reference()
        #expect(unlocked.session(of: reference)?.expires == now.adding(seconds: 600))
        try unlocked.open(.init(container: reference, expires: now.adding(seconds: 60)), keys: [:])
        #expect(unlocked.keyPaths(of: reference).isEmpty)
    }
}
