// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 8894 sections 2.1.2 and 4.7: which keys an authority works with")
struct LayoutTests {
    /// Enrols with our own client, by GetCACaps and GetCACert like any other.
    func enrolls(_ bench: Workbench) async throws -> CertificateView {
        let client = LabClient(bench: bench)
        var transaction = try await client.transaction("CN=layout", challenge: bench.challenge())
        guard case .finished(.certificate(let encoded, _)) = try await client.run(&transaction) else {
            throw SCEPError.missing("certificate")
        }
        let certificate = try CertificateView(parsing: encoded)
        #expect(certificate.isSigned(by: try #require(try bench.issuing.certificate.publicKey)))
        return certificate
    }

    @Test func `an authority that is its own RA`() async throws {
        let bench = try await Workbench(
            hierarchy: HierarchyOptions(rootKey: .ecP256, issuingKey: .rsa2048, sharesRAKey: true))
        #expect(try bench.ra == bench.issuing.certificate)
        let certificates = try await LabClient(bench: bench).authority().certificates
        #expect(try certificates == [bench.issuing.certificate, bench.root.certificate])
        let usage = try #require(try bench.issuing.certificate.keyUsage)
        #expect(usage.isSuperset(of: [.keyCertSign, .cRLSign, .digitalSignature, .keyEncipherment]))
        _ = try await enrolls(bench)
    }

    @Test func `an RSA RA beside a P-256 issuing authority`() async throws {
        let bench = try await Workbench(hierarchy: HierarchyOptions(rootKey: .ecP384, issuingKey: .ecP256))
        _ = try await enrolls(bench)
        #expect(try bench.ra.keyUsage == [.digitalSignature, .keyEncipherment])
    }

