// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Testing
import TrustEvaluation

/// The agent's settings and the scheduling server's, over real TLS on loopback.
///
/// Source: the agent's public documentation, page "TLS security", table "Exception handling".
@Suite("TLS security, exception handling: each row has its diagnosis")
struct ExceptionTableTests {
    let root: TestAuthority
    let agent: ServedIdentity
    let server: ServedIdentity

    init() throws {
        root = try TestAuthority()
        agent = try root.identity {
            $0.subject = "CN=web01"; $0.names = ["DNS:web01.corp.example", "DNS:web01"]
        }
        server = try root.identity {
            $0.subject = "CN=SMANetCom"; $0.names = []; $0.keyNumber = 705
        }
    }

    /// Settings of both ends that work, for a test to spoil.
    struct Setting {
        var agent: AgentLinkSettings
        var agentStore: LinkStore
        var machine: MachineLinkSettings
        var serverStore: LinkStore
        var serverSerial = ""
    }

    private func setting(_ own: ServedIdentity? = nil) -> Setting {
        let own = own ?? agent
        var machine = MachineLinkSettings(name: "WEB01")
        machine.fullyQualifiedDomainName = "web01.corp.example"
        return Setting(
            agent: AgentLinkSettings(useSecureSocket: true, certificateSerial: own.certificate.serialNumber.hex),
            agentStore: LinkStore(own: [(own.chain, own.key)], trusted: [root.certificate]), machine: machine,
            serverStore: LinkStore(own: [(server.chain, server.key)], trusted: [root.certificate]))
    }

    private func meet(_ setting: Setting) async throws -> LinkEnds {
        let client = try setting.machine.clientSettings(store: setting.serverStore, serverSerial: setting.serverSerial)
        return try await LinkEnds.meet(
            { failed in
                try #require(try setting.agent.listener(store: setting.agentStore, failed: failed))
            }, client)
    }

    @Test func `with everything set both ends talk`() async throws {
        var setting = setting()
        #expect(try await meet(setting).hasTalked)
        setting.agent.clientValidation = true
        setting.agent.checkCertificateRevocation = true
        setting.agentStore.revocationLists = [try root.revocationList(of: [])]
        setting.machine.checkRevocationList = true
        setting.serverStore.revocationLists = setting.agentStore.revocationLists
        setting.serverSerial = server.certificate.serialNumber.hex
        let ends = try await meet(setting)
        #expect(ends.hasTalked && ends.client.diagnosis == nil && ends.server.isEmpty)
    }

    // MARK: Row 1: the certificate is not installed, or its serial number does not match

