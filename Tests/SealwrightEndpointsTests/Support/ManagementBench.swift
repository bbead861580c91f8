// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

/// The management endpoint over a middle, and the device that speaks to it; no sockets.
struct ManagementBench {
    static let deviceID = "0123456789ABCDEF0123456789ABCDEF"
    static let scepURL = "http://ca.example.com:8080/scep/default"

    static let secrets = WindowsAccountSecrets(key: Array(repeating: 7, count: 32))

    let bench: Workbench
    let folder: TemporaryFolder
    let management: ManagementService
    let orders: OMADMOrders
    let endpoint: OMADMEndpoint
    /// The device's management certificate.
    let certificate: CertificateView
    let device: Device

    init(_ bench: Workbench? = nil) async throws {
        let bench = if let bench { bench } else { try await Workbench() }
        self.bench = bench
        folder = try TemporaryFolder()
        let vault = VaultKeyProvider(
            vault: try KeyVault(directory: folder.path("keys"), createIfMissing: true), pool: LabKeys.pool)
        management = ManagementService(store: bench.store, clock: bench.clock)
        orders = OMADMOrders(
            store: bench.store, management: management, challenges: bench.challenges, registry: bench.registry,
            clock: bench.clock, certificateLife: 365 * 86_400, sealer: vault,
            enrollmentURL: { "http://ca.example.com:8080/scep/\($0)" },
            needsApproval: { [policies = bench.policies] id in policies[id]?.authentication.approval == .always })
        endpoint = OMADMEndpoint(
            services: OMADMEndpoint.Services(
                store: bench.store, management: management,
                devices: DeviceAuthenticator(store: bench.store, registry: bench.registry, clock: bench.clock),
                orders: orders, revocation: bench.revocation, clock: bench.clock),
            secrets: Self.secrets, address: { "https://mdm.example.com:8444/ManagementServer/MDM.svc" },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        certificate = try await bench.enrolled("CN=\(Self.deviceID)", key: LabKeys.device(7))
        device = try await Self.manage(certificate, bench)
    }

    /// Lets a certificate count as issued by the enrolment for management.
    ///
    /// - Returns: its device.
    @discardableResult
    static func manage(_ certificate: CertificateView, _ bench: Workbench) async throws -> Device {
        let held = try #require(try await bench.store.credential(serial: certificate.serialNumber))
        let id = try #require(held.device)
        try await bench.store.save(
            Credential(
                id: held.id, authority: held.authority, serial: held.serial, certificate: held.certificate,
                subject: held.subject, notBefore: held.notBefore, notAfter: held.notAfter, keyDigest: held.keyDigest,
                fingerprint: held.fingerprint, profile: held.profile, owner: held.owner, device: id,
                issuedVia: "mde:windows-mdm", enrollment: held.enrollment, challenge: held.challenge,
                approver: held.approver, renewedFrom: held.renewedFrom, issuedAt: held.issuedAt),
            event: AuditEvent(action: "test.managed", at: bench.clock.now, actor: "test", object: id.rawValue))
        return try #require(try await bench.store.device(id))
    }

    /// Posts octets.
    func post(
        _ body: [UInt8], as form: SyncMLForm = .xml, mediaType: String? = nil, query: String = "",
        certificate: CertificateView?, signature: String? = nil
    ) async -> EndpointReply {
        await endpoint.respond(
            to: OMADMRequest(
                body: body, mediaType: mediaType ?? form.mediaType, query: query, clientCertificate: certificate,
                signature: signature),
            from: Workbench.peer)
    }

    /// Posts a message of the device and reads the answer.
    func send(_ message: SyncML, as form: SyncMLForm = .xml) async throws -> SyncML {
        let reply = await post(try message.serialize(as: form), as: form, certificate: certificate)
        #expect(reply.status == .ok && reply.mediaType == form.mediaType)
        return try SyncML(parsing: reply.octets, as: form)
    }

    /// What waits for the device or was told to it, oldest first.
    var commands: [QueuedCommand] {
        get async throws {
            let all = Set(QueuedCommand.State.allCases)
            return try await bench.store.commands(of: device.id, in: all, after: nil, limit: 1_000).items.reversed()
        }
    }

    /// A certificate on the device, as it stands.
    func installation(
        _ uniqueID: String, _ kind: CertificateInstallation.Kind = .scep
    ) async throws -> CertificateInstallation {
        let found = try await bench.store.installation(
            device: device.id, scope: .device, kind: kind, uniqueID: uniqueID)
        return try #require(found)
    }

    /// Gives up an order whatever is known of it, as after a 516 of a device that obeyed all the same.
    @discardableResult
    func giveUp(
        _ installation: CertificateInstallation, because reason: String
    ) async throws -> CertificateInstallation {
        let before = try #require(try await bench.store.installation(installation.id))
        let after = CertificateInstallationTruth().undelivered(before, because: reason, at: bench.clock.now)
        #expect(try await bench.store.replace(before, with: after, event: nil))
        return after
    }
}

/// Our agent as the device: its tree, its stores and its SCEP client, over the bench's endpoints.
struct ManagedAgent {
    let bench: ManagementBench
    let store: AgentStore
    private let context: ManagementContext
    private let form: SyncMLForm
    private var sessionID = 0