    /// An authority's certificate as another product makes it.
    func authority(
        _ name: String, _ key: SoftwareKey, under issuer: (name: String, key: SoftwareKey)?, at now: Timestamp,
        _ constraints: BasicConstraints = .authority(pathLength: nil), endsIn life: Int64 = 3650 * 86_400
    ) throws -> [UInt8] {
        let signer = issuer?.key ?? key
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: signer.defaultSignatureAlgorithm,
            issuer: try DistinguishedName(rfc4514: issuer?.name ?? name), notBefore: now.adding(seconds: -60),
            notAfter: now.adding(seconds: life), subject: try DistinguishedName(rfc4514: name),
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            extensions: [
                constraints.certificateExtension,
                KeyUsage([.keyCertSign, .cRLSign]).certificateExtension,
                SubjectKeyIdentifier(SubjectPublicKeyInfo(key.publicKey).keyIdentifier).certificateExtension,
            ]
        ).derBytes
        let algorithm = signer.defaultSignatureAlgorithm
        return TBSCertificate.certificate(
            tbs: tbs, signature: try signer.signSynchronously(tbs, algorithm: algorithm), algorithm: algorithm)
    }

    @Test func `a chain of three that was made elsewhere`() async throws {
        let endpoint = EndpointID(rawValue: "imported")
        let bench = try await Workbench(
            others: [EnrollmentPolicy(endpoint: endpoint, authority: AuthorityID(rawValue: "issuing-2"))])
        let keys = try [TestKeys.shared.key(.ecP384, 81), TestKeys.shared.key(.ecP256, 82), LabKeys.device(3)]
        let now = bench.clock.now
        let root = try authority("CN=Corp Root", keys[0], under: nil, at: now)
        let policy = try authority("CN=Corp Policy", keys[1], under: ("CN=Corp Root", keys[0]), at: now)
        let issuing = try authority("CN=Corp Issuing", keys[2], under: ("CN=Corp Policy", keys[1]), at: now)
        _ = try await bench.ceremony.importAuthority(
            ImportedAuthority(certificate: issuing, key: keys[2].material(), chain: [root, policy], isActive: true))
        let reply = await bench.endpoint(endpoint).respond(toQuery: "operation=GetCACert", from: Workbench.peer)
        let listed = try CACertificates(parsing: reply.octets)
        #expect(
            try listed.certificates.map(\.encoded) == [
                bench.ra.encoded, issuing, policy, root, bench.encryption.encoded,
            ])
        #expect(try listed.recipient() == bench.ra)
        let answer = try await bench.send(bench.request(challenge: bench.challenge(endpoint: endpoint)), to: endpoint)
        let certificate = try answer.certificate(LabKeys.device())
        #expect(certificate.isSigned(by: keys[2].publicKey))
    }

    @Test(arguments: [
        (BasicConstraints.authority(pathLength: 0), Int64(86_400), "allows 0 authorities below it"),
        (.endEntity, 86_400, "may not sign certificates"), (.authority(pathLength: nil), -1, "is not valid now"),
    ])
    func `an authority whose certificates nobody could accept is not taken in`(
        constraints: BasicConstraints, life: Int64, reason: String
    ) async throws {
        let bench = try await Workbench()
        let keys = try [TestKeys.shared.key(.ecP384, 81), LabKeys.device(3)]
        let now = bench.clock.now
        let root = try authority("CN=Corp Root", keys[0], under: nil, at: now, constraints, endsIn: life)
        let issuing = try authority("CN=Corp Issuing", keys[1], under: ("CN=Corp Root", keys[0]), at: now)
        let error = try await #require(throws: AuthorityError.self) {
            try await bench.ceremony.importAuthority(
                ImportedAuthority(certificate: issuing, key: keys[1].material(), chain: [root], isActive: true))
        }
        #expect(error.description.contains(reason))
        #expect(bench.registry.all.count == 2)
    }

    @Test func `RSA throughout, and the issued certificate chains to the root`() async throws {
        let bench = try await Workbench(hierarchy: HierarchyOptions(rootKey: .rsa2048, issuingKey: .rsa2048))
        let certificate = try await enrolls(bench)
        let openSSL = try OpenSSL()
        for (name, view) in [
            ("root", try bench.root.certificate), ("issuing", try bench.issuing.certificate), ("leaf", certificate),
            ("ra", try bench.ra),
        ] {
            try openSSL.write(Array(PEM.encode(view.encoded, label: "CERTIFICATE").utf8), to: name + ".pem")
        }
        for leaf in ["leaf.pem", "ra.pem"] {
            let (status, output) = try openSSL.run(
                "verify", "-attime", "\(bench.clock.now.seconds)", "-CAfile", "root.pem", "-untrusted", "issuing.pem",
                leaf)
            #expect(status == 0, "\(output)")
        }
    }

    @Test func `a message for an RA key that was replaced is opened, and answered by the RA that its sender knows`()
        async throws
    {
        let bench = try await Workbench()
        let (old, second) = (try bench.ra, try bench.encryption)
        bench.clock.advance(by: 400 * 86_400)
        _ = try await bench.identities.make(.scepRA, for: try bench.issuing.id, via: "test")
        #expect(try bench.ra != old)
        #expect(try await LabClient(bench: bench).authority().certificates.first == bench.ra)
        func answer(to recipient: CertificateView) async throws -> Answer {
            var forge = try await bench.request(challenge: bench.challenge())
            forge.recipient = try EnvelopedData.Recipient(certificate: recipient)
            return try await bench.send(forge)
        }
        for recipient in [old, second] {
            let answer = try await answer(to: recipient)
            #expect(answer.status == .success && answer.message?.signer == old, "\(answer)")
        }
        var stranger = try await bench.request(challenge: bench.challenge())
        stranger.recipient = try EnvelopedData.Recipient(certificate: bench.issuing.certificate)
        let refused = try await bench.send(stranger)
        #expect(try refused.refuses(.badMessageCheck) && refused.message?.signer == bench.ra)
        // What has ended is believed by nobody.
        bench.clock.advance(by: 340 * 86_400)
        let late = try await answer(to: old)
        #expect(try late.status == .success && late.message?.signer == bench.ra, "\(late)")
    }

    @Test func `an authority that is its own RA answers those who encrypted to it after its successor took over`()
        async throws
    {
        let hierarchy = HierarchyOptions(rootKey: .ecP256, issuingKey: .rsa2048, sharesRAKey: true)
        let bench = try await Workbench(hierarchy: hierarchy)
        let old = try bench.issuing
        let request = try await bench.request(challenge: bench.challenge())
        _ = try await bench.ceremony.stageSuccessor()
        let active = try await bench.ceremony.rotate()
        let answer = try await bench.send(request)
        #expect(answer.message?.signer == old.certificate)
        let key = try #require(active.certificate.publicKey)
        #expect(try answer.certificate(LabKeys.device()).isSigned(by: key))
    }

    @Test func `a revoked RA answers nobody`() async throws {
        let bench = try await Workbench()
        let old = try bench.ra
        _ = try await bench.revocation.revoke(old.serialNumber, reason: .keyCompromise, actor: "test", force: true)
        _ = try await bench.identities.make(.scepRA, for: try bench.issuing.id, via: "test")
        var forge = try await bench.request(challenge: bench.challenge())
        forge.recipient = try EnvelopedData.Recipient(certificate: old)
        #expect(try await bench.send(forge).message?.signer == bench.ra)
    }

    @Test func `the RA's second certificate states keyEncipherment alone, and a message to it is opened`() async throws
    {
        let bench = try await Workbench()
        let second = try bench.encryption
        #expect(second.keyUsage == [.keyEncipherment])
        #expect(try second.publicKey == bench.ra.publicKey)
        let listed = try await LabClient(bench: bench).authority().certificates
        #expect(try listed == [bench.ra, bench.issuing.certificate, bench.root.certificate, second])
        var forge = try await bench.request(challenge: bench.challenge())
        forge.recipient = try EnvelopedData.Recipient(certificate: second)
        let answer = try await bench.send(forge)
        #expect(answer.status == .success, "\(answer)")
        #expect(try answer.message?.signer == bench.ra)
    }

    @Test func `a message to a recipient nobody knows is tried with the RA's keys`() async throws {
        let bench = try await Workbench()
        _ = try await bench.identities.make(.scepRA, for: try bench.issuing.id, via: "test")
        for ra in bench.registry.identities(.scepRA, for: try bench.issuing.id) {
            guard case .rsa(let key)? = ra.certificate.publicKey else {
                Issue.record("not an RSA key")
                return
            }
            var forge = try await bench.request(challenge: bench.challenge())
            forge.recipient = EnvelopedData.Recipient(identifier: .subjectKeyIdentifier([1, 2, 3]), key: key)
            #expect(try await bench.send(forge).status == .success)
        }
    }

    @Test func `a message encrypted to the issuing certificate is badMessageCheck where that is no RA`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.recipient = try EnvelopedData.Recipient(certificate: bench.issuing.certificate)
        #expect(try await bench.send(forge).refuses(.badMessageCheck))
    }

    // MARK: Successor

    @Test func `without a successor GetNextCACert is 404 and not among the capabilities`() async throws {
        let bench = try await Workbench()
        let reply = await bench.endpoint().respond(toQuery: "operation=GetNextCACert", from: Workbench.peer)
        #expect(reply.status == .notFound)
        #expect(!(await capabilities(bench)).contains("GetNextCACert"))
    }

    func capabilities(_ bench: Workbench) async -> [String] {
        let reply = await bench.endpoint().respond(toQuery: "operation=GetCACaps", from: Workbench.peer)
        return reply.text.split(separator: "\n").map(String.init)
    }

    @Test func `a staged successor is told, signed by the present RA`() async throws {
        let bench = try await Workbench()
        let present = try await LabClient(bench: bench).authority()
        let next = try await bench.ceremony.stageSuccessor()
        #expect(await capabilities(bench).contains("GetNextCACert"))
        let reply = await bench.endpoint().respond(toQuery: "operation=GetNextCACert&message=x", from: Workbench.peer)
        #expect(reply.mediaType == "application/x-x509-next-ca-cert")
        let told = try GetNextCACert.read(reply.octets, trusting: present)
        let ra = try #require(bench.registry.identities(.scepRA, for: next.id).first)
        let encryption = try #require(bench.registry.identities(.scepRAEncryption, for: next.id).first)
        #expect(told.certificates == [ra.certificate, next.certificate, encryption.certificate])
        // The present authority still issues.
        _ = try await enrolls(bench)
    }

    @Test func `who encrypts to the successor's RA has a certificate from the successor before it takes over`()
        async throws
    {
        let bench = try await Workbench()
        let held = try await bench.enrolled("CN=router-1")
        let next = try await bench.ceremony.stageSuccessor()
        let ra = try #require(bench.registry.identities(.scepRA, for: next.id).first)
        let second = try #require(bench.registry.identities(.scepRAEncryption, for: next.id).first)
        let first = try await bench.request("CN=router-2", challenge: bench.challenge(), key: LabKeys.device(1))
        let renewal = try bench.renewal(held, new: LabKeys.device(2))
        for (forge, key, to) in [(first, 1, ra.certificate), (renewal, 0, second.certificate)] {
            var ahead = forge
            ahead.recipient = try EnvelopedData.Recipient(certificate: to)
            let answer = try await bench.send(ahead)
            #expect(answer.message?.signer == ra.certificate)
            let certificate = try answer.certificate(LabKeys.device(key))
            #expect(bench.registry.authority(issuing: certificate)?.id == next.id)
        }
        // The present authority still issues to those who know it.
        let present = try await bench.enrolled("CN=router-3", key: LabKeys.device(3))
        #expect(bench.registry.authority(issuing: present)?.id == (try bench.issuing.id))
        var wrong = try bench.request("CN=router-4", challenge: "wrong")
        wrong.recipient = try EnvelopedData.Recipient(certificate: ra.certificate)
        #expect(try await bench.send(wrong).refuses(.badRequest))
    }

    @Test func `what the successor issued ahead of time it renews, though the client encrypts to the present RA`()
        async throws
    {
        let bench = try await Workbench()
        let next = try await bench.ceremony.stageSuccessor()
        let ra = try #require(bench.registry.identities(.scepRA, for: next.id).first)
        var ahead = try await bench.request("CN=router-1", challenge: bench.challenge(), key: LabKeys.device(1))
        ahead.recipient = try EnvelopedData.Recipient(certificate: ra.certificate)
        let held = try await bench.send(ahead).certificate(LabKeys.device(1))
        let renewal = try bench.renewal(held, held: LabKeys.device(1), new: LabKeys.device(2))
        let answer = try await bench.send(renewal)
        #expect(answer.message?.signer == (try bench.ra), "the RA that its sender knows")
        let renewed = try answer.certificate(LabKeys.device(1))
        #expect(bench.registry.authority(issuing: renewed)?.id == next.id)
    }

    @Test(arguments: [false, true])
    func `who asked the successor has its certificate from the successor, whenever a person approves`(
        isLate: Bool
    ) async throws {
        let policy = EnrollmentPolicy(authentication: .init(approval: .always))
        let bench = try await Workbench(policy: policy)
        let next = try await bench.ceremony.stageSuccessor()
        let ra = try #require(bench.registry.identities(.scepRA, for: next.id).first)
        var ahead = try await bench.request("CN=router-1", challenge: bench.challenge(), key: LabKeys.device(1))
        ahead.recipient = try EnvelopedData.Recipient(certificate: ra.certificate)
        let present = try await bench.request("CN=router-2", challenge: bench.challenge(), key: LabKeys.device(2))
        for request in [ahead, present] { #expect(try await bench.send(request).status == .pending) }
        if isLate { _ = try await bench.ceremony.rotate() }
        let issuing = try bench.issuing.id
        for waiting in try await bench.store.enrollments(in: .pending, limit: 10) {
            let outcome = await bench.enrollment.approve(waiting.id, by: "operator:anna")
            guard case .decided(.issued(let credential)) = outcome else {
                Issue.record("\(waiting.subject) has no certificate")
                continue
            }
            #expect(credential.authority == (waiting.subject == "CN=router-1" ? next.id : issuing))
        }
        #expect(isLate == (issuing == next.id))
        let answer = try await bench.send(bench.poll(ahead))
        #expect(answer.status == .success && answer.message?.signer == ra.certificate)
    }

    @Test func `an endpoint follows the rotation: it issues, renews and opens what was encrypted to the old RA`()
        async throws
    {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        let (oldRA, oldSecond) = (try bench.ra, try bench.encryption)
        _ = try await bench.ceremony.stageSuccessor()
        let active = try await bench.ceremony.rotate()
        let key = try #require(active.certificate.publicKey)
        #expect(try await LabClient(bench: bench).authority().certificates.first == bench.ra)
        #expect(try bench.ra != oldRA)
        _ = try await enrolls(bench)
        #expect(try await bench.send(bench.renewal(old)).certificate(LabKeys.device()).isSigned(by: key))
        for recipient in [oldRA, oldSecond] {
            var forge = try await bench.request(challenge: bench.challenge())
            forge.recipient = try EnvelopedData.Recipient(certificate: recipient)
            let answer = try await bench.send(forge)
            #expect(try answer.certificate(LabKeys.device()).isSigned(by: key))
            #expect(answer.message?.signer == oldRA, "the RA that its sender knows")
        }
    }

    @Test func `after the rotation an endpoint of the new authority issues, and renews what the old one issued`()
        async throws
    {
        let next = EndpointID(rawValue: "next")
        let policy = EnrollmentPolicy(
            endpoint: next, authority: AuthorityID(rawValue: "issuing-2"),
            renewalAuthorities: [AuthorityID(rawValue: "issuing")])
        let bench = try await Workbench(others: [policy])
        let old = try await bench.enrolled()
        _ = try await bench.ceremony.stageSuccessor()
        let active = try await bench.ceremony.rotate()
        let renewal = try bench.renewal(old)
        let new = try await bench.send(renewal, to: next).certificate(LabKeys.device())
        #expect(new.isSigned(by: try #require(active.certificate.publicKey)))
        // Messages to the old RA end at the old endpoint only.
        #expect(try bench.ra != renewal.signer)
    }
}

