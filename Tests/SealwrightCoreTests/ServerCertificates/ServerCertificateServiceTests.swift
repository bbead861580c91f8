// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Synchronization
import Testing

@Suite("The server's certificate: what changes when, and what does not")
struct ServerCertificateServiceTests {
    private let store = InMemoryStore()
    private let clock = FixedClock()
    private let keys = InMemoryKeys()

    private func service() -> ServerCertificateService {
        ServerCertificateService(
            store: store, keys: keys, registry: AuthorityRegistry(store: store, keys: keys), clock: clock,
            hosts: ["pki.example.com"], publicAnchors: { [] })
    }

    private func code(_ work: () async throws(ServerCertificateError) -> Void) async -> String {
        do {
            try await work()
            return "none"
        } catch { return error.code }
    }

    @Test func `a request keeps its key here and asks for every name`() async throws {
        let service = service()
        let made = try await service.request(names: ["pki.example.com", "10.0.0.1"], key: .ecP256, by: "test")
        let request = try CertificationRequest(parsing: try #require(made.request))
        #expect(request.isSelfSigned)
        #expect(request.subject.rfc4514 == "CN=pki.example.com")
        let names = request.requestedExtension(SubjectAlternativeName.self)?.names.map(\.text)
        #expect(names == ["DNS:pki.example.com", "IP:10.0.0.1"])
        #expect(request.requestedExtension(ExtendedKeyUsage.self)?.purposes == [.serverAuth])
        #expect(await keys.count == 1)
        #expect(made.state == .requested && made.chain.isEmpty)
    }

    @Test(arguments: ["single", "a..b", "-x.example", "*.*.example", "exa mple.com", "", "a_b.example"])
    func `a name that cannot stand in a certificate is refused before a key is made`(name: String) async throws {
        let service = service()
        #expect(
            await code { () async throws(ServerCertificateError) in
                _ = try await service.request(names: [name], by: "test")
            } == "servercert.name-not-usable")
        #expect(await keys.count == 0)
    }

    @Test func `exactly thirty days pass and one second less does not`() async throws {
        let service = service()
        let made = try await service.makeSelfSigned(key: .ecP256, days: 60, by: "test")
        let end = try #require(made.leaf?.notAfter)
        clock.set(end.adding(seconds: -30 * 86_400))
        #expect(try await service.judge(made.id).allSatisfy { $0.severity == .warning })
        clock.advance(by: 1)
        let faults = try await service.judge(made.id).filter { $0.severity == .error }
        #expect(faults.map(\.code) == ["servercert.life-too-short"])
    }

    @Test func `activation survives a restart, and a roll-back returns to what was before`() async throws {
        let service = service()
        let first = try await service.makeSelfSigned(key: .ecP256, by: "test")
        let second = try await service.makeSelfSigned(key: .ecP256, by: "test")
        try await service.activate(.certificate(first.id), by: "test")
        try await service.activate(.certificate(second.id), by: "test")
        #expect(service.served.current?.chain == second.chain)
        let restarted = self.service()
        #expect(try await restarted.load() == nil)
        #expect(restarted.served.current?.chain == second.chain)
        try await restarted.rollBack(by: "test")
        #expect(restarted.served.current?.chain == first.chain)
        try await restarted.rollBack(by: "test")
        #expect(restarted.served.current?.chain == second.chain)
    }

