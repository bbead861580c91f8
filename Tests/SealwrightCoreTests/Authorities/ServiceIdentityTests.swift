// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("The server's own certificates")
struct ServiceIdentityTests {
    private static let settings = ServiceIdentitySettings(
        raKey: .rsa2048, serverKey: .ecP256, serverNames: ["CA.example.com", "192.0.2.7", "2001:db8::1"])

    @Test func `the server certificate names hosts and addresses and lives a year at most`() async throws {
        let ca = try await CAFixture.ready(identities: Self.settings)
        let server = try #require(ca.registry.identities(.tlsServer, for: ca.issuing.id).first)
        #expect(server.certificate.extendedKeyUsage?.purposes == [.serverAuth])
        #expect(server.identity.notAfter.seconds(since: server.identity.notBefore) <= 366 * 86_400)
        let file = try ca.pem([server.certificate.encoded], "server.pem")
        let text = try ForeignProgram.run("openssl", "x509", "-in", file, "-noout", "-ext", "subjectAltName").output
        for name in ["DNS:ca.example.com", "IP Address:192.0.2.7", "IP Address:2001:DB8"] {
            #expect(text.contains(name))
        }
    }

    @Test func `nothing is renewed before two thirds of its life, everything after`() async throws {
        let ca = try await CAFixture.ready(identities: Self.settings)
        ca.clock.advance(by: 19 * 86_400)
        #expect(try await ca.identities.renew().isEmpty)
        ca.clock.advance(by: 2 * 86_400)
        #expect(try await ca.identities.renew().map(\.purpose) == [.ocspSigner])
        ca.clock.advance(by: 230 * 86_400)
        #expect(try await Set(ca.identities.renew().map(\.purpose)) == [.ocspSigner, .tlsServer])
        ca.clock.advance(by: 240 * 86_400)
        #expect(try await ca.identities.renew().contains { $0.purpose == .scepRA })
    }

    @Test func `later RAs, that of a successor too, have a key of the type chosen for the first`() async throws {
        let ca = try await CAFixture.ready(identities: ServiceIdentitySettings(raKey: .rsa3072))
        // A later start does not know what was chosen.
        let later = ServiceIdentityManager(
            store: ca.store, keys: ca.keys, registry: ca.registry, publication: ca.publication, clock: ca.clock)
        ca.clock.advance(by: 500 * 86_400)
        #expect(try await later.renew().contains { $0.purpose == .scepRA })
        let ceremony = AuthorityCeremony(
            store: ca.store, keys: ca.keys, registry: ca.registry, publication: ca.publication, identities: later,
            publisher: ca.publisher, clock: ca.clock)
        let staged = try await ceremony.stageSuccessor()
        for id in [try ca.issuing.id, staged.id] {
            let ra = try #require(ca.registry.identities(.scepRA, for: id).first)
            #expect(ra.key.publicKey.keyDescription == "RSA 3072")
        }
    }