@Suite("RFC 8894 sections 3.5 and 4.2: GetCACaps, GetCACert and the presets")
struct PresetTests {
    func reply(_ query: String, _ bench: Workbench) async -> EndpointReply {
        await bench.endpoint().respond(toQuery: query, from: Workbench.peer)
    }

    @Test(arguments: [
        (ServerSettings.Preset.generic, "AES\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nRenewal\nSCEPStandard\n"),
        (.windows, "AES\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nRenewal\nSCEPStandard\n"),
        (.apple, "AES\nSHA-256\nSHA-512\nPOSTPKIOperation\nRenewal\nSCEPStandard\n"),
        (.cisco, "AES\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nRenewal\nSCEPStandard\nDES3\nSHA-1\n"),
        (.strict, "AES\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nRenewal\nSCEPStandard\n"),
    ])
    func `capabilities of a preset`(preset: ServerSettings.Preset, expected: String) async throws {
        let bench = try await Workbench(ServerSettings(preset: preset))
        let reply = await reply("operation=GetCACaps", bench)
        #expect(reply.mediaType == "text/plain")
        #expect(reply.text == expected)
    }

    @Test(arguments: ServerSettings.Preset.allCases)
    func `GetCACert of a preset lists RA, issuing, but for Apple and Cisco the root, and the RA's second certificate`(
        preset: ServerSettings.Preset
    ) async throws {
        let bench = try await Workbench(ServerSettings(preset: preset))
        let reply = await reply("operation=GetCACert", bench)
        #expect(reply.mediaType == "application/x-x509-ca-ra-cert")
        let views = try CACertificates(parsing: reply.octets).certificates
        let short = preset == .apple || preset == .cisco
        let chain = [try bench.ra, try bench.issuing.certificate] + (short ? [] : [try bench.root.certificate])
        #expect(try views == chain + [bench.encryption])
    }

