// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("ClientCertificateInstall CSP: the published examples, repaired in syntax only")
struct SeedExampleTests {
    /// An endpoint that takes what the example asks for: 1024 bits and SHA-1.
    private static func legacyBench(minimumRSABits: Int? = 1_024) async throws -> Workbench {
        var settings = ServerSettings.windows
        settings.digests.insert(.sha1)
        return try await bench(settings, EnrollmentPolicy(minimumRSABits: minimumRSABits))
    }

    /// An endpoint with the challenge of the example, for whatever subject.
    private static func bench(
        _ settings: ServerSettings, _ policy: EnrollmentPolicy = EnrollmentPolicy()
    ) async throws -> Workbench {
        let bench = try await Workbench(settings, policy: policy)
        let now = bench.clock.now
        let challenge = Challenge(
            id: .new(milliseconds: bench.clock.milliseconds), digest: Secret(SeedDevice.challenge).digest,
            endpoint: .default, createdAt: now, createdBy: "test", expiresAt: now.adding(seconds: 3_600))
        let event = AuditEvent(action: "challenge.created", at: now, actor: "test", object: challenge.id.rawValue)
        try await bench.store.save(challenge, event: event)
        return bench
    }

    /// The first example with our host and, if asked for, the thumbprint of our root.
    private static func scep(_ bench: Workbench, rightThumbprint: Bool) throws -> [Command] {
        var text = try SeedExample.repaired("scep").replacing("http://constoso.com/", with: SeedDevice.host)
        if rightThumbprint {
            let digest = DigestAlgorithm.sha1.hash(try bench.root.certificate.encoded)
            text = text.replacing(SeedDevice.thumbprint, with: Hex.encode(digest).uppercased())
        }
        return try SeedExample.commands(text)
    }

    /// The commands of the first example: an Atomic, fifteen Adds, an Exec.
    private static let allOK = [UInt16](repeating: 200, count: 17)

    @Test func `they are the published ones but for identifiers of commands and of the certificate`() throws {
        let scep = try SeedExample.published("scep")
            .replacing("InsertUniqueIDHere", with: "example-1").replacing("313$", with: "313")
            .replacing("<Atomic>", with: "<Atomic>\n        <CmdID>300</CmdID>")
        #expect(try scep == SeedExample.repaired("scep"))
        let parts = try SeedExample.published("pfx").split(separator: "$CmdID$", omittingEmptySubsequences: false)
        let pfx = parts.enumerated().map { $0 == 0 ? String($1) : "\($0)\($1)" }.joined()
        #expect(try pfx == SeedExample.repaired("pfx"))
    }

    @Test func `the first one is taken, and ends with a thumbprint of 32 digits that nothing can have`() async throws {
        let bench = try await Self.legacyBench()
        var device = try SeedDevice(bench) { $0.allowsLegacy = true }
        #expect(try device.send(Self.scep(bench, rightThumbprint: false)).codes == Self.allOK)
        #expect(try device.value("SCEP/example-1/Status") == "32")
        try await device.enroll()
        #expect(try device.value("SCEP/example-1/Status") == "16")
        #expect(try device.value("SCEP/example-1/ErrorCode") == HResult.hashMismatch.decimal)
        #expect(device.transport.messages.isEmpty)
        #expect(try await bench.issuedCount == 0)
    }

    @Test func `with the root's thumbprint it installs the certificate it asks for`() async throws {
        let bench = try await Self.legacyBench()
        var device = try SeedDevice(bench) { $0.allowsLegacy = true }
        #expect(try device.send(Self.scep(bench, rightThumbprint: true)).codes == Self.allOK)
        try await device.enroll()
        #expect(try device.value("SCEP/example-1/Status") == "1", "\(device.log.all)")
        #expect(try device.value("SCEP/example-1/ErrorCode") == "0")
        let url = try #require(try device.value("SCEP/example-1/RespondentServerUrl"))
        #expect(url == SeedDevice.host + "certsrv/mscep/mscep.dll/pkiclient.exe")

        let own = device.store.state.store(StoreLocation(.device, .my)).certificates
        let view = try #require(own.first)
        #expect(own.count == 1 && view.subject.rfc4514 == "CN=ContosoCSP")
        guard case .rsa(let key)? = view.publicKey else {
            Issue.record("\(String(describing: view.publicKey))")
            return
        }
        #expect(key.bitCount == 1_024)
        #expect(view.keyUsage == [.digitalSignature, .keyEncipherment])
        let purposes = [
            "1.3.6.1.4.1.311.10.3.12", "1.3.6.1.4.1.311.10.3.4", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.5.7.3.2",
        ]
        #expect(view.extendedKeyUsage?.purposes.map(\.dotted).sorted() == purposes)
        let credential = try #require(try await bench.store.credential(serial: view.serialNumber))
        #expect(credential.certificate == view.encoded)
        // What is issued is signed with SHA-2 all the same, and the use of SHA-1 stands in the audit trail.
        #expect(view.signatureAlgorithm.signatureAlgorithm?.digest == .sha256)
        let legacy = try #require(try await Self.event("scep.legacy-algorithm", bench))
        #expect(legacy.details["algorithms"]?.contains(DigestAlgorithm.sha1.rawValue) == true)
    }

