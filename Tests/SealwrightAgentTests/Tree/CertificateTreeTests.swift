// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("RootCATrustedCertificates and CertificateStore", .enabled(if: OpenSSL.isInstalled))
struct CertificateTreeTests {
    let material: OpenSSLMaterial
    let files = MemoryFiles()
    var agent: TestAgent

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        agent = try TestAgent(files)
    }

    private static let roots = "./Device/Vendor/MSFT/RootCATrustedCertificates/"
    private static let store = "./Device/Vendor/MSFT/CertificateStore/"

    private func hash(_ der: [UInt8]) -> String { Thumbprint(of: der).text }

    private mutating func add(_ container: String, _ der: [UInt8], as name: String? = nil) throws -> UInt16? {
        let path = "\(container)/\(name ?? hash(der))/EncodedCertificate"
        return try agent.send([.add("1", path, Base64.encode(der))]).code("1")
    }

    @Test mutating func `a root is trusted, seen by both trees, and told in words`() throws {
        #expect(try add(Self.roots + "Root", material.root) == 200)
        let root = StoreLocation(.device, .root)
        #expect(agent.store.state.store(root).certificate(Thumbprint(of: material.root)) != nil)
        let name = hash(material.root)
        #expect(try agent.value(Self.store + "ROOT/System") == name)
        let node = Self.store + "ROOT/System/" + name.lowercased()
        let view = try CertificateView(parsing: material.root)
        #expect(try agent.value(node + "/EncodedCertificate") == Base64.encode(material.root))
        #expect(try agent.value(node + "/IssuedTo") == view.subject.rfc4514)
        #expect(try agent.value(node + "/ValidTo") == view.notAfter?.iso8601)
        #expect(try agent.value(node + "/TemplateName") == "")
        #expect(try add(Self.store + "ROOT/System", material.root) == 418)
    }

    @Test mutating func `a name that is not the certificate's thumbprint is 500, what is no certificate too`() throws {
        #expect(try add(Self.roots + "Root", material.root, as: hash(material.authority)) == 500)
        #expect(try add(Self.roots + "Root", material.root, as: "name") == 500)
        #expect(try add(Self.roots + "CA", [1, 2, 3]) == 500)
        let path = Self.roots + "CA/\(hash(material.root))/EncodedCertificate"
        #expect(try agent.send([.add("1", path, "no Base64!")]).code("1") == 415)
        #expect(try agent.send([.replace("1", path, Base64.encode(material.root))]).code("1") == 404)
        let entries = agent.store.state.stores.values.flatMap { $0.entries.keys }
        #expect(entries.isEmpty)
    }

    @Test mutating func `Base64 in lines is taken, and told in one line`() throws {
        let text = Base64.encode(material.root)
        let lines = text.prefix(64) + "\r\n" + text.dropFirst(64)
        let path = Self.roots + "Root/\(hash(material.root))/EncodedCertificate"
        #expect(try agent.send([.add("1", path, String(lines))]).code("1") == 200)
        #expect(try agent.value(path) == text)
    }

    @Test mutating func `an Atomic that fails leaves no certificate behind`() throws {
        let block: [Command] = [
            .add("1", Self.roots + "Root/\(hash(material.root))/EncodedCertificate", Base64.encode(material.root)),
            .add("2", Self.roots + "CA/\(hash(material.root))/EncodedCertificate", Base64.encode(material.authority)),
        ]
        #expect(try agent.send([.atomic("a", block)]).commandCodes == [507, 216, 500])
        #expect(try agent.value(Self.roots + "Root") == "")
        #expect(!files.nodes.keys.contains { $0.hasSuffix(".pem") })
    }

    @Test mutating func `Delete removes what a server installed and nothing of an administrator's`() throws {
        #expect(try add(Self.roots + "Root", material.root) == 200)
        let path = Self.roots + "Root/\(hash(material.root))"
        #expect(try agent.send([.delete("1", path), .delete("2", path)]).commandCodes == [200, 404])
        _ = try agent.store.importFile(material.root, into: StoreLocation(.device, .root))
        #expect(try agent.send([.delete("1", path)]).code("1") == 403)
        #expect(try agent.value(Self.roots + "Root") == hash(material.root))
    }

    @Test mutating func `the device's own certificate is told and cannot be deleted`() throws {
        #expect(try agent.value(Self.store + "MY/WSTEP/CertThumprint") == nil)
        try agent.store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key)
        #expect(try agent.value(Self.store + "MY/WSTEP/CertThumprint") == material.rsa.thumbprint)
        #expect(try agent.value(Self.store + "MY/User") == material.rsa.thumbprint)
        #expect(try agent.send([.delete("1", Self.store + "MY/User/\(material.rsa.thumbprint)")]).code("1") == 403)
    }

    @Test mutating func `a publisher and a person are told apart although one store holds both`() throws {
        #expect(try add(Self.roots + "TrustedPublisher", material.other.certificate) == 200)
        #expect(try agent.value(Self.roots + "TrustedPeople") == "")
        #expect(try add(Self.roots + "TrustedPeople", material.other.certificate) == 200)
        let name = hash(material.other.certificate)
        #expect(try agent.send([.delete("1", Self.roots + "TrustedPublisher/" + name)]).code("1") == 200)
        #expect(try agent.value(Self.roots + "TrustedPublisher") == "")
        #expect(try agent.value(Self.roots + "TrustedPeople") == name)
    }

    @Test mutating func `users have their own stores and no Root`() throws {
        let path = "./User/Vendor/MSFT/RootCATrustedCertificates/"
        #expect(try add(path + "CA", material.authority) == 200)
        #expect(agent.store.state.store(StoreLocation(.user("alice"), .ca)).entries.count == 1)
        #expect(try agent.value(Self.roots + "CA") == "")
        #expect(try agent.send([.get("g", path + "Root")]).code("g") == 404)
        #expect(try agent.send([.get("g", "./User/Vendor/MSFT/CertificateStore")]).code("g") == 404)
    }

    @Test mutating func `an untrusted certificate is good for nothing, whoever trusts it`() throws {
        #expect(try add(Self.roots + "Root", material.root) == 200)
        #expect(try add(Self.roots + "CA", material.authority) == 200)
        let leaf = try CertificateView(parsing: material.rsa.certificate)
        let trust = { (agent: TestAgent) -> Bool in
            let state = agent.store.state
            let evidence = ChainEvidence(
                anchors: state.store(StoreLocation(.device, .root)).certificates,
                intermediates: state.store(StoreLocation(.device, .ca)).certificates, revocationLists: [],
                untrusted: state.untrusted(for: .user("alice")))
            return StoreJudge().isGood(leaf, evidence, at: TestAgent.now)
        }
        #expect(trust(agent))
        for der in [material.root, material.authority, material.rsa.certificate] {
            #expect(try add(Self.roots + "UntrustedCertificates", der) == 200)
            #expect(!trust(agent))
            #expect(
                try agent.send([.delete("1", Self.roots + "UntrustedCertificates/\(hash(der))")]).code("1") == 200)
            #expect(trust(agent))
        }
    }

    @Test mutating func `an untrusted root is no longer offered to openssl and curl`() throws {
        #expect(try add(Self.roots + "Root", material.root) == 200)
        func links() -> Int { files.nodes.keys.count { $0.hasPrefix("device/trust/") } }
        #expect(links() == 1)
        #expect(try add(Self.roots + "UntrustedCertificates", material.root) == 200)
        #expect(links() == 0)
        #expect(try files.contents("device/root/bundle.pem") == [])
        #expect(try files.contents("device/root/\(hash(material.root)).pem") != nil)
        _ = try agent.send([.delete("1", Self.roots + "UntrustedCertificates/\(hash(material.root))")])
        #expect(links() == 1)
    }

    @Test mutating func `an enrolment whose authority is untrusted fails and tells why`() async throws {
        let server = try SCEPTestServer()
        _ = try agent.exec(server)
        let root = try #require(server.rootCertificate)
        #expect(try add(Self.roots + "UntrustedCertificates", root) == 200)
        try await agent.enroller(server).run(
            InstallationID(scope: .device, kind: .scep, uniqueID: "one"), at: TestAgent.now)
        let result = try agent.result()
        #expect(result.status == "16")
        #expect(result.error == HResult.explicitDistrust.decimal)
    }
}