    @Test func `strict refuses an unknown CA identifier and tells the log alone, however often it is asked`()
        async throws
    {
        let bench = try await Workbench(ServerSettings(preset: .strict))
        let log = AgentLog()
        let endpoint = SCEPEndpoint(
            configuration: bench.configuration(),
            services: SCEPServices(
                enrollment: bench.enrollment, registry: bench.registry, store: bench.store, crls: bench.publisher,
                clock: bench.clock),
            logger: log.logger)
        let before = try await bench.store.newestAuditRecords(object: nil, limit: 1)
        for operation in ["GetCACaps", "GetCACert", "GetNextCACert"] {
            let query = "operation=\(operation)&message=" + String(repeating: "x", count: 100)
            #expect(await endpoint.respond(toQuery: query, from: Workbench.peer).status == .notFound)
        }
        let told = log.all.filter { $0.hasPrefix("SCEP CA identifier unknown") }
        #expect(told.count == 3 && told.allSatisfy { $0.hasSuffix(": " + String(repeating: "x", count: 64)) })
        #expect(try await bench.store.newestAuditRecords(object: nil, limit: 1) == before)
        let known = "operation=GetCACert&message=default"
        #expect(await endpoint.respond(toQuery: known, from: Workbench.peer).status == .ok)
    }