    @Test func `the default endpoint refuses its SHA-1, and both sides say so`() async throws {
        let bench = try await Self.bench(.windows)
        var device = try SeedDevice(bench) { $0.allowsLegacy = true }
        #expect(try device.send(Self.scep(bench, rightThumbprint: true)).codes == Self.allOK)
        try await device.enroll()
        #expect(try device.value("SCEP/example-1/Status") == "16")
        #expect(try device.value("SCEP/example-1/ErrorCode") == HResult.badAlgorithm.decimal)
        let event = try #require(try await Self.event("scep.refused", bench))
        #expect(event.outcome == "scep.algorithm-not-allowed")
        #expect(event.details["detail"] == "\(DigestAlgorithm.sha1.rawValue) is not allowed here")
        let line = try #require(device.log.line("SCEP enrolment failed"))
        #expect(line.contains("badAlg") && line.contains("is not allowed here"), "\(line)")
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `an endpoint with SHA-1 alone refuses its key, and both sides say so`() async throws {
        let bench = try await Self.legacyBench(minimumRSABits: nil)
        var device = try SeedDevice(bench) { $0.allowsLegacy = true }
        _ = try device.send(Self.scep(bench, rightThumbprint: true))
        try await device.enroll()
        #expect(try device.value("SCEP/example-1/Status") == "16")
        #expect(try device.value("SCEP/example-1/ErrorCode") == HResult.badAlgorithm.decimal)
        let event = try #require(try await Self.event("enrollment.refused", bench))
        #expect(event.outcome == "enrollment.key-too-small")
        #expect(event.details["reason"] == "the RSA key has 1024 bits, at least 2048 are needed")
        let line = try #require(device.log.line("SCEP enrolment failed"))
        #expect(line.contains("the RSA key has 1024 bits, at least 2048 are needed"), "\(line)")
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test(arguments: [false, true])
    func `a device that does not allow SHA-1 sends nothing`(isLegacyEndpoint: Bool) async throws {
        let bench = try await isLegacyEndpoint ? Self.legacyBench() : Self.bench(.windows)
        var device = try SeedDevice(bench)
        #expect(try device.send(Self.scep(bench, rightThumbprint: true)).codes == Self.allOK)
        try await device.enroll()
        #expect(try device.value("SCEP/example-1/Status") == "16")
        #expect(try device.value("SCEP/example-1/ErrorCode") == HResult.badAlgorithm.decimal)
        #expect(device.transport.messages.isEmpty)
    }

    private static func event(_ action: String, _ bench: Workbench) async throws -> AuditEvent? {
        try await bench.store.newestAuditRecords(object: nil, limit: 1_000).map(\.event).first { $0.action == action }
    }
}

// MARK: - The second example

extension SeedExampleTests {
    @Test(arguments: [AgentPolicy.ExportableRule.documented, .effective])
    func `the second one fails by the description's rule, and installs where software is what counts`(
        rule: AgentPolicy.ExportableRule
    ) async throws {
        let bench = try await Workbench()
        var device = try SeedDevice(bench) { $0.exportable = rule }
        let own = try TestKeys.shared.key(.rsa2048, 45)
        let ownCertificate = try await bench.enrolled("CN=alice", key: own)
        #expect(try device.send([Self.own(PFXFixture.make(ownCertificate, own, password: "own"))]).codes.first == 200)

        let key = try TestKeys.shared.key(.rsa2048, 44)
        let leaf = try await bench.enrolled("CN=mail", key: key)
        let envelope = try EnvelopedData.seal(
            Array("secret".utf8), cipher: .aes256CBC, for: [EnvelopedData.Recipient(certificate: ownCertificate)])
        let text = try SeedExample.repaired("pfx")
            .replacing(
                "Base64_Encode_Cert_Blob", with: Base64.encode(PFXFixture.make(leaf, key, password: "secret"))
            )
            .replacing("Base64Encoded_Encrypted_Password_Blog", with: Base64.encode(envelope))
        let node = "PFXCertInstall/813A171D7341E1DA90D4A01878DD5328D351900C"
        let codes = try device.send(SeedExample.commands(text)).codes
        let status = try device.value(node + "/Status", isUser: true)
        let thumbprint = try device.value(node + "/Thumbprint", isUser: true)
        switch rule {
        case .documented:
            #expect(codes == [404, 507, 216, 500, 215, 215, 215, 215])
            #expect(status == "-2146893783" && thumbprint?.isEmpty ?? true)
        case .effective:
            #expect(codes == [404, 200, 200, 200, 200, 200, 200, 200])
            #expect(status == "0")
            #expect(thumbprint == Hex.encode(DigestAlgorithm.sha1.hash(leaf.encoded)).uppercased())
        }
        let installed = device.store.state.store(StoreLocation(.user("alice"), .my)).certificates
        #expect(installed.count == (rule == .effective ? 2 : 1))
        #expect(device.store.state.store(StoreLocation(.device, .my)).certificates.isEmpty)
    }

    /// Installs the certificate that opens the password of the example into the user's own store.
    private static func own(_ pfx: [UInt8]) -> Command {
        let values = [("KeyLocation", "3"), ("PFXCertPassword", "own"), ("PFXCertBlob", Base64.encode(pfx))]
        let adds = values.enumerated().map { number, value in
            let uri = SeedDevice.uri("PFXCertInstall/own/\(value.0)", isUser: true)
            let item = Item(target: Location(uri), data: .text(value.1))
            return Command.add(Command.Edit(cmdID: "own-\(number)", items: [item]))
        }
        return .atomic(Command.Atomic(cmdID: "own", commands: adds))
    }
}
