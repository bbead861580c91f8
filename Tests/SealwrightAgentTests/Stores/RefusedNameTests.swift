// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Names that the file system refuses", .enabled(if: OpenSSL.isInstalled))
struct RefusedNameTests {
    let material: OpenSSLMaterial
    let folder: TemporaryFolder

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        folder = try TemporaryFolder()
    }

    private var install: [Command] {
        [.atomic("a", Command.pfx("one", material.rsa.pfx, password: material.rsa.password))]
    }

    /// Where the certificate is to go.
    private var place: String { folder.path("device/my/\(material.rsa.thumbprint).pem") }

    /// Puts a folder where the certificate is to go.
    private func block() throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    }

    /// Files that only a change under way, or an installed key, has.
    private func leftovers() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".tmp") || $0.hasSuffix(".key") || $0 == "journal" }
    }

    @Test(arguments: [String(repeating: "q", count: 256), String(repeating: "ä", count: 43)])
    func `a user whose name is too long for a folder has no tree, and nothing is written`(user: String) throws {
        do {
            var agent = try TestAgent(try FolderFiles(path: folder.path), user: user)
            let commands = Command.pfx("one", material.rsa.pfx, password: material.rsa.password, isUser: true)
            #expect(try agent.send(commands).commandCodes == [405, 405, 405])
            #expect(try agent.send([.get("g", "PFXCertInstall", isUser: true)]).code("g") == 405)
        }
        #expect(try leftovers().isEmpty)
        #expect(try AgentStore(files: try FolderFiles(path: folder.path)).state == AgentState())
    }

    @Test(arguments: [String(repeating: "q", count: 255), String(repeating: "ä", count: 42)])
    func `the longest name that fits does`(user: String) throws {
        var agent = try TestAgent(try FolderFiles(path: folder.path), user: user)
        let commands = Command.pfx("one", material.rsa.pfx, password: material.rsa.password, isUser: true)
        #expect(try agent.send([.atomic("a", commands)]).code("a") == 200)
    }

    @Test func `a library that names such a user is refused, and goes on`() throws {
        let store = try AgentStore(files: try FolderFiles(path: folder.path))
        let user = ManagementScope.user(String(repeating: "q", count: 256))
        #expect(throws: AgentError.self) { try store.importFile(material.root, into: StoreLocation(user, .root)) }
        #expect(try store.importFile(material.root, into: StoreLocation(.device, .root)).count == 1)
        #expect(try leftovers().isEmpty)
    }

    @Test func `a folder that an earlier version left with such a journal opens again`() throws {
        let name = String(repeating: "q", count: 256)
        try folder.write(
            #"{"changes":[{"folder":{"_0":"users","isPrivate":false}},{"folder":{"_0":"users/\#(name)","isPrivate":false}}]}"#,
            "journal")
        #expect(try AgentStore(files: try FolderFiles(path: folder.path)).state == AgentState())
        #expect(try leftovers().isEmpty)
    }

    @Test func `a change that meets a folder in its file's place is taken back`() throws {
        try block()
        do {
            var agent = try TestAgent(try FolderFiles(path: folder.path))
            #expect(try agent.send(install).code("a") == 507)
            #expect(try agent.send([.add("s", "SCEP/two", nil)]).code("s") == 200)
        }
        #expect(try leftovers().isEmpty)
        var agent = try TestAgent(try FolderFiles(path: folder.path))
        #expect(try agent.value("SCEP") == "two")
        #expect(agent.store.state.stores.isEmpty)
        try FileManager.default.removeItem(atPath: place)
        #expect(try agent.send(install).code("a") == 200)
    }

    @Test func `a key that the change had removed already is put back`() throws {
        var agent = try TestAgent(try FolderFiles(path: folder.path))
        try #require(try agent.send(install).code("a") == 200)
        let key = "device/my/\(material.rsa.thumbprint).key"
        let before = try folder.read(key)
        // The other certificate replaces this one, and its place is taken.
        try FileManager.default.createDirectory(
            atPath: folder.path("device/my/\(material.other.thumbprint).pem"), withIntermediateDirectories: true)
        let other = Command.pfx(
            "one", material.other.pfx, password: material.other.password, verb: { .replace($0, $1, $2, isUser: $3) })
        #expect(try agent.send([.atomic("b", other)]).code("b") == 507)
        #expect(try folder.read(key) == before)
        #expect(try leftovers() == [key])
        #expect(try agent.value("PFXCertInstall/one/Thumbprint") == material.rsa.thumbprint)
    }

    @Test func `killed at any step of taking it back, it has not happened`() throws {
        try block()
        var steps = 0
        repeat {
            try kill(in: steps)
            let store = try AgentStore(files: try FolderFiles(path: folder.path))
            #expect(store.state == AgentState(), "step \(steps)")
            #expect(try leftovers().isEmpty, "step \(steps)")
            steps += 1
        } while try isKilled(in: steps)
        #expect(steps > 10)
    }

    /// Carries the change out until the step at which the process ends.
    private func kill(in step: Int) throws {
        let files = try DyingFolder(path: folder.path)
        var agent = try TestAgent(files)
        files.kill(in: step)
        let message = agent.message(install)
        _ = agent.session.answer(to: message)
    }

    /// Whether the change has that many steps.
    private func isKilled(in step: Int) throws -> Bool {
        let files = try DyingFolder(path: folder.path)
        var agent = try TestAgent(files)
        files.kill(in: nil)
        _ = try agent.send(install)
        return files.steps > step
    }
}
