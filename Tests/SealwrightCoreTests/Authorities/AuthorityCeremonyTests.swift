// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("A new hierarchy")
struct AuthorityCeremonyTests {
    @Test func `one step makes root, issuing authority, RA, OCSP signer and CRLs`() async throws {
        let ca = try await CAFixture.ready()
        #expect(ca.registry.all.map(\.id.rawValue) == ["root", "issuing"])
        #expect(try ca.issuing.canSign && ca.root.canSign)
        let ra = try #require(try ca.registry.identities(.scepRA, for: ca.issuing.id).first)
        #expect(ra.key.publicKey.keyDescription == "RSA 2048")
        #expect(ra.certificate.keyUsage == [.digitalSignature, .keyEncipherment])
        let signer = try #require(try ca.registry.identities(.ocspSigner, for: ca.issuing.id).first)
        #expect(signer.certificate.hasOCSPNoCheck && signer.key.publicKey.keyDescription == "EC P-256")
        #expect(try ca.publisher.current(ca.root.id) != nil && ca.publisher.current(ca.issuing.id) != nil)
        let actions = await ca.store.events.map(\.action)
        #expect(actions.filter { $0 == "authority.created" }.count == 2)
        #expect(actions.filter { $0 == "identity.issued" }.count == 3)
        #expect(actions.filter { $0 == "crl.published" }.count == 2)
    }

    @Test func `the root points nowhere, the issuing authority to the root's CRL and certificate`() async throws {
        let ca = try await CAFixture.ready()
        let root = try ca.root.certificate
        #expect(root.crlDistributionPoints == nil && root.authorityInformationAccess == nil)
        #expect(root.basicConstraints?.pathLength == nil && root.isSelfIssued)
        let issuing = try ca.issuing.certificate
        #expect(issuing.basicConstraints?.pathLength == 0)
        let text = try ForeignProgram.run(
            "openssl", "x509", "-noout", "-text", "-in", try ca.pem([issuing.encoded], "issuing.pem")
        ).output
        #expect(text.contains("URI:http://ca.example.com:8080/crl/root.crl"))
        #expect(text.contains("CA Issuers - URI:http://ca.example.com:8080/ca/root.cer"))
        #expect(!text.contains("OCSP - URI"))
    }