    /// An agent with the certificate that the bench knows; another folder is a device that was set up anew.
    init(_ bench: ManagementBench, as form: SyncMLForm = .xml, folder: String = "agent") throws {
        self.bench = bench
        self.form = form
        store = try AgentStore(files: try FolderFiles(path: bench.folder.path(folder)))
        try store.setManagementCertificate(bench.certificate.encoded, key: LabKeys.device(7).material())
        var policy = AgentPolicy()
        policy.facts = [
            "DevInfo/DevId": ManagementBench.deviceID, "DevInfo/Man": "Example", "DevInfo/Mod": "Bench",
            "DevInfo/DmV": "1.3", "DevInfo/Lang": "en-US",
        ]
        context = ManagementContext(
            policy: policy, server: "https://mdm.example.com:8444/ManagementServer/MDM.svc",
            now: bench.bench.clock.now, pool: LabKeys.pool)
    }

    /// One whole session, then the enrolments it led to.
    ///
    /// - Returns: what the server sent.
    @discardableResult
    mutating func run(trigger: AlertCode = .clientInitiated) async throws -> [SyncML] {
        sessionID += 1
        var context = context
        context.now = bench.bench.clock.now
        var session = DeviceSession(
            store: store, context: context, sessionID: String(sessionID), device: ManagementBench.deviceID,
            server: context.server)
        var received: [SyncML] = []
        var message: SyncML? = session.firstMessage(trigger: trigger)
        while let next = message, received.count < 50 {
            let answer = try await bench.send(next, as: form)
            received.append(answer)
            message = session.answer(to: answer)
        }
        let enroller = SCEPEnroller(
            store: store, transport: RecordingTransport(bench.bench, answering: ManagementBench.scepURL),
            policy: context.policy, pool: LabKeys.pool)
        for installation in enroller.due(at: context.now) { try await enroller.run(installation, at: context.now) }
        return received
    }
}

/// A PFX for tests.
enum PFXFixture {
    static func make(_ leaf: CertificateView, _ key: SoftwareKey, password: String) throws -> [UInt8] {
        try PFX.write(
            key: PrivateKeyInfo(try key.material()), certificate: leaf.encoded, password: Array(password.utf8))
    }
}

/// What a device writes into the header of a signed message.
enum ManagementSignature {
    static func header(
        over body: [UInt8], certificate: CertificateView, key: SoftwareKey, isCarried: Bool = true
    ) throws -> String {
        let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
        let prepared = try SignedData.prepare(
            content: .detached(body), certificates: isCarried ? [certificate.encoded] : [],
            signers: [SignerTemplate(certificate: certificate, signatureAlgorithm: algorithm)])
        let signatures = try prepared.bytesToSign.map { try key.signSynchronously($0, algorithm: algorithm) }
        return MDMSignature.header(try prepared.finish(signatures: signatures))
    }
}
