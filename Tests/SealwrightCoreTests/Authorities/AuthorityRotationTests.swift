// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 4.7: a successor of the issuing authority")
struct AuthorityRotationTests {
    @Test func `a staged successor has certificate, RA and CRL but does not issue`() async throws {
        let ca = try await CAFixture.ready()
        let present = try ca.issuing
        let staged = try await ca.ceremony.stageSuccessor()
        #expect(staged.id.rawValue == "issuing-2" && staged.authority.status == .staged)
        #expect(staged.authority.name == HierarchyNames.successor(of: present.authority.name))
        #expect(staged.certificate.isSigned(by: try #require(ca.root.key).publicKey))
        #expect(staged.key?.publicKey.keyDescription == "EC P-256", "the type of the present one")
        #expect(ca.registry.identities(.scepRA, for: staged.id).count == 1)
        #expect(ca.publisher.current(staged.id) != nil)
        #expect(try ca.issuing.id == present.id)
        #expect(ca.registry.staged()?.id == staged.id)
    }

    @Test func `what certificates and CRL of a staged successor point to is there at once`() async throws {
        let settings = CRLSettings(debounce: .seconds(60), deltas: true, partitions: 2)
        let ca = try await CAFixture.ready(crl: settings)
        let staged = try await ca.ceremony.stageSuccessor()
        let full = try #require(ca.publisher.current(staged.id))
        #expect(
            try CertificateList(parsing: full.der).freshestCRL
                == FreshestCRL(uris: [ca.publication.deltaCRLURL(staged.id)]))
        let delta = try CertificateList(parsing: #require(ca.publisher.current(staged.id, kind: .delta)).der)
        #expect(try #require(delta.baseCRLNumber) < CRLNumber(full.number))
        for part in CRLPart.all(of: 2) { #expect(ca.publisher.current(staged.id, part: part) != nil) }
    }

    @Test func `a second successor is refused`() async throws {
        let ca = try await CAFixture.ready()
        let staged = try await ca.ceremony.stageSuccessor()
        await #expect(throws: AuthorityError.successorAlreadyStaged(staged.id)) {
            try await ca.ceremony.stageSuccessor()
        }
    }

    @Test func `of many who stage at once one succeeds`() async throws {
        let ca = try await CAFixture.ready()
        let staged = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? await ca.ceremony.stageSuccessor()) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(staged == 1 && ca.registry.all.count == 3)
    }

    @Test func `rotation lets the successor issue and keeps CRL and OCSP of the one before`() async throws {
        let ca = try await CAFixture.ready(identities: ServiceIdentitySettings(serverNames: ["ca.example.com"]))
        let old = try ca.issuing
        let device = try await ca.issue("before")
        _ = try await ca.ceremony.stageSuccessor()
        let active = try await ca.ceremony.rotate()
        #expect(try ca.issuing.id == active.id && active.authority.status == .active)
        #expect(ca.registry.context(old.id)?.authority.status == .retired)
        #expect(ca.registry.identities(.tlsServer, for: active.id).count == 1, "the server's certificate moves along")
        _ = try await ca.revocationService().revoke(device.serial, reason: .keyCompromise, actor: "test")
        let crl = try await ca.publisher.publish(old.id)
        #expect(try CertificateList(parsing: crl.der).entries.count == 1)
        #expect(ca.registry.authority(issuing: try CertificateView(parsing: device.certificate))?.id == old.id)
    }

    @Test func `a successor that is given up leaves room for another of another name, and has its CRL`() async throws {
        let ca = try await CAFixture.ready()
        let present = try ca.issuing
        let given = try await ca.ceremony.stageSuccessor()
        try await ca.ceremony.discardSuccessor()
        #expect(ca.registry.staged() == nil)
        #expect(try ca.issuing.id == present.id)
        #expect(ca.registry.context(given.id)?.authority.status == .retired)
        _ = try await ca.publisher.publish(given.id)
        await #expect(throws: AuthorityError.noSuccessorStaged) { try await ca.ceremony.discardSuccessor() }
        let next = try await ca.ceremony.stageSuccessor()
        #expect(next.id != given.id && next.authority.name != given.authority.name)
        #expect(try await ca.ceremony.rotate().id == next.id)
    }

    @Test func `what a successor issued before it was given up is renewed by the authority that stays`() async throws {
        let ca = try await CAFixture.ready()
        let given = try await ca.ceremony.stageSuccessor()
        #expect(EnrollmentPolicy().following(ca.registry).renewalAuthorities.isEmpty)
        try await ca.ceremony.discardSuccessor()
        let policy = EnrollmentPolicy().following(ca.registry)
        let present = try ca.issuing
        #expect(policy.authority == present.id)
        #expect(policy.renewalAuthorities == [given.id])
    }

    @Test func `a successor that was revoked does not take over`() async throws {
        let ca = try await CAFixture.ready()
        let present = try ca.issuing
        let staged = try await ca.ceremony.stageSuccessor()
        let revoked = try await ca.revocationService().revoke(
            staged.certificate.serialNumber, reason: .cACompromise, actor: "test", force: true)
        await #expect(throws: AuthorityError.successorRevoked(staged.id, try #require(revoked.revocation))) {
            try await ca.ceremony.rotate()
        }
        #expect(try ca.issuing.id == present.id)
        try await ca.ceremony.discardSuccessor()
        let next = try await ca.ceremony.stageSuccessor()
        #expect(try await ca.ceremony.rotate().id == next.id)
    }

    @Test func `rotation without a successor is refused`() async throws {
        let ca = try await CAFixture.ready()
        await #expect(throws: AuthorityError.noSuccessorStaged) { try await ca.ceremony.rotate() }
    }

    @Test func `the chain of an authority is issuing first, root last`() async throws {
        let ca = try await CAFixture.ready()
        let chain = try ca.registry.chain(of: ca.issuing.id)
        #expect(chain.map(\.id.rawValue) == ["issuing", "root"])
        #expect(ca.registry.chain(of: AuthorityID(rawValue: "nobody")).isEmpty)
    }
}