@Suite("CertificateStore: MY/WSTEP/Renew and MY/SCEP", .enabled(if: OpenSSL.isInstalled))
struct RenewTreeTests {
    let material: OpenSSLMaterial
    var agent: TestAgent

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        agent = try TestAgent()
    }

    private static let renew = "./Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/"

    @Test mutating func `the interval fits into the period, in any order inside an Atomic`() throws {
        let block: [Command] = [
            .replace("1", Self.renew + "RetryInterval", "50"), .replace("2", Self.renew + "RenewPeriod", "60"),
            .replace("3", Self.renew + "ROBOSupport", "true"),
            .replace("4", Self.renew + "ServerURL", "https://mdm.example/discover"),
        ]
        #expect(try agent.send([.atomic("a", block)]).commandCodes == [200, 200, 200, 200, 200])
        #expect(try agent.send([.replace("1", Self.renew + "RenewPeriod", "49")]).code("1") == 500)
        #expect(try agent.value(Self.renew + "RenewPeriod") == "60")
        #expect(try agent.send([.replace("1", Self.renew + "RenewPeriod", "1001")]).code("1") == 500)
        #expect(try agent.send([.replace("1", Self.renew + "ServerURL", "http://mdm.example")]).code("1") == 500)
        let settings = try #require(agent.store.state.renewSettings)
        #expect(settings.renewPeriod == 60 && settings.retryInterval == 50 && settings.roboSupport)
    }

    @Test mutating func `RenewNow asks for a renewal, whose end is told`() async throws {
        #expect(try agent.send([.exec("1", Self.renew + "RenewNow")]).code("1") == 500)
        try agent.store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key)
        #expect(try agent.value(Self.renew + "Status") == "0")
        #expect(try agent.send([.exec("1", Self.renew + "RenewNow")]).code("1") == 200)
        #expect(agent.store.state.renewal?.isRequested == true)
        #expect(try agent.value(Self.renew + "Status") == "1")
        let renewer = CertificateRenewer(store: agent.store, transport: try SCEPTestServer(), pool: TestAgent.pool)
        await #expect(throws: AgentServiceError.notEnrolled) { try await renewer.run(at: TestAgent.now) }
        #expect(agent.store.state.renewal?.isRequested == false)
        #expect(try agent.value(Self.renew + "Status") == "3")
        #expect(try agent.value(Self.renew + "ErrorCode") == HResult.failed.decimal)
        #expect(try agent.value(Self.renew + "LastRenewalAttemptTime") == TestAgent.now.iso8601)
    }

    @Test mutating func `a RenewNow that is rolled back asks for nothing`() throws {
        try agent.store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key)
        let block: [Command] = [.exec("1", Self.renew + "RenewNow"), .get("2", Self.renew + "Status")]
        #expect(try agent.send([.atomic("a", block)]).commandCodes == [507, 216, 500])
        #expect(agent.store.state.renewal == nil)
    }

    @Test mutating func `the old SCEP nodes are those of ClientCertificateInstall under other names`() throws {
        let path = "./Vendor/MSFT/CertificateStore/MY/SCEP/old"
        let leaves = [
            ("ServerURL", "http://a.example"), ("Challenge", "x"), ("EKUMapping", "1.2.3"), ("KeyUsage", "160"),
            ("SubjectName", "CN=x"), ("KeyLength", "2048"), ("HashAlgrithm", "SHA-2"), ("CAThumbPrint", "00"),
            ("ValidPeriodUnit", "2"),
        ]
        let block = leaves.map { Command.add($0.0, "\(path)/Install/\($0.0)", $0.1) }
        let answer = try agent.send([.atomic("a", block + [.exec("e", path + "/Install/Enroll")])])
        #expect(answer.commandCodes == Array(repeating: 200, count: 11))
        #expect(try agent.value("SCEP/old/Install/HashAlgorithm") == "SHA-2")
        #expect(try agent.value("SCEP/old/Install/ValidPeriodUnits") == "2")
        #expect(try agent.value(path + "/Status") == "32")
        #expect(try agent.value("./Vendor/MSFT/CertificateStore/MY/SCEP") == "old")
        #expect(try agent.send([.add("1", path + "/Install/KeyLength", "3")]).code("1") == 418)
        #expect(try agent.send([.delete("1", path)]).code("1") == 200)
        #expect(agent.store.state.scep.isEmpty)
    }
}
