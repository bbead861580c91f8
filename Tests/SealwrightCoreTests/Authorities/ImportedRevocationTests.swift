// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("What an imported authority had revoked before stays revoked")
struct ImportedRevocationTests {
    /// An authority elsewhere with three certificates, the first revoked and the second on hold, and its CRL.
    private struct Elsewhere {
        let ca: CAFixture
        let serials: [SerialNumber]
        let crl: ServedCRL

        init(crl settings: CRLSettings = CRLSettings(debounce: .seconds(60))) async throws {
            ca = try await CAFixture.ready(crl: settings)
            var serials: [SerialNumber] = []
            for name in ["revoked", "held", "good"] { serials.append(try await ca.issue(name).serial) }
            let service = ca.revocationService()
            _ = try await service.revoke(serials[0], reason: .keyCompromise, actor: "test")
            _ = try await service.revoke(serials[1], reason: .certificateHold, actor: "test")
            self.serials = serials
            crl = try await ca.publisher.publish(try ca.issuing.id)
        }

        func imported(_ crl: [UInt8]?) async throws -> ImportedAuthority {
            let foreign = try ca.issuing
            return ImportedAuthority(
                certificate: foreign.authority.certificate,
                key: try await ca.keys.material(of: foreign.authority.keyID),
                chain: [try ca.root.authority.certificate], revocationList: crl, isActive: true)
        }
    }

    private func lines(_ crl: ServedCRL?) throws -> [SerialNumber: CRLReason?] {
        let list = try CertificateList(parsing: try #require(crl).der)
        return Dictionary(uniqueKeysWithValues: list.entries.map { ($0.serialNumber, $0.reason) })
    }

    @Test func `its lines stand on our CRL with a higher number, also after a restart`() async throws {
        let elsewhere = try await Elsewhere()
        let ca = try await CAFixture.ready()
        let taken = try await ca.ceremony.importAuthority(try await elsewhere.imported(elsewhere.crl.der))
        let own = try await ca.issue("own")
        _ = try await ca.revocationService().revoke(own.serial, reason: .superseded, actor: "test")
        try await ca.publisher.publish(taken.id)
        let expected: [SerialNumber: CRLReason?] = [
            elsewhere.serials[0]: .keyCompromise, elsewhere.serials[1]: .certificateHold, own.serial: .superseded,
        ]
        #expect(try lines(ca.publisher.current(taken.id)) == expected)
        #expect(try #require(ca.publisher.current(taken.id)).number > elsewhere.crl.number)

        let again = ca.publisher(CRLSettings(debounce: .seconds(60)))
        try await again.load()
        ca.clock.advance(by: 4 * 365 * 86_400)
        for _ in 0..<2 {
            try await again.publish(taken.id)
            ca.clock.advance(by: 86_400)
        }
        #expect(try lines(again.current(taken.id)).count == 2, "what was revoked here has ended, those lines stay")
        #expect(try lines(again.current(taken.id)).keys.contains(elsewhere.serials[0]))
    }

    @Test func `OCSP tells them too, and calls nothing else from there good`() async throws {
        let elsewhere = try await Elsewhere()
        let ca = try await CAFixture.ready()
        let taken = try await ca.ceremony.importAuthority(try await elsewhere.imported(elsewhere.crl.der))
        let responder = OCSPResponder(store: ca.store, registry: ca.registry, imported: ca.publisher.imported)
        let issuer = taken.certificate
        var told: [SingleResponse.CertStatus?] = []
        for serial in elsewhere.serials {
            let id = CertID.make(
                issuerName: issuer.subject, issuerKeyBits: issuer.subjectPublicKeyInfo.keyBits, serialNumber: serial,
                digest: .sha1)
            let reply = await responder.respond(
                to: OCSPRequest(certIDs: [id]).derBytes, at: ca.clock.now, authority: nil)
            let response = try #require(OCSPResponse(parsing: reply.body).basicResponse)
            told.append(response.responseData.response(for: id)?.certStatus)
        }
        let at = elsewhere.ca.clock.now
        #expect(
            told == [.revoked(at: at, reason: .keyCompromise), .revoked(at: at, reason: .certificateHold), .unknown])
    }

    @Test func `a number above ours is gone on from`() async throws {
        let elsewhere = try await Elsewhere()
        let ahead = elsewhere.ca.clock.now.adding(seconds: 5_000_000_000)
        _ = try await elsewhere.ca.store.reserveCRLNumber(authority: try elsewhere.ca.issuing.id, now: ahead)
        let crl = try await elsewhere.ca.publisher.publish(try elsewhere.ca.issuing.id)
        #expect(crl.number > ahead.seconds)
        let ca = try await CAFixture.ready()
        let taken = try await ca.ceremony.importAuthority(try await elsewhere.imported(crl.der))
        #expect(try #require(ca.publisher.current(taken.id)).number > crl.number)
    }

    @Test func `a CRL of somebody else, a delta, a changed, a later one and no CRL are refused`() async throws {
        let elsewhere = try await Elsewhere(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let other = try await Elsewhere()
        let id = try elsewhere.ca.issuing.id
        try await elsewhere.ca.publisher.publish(id)
        let delta = try #require(elsewhere.ca.publisher.current(id, kind: .delta)).der
        var changed = elsewhere.crl.der
        changed[changed.count - 1] ^= 1
        elsewhere.ca.clock.advance(by: 3_600)
        let later = try await elsewhere.ca.publisher.publish(id).der
        let ca = try await CAFixture.ready()
        for crl in [other.crl.der, delta, changed, later, [0x30, 0]] {
            do {
                _ = try await ca.ceremony.importAuthority(try await elsewhere.imported(crl))
                Issue.record("taken")
            } catch let error as AuthorityError {
                #expect(error.code == "authority.crl-not-usable", "\(error)")
            }
        }
        #expect(ca.registry.all.count == 2)
    }

    @Test func `a CRL left by an import that broke off does not become another authority's`() async throws {
        let elsewhere = try await Elsewhere()
        let ca = try await CAFixture.ready()
        let id = try ca.issuing.id
        let left = PublishedCRL(
            authority: id, kind: .imported, number: 1, thisUpdate: elsewhere.crl.thisUpdate,
            nextUpdate: elsewhere.crl.nextUpdate, generation: 0, der: elsewhere.crl.der)
        try await ca.store.save(
            left, event: AuditEvent(action: "test", at: ca.clock.now, actor: "test", object: id.rawValue))
        let again = ca.publisher(CRLSettings(debounce: .seconds(60)))
        try await again.load()
        try await again.publish(id)
        #expect(try lines(again.current(id)).isEmpty)
    }
}
