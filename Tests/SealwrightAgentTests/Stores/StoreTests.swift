// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Certificate stores on disk", .enabled(if: OpenSSL.isInstalled))
struct StoreTests {
    let material: OpenSSLMaterial
    let folder: TemporaryFolder
    let store: AgentStore

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        folder = try TemporaryFolder()
        store = try AgentStore(files: try FolderFiles(path: folder.path))
    }

    private func openssl(_ arguments: String...) throws -> ForeignProgram.Result {
        try ForeignProgram.run("openssl", arguments, in: URL(fileURLWithPath: folder.path))
    }

    private func fill() throws {
        _ = try store.importFile(material.root, into: StoreLocation(.device, .root))
        _ = try store.importFile(
            Array(PEM.encode(material.authority, label: "CERTIFICATE").utf8), into: StoreLocation(.device, .ca))
        _ = try store.importFile(material.crl, into: StoreLocation(.device, .crl))
        try store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key)
    }

    @Test func `openssl verifies with the folders as they are`() throws {
        try fill()
        let leaf = "device/my/\(material.rsa.thumbprint).pem"
        let result = try openssl("verify", "-no-CAfile", "-no-CAstore", "-CApath", "device/trust", leaf)
        #expect(result.succeeded, "\(result)")
        let alone = try openssl("verify", "-no-CAfile", "-no-CAstore", "-CApath", "device/ca", leaf)
        #expect(!alone.succeeded, "the root is not in that folder")
    }

    @Test func `openssl finds the revocation list by its link`() throws {
        try fill()
        _ = try store.importFile(material.revoked.certificate, into: StoreLocation(.device, .my))
        func verify(_ thumbprint: String) throws -> ForeignProgram.Result {
            try openssl(
                "verify", "-no-CAfile", "-no-CAstore", "-crl_check", "-CApath", "device/trust",
                "device/my/\(thumbprint).pem")
        }
        #expect(try verify(material.rsa.thumbprint).succeeded)
        #expect(try verify(material.revoked.thumbprint).text.contains("certificate revoked"))
    }

    @Test func `the certificate the device proves itself with goes only when that is forced`() throws {
        try fill()
        let reference = StoreReference(StoreLocation(.device, .my), try #require(Thumbprint(material.rsa.thumbprint)))
        #expect(throws: AgentError.managementCertificate) { try store.remove(reference) }
        #expect(store.state.store(reference.location).entries.count == 1)
        try store.remove(reference, isForced: true)
        #expect(store.state.store(reference.location).entries.isEmpty)
    }

    @Test func `links have the number that openssl computes`() throws {
        try fill()
        for (certificate, name) in [(material.root, "root"), (material.authority, "ca")] {
            let thumbprint = Hex.encode(DigestAlgorithm.sha1.hash(certificate)).uppercased()
            let hash = try openssl("x509", "-noout", "-hash", "-in", "device/\(name)/\(thumbprint).pem").output
            let link = "\(folder.path)/device/\(name)/\(hash.trimmingCharacters(in: .newlines)).0"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "\(thumbprint).pem")
        }
        let hash = try openssl("crl", "-noout", "-hash", "-in", "device/crl/bundle.pem").output
        #expect(
            FileManager.default.fileExists(
                atPath: "\(folder.path)/device/crl/\(hash.trimmingCharacters(in: .newlines)).r0"))
    }

    @Test func `certificates of one name get links of their own, without a gap`() throws {
        var references: [StoreReference] = []
        for _ in 0..<3 {
            let key = try SoftwareKey.generate(.ecP256, id: KeyID(rawValue: "k"), pool: TestAgent.pool)
            let name = try DistinguishedName(rfc4514: "CN=Same Name")
            let certificate = try Issuer(name: name, key: key, certificate: nil).issue(
                name, key.publicKey, isAuthority: true)
            references += try store.importFile(certificate, into: StoreLocation(.user("bob"), .root))
        }
        func links() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/users/bob/root")
                .filter { !$0.hasSuffix(".pem") }.map { String($0.suffix(2)) }.sorted()
        }
        #expect(try links() == [".0", ".1", ".2"])
        try store.remove(references[0])
        #expect(try links() == [".0", ".1"])
    }

    @Test func `a private key can be read by its owner alone, a certificate by everyone`() throws {
        try fill()
        func mode(_ suffix: String) throws -> Int? {
            let path = "\(folder.path)/device/my/\(material.rsa.thumbprint)\(suffix)"
            return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(".key") == 0o600)
        #expect(try mode(".pem") == 0o644)
        let state = try FileManager.default.attributesOfItem(atPath: folder.path + "/state.json")
        #expect(state[.posixPermissions] as? Int == 0o600)
    }

    @Test func `the key file is the certificate's, as openssl reads it`() throws {
        try fill()
        let thumbprint = material.rsa.thumbprint
        let own = try openssl("pkey", "-in", "device/my/\(thumbprint).key", "-pubout").output
        let certified = try openssl("x509", "-in", "device/my/\(thumbprint).pem", "-noout", "-pubkey").output
        #expect(own == certified)
        #expect(own.contains("BEGIN PUBLIC KEY"))
    }

    @Test(.enabled(if: ForeignProgram.areExpected("curl")))
    func `curl trusts a server of the chain file by the folder of the roots`() async throws {
        try fill()
        let leaf = "device/my/\(material.rsa.thumbprint)"
        let port = "\(try FreePort.any())"
        let server = try ForeignProgram(
            "openssl",
            [
                "s_server", "-accept", port, "-cert", leaf + ".chain.pem", "-cert_chain", leaf + ".chain.pem", "-key",
                leaf + ".key", "-www",
            ],
            in: URL(fileURLWithPath: folder.path))
        var last: ForeignProgram.Result?
        let isTrusted = try await eventually {
            let result = try ForeignProgram.run(
                "curl",
                ["-sS", "--noproxy", "*", "--capath", folder.path + "/device/root", "https://localhost:\(port)/"])
            last = result
            return result.succeeded
        }
        let untrusted = try ForeignProgram.run(
            "curl", ["-sS", "--noproxy", "*", "--capath", folder.path + "/device/crl", "https://localhost:\(port)/"])
        await server.stop()
        #expect(isTrusted, "\(String(describing: last))")
        #expect(!untrusted.succeeded)
    }

    @Test func `a file that somebody deleted comes back, and a key of nobody goes`() throws {
        let files = MemoryFiles()
        let first = try AgentStore(files: files)
        _ = try first.importFile(material.root, into: StoreLocation(.device, .root))
        let path = "device/root/\(Hex.encode(DigestAlgorithm.sha1.hash(material.root)).uppercased()).pem"
        try files.remove(path)
        try files.write([1], to: "device/root/leftover.key", isPrivate: true)
        _ = try AgentStore(files: files)
        #expect(files.exists(path))
        #expect(!files.exists("device/root/leftover.key"))
    }

    @Test func `a disk gets the same files as the tests' memory`() throws {
        let memory = MemoryFiles()
        let block = Command.pfx("one", material.rsa.pfx, password: material.rsa.password)
        for store in [store, try AgentStore(files: memory)] {
            _ = try store.importFile(material.root, into: StoreLocation(.device, .root))
            let context = ManagementContext(
                policy: .conformance, server: "server", now: TestAgent.now, pool: TestAgent.pool)
            var session = DeviceSession(
                store: store, context: context, sessionID: "1", device: "device", server: "server")
            let hdr = SyncHdr(sessionID: "1", msgID: "1", target: Location("device"), source: Location("server"))
            for commands in [[Command.atomic("a", block)], [.delete("d", "PFXCertInstall/one")], [.atomic("a", block)]]
            {
                _ = session.answer(to: SyncML(hdr: hdr, body: SyncBody(commands: commands)))
            }
        }
        let onDisk = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0 != ".lock" }
        #expect(Set(onDisk) == Set(memory.nodes.keys))
        for (path, node) in memory.nodes {
            guard case .file(let contents, _) = node, path != "state.json" else { continue }
            #expect(FileManager.default.contents(atPath: folder.path + "/" + path).map { Array($0) } == contents)
        }
    }

    @Test func `a file that a store does not take is named`() throws {
        let tool = try OpenSSL()
        let key = PEM.encode(PrivateKeyInfo(material.rsa.key).derBytes, label: "PRIVATE KEY")
        try tool.write(Array(key.utf8), to: "key.pem")
        try tool.write(Array(PEM.encode(material.root, label: "CERTIFICATE").utf8), to: "root.pem")
        for arguments in [
            ["req", "-new", "-key", "key.pem", "-subj", "/CN=a", "-out", "request.pem"],
            ["crl2pkcs7", "-nocrl", "-certfile", "root.pem", "-out", "root.p7b"],
            ["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:x", "-outform", "DER", "-out", "locked.der"],
        ] {
            let made = try tool.run(arguments)
            #expect(made.status == 0, "\(made.output)")
        }
        let cases: [([UInt8], StoreName, String)] = [
            (material.rsa.pfx, .root, "PFX"), (Array(key.utf8), .root, "private key"),
            (PrivateKeyInfo(material.rsa.key).derBytes, .my, "private key"),
            (try tool.read("locked.der"), .root, "private key"),
            (Array((PEM.encode(material.root, label: "CERTIFICATE") + key).utf8), .root, "private key"),
            (try tool.read("request.pem"), .root, "request"), (try tool.read("root.p7b"), .root, "PKCS#7"),
            (material.crl, .root, "--store crl"), (material.root, .crl, "--store root"),
            ([0x30, 0x03, 0x02, 0x01, 0x00], .root, "SEQUENCE"),
        ]
        for (contents, name, word) in cases {
            do {
                _ = try store.importFile(contents, into: StoreLocation(.device, name))
                Issue.record("\(word) was taken")
            } catch {
                guard case .unreadable(let reason) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(reason.contains(word), "\(reason)")
            }
        }
        #expect(store.state.stores.values.allSatisfy { $0.entries.isEmpty })
    }

    @Test func `one process at a time`() throws {
        #expect(throws: AgentError.locked(path: folder.path)) { try FolderFiles(path: folder.path) }
    }

    @Test(arguments: ["../../etc", ".", "", "a/b", "Ünï code", "DOMAIN\\user"])
    func `no name of a user leads out of the folder`(name: String) {
        let parts = ManagementScope.user(name).folder.split(separator: "/", omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        #expect(parts.first == "users")
        #expect(parts.last.map { !$0.isEmpty && !$0.contains(".") } == true)
    }

    @Test func `leaving the management takes everything back but what an administrator installed`() throws {
        let files = MemoryFiles()
        var agent = try TestAgent(files)
        _ = try agent.store.importFile(material.root, into: StoreLocation(.device, .root))
        try agent.store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key)
        for isUser in [false, true] {
            _ = try agent.send([
                .atomic("a", Command.pfx("one", material.other.pfx, password: material.other.password, isUser: isUser))
            ])
        }
        try agent.store.unenroll()
        let pem = files.nodes.keys.filter { $0.hasSuffix(".pem") && !$0.hasSuffix("bundle.pem") }
        #expect(pem.count == 1)
        #expect(pem.allSatisfy { $0.hasPrefix("device/root/") })
        #expect(!files.nodes.keys.contains { $0.hasSuffix(".key") })
        #expect(try agent.value("PFXCertInstall")?.isEmpty == true)
    }

    @Test func `a damaged state is told and not written over`() throws {
        let files = MemoryFiles()
        try files.write(Array("{".utf8), to: "state.json", isPrivate: true)
        #expect(throws: AgentError.corrupt(path: "state.json", reason: "not a state of this version")) {
            try AgentStore(files: files)
        }
        #expect(try files.contents("state.json") == Array("{".utf8))
    }

    @Test func `keys whose state is gone are not leftovers`() throws {
        let files = MemoryFiles()
        var agent = try TestAgent(files)
        _ = try agent.send([.atomic("a", Command.pfx("one", material.rsa.pfx, password: material.rsa.password))])
        let state = try #require(try files.contents("state.json"))
        try files.remove("state.json")
        let path = "device/my/\(material.rsa.thumbprint).key"
        let gone = AgentError.corrupt(path: "state.json", reason: "it is gone, and its private keys are there")
        #expect(throws: gone) { try AgentStore(files: files) }
        #expect(files.exists(path))
        try files.write(state, to: "state.json", isPrivate: true)
        #expect(try AgentStore(files: files).state == agent.store.state)
    }

    @Test(arguments: [true, false])
    func `a state of a later version is not taken for what is known of it`(isReadable: Bool) throws {
        _ = try store.importFile(material.root, into: StoreLocation(.device, .root))
        let file = URL(filePath: folder.path("state.json"))
        let written = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(written.contains(#""format":1"#))
        // The first versions wrote none.
        try Data(written.replacing(#""format":1,"#, with: "").utf8).write(to: file)
        #expect(try AgentSnapshot.read(folder.path).stores == store.state.stores)
        let later = isReadable ? written.replacing(#""format":1"#, with: #""format":2"#) : #"{"format":2}"#
        try Data(later.utf8).write(to: file)
        let reason = "a later version of the agent wrote it"
        #expect(throws: AgentError.corrupt(path: file.path, reason: reason)) { try AgentSnapshot.read(folder.path) }
        let copy = MemoryFiles()
        try copy.write(Array(later.utf8), to: "state.json", isPrivate: true)
        #expect(throws: AgentError.corrupt(path: "state.json", reason: reason)) { try AgentStore(files: copy) }
        #expect(try copy.contents("state.json") == Array(later.utf8))
    }
}