@Suite("Authorities that come and go")
struct AuthorityTransferTests {
    @Test func `an authority made elsewhere is taken in with its chain, which stays offline`() async throws {
        let elsewhere = try await CAFixture.ready()
        let foreign = try elsewhere.issuing
        let ca = try await CAFixture.ready()
        let imported = try await ca.ceremony.importAuthority(
            ImportedAuthority(
                certificate: foreign.authority.certificate,
                key: try await elsewhere.keys.material(of: foreign.authority.keyID),
                chain: [try elsewhere.root.authority.certificate], isActive: true))
        #expect(imported.authority.status == .active && imported.canSign)
        #expect(ca.registry.chain(of: imported.id).count == 2)
        #expect(ca.registry.chain(of: imported.id).last?.authority.status == .offline)
        #expect(ca.registry.context(AuthorityID(rawValue: "issuing"))?.authority.status == .retired)
        let ra = try #require(ca.registry.identities(.scepRA, for: imported.id).first)
        #expect(ra.identity.keyID != imported.authority.keyID)
    }

    @Test func `a key that does not belong to the certificate is refused and not kept`() async throws {
        let elsewhere = try await CAFixture.ready()
        let ca = try await CAFixture.ready()
        let wrong = try TestKeys.shared.key(.ecP256, 2).material()
        let certificate = try elsewhere.issuing.authority.certificate
        let chain = [try elsewhere.root.authority.certificate]
        await #expect(throws: AuthorityError.keyDoesNotMatch) {
            try await ca.ceremony.importAuthority(
                ImportedAuthority(certificate: certificate, key: wrong, chain: chain))
        }
        #expect(ca.registry.all.count == 2)
    }

    @Test func `a chain with a gap and a certificate that is no authority's are refused`() async throws {
        let elsewhere = try await CAFixture.ready()
        let ca = try await CAFixture.ready()
        let key = try await elsewhere.keys.material(of: try elsewhere.issuing.authority.keyID)
        let leaf = try await elsewhere.issue("leaf").certificate
        for certificate in [try elsewhere.issuing.authority.certificate, leaf, [0x30, 0x00]] {
            await #expect(throws: AuthorityError.self) {
                try await ca.ceremony.importAuthority(ImportedAuthority(certificate: certificate, key: key, chain: []))
            }
        }
        #expect(ca.registry.all.count == 2)
    }

    @Test func `the root's key leaves as encrypted PKCS#8 that OpenSSL opens`() async throws {
        let ca = try await CAFixture.ready()
        let root = try ca.root
        let pem = try await ca.ceremony.exportKey(of: root.id, password: "päss word", actor: "operator:test")
        let file = try ca.folder.write(pem, "root.key")
        let secret = try ca.folder.write("päss word", "password")
        let opened = try ForeignProgram.run("openssl", "pkey", "-in", file, "-passin", "file:\(secret)", "-pubout")
        let certificate = try ca.pem([root.certificate.encoded], "root.pem")
        let expected = try ForeignProgram.run("openssl", "x509", "-in", certificate, "-noout", "-pubkey")
        #expect(opened.code == 0 && opened.output == expected.output)
        #expect(await ca.store.events.last?.action == "authority.key-exported")
    }

    @Test func `a root that goes offline leaves a CRL for a year and no key`() async throws {
        let ca = try await CAFixture.ready()
        let root = try ca.root
        let material = try await ca.keys.material(of: root.authority.keyID)
        try await ca.ceremony.takeOffline(root.id)
        #expect(try ca.root.authority.status == .offline && ca.root.key == nil)
        let keyID = root.authority.keyID
        await #expect(throws: CryptoError.keyNotFound(keyID)) { try await ca.keys.open(keyID) }
        let crl = try #require(ca.publisher.current(root.id))
        #expect(crl.nextUpdate == ca.clock.now.adding(seconds: 365 * 86_400))
        ca.clock.advance(by: 40 * 86_400)
        #expect(await !ca.publisher.tick(ca.clock.now).contains(root.id))
        await #expect(throws: AuthorityError.keyOffline(root.id)) { try await ca.ceremony.stageSuccessor() }
        _ = try await ca.ceremony.restoreKey(material, to: root.id)
        #expect(try await ca.ceremony.stageSuccessor().authority.status == .staged)
    }

    @Test func `a retired authority that gets its key back does not issue again`() async throws {
        let ca = try await CAFixture.ready()
        let old = try ca.issuing
        let material = try await ca.keys.material(of: old.authority.keyID)
        let next = try await ca.ceremony.stageSuccessor()
        _ = try await ca.ceremony.rotate()
        try await ca.keys.remove(old.authority.keyID)
        _ = try await ca.ceremony.restoreKey(material, to: old.id)
        #expect(ca.registry.context(old.id)?.authority.status == .retired)
        #expect(try ca.issuing.id == next.id)
    }

    @Test func `an authority above that gets its key back signs, and does not issue in place of the present one`()
        async throws
    {
        let elsewhere = try await CAFixture.ready()
        let foreign = try elsewhere.issuing
        let ca = try await CAFixture.ready()
        let present = try ca.issuing.id
        // As an import keeps what stands between the authority and its root.
        let above = Authority(
            id: AuthorityID(rawValue: "intermediate"), name: "Above", kind: .issuing, status: .offline,
            certificate: foreign.authority.certificate, keyID: KeyID(rawValue: "intermediate"), issuer: nil,
            createdAt: ca.clock.now)
        try await ca.store.save(
            above, credential: nil,
            event: AuditEvent(action: "authority.imported", at: ca.clock.now, actor: "test", object: "intermediate"))
        try await ca.registry.reload()
        let restored = try await ca.ceremony.restoreKey(
            try await elsewhere.keys.material(of: foreign.authority.keyID), to: above.id)
        #expect(restored.canSign && restored.authority.status == .retired)
        #expect(try ca.issuing.id == present)
    }

    @Test func `an authority above that got its key back goes offline again, as often as it is needed`() async throws {
        let elsewhere = try await CAFixture.ready()
        let foreign = try elsewhere.issuing.authority
        let material = try await elsewhere.keys.material(of: foreign.keyID)
        let ca = try await CAFixture.ready()
        let present = try ca.issuing.authority
        // As an import keeps what stands between the authority and its root.
        let above = Authority(
            id: AuthorityID(rawValue: "intermediate"), name: "Above", kind: .issuing, status: .offline,
            certificate: foreign.certificate, keyID: KeyID(rawValue: "intermediate"), issuer: nil,
            createdAt: ca.clock.now)
        let below = Authority(
            id: present.id, name: present.name, kind: .issuing, status: .active, certificate: present.certificate,
            keyID: present.keyID, issuer: above.id, createdAt: present.createdAt)
        for authority in [above, below] {
            try await ca.store.save(
                authority, credential: nil,
                event: AuditEvent(action: "test", at: ca.clock.now, actor: "test", object: authority.id.rawValue))
        }
        try await ca.registry.reload()
        for _ in 1...2 {
            #expect(try await ca.ceremony.restoreKey(material, to: above.id).canSign)
            try await ca.ceremony.takeOffline(above.id)
            let context = try #require(ca.registry.context(above.id))
            #expect(context.authority.status == .offline && context.key == nil)
            let keyID = above.keyID
            await #expect(throws: CryptoError.keyNotFound(keyID)) { try await ca.keys.open(keyID) }
            let crl = try #require(ca.publisher.current(above.id))
            #expect(crl.nextUpdate == ca.clock.now.adding(seconds: 365 * 86_400))
        }
        #expect(try ca.issuing.id == present.id)
    }

    @Test func `an issuing authority's key stays, also when it has retired`() async throws {
        let ca = try await CAFixture.ready()
        let id = try ca.issuing.id
        await #expect(throws: AuthorityError.notARoot(id)) { try await ca.ceremony.takeOffline(id) }
        _ = try await ca.ceremony.stageSuccessor()
        _ = try await ca.ceremony.rotate()
        await #expect(throws: AuthorityError.notARoot(id)) { try await ca.ceremony.takeOffline(id) }
    }
}