    @Test func `OpenSSL and GnuTLS accept the chain with both CRLs`() async throws {
        let ca = try await CAFixture.ready(clock: .atRealTime())
        let device = try await ca.issue("laptop-1")
        let anchors = try ca.pem([try ca.root.certificate.encoded], "root.pem")
        let chain = try ca.pem([try ca.issuing.certificate.encoded], "chain.pem")
        let leaf = try ca.pem([device.certificate], "leaf.pem")
        let lists = try [ca.root.id, ca.issuing.id].map { try #require(ca.publisher.current($0)) }
        let crls = try ca.folder.write(lists.map { PEM.encode($0.der, label: "X509 CRL") }.joined(), "crls.pem")
        let result = try ForeignProgram.run(
            "openssl", "verify", "-x509_strict", "-crl_check_all", "-attime", "\(ca.clock.now.seconds)", "-CAfile",
            anchors, "-untrusted", chain, "-CRLfile", crls, leaf)
        #expect(result.code == 0, "\(result.output)")
        let all = try ca.pem(
            [device.certificate, try ca.issuing.certificate.encoded, try ca.root.certificate.encoded], "all.pem")
        let gnutls = try ForeignProgram.run(
            "certtool", "--verify", "--load-ca-certificate", anchors, "--infile", all)
        #expect(gnutls.code == 0, "\(gnutls.output)")
    }

    @Test func `a second start changes nothing`() async throws {
        let ca = try await CAFixture.ready()
        let events = await ca.store.events.count
        try await ca.ceremony.initialize(.quick)
        #expect(await ca.store.events.count == events)
        #expect(ca.registry.all.count == 2)
    }

    @Test(arguments: ["issuing", "scep-ra", "ocsp-signer"])
    func `an interrupted start goes on where it stopped`(failing: String) async throws {
        let ca = try CAFixture()
        let keys = SuiteKeys(inner: ca.keys.inner, failing: failing)
        let identities = ServiceIdentityManager(
            store: ca.store, keys: keys, registry: ca.registry, publication: ca.publication, clock: ca.clock)
        let interrupted = AuthorityCeremony(
            store: ca.store, keys: keys, registry: ca.registry, publication: ca.publication, identities: identities,
            publisher: ca.publisher, clock: ca.clock)
        await #expect(throws: AuthorityError.self) { try await interrupted.initialize(.quick) }
        try await ca.ceremony.initialize(.quick)
        #expect(ca.registry.all.map(\.authority.kind) == [.root, .issuing])
        #expect(try ca.registry.identities(.scepRA, for: ca.issuing.id).count == 1)
        #expect(try ca.publisher.current(ca.issuing.id) != nil)
    }

    @Test func `a root without an issuing authority gets one`() async throws {
        let before = try await CAFixture.ready()
        let root = try before.root.authority
        let ca = try CAFixture(keys: before.keys)
        let event = AuditEvent(action: "authority.created", at: ca.clock.now, actor: "test", object: "root")
        try await ca.store.save(root, credential: nil, event: event)
        try await ca.ceremony.initialize(.quick)
        #expect(ca.registry.all.map(\.id.rawValue) == ["root", "issuing"])
        #expect(try ca.issuing.authority.name == before.issuing.authority.name, "as without the interruption")
        #expect(try ca.root.authority.certificate == root.certificate)
        #expect(try ca.issuing.certificate.isSigned(by: try #require(before.root.key).publicKey))
    }

    @Test func `a root of a chosen name that was interrupted gets the issuing authority of that name`() async throws {
        let before = try CAFixture()
        var options = HierarchyOptions.quick
        options.name = "Acme Root"
        try await before.ceremony.initialize(options)
        let ca = try CAFixture(keys: before.keys)
        let event = AuditEvent(action: "authority.created", at: ca.clock.now, actor: "test", object: "root")
        try await ca.store.save(try before.root.authority, credential: nil, event: event)
        try await ca.ceremony.initialize(.quick)
        #expect(try ca.root.authority.name == "Acme Root Root")
        #expect(try ca.issuing.authority.name == "Acme Root Issuing 1")
        #expect(try ca.issuing.certificate.subject == before.issuing.certificate.subject)
    }

    @Test func `random names share a mark, chosen names are kept`() async throws {
        let names = try HierarchyNames(nil)
        #expect(names.root.wholeMatch(of: /Sealwright Root [0-9A-F]{4}/) != nil)
        let mark = names.root.suffix(4)
        #expect(names.firstIssuing == "Sealwright Issuing \(mark)-1")
        #expect(HierarchyNames.successor(of: names.firstIssuing) == "Sealwright Issuing \(mark)-2")
        #expect(HierarchyNames.successor(of: "Acme Issuing 9") == "Acme Issuing 10")
        #expect(HierarchyNames.successor(of: "Acme") == "Acme 2")
        #expect(try HierarchyNames("Acme  Works").root == "Acme Works Root")
    }

    @Test(arguments: ["", "   ", "a\u{0}b", String(repeating: "x", count: 41)])
    func `a name that cannot stand in a certificate is refused`(name: String) {
        #expect(throws: AuthorityError.self) { try HierarchyNames(name) }
    }

    @Test func `with a shared key the issuing authority is its own RA`() async throws {
        let ca = try CAFixture()
        try await ca.ceremony.initialize(HierarchyOptions(rootKey: .ecP256, issuingKey: .rsa2048, sharesRAKey: true))
        let issuing = try ca.issuing
        #expect(issuing.certificate.keyUsage == [.digitalSignature, .keyEncipherment, .keyCertSign, .cRLSign])
        let ra = try #require(ca.registry.identities(.scepRA, for: issuing.id).first)
        #expect(ra.identity.keyID == issuing.authority.keyID)
        #expect(try await ca.identities.renew().isEmpty)
    }

    @Test func `an authority with an EC key cannot be its own RA`() async throws {
        let ca = try CAFixture()
        await #expect(throws: AuthorityError.self) {
            try await ca.ceremony.initialize(HierarchyOptions(rootKey: .ecP256, issuingKey: .ecP256, sharesRAKey: true))
        }
        #expect(try await ca.store.authorities().isEmpty)
    }

    @Test func `the default keys are RSA`() async throws {
        let ca = try CAFixture(identities: ServiceIdentitySettings(serverNames: ["ca.example.com"]))
        try await ca.ceremony.initialize()
        #expect(try ca.root.key?.publicKey.keyDescription == "RSA 3072")
        #expect(try ca.issuing.key?.publicKey.keyDescription == "RSA 2048")
        let server = try ca.registry.identities(.tlsServer, for: ca.issuing.id).first
        #expect(server?.key.publicKey.keyDescription == "RSA 2048")
    }
}
