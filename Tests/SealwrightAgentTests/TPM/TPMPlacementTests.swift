// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP
import SealwrightAgent
import SealwrightTesting
import Synchronization
import Testing

@Suite("ClientCertificateInstall: keys in the TPM", .serialized, .enabled(if: SoftwareTPM.hasJudges))
struct TPMPlacementTests {
    private static let pfx = InstallationID(scope: .device, kind: .pfx, uniqueID: "one")

    /// An agent on a device with a TPM.
    private static func agent(
        _ swtpm: SoftwareTPM, _ files: any FileAccess = MemoryFiles(), policy: AgentPolicy = .conformance
    ) throws -> TestAgent {
        var agent = try TestAgent(files, policy: policy)
        agent.context.tpm = TPM(TPMSocket(port: swtpm.port))
        return agent
    }

    private static func runAll(_ agent: TestAgent, _ server: any AgentTransport) async throws {
        let enroller = agent.enroller(server)
        for installation in enroller.due(at: TestAgent.now) { try await enroller.run(installation, at: TestAgent.now) }
    }

    private static func isInTPM(_ files: MemoryFiles, _ path: String) throws -> Bool {
        TPMKeyFile.isOne(try #require(try files.contents(path)))
    }

    /// States that nothing stays in the TPM.
    private static func expectEmpty(_ swtpm: SoftwareTPM) async throws {
        for kind in ["handles-transient", "handles-persistent", "handles-loaded-session"] {
            let left = try await swtpm.run("tpm2_getcap", [kind])
            #expect(left.succeeded && left.output.isEmpty, "\(left)")
        }
    }

    // MARK: SCEP

    @Test(arguments: ["1", "2"])
    func `SCEP signs the request and decrypts the reply in the TPM, and openssl uses the file`(
        protection: String
    ) async throws {
        try await withSoftwareTPM { swtpm in
            let (files, server) = (MemoryFiles(), try SCEPTestServer())
            var agent = try Self.agent(swtpm, files)
            #expect(try agent.exec(server, changing: ["KeyProtection": protection]).code("atomic") == 200)
            try await Self.runAll(agent, server)
            let result = try agent.result()
            #expect(result.status == "1")
            #expect(result.error == "0")
            let thumbprint = try #require(result.thumbprint)
            #expect(try Self.isInTPM(files, "device/my/\(thumbprint).key"))
            let folder = try TemporaryFolder()
            try folder.write(try #require(try files.contents("device/my/\(thumbprint).key")), "key.pem")
            try folder.write(try #require(try files.contents("device/my/\(thumbprint).pem")), "certificate.pem")
            try folder.write("to be signed", "data")
            let providers = ["-provider", "tpm2", "-provider", "default"]
            let signed = try await swtpm.run(
                "openssl",
                ["cms"] + providers
                    + ["-sign", "-in", "data", "-signer", "certificate.pem", "-inkey", "key.pem", "-outform", "DER"]
                    + ["-md", "sha256", "-nodetach", "-binary", "-out", "signed"],
                in: folder.url)
            #expect(signed.succeeded, "\(signed)")
            let verified = try await swtpm.run(
                "openssl", ["cms", "-verify", "-noverify", "-inform", "DER", "-in", "signed"], in: folder.url)
            #expect(verified.succeeded, "\(verified)")
            try await Self.expectEmpty(swtpm)
        }
    }

    @Test func `a KeyLength that the TPM lacks fails with 1 and goes to software with 2`() async throws {
        let lacking = LackingTPM()
        for (protection, status) in [("1", "16"), ("2", "1")] {
            let (files, server) = (MemoryFiles(), try SCEPTestServer())
            var agent = try TestAgent(files)
            agent.context.tpm = lacking
            _ = try agent.exec(server, changing: ["KeyProtection": protection, "KeyLength": "4096"])
            try await Self.runAll(agent, server)
            let result = try agent.result()
            #expect(result.status == status)
            let keys = files.nodes.keys.filter { $0.hasSuffix(".key") }
            if status == "16" {
                #expect(result.error == HResult.notSupported.decimal)
                #expect(keys.isEmpty)
            } else {
                #expect(try !Self.isInTPM(files, try #require(keys.first)))
            }
        }
    }

    @Test func `a TPM that does not answer is none`() async throws {
        for (protection, status) in [("1", "16"), ("2", "1")] {
            let server = try SCEPTestServer()
            var agent = try TestAgent()
            agent.context.tpm = TPM(TPMSocket(path: "/nowhere/tpm"))
            _ = try agent.exec(server, changing: ["KeyProtection": protection])
            try await Self.runAll(agent, server)
            let result = try agent.result()
            #expect(result.status == status)
            #expect(status == "1" || result.error == HResult.tpmNotFound.decimal)
        }
    }

    @Test func `KeyProtection 3 stays in software beside a TPM`() async throws {
        let (files, server) = (MemoryFiles(), try SCEPTestServer())
        var agent = try TestAgent(files)
        // Whoever asked this one would fail.
        agent.context.tpm = TPM(TPMSocket(path: "/nowhere/tpm"))
        _ = try agent.exec(server, changing: ["KeyProtection": "3"])
        try await Self.runAll(agent, server)
        #expect(try agent.result().status == "1")
    }

    @Test func `a pending enrolment goes on with its TPM key after a restart`() async throws {
        try await withSoftwareTPM { swtpm in
            let (files, server) = (MemoryFiles(), try SCEPTestServer())
            server.decide(.pend)
            var agent = try Self.agent(swtpm, files)
            _ = try agent.exec(server, changing: ["KeyProtection": "1"])
            try await Self.runAll(agent, server)
            #expect(try agent.result().status == "2")
            let pending = try #require(
                files.nodes.keys.first { $0.hasPrefix("device/pending/") && $0.hasSuffix(".key") })
            #expect(try Self.isInTPM(files, pending))
            let later = TestAgent.now.adding(seconds: 300)
            // Without the TPM the key is there and cannot be used: that poll is put off.
            let one = InstallationID(scope: .device, kind: .scep, uniqueID: "one")
            let bereft = try TestAgent(files.copy())
            try await bereft.enroller(server).run(one, at: later)
            #expect(bereft.store.state.scep[one]?.status == .pending)
            #expect(server.operations.count == 1)
            agent = try Self.agent(swtpm, files.copy())
            try await agent.enroller(server).run(one, at: later)
            #expect(try agent.result().status == "1")
            // So is one with the settings of another machine; with its own TPM the enrolment goes on.
            try await withSoftwareTPM { other in
                let elsewhere = try Self.agent(other, files)
                try await elsewhere.enroller(server).run(one, at: later)
                #expect(elsewhere.store.state.scep[one]?.status == .pending)
            }
            agent = try Self.agent(swtpm, files)
            try await agent.enroller(server).run(one, at: later.adding(seconds: 300))
            #expect(try agent.result().status == "1")
        }
    }

    @Test func `a TPM that is away at a poll puts it off, and the key stays`() async throws {
        try await withSoftwareTPM { swtpm in
            let (files, server) = (MemoryFiles(), try SCEPTestServer())
            server.decide(.pend)
            var agent = try Self.agent(swtpm, files)
            let moody = MoodyTPM(try #require(agent.context.tpm))
            agent.context.tpm = moody
            _ = try agent.exec(server, changing: ["KeyProtection": "1", "RetryCount": "3", "RetryDelay": "1"])
            try await Self.runAll(agent, server)
            let one = InstallationID(scope: .device, kind: .scep, uniqueID: "one")
            for (minutes, error) in [(1, TPMError.unavailable(path: "tpm", reason: "gone")), (2, .lockedOut)] {
                moody.setFailure(error)
                try await agent.enroller(server).run(one, at: TestAgent.now.adding(seconds: Int64(minutes) * 60))
                #expect(try agent.result().status == "2")
                #expect(files.nodes.keys.contains { $0.hasPrefix("device/pending/") && $0.hasSuffix(".key") })
            }
            moody.setFailure(nil)
            try await agent.enroller(server).run(one, at: TestAgent.now.adding(seconds: 180))
            #expect(try agent.result().status == "1")
        }
    }

    @Test func `a TPM that is away at every poll ends the enrolment with its code`() async throws {
        try await withSoftwareTPM { swtpm in
            let server = try SCEPTestServer()
            server.decide(.pend)
            var agent = try Self.agent(swtpm)
            let moody = MoodyTPM(try #require(agent.context.tpm))
            agent.context.tpm = moody
            _ = try agent.exec(server, changing: ["KeyProtection": "1", "RetryCount": "1", "RetryDelay": "1"])
            try await Self.runAll(agent, server)
            moody.setFailure(.unavailable(path: "tpm", reason: "gone"))
            try await agent.enroller(server).run(
                InstallationID(scope: .device, kind: .scep, uniqueID: "one"), at: TestAgent.now.adding(seconds: 60))
            let result = try agent.result()
            #expect(result.status == "16")
            #expect(result.error == HResult.tpmNotFound.decimal)
        }
    }

    @Test func `a TPM that makes no key fails with 1 and is passed over with 2`() async throws {
        for (protection, status) in [("1", "16"), ("2", "1")] {
            let (files, server) = (MemoryFiles(), try SCEPTestServer())
            var agent = try TestAgent(files)
            agent.context.tpm = LackingTPM(canHoldAll: true, failure: .tpm(.authorizationFailed))
            _ = try agent.exec(server, changing: ["KeyProtection": protection])
            try await Self.runAll(agent, server)
            #expect(try agent.result().status == status)
        }
    }

    @Test func `a deleted enrolment leaves nothing in the folder and nothing in the TPM`() async throws {
        try await withSoftwareTPM { swtpm in
            let (files, server) = (MemoryFiles(), try SCEPTestServer())
            var agent = try Self.agent(swtpm, files)
            _ = try agent.exec(server, changing: ["KeyProtection": "1"])
            try await Self.runAll(agent, server)
            #expect(try agent.send([.delete("d", "SCEP/one")]).code("d") == 200)
            #expect(files.nodes.keys.allSatisfy { !$0.hasSuffix(".key") })
            try await Self.expectEmpty(swtpm)
        }
    }
}

extension TPMPlacementTests {
    // MARK: PFX

    @Test(arguments: ["1", "2"], [true, false])
    func `the key of a PFX goes into the TPM and is never given away`(location: String, isRSA: Bool) async throws {
        let material = try OpenSSLMaterial.shared.get()
        let leaf = isRSA ? material.rsa : material.other
        try await withSoftwareTPM { swtpm in
            let files = MemoryFiles()
            var agent = try Self.agent(swtpm, files)
            let answer = try agent.send([
                .atomic("a", Command.pfx("one", leaf.pfx, password: leaf.password, keyLocation: location))
            ])
            #expect(answer.code("a") == 200)
            #expect(try agent.value("PFXCertInstall/one/Status") == "0")
            let path = "device/my/\(leaf.thumbprint).key"
            let contents = try #require(try files.contents(path))
            let file = try TPMKeyFile(parsing: contents)
            let own = try leaf.key.publicKey()
            #expect(file.publicKey == own)
            let reference = StoreReference(
                StoreLocation(.device, .my), try #require(Thumbprint(leaf.thumbprint)))
            #expect(throws: AgentError.self) { try agent.store.exportKey(of: reference) }
            #expect(agent.store.state.store(reference.location).entries.values.first?.isKeyExportable == false)
            let key = TPMKey(
                file, id: KeyID(rawValue: "key"), tpm: try #require(agent.context.tpm), pool: TestAgent.pool)
            let signature = try await key.sign([1, 2, 3], algorithm: key.defaultSignatureAlgorithm)
            #expect(
                key.publicKey.isValidSignature(signature, of: [1, 2, 3], algorithm: key.defaultSignatureAlgorithm))
            try await Self.expectEmpty(swtpm)
        }
    }

    @Test func `a PFX key that the TPM lacks fails with 1 and goes to software with 2`() throws {
        let leaf = try OpenSSLMaterial.shared.get().rsa
        for (location, code) in [("1", 507), ("2", 200)] as [(String, UInt16)] {
            let files = MemoryFiles()
            var agent = try TestAgent(files)
            agent.context.tpm = LackingTPM()
            let answer = try agent.send([
                .atomic("a", Command.pfx("one", leaf.pfx, password: leaf.password, keyLocation: location))
            ])
            #expect(answer.code("a") == code)
            let status = agent.store.state.pfx[Self.pfx]?.status
            #expect(status == (code == 200 ? .ok : .notSupported))
            #expect(files.nodes.keys.contains { $0.hasSuffix(".key") } == (code == 200))
        }
    }

    @Test func `a TPM that takes no key in fails with 1 and is passed over with 2`() throws {
        let leaf = try OpenSSLMaterial.shared.get().rsa
        for (location, code) in [("1", 507), ("2", 200)] as [(String, UInt16)] {
            var agent = try TestAgent()
            agent.context.tpm = LackingTPM(canHoldAll: true, failure: .tpm(.authorizationFailed))
            let answer = try agent.send([
                .atomic("a", Command.pfx("one", leaf.pfx, password: leaf.password, keyLocation: location))
            ])
            #expect(answer.code("a") == code)
        }
    }

    @Test(arguments: [("1", 0x8028_400F as UInt32), ("4", 0x8009_0027)])
    func `a place that the device lacks is told by its code`(location: String, code: UInt32) throws {
        let leaf = try OpenSSLMaterial.shared.get().rsa
        var agent = try TestAgent()
        let answer = try agent.send([
            .atomic("a", Command.pfx("one", leaf.pfx, password: leaf.password, keyLocation: location))
        ])
        #expect(answer.code("a") == 507)
        #expect(agent.store.state.pfx[Self.pfx]?.status == HResult(rawValue: code))
    }

    @Test func `by the effective rule an exportable key needs to end in software`() async throws {
        let leaf = try OpenSSLMaterial.shared.get().rsa
        var policy = AgentPolicy.conformance
        policy.exportable = .effective
        try await withSoftwareTPM { swtpm in
            for (hasTPM, code) in [(true, 507), (false, 200)] as [(Bool, UInt16)] {
                var agent = hasTPM ? try Self.agent(swtpm, policy: policy) : try TestAgent(policy: policy)
                let answer = try agent.send([
                    .atomic(
                        "a",
                        Command.pfx(
                            "one", leaf.pfx, password: leaf.password, keyLocation: "2",
                            more: [("PFXKeyExportable", "true")]))
                ])
                #expect(answer.code("a") == code)
                #expect(agent.store.state.pfx[Self.pfx]?.status == (hasTPM ? .notSupported : .ok))
            }
        }
    }

    @Test func `a password that was encrypted to a certificate with a TPM key is decrypted`() async throws {
        let material = try OpenSSLMaterial.shared.get()
        try await withSoftwareTPM { swtpm in
            var agent = try Self.agent(swtpm)
            let tpm = try #require(agent.context.tpm)
            try agent.store.setManagementCertificate(
                material.rsa.certificate, key: .tpm(try tpm.importKey(material.rsa.key)))
            let tool = try OpenSSL()
            try tool.write(Array(material.other.password.utf8), to: "password")
            try tool.write(
                Array(PEM.encode(material.rsa.certificate, label: "CERTIFICATE").utf8), to: "certificate.pem")
            let made = try tool.run(
                "cms", "-encrypt", "-binary", "-aes256", "-in", "password", "-outform", "DER", "-out", "enveloped",
                "-recip", "certificate.pem")
            #expect(made.status == 0, "\(made.output)")
            let answer = try agent.send([
                .atomic(
                    "a",
                    Command.pfx(
                        "one", material.other.pfx, password: Base64.encode(try tool.read("enveloped")),
                        more: [("PFXCertPasswordEncryptionType", "1")]))
            ])
            #expect(answer.code("a") == 200)
            #expect(try agent.value("PFXCertInstall/one/Status") == "0")
        }
    }
}

/// A TPM that makes and takes in no key, and usually says so beforehand.
private struct LackingTPM: KeyTPM {
    var canHoldAll = false
    var failure = CryptoError.unsupported("a key")

    func canHold(_ type: KeyType) throws(CryptoError) -> Bool { canHoldAll }
    func generateKey(_ type: KeyType) throws(CryptoError) -> TPMKeyFile { throw failure }
    func importKey(_ material: PrivateKeyMaterial) throws(CryptoError) -> TPMKeyFile { throw failure }
    func sign(
        _ message: [UInt8], with file: TPMKeyFile, algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8] { throw .unsupported("signing") }
    func decryptRaw(_ ciphertext: [UInt8], with file: TPMKeyFile) throws(CryptoError) -> [UInt8] {
        throw .unsupported("decrypting")
    }
}

/// A TPM that works with its keys only when it likes.
private final class MoodyTPM: KeyTPM {
    private let tpm: any KeyTPM
    private let failure = Mutex<TPMError?>(nil)

    init(_ tpm: any KeyTPM) { self.tpm = tpm }

    func setFailure(_ error: TPMError?) { failure.withLock { $0 = error } }

    private func check() throws(CryptoError) {
        if let error = failure.withLock({ $0 }) { throw .tpm(error) }
    }

    func canHold(_ type: KeyType) throws(CryptoError) -> Bool { try tpm.canHold(type) }
    func generateKey(_ type: KeyType) throws(CryptoError) -> TPMKeyFile { try tpm.generateKey(type) }
    func importKey(_ material: PrivateKeyMaterial) throws(CryptoError) -> TPMKeyFile { try tpm.importKey(material) }
    func sign(
        _ message: [UInt8], with file: TPMKeyFile, algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8] {
        try check()
        return try tpm.sign(message, with: file, algorithm: algorithm)
    }
    func decryptRaw(_ ciphertext: [UInt8], with file: TPMKeyFile) throws(CryptoError) -> [UInt8] {
        try check()
        return try tpm.decryptRaw(ciphertext, with: file)
    }
}