    @Test(arguments: [("", TLSDiagnosisCode.serialMissing), ("00 01:02", .serialNotFound), ("keine", .serialNotFound)])
    func `no certificate for the serial number`(serial: String, code: TLSDiagnosisCode) throws {
        var setting = setting()
        setting.agent.certificateSerial = serial
        #expect(throws: TLSDiagnosis.self) { try setting.agent.listener(store: setting.agentStore) }
        do { _ = try setting.agent.listener(store: setting.agentStore) } catch { #expect(error.code == code) }
    }

    @Test func `not installed, without its key, expired, for another purpose`() throws {
        func code(_ own: [(chain: [CertificateView], key: (any PrivateKey)?)], _ identity: ServedIdentity)
            -> TLSDiagnosisCode?
        {
            let settings = AgentLinkSettings(
                useSecureSocket: true, certificateSerial: identity.certificate.serialNumber.hex)
            do { _ = try settings.listener(store: LinkStore(own: own)) } catch { return error.code }
            return nil
        }
        #expect(code([], agent) == .serialNotFound)
        #expect(code([(agent.chain, nil)], agent) == .privateKeyMissing)
        for (begin, end) in [(Int64(-7_200), Int64(-3_600)), (3_600, 7_200)] {
            let outside = try root.identity {
                $0.begin = begin; $0.end = end
            }
            #expect(code([(outside.chain, outside.key)], outside) == .notValidNow)
        }
        let mail = try root.identity { $0.purposes = [.emailProtection] }
        #expect(code([(mail.chain, mail.key)], mail) == .purposeMissing)
    }

    // MARK: Row 2: client validation is on and the server's certificate is not installed on the agent's machine

    @Test func `client validation without a certificate of the server`() async throws {
        var setting = setting()
        setting.agent.clientValidation = true
        let ends = try await meet(setting)
        #expect(!ends.hasTalked)
        #expect(ends.client.diagnosis?.code == .clientCertificateMissing)
        #expect(ends.server.map(\.diagnosis?.code) == [.clientCertificateMissing])
    }

    @Test func `client validation with a certificate that is not installed`() async throws {
        let own = try TestAuthority.selfSigned { $0.subject = "CN=SMANetCom" }
        let stranger = try TestAuthority("CN=Other Root", number: 713)
        for identity in [own, try stranger.identity { $0.subject = "CN=SMANetCom" }] {
            var setting = setting()
            setting.agent.clientValidation = true
            setting.serverStore.own = [(identity.chain, identity.key)]
            setting.serverSerial = identity.certificate.serialNumber.hex
            let ends = try await meet(setting)
            #expect(!ends.hasTalked)
            #expect(ends.server.map(\.diagnosis?.code) == [.clientCertificateUntrusted])
            #expect(ends.client.diagnosis?.code == .clientCertificateUntrusted)
            // Installing it cures it.
            let isOwn = identity.certificate == own.certificate
            setting.agentStore.trusted.append(isOwn ? own.certificate : stranger.certificate)
            #expect(try await meet(setting).hasTalked)
        }
    }

    // MARK: Row 3: revocation is checked and a certificate of the chain is on the local list

    @Test func `the agent's certificate is on the server's list`() async throws {
        var setting = setting()
        setting.serverStore.revocationLists = [try root.revocationList(of: [agent.certificate])]
        #expect(try await meet(setting).hasTalked, "nobody looks at the list unless the setting says so")
        setting.machine.checkRevocationList = true
        let ends = try await meet(setting)
        #expect(!ends.hasTalked && ends.client.diagnosis?.code == .revoked)
        // The other end learns that it was refused, not why: the protocol has no way to say it precisely.
        #expect(ends.server.map(\.diagnosis?.code) == [.issuerUnknown])
        #expect(ends.server.first?.diagnosis?.evidence.contains("refused our certificate") == true)
    }

    @Test func `an intermediate certificate is on the list`() async throws {
        let middle = try TestAuthority("CN=Link Intermediate", number: 711, below: root)
        let own = try middle.identity({ $0.names = ["DNS:web01.corp.example"] }, chain: [middle.certificate])
        var setting = setting(own)
        setting.machine.checkRevocationList = true
        setting.serverStore.revocationLists = [
            try root.revocationList(of: [middle.certificate]), try middle.revocationList(of: []),
        ]
        #expect(try await meet(setting).client.diagnosis?.code == .revoked)
    }

    @Test func `the server's certificate is on the agent's list`() async throws {
        var setting = setting()
        setting.agent.clientValidation = true
        setting.agent.checkCertificateRevocation = true
        setting.serverSerial = server.certificate.serialNumber.hex
        setting.agentStore.revocationLists = [try root.revocationList(of: [server.certificate])]
        let ends = try await meet(setting)
        #expect(!ends.hasTalked && ends.server.map(\.diagnosis?.code) == [.revoked])
    }

    @Test func `a list that is out of date refuses, because it may hide a newer entry`() async throws {
        var setting = setting()
        setting.machine.checkRevocationList = true
        setting.serverStore.revocationLists = [try root.revocationList(of: [], age: 90_000, life: 86_400)]
        let ends = try await meet(setting)
        #expect(!ends.hasTalked && ends.client.diagnosis?.code == .revocationUnknown)
    }

    // MARK: Row 4: the certificate is valid, and its name is another

    @Test func `the name on the certificate is not the server's, and the override cures it`() async throws {
        let own = try root.identity {
            $0.subject = "CN=web01,O=Corp"; $0.names = ["DNS:web01", "DNS:*.lab.example"]
        }
        var setting = setting(own)
        let ends = try await meet(setting)
        #expect(!ends.hasTalked)
        #expect(ends.client.diagnosis?.code == .nameMismatch)
        #expect(ends.client.diagnosis?.evidence.contains("web01.corp.example") == true)
        #expect(ends.client.diagnosis?.remedy.contains("TLS Certificate Distinguished Name") == true)
        for cure in ["web01", "O=Corp,CN=web01"] {
            setting.machine.certificateDistinguishedName = cure
            #expect(try await meet(setting).hasTalked, "\(cure)")
        }
        setting.machine.certificateDistinguishedName = "web02"
        #expect(try await meet(setting).client.diagnosis?.code == .nameMismatch)
    }

    // MARK: Around the table

    @Test func `a root that is missing on the server`() async throws {
        var setting = setting()
        setting.serverStore.trusted = []
        let ends = try await meet(setting)
        #expect(!ends.hasTalked && ends.client.diagnosis?.code == .issuerUnknown)
    }

    @Test func `a self-signed agent is trusted where it is installed and its serial number set`() async throws {
        let own = try TestAuthority.selfSigned {
            $0.subject = "CN=web01"; $0.names = ["DNS:web01.corp.example"]
        }
        var setting = setting(own)
        setting.serverStore.trusted = []
        #expect(try await meet(setting).client.diagnosis?.code == .selfSigned)
        setting.serverStore.trusted = [own.certificate]
        #expect(try await meet(setting).client.diagnosis?.code == .selfSigned)
        setting.machine.certificateSerialNumber = "00:" + own.certificate.serialNumber.hex.uppercased()
        #expect(try await meet(setting).hasTalked)
    }

    @Test func `another certificate than the one whose serial number is set`() async throws {
        var setting = setting()
        setting.machine.certificateSerialNumber = "0102"
        #expect(try await meet(setting).client.diagnosis?.code == .pinMismatch)
    }

    @Test func `TLS switched off is no listener and no diagnosis`() throws {
        var setting = setting()
        setting.agent.useSecureSocket = false
        #expect(try setting.agent.listener(store: setting.agentStore) == nil)
    }
}