    @Test func `the key before stays for messages encrypted to it, the new one comes first`() async throws {
        let ca = try await CAFixture.ready()
        let issuing = try ca.issuing.id
        let old = try #require(ca.registry.identities(.scepRA, for: issuing).first)
        ca.clock.advance(by: 500 * 86_400)
        try await ca.identities.renew()
        let all = ca.registry.identities(.scepRA, for: issuing)
        #expect(all.count == 2 && all.last?.identity == old.identity)
        ca.clock.advance(by: 231 * 86_400)
        #expect(
            try await !ca.identities.removeEnded(before: ca.clock.now.adding(seconds: -30 * 86_400)).contains(
                old.identity))
        ca.clock.advance(by: 30 * 86_400)
        let removed = try await ca.identities.removeEnded(before: ca.clock.now.adding(seconds: -30 * 86_400))
        #expect(removed.contains(old.identity))
        let keyID = old.identity.keyID
        await #expect(throws: CryptoError.keyNotFound(keyID)) { try await ca.keys.open(keyID) }
        #expect(ca.registry.identities(.scepRA, for: issuing).count == 1)
    }

    @Test func `the RA's key has a second certificate, which follows its renewal and is made where it is missing`()
        async throws
    {
        let ca = try await CAFixture.ready()
        let issuing = try ca.issuing.id
        let first = try pair(in: ca)
        #expect(first.second.certificate.keyUsage == [.keyEncipherment])
        #expect(first.second.certificate.publicKey == first.ra.certificate.publicKey)
        ca.clock.advance(by: 500 * 86_400)
        #expect(try await Set(ca.identities.renew().map(\.purpose)).isSuperset(of: [.scepRA, .scepRAEncryption]))
        let second = try pair(in: ca)
        #expect(second.ra.identity.keyID != first.ra.identity.keyID)
        #expect(ca.registry.identities(.scepRAEncryption, for: issuing).count == 2)

        _ = try await ca.revocationService().revoke(
            second.second.certificate.serialNumber, reason: .superseded, actor: "test", force: true)
        #expect(try await ca.identities.renew().map(\.purpose) == [.scepRAEncryption])
        #expect(try await ca.identities.renew().isEmpty)
    }

    private func pair(in ca: CAFixture) throws -> (ra: ServiceKey, second: ServiceKey) {
        let ra = try #require(ca.registry.identities(.scepRA, for: try ca.issuing.id).first)
        return (ra, try #require(ca.registry.encryption(of: ra)))
    }

    @Test func `an authority that is its own RA has no second certificate`() async throws {
        let ca = try CAFixture()
        try await ca.ceremony.initialize(
            HierarchyOptions(rootKey: .ecP256, issuingKey: .rsa2048, sharesRAKey: true))
        #expect(try ca.registry.identities(.scepRAEncryption, for: ca.issuing.id).isEmpty)
    }

    @Test func `a server name that cannot stand in a certificate does not hold up the others`() async throws {
        let ca = try CAFixture(identities: ServiceIdentitySettings(serverNames: ["not a host name"]))
        for _ in 0..<2 {
            await #expect(throws: AuthorityError.self) { try await ca.ceremony.initialize(.quick) }
            #expect(try ca.registry.identities(.scepRA, for: ca.issuing.id).count == 1)
            #expect(try ca.registry.identities(.ocspSigner, for: ca.issuing.id).count == 1)
        }
    }

    @Test func `new names make a new server certificate at once`() async throws {
        let ca = try await CAFixture.ready(identities: Self.settings)
        let renamed = ServiceIdentityManager(
            store: ca.store, keys: ca.keys, registry: ca.registry, publication: ca.publication, clock: ca.clock,
            settings: ServiceIdentitySettings(serverKey: .ecP256, serverNames: ["pki.example.com"]))
        #expect(try await renamed.renew().map(\.purpose) == [.tlsServer])
        #expect(try await renamed.renew().isEmpty)
    }

    @Test func `a revoked OCSP signer is replaced`() async throws {
        let ca = try await CAFixture.ready()
        let signer = try #require(try ca.registry.identities(.ocspSigner, for: ca.issuing.id).first)
        _ = try await ca.revocationService().revoke(
            signer.certificate.serialNumber, reason: .keyCompromise, actor: "test", force: true)
        #expect(try await ca.identities.renew().map(\.purpose) == [.ocspSigner])
    }

    @Test(arguments: [KeyType.rsa4096, .ecP256, .ed25519])
    func `a key that cannot do RA work is refused before anything is made`(type: KeyType) async throws {
        let ca = try CAFixture(identities: ServiceIdentitySettings(raKey: type))
        await #expect(throws: AuthorityError.keyTypeNotAllowed(type, purpose: "a SCEP RA")) {
            try await ca.ceremony.initialize(.quick)
        }
    }

    @Test func `OpenSSL accepts RA, OCSP signer and server for their purposes`() async throws {
        let ca = try await CAFixture.ready(identities: Self.settings)
        let anchors = try ca.pem([try ca.root.certificate.encoded], "root.pem")
        let chain = try ca.pem([try ca.issuing.certificate.encoded], "chain.pem")
        for (purpose, name) in [
            (ServiceIdentity.Purpose.scepRA, "any"), (.scepRAEncryption, "any"), (.ocspSigner, "ocsphelper"),
            (.tlsServer, "sslserver"),
        ] {
            let service = try #require(ca.registry.identities(purpose, for: try ca.issuing.id).first)
            let file = try ca.pem([service.certificate.encoded], "\(purpose.rawValue).pem")
            let result = try ForeignProgram.run(
                "openssl", "verify", "-x509_strict", "-purpose", name, "-attime", "\(ca.clock.now.seconds)", "-CAfile",
                anchors, "-untrusted", chain, file)
            #expect(result.code == 0, "\(purpose.rawValue): \(result.output)")
        }
    }
}