    @Test func `one certificate alone is sent bare`() async throws {
        var settings = ServerSettings.generic
        settings.getCACertShape = .caOnly
        let bench = try await Workbench(settings)
        let reply = await reply("operation=GetCACert", bench)
        #expect(reply.mediaType == "application/x-x509-ca-cert")
        #expect(try reply.octets == bench.issuing.certificate.encoded)
    }

    @Test func `openssl reads GetCACert`() async throws {
        let bench = try await Workbench()
        let openSSL = try OpenSSL()
        try openSSL.write(await reply("operation=GetCACert", bench).octets, to: "ca.p7b")
        let (status, output) = try openSSL.run("pkcs7", "-inform", "DER", "-in", "ca.p7b", "-print_certs", "-noout")
        #expect(status == 0)
        #expect(output.split(separator: "\n").count { $0.hasPrefix("subject=") } == 4)
    }

    @Test(arguments: ["", "&message=default", "&message=ignored", "&message=0", "&message=", "&message=trustpoint-1"])
    func `any CA identifier means this endpoint's authority, unless strict`(message: String) async throws {
        let generic = try await Workbench(.windows)
        let strict = try await Workbench(.strict)
        for operation in ["GetCACaps", "GetCACert", "getcacert"] {
            #expect(await reply("operation=\(operation)\(message)", generic).status == .ok)
            let isUnknown = message.hasSuffix("trustpoint-1")
            #expect(await reply("operation=\(operation)\(message)", strict).status == (isUnknown ? .notFound : .ok))
        }
    }