    @Test func `a listener that cannot use a certificate stops the change before it is stored`() async throws {
        let service = service()
        let first = try await service.makeSelfSigned(key: .ecP256, by: "test")
        try await service.activate(.certificate(first.id), by: "test")
        let before = try await service.selection()
        service.served.observe { (_) throws(ServerCertificateError) in throw .unreadable("no") }
        let second = try await service.makeSelfSigned(key: .ecP256, by: "test")
        #expect(
            await code { () async throws(ServerCertificateError) in
                try await service.activate(.certificate(second.id), by: "test")
            } == "servercert.unreadable")
        #expect(try await service.selection() == before)
        #expect(service.served.current?.chain == first.chain)
    }

    @Test func `a store that fails leaves what is served`() async throws {
        let service = service()
        let first = try await service.makeSelfSigned(key: .ecP256, by: "test")
        let second = try await service.makeSelfSigned(key: .ecP256, by: "test")
        try await service.activate(.certificate(first.id), by: "test")
        await store.fail(with: .unavailable("disk full"))
        #expect(
            await code { () async throws(ServerCertificateError) in
                try await service.activate(.certificate(second.id), by: "test")
            } == "store.unavailable")
        #expect(service.served.current?.chain == first.chain)
    }

    @Test func `a certificate that ended is not activated, and one whose key is gone neither`() async throws {
        let service = service()
        let made = try await service.makeSelfSigned(key: .ecP256, days: 40, by: "test")
        let other = try await service.makeSelfSigned(key: .ecP256, days: 100, by: "test")
        clock.advance(by: 41 * 86_400)
        #expect(
            await code { () async throws(ServerCertificateError) in
                try await service.activate(.certificate(made.id), by: "test")
            } == "servercert.ended")
        await keys.set(nil, for: other.keyID)
        #expect(
            await code { () async throws(ServerCertificateError) in
                try await service.activate(.certificate(other.id), by: "test")
            } == "crypto.key-not-found")
    }

    @Test func `an imported key that is refused is not kept`() async throws {
        let service = service()
        let key = try await keys.generate(.ecP256, id: KeyID(rawValue: "theirs"))
        let material = try await keys.material(of: key.keyID)
        let foreign = try await service.makeSelfSigned(key: .ecP256, by: "test")
        let before = await keys.count
        let certificate = try #require(foreign.leaf)
        #expect(
            await code { () async throws(ServerCertificateError) in
                _ = try await service.importIdentity(key: material, certificates: [certificate], by: "test")
            } == "servercert.key-mismatch")
        #expect(await keys.count == before)
        let last = await store.events.last
        #expect(last?.action == "server-certificate.refused" && last?.outcome == "servercert.key-mismatch")
    }

    @Test func `discarding destroys the key, but not of what is served or was before`() async throws {
        let service = service()
        let first = try await service.makeSelfSigned(key: .ecP256, by: "test")
        let second = try await service.makeSelfSigned(key: .ecP256, by: "test")
        let third = try await service.makeSelfSigned(key: .ecP256, by: "test")
        try await service.activate(.certificate(first.id), by: "test")
        try await service.activate(.certificate(second.id), by: "test")
        for id in [first.id, second.id] {
            #expect(
                await code { () async throws(ServerCertificateError) in
                    _ = try await service.discard(id, by: "test")
                } == "servercert.in-use")
        }
        #expect(try await service.discard(third.id, by: "test").state == .discarded)
        #expect(await keys.count == 2)
    }

    @Test func `a new root is refused while devices are at work, unless that is accepted`() async throws {
        let service = service()
        let made = try await service.makeSelfSigned(key: .ecP256, by: "test")
        try await bringDeviceToWork()
        #expect(
            await code { () async throws(ServerCertificateError) in
                try await service.activate(.certificate(made.id), by: "test")
            } == "servercert.clients-do-not-trust")
        try await service.activate(.certificate(made.id), strandingIsAccepted: true, by: "test")
        #expect(service.served.current?.chain == made.chain)
    }

    @Test func `going back strands no device either, and is free where a staged change brought the root`()
        async throws
    {
        let service = service()
        let before = try await service.makeSelfSigned(key: .ecP256, by: "test")
        let after = try await service.makeSelfSigned(key: .ecP256, by: "test")
        try await service.activate(.certificate(before.id), by: "test")
        try await service.activate(.certificate(after.id), by: "test")
        try await bringDeviceToWork()
        #expect(
            await code { () async throws(ServerCertificateError) in
                try await service.rollBack(by: "test")
            } == "servercert.clients-do-not-trust")
        #expect(service.served.current?.chain == after.chain)
        try await service.rollBack(strandingIsAccepted: true, by: "test")
        #expect(service.served.current?.chain == before.chain)
        let change = StagedChange(
            id: StagedChangeID(rawValue: "sg_1"), subject: .serverCertificate(after.id), phase: .final, threshold: 99,
            httpsBefore: .off, createdAt: clock.now, createdBy: "test", updatedAt: clock.now)
        let event = AuditEvent(action: "test", at: clock.now, actor: "test", object: "x")
        #expect(try await store.save(change, replacing: nil, https: nil, event: event))
        try await service.rollBack(by: "test")
        #expect(service.served.current?.chain == after.chain)
    }

    private func bringDeviceToWork() async throws {
        let device = Device(
            id: DeviceID(rawValue: "d_1"), name: "pc", state: .active, createdAt: clock.now, lastSeenAt: clock.now,
            attachments: [])
        let digest = DigestAlgorithm.sha256.hash([1])
        try await store.recordCertificate(
            Credential(
                id: CredentialID(rawValue: "cr_1"), authority: AuthorityID(rawValue: "issuing"),
                serial: SerialNumber(octets: [1]), certificate: digest, subject: "CN=pc", notBefore: clock.now,
                notAfter: clock.now, keyDigest: digest, fingerprint: digest, profile: "device", owner: .device,
                device: device.id, issuedVia: "test", enrollment: nil, challenge: nil, approver: nil, renewedFrom: nil,
                issuedAt: clock.now), device: device,
            event: AuditEvent(action: "test", at: clock.now, actor: "test", object: "x"))
    }

    /// What somebody else's authority answers: the server's certificate and the authority's own.
    private func answer(
        to request: ServerCertificate, constraints: BasicConstraints = .endEntity
    ) throws -> [CertificateView] {
        let key = try TestKeys.shared.key(.ecP256, 910)
        let root = try DistinguishedName(rfc4514: "CN=Foreign Root")
        let wish = try CertificationRequest(parsing: try #require(request.request))
        func issue(
            _ subject: DistinguishedName, _ info: SubjectPublicKeyInfo, _ extensions: [CertificateExtension]
        ) throws -> CertificateView {
            let algorithm = key.defaultSignatureAlgorithm
            let tbs = TBSCertificate(
                serialNumber: .random(), signature: algorithm, issuer: root, notBefore: clock.now,
                notAfter: clock.now.adding(seconds: 90 * 86_400), subject: subject, subjectPublicKeyInfo: info,
                extensions: extensions
            ).derBytes
            let signature = try key.signSynchronously(tbs, algorithm: algorithm)
            return try CertificateView(
                parsing: TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm))
        }
        let authority = BasicConstraints.authority(pathLength: nil).certificateExtension
        let names = SubjectAlternativeName([.dnsName("pki.example.com")]).certificateExtension
        return [
            try issue(
                wish.subject, wish.subjectPublicKeyInfo,
                [constraints.certificateExtension, names, ExtendedKeyUsage([.serverAuth]).certificateExtension]),
            try issue(root, SubjectPublicKeyInfo(key.publicKey), [authority]),
        ]
    }

    @Test func `a later answer replaces a candidate, with and without the request's identifier`() async throws {
        let service = service()
        let made = try await service.request(key: .ecP256, by: "test")
        let first = try await service.answer(try answer(to: made), by: "test")
        for id in [nil, made.id] {
            let later = try answer(to: made)
            let taken = try await service.answer(later, to: id, by: "test")
            #expect(taken.id == made.id && taken.state == .candidate)
            #expect(taken.chain == [later[0].encoded])
            #expect(try await service.find(made.id).chain == taken.chain)
        }
        #expect(try await service.list().count == 1)
        let fingerprint = Hex.encode(try #require(first.fingerprint))
        #expect(await store.events.contains { $0.details["replaces"] == fingerprint })
    }

    @Test func `an answer replaces nothing that is served or that a change is about`() async throws {
        let service = service()
        let made = try await service.request(key: .ecP256, by: "test")
        let candidate = try await service.answer(try answer(to: made), by: "test")
        let event = AuditEvent(action: "test", at: clock.now, actor: "test", object: "x")
        var change = StagedChange(
            id: StagedChangeID(rawValue: "sg_1"), subject: .serverCertificate(made.id), httpsBefore: .off,
            createdAt: clock.now, createdBy: "test")
        #expect(try await store.save(change, replacing: nil, https: nil, event: event))
        let later = try answer(to: made)
        func refusal() async -> String {
            await code { () async throws(ServerCertificateError) in
                _ = try await service.answer(later, by: "test")
            }
        }
        #expect(await refusal() == "servercert.in-use")
        _ = try change.handle(.cancel)
        #expect(try await store.save(change, replacing: .planned, https: nil, event: event))
        try await service.activate(.certificate(made.id), by: "test")
        #expect(await refusal() == "servercert.wrong-state")
        #expect(try await service.find(made.id).chain == candidate.chain)
    }

    @Test func `an authority's certificate is no server's, unless it signed itself`() async throws {
        let service = service()
        let made = try await service.request(key: .ecP256, by: "test")
        let authority = try answer(to: made, constraints: .authority(pathLength: nil))
        #expect(
            await code { () async throws(ServerCertificateError) in
                _ = try await service.answer(authority, by: "test")
            } == "servercert.authority-as-leaf")
        #expect(try await service.find(made.id).state == .requested)
    }
}