    @Test func `a strict endpoint knows its own names`() async throws {
        let bench = try await Workbench(.strict)
        for name in ["default", "issuing"] {
            #expect(await reply("operation=GetCACert&message=\(name)", bench).status == .ok)
        }
    }

    @Test(arguments: ServerSettings.Preset.allCases)
    func `a FAILURE has a zero-length content, and none where strict`(preset: ServerSettings.Preset) async throws {
        let bench = try await Workbench(ServerSettings(preset: preset))
        let answer = try await bench.send(bench.request(challenge: "wrong"))
        #expect(answer.refuses(.badRequest))
        #expect(answer.message?.signedData.content == (preset == .strict ? nil : []))
        #expect(answer.values(of: .messageDigest) == [DER.octets(DigestAlgorithm.sha256.hash([UInt8]()))])
    }

    @Test func `an endpoint whose authority is gone is unavailable, whatever is asked`() async throws {
        let gone = EnrollmentPolicy(authority: AuthorityID(rawValue: "nowhere"))
        let bench = try await Workbench(policy: gone)
        #expect(await reply("operation=GetCACert", bench).status == .unavailable(retryAfterSeconds: 60))
        #expect(await reply("operation=GetNextCACert", bench).status == .unavailable(retryAfterSeconds: 60))
        #expect(try await bench.send(bench.request()).reply.status == .unavailable(retryAfterSeconds: 60))
    }
}
