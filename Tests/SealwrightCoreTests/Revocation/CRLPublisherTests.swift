// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 5280 section 5: CRLs")
struct CRLPublisherTests {
    @Test func `the first CRL is empty, back-dated and valid for a week`() async throws {
        let ca = try await CAFixture.ready()
        let served = try #require(ca.publisher.current(ca.issuing.id))
        let crl = try CertificateList(parsing: served.der)
        #expect(crl.entries.count == 0)
        #expect(served.nextUpdate == ca.clock.now.adding(seconds: 7 * 86_400))
        #expect(
            try served.thisUpdate == max(ca.clock.now.adding(seconds: -300), #require(ca.issuing.certificate.notBefore))
        )
        #expect(try crl.isSigned(by: #require(ca.issuing.key).publicKey))
        #expect(served.digest == DigestAlgorithm.sha256.hash(served.der))
    }

    @Test func `OpenSSL finds the revoked certificate and accepts the other`() async throws {
        let ca = try await CAFixture.ready()
        let good = try await ca.issue("good")
        let bad = try await ca.issue("bad")
        _ = try await ca.revocationService().revoke(bad.serial, reason: .keyCompromise, actor: "test")
        let crl = try await ca.publisher.publish(ca.issuing.id)
        let list = try ca.folder.write(PEM.encode(crl.der, label: "X509 CRL"), "issuing.pem")
        let anchors = try ca.pem([try ca.root.certificate.encoded], "root.pem")
        let chain = try ca.pem([try ca.issuing.certificate.encoded], "chain.pem")
        for (credential, code) in [(good, Int32(0)), (bad, 2)] {
            let result = try ForeignProgram.run(
                "openssl", "verify", "-crl_check", "-attime", "\(ca.clock.now.seconds)", "-CAfile", anchors,
                "-untrusted", chain, "-CRLfile", list, try ca.pem([credential.certificate], "leaf.pem"))
            #expect(result.code == code, "\(result.output)")
        }
        let text = try ForeignProgram.run("openssl", "crl", "-in", list, "-noout", "-text").output
        #expect(text.contains("Key Compromise"))
        let gnutls = try ForeignProgram.run("certtool", "--crl-info", "--infile", list)
        #expect(gnutls.code == 0 && gnutls.output.contains("Revoked certificates (1)"))
    }

    @Test(arguments: [KeyType.rsa2048, .ecP384, .ecP521, .ed25519])
    func `authorities of every key type sign CRLs that OpenSSL verifies`(type: KeyType) async throws {
        let ca = try CAFixture()
        try await ca.ceremony.initialize(HierarchyOptions(rootKey: .ecP256, issuingKey: type))
        let crl = try #require(ca.publisher.current(ca.issuing.id))
        let list = try ca.folder.write(crl.der, "issuing.crl")
        let issuer = try ca.pem([try ca.issuing.certificate.encoded], "issuing.pem")
        let result = try ForeignProgram.run(
            "openssl", "crl", "-inform", "DER", "-in", list, "-noout", "-CAfile", issuer)
        #expect(result.output.contains("verify OK"), "\(result.output)")
    }

    @Test func `numbers rise and are never those of a restored backup`() async throws {
        let ca = try await CAFixture.ready()
        let first = try #require(ca.publisher.current(ca.issuing.id)).number
        #expect(first == ca.clock.now.seconds)
        let second = try await ca.publisher.publish(ca.issuing.id).number
        #expect(second == first + 1)
    }

    @Test func `an urgent revocation is in the CRL at once and takes those that wait along`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60)))
        let service = ca.revocationService()
        let first = try await ca.issue("first")
        _ = try await service.revoke(first.serial, reason: .superseded, actor: "test")
        try await Task.sleep(for: .milliseconds(50))
        #expect(try ca.revokedSerials().isEmpty, "it waits for company")
        let second = try await ca.issue("second")
        _ = try await service.revoke(second.serial, reason: .keyCompromise, actor: "test")
        try await ca.eventually { try ca.revokedSerials().count == 2 }
    }

    @Test func `any other revocation is in the CRL after the debounce`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .milliseconds(50)))
        let device = try await ca.issue("laptop")
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        try await ca.eventually { try ca.revokedSerials() == [device.serial] }
    }

    @Test func `a hundred revocations make few CRLs`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(1)))
        let service = ca.revocationService()
        var serials: [SerialNumber] = []
        for number in 0..<100 { serials.append(try await ca.issue("device-\(number)").serial) }
        for serial in serials {
            _ = try await service.revoke(serial, reason: .cessationOfOperation, actor: "test")
        }
        try await ca.eventually { try ca.revokedSerials().count == 100 }
        let published = await ca.store.events.filter { $0.action == "crl.published" && $0.object == "issuing" }
        #expect(published.count < 50)
    }

    @Test func `urgent revocations that wait for a build share the next one`() async throws {
        // A hundred signatures make a build slower than the revocations come.
        let ca = try await CAFixture.ready(crl: CRLSettings(partitions: 128))
        let service = ca.revocationService()
        var serials: Set<SerialNumber> = []
        for number in 0..<100 { serials.insert(try await ca.issue("device-\(number)").serial) }
        for serial in serials {
            _ = try await service.revoke(serial, reason: .keyCompromise, actor: "test")
            try await Task.sleep(for: .milliseconds(2))
        }
        try await ca.eventually { try Set(ca.revokedSerials()) == serials }
        // The next build begins when those before it have ended.
        try await ca.publisher.publish(ca.issuing.id)
        let published = await ca.store.events.filter { $0.action == "crl.published" && $0.object == "issuing" }
        #expect(published.count < 50)
    }

    @Test func `a released hold leaves the CRL`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let service = ca.revocationService()
        _ = try await service.revoke(device.serial, reason: .certificateHold, actor: "test")
        try await ca.publisher.publish(ca.issuing.id)
        #expect(try ca.revokedSerials() == [device.serial])
        _ = try await service.release(device.serial, actor: "test")
        try await ca.publisher.publish(ca.issuing.id)
        #expect(try ca.revokedSerials().isEmpty)
    }

    @Test func `a certificate that ended stays for one regular CRL after its end`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop", days: 10)
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        ca.clock.set(device.notAfter.adding(seconds: -3600))
        await ca.publisher.tick(ca.clock.now)
        #expect(try ca.revokedSerials() == [device.serial])
        ca.clock.advance(by: 86_400)
        await ca.publisher.tick(ca.clock.now)
        #expect(try ca.revokedSerials() == [device.serial], "the first one after its end")
        ca.clock.advance(by: 2 * 86_400)
        await ca.publisher.tick(ca.clock.now)
        #expect(try ca.revokedSerials().isEmpty)
    }

    @Test func `a tick rebuilds daily and finds what another process revoked`() async throws {
        let ca = try await CAFixture.ready()
        let id = try ca.issuing.id
        #expect(await ca.publisher.tick(ca.clock.now).isEmpty)
        let device = try await ca.issue("laptop")
        let event = AuditEvent(action: "certificate.revoked", at: ca.clock.now, actor: "other", object: "x")
        _ = try await ca.store.revoke(
            serial: device.serial, Revocation(at: ca.clock.now, reason: .superseded), event: event)
        #expect(await ca.publisher.tick(ca.clock.now) == [id], "the root has nothing new to tell")
        #expect(try ca.revokedSerials() == [device.serial])
        #expect(await ca.publisher.tick(ca.clock.now).isEmpty)
        ca.clock.advance(by: 86_400)
        #expect(await ca.publisher.tick(ca.clock.now).count == 2)
    }

    @Test func `when building fails the CRL before is served and the failure shown`() async throws {
        let ca = try await CAFixture.ready()
        let id = try ca.issuing.id
        let before = ca.publisher.current(id)
        await ca.store.fail(with: .unavailable("disk full"))
        await #expect(throws: AuthorityError.store(.unavailable("disk full"))) { try await ca.publisher.publish(id) }
        #expect(ca.publisher.current(id) == before)
        #expect(ca.publisher.failures[id]?.error == .store(.unavailable("disk full")))
        await ca.store.fail(with: nil)
        try await ca.publisher.publish(id)
        #expect(ca.publisher.failures.isEmpty)
    }

    @Test func `after a restart the stored CRL is served before anything is built`() async throws {
        let ca = try await CAFixture.ready()
        let again = CRLPublisher(
            store: ca.store, registry: ca.registry, publication: ca.publication, clock: ca.clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await again.load()
        #expect(try again.current(ca.issuing.id) == ca.publisher.current(ca.issuing.id))
        #expect(await again.tick(ca.clock.now).isEmpty)
    }
}

extension CAFixture {
    /// Serials in the issuing authority's CRL as it is served.
    func revokedSerials(kind: PublishedCRL.Kind = .full) throws -> [SerialNumber] {
        let crl = try #require(try publisher.current(issuing.id, kind: kind))
        return try CertificateList(parsing: crl.der).entries.map(\.serialNumber)
    }

    /// Waits for what the publisher does by itself.
    func eventually(_ condition: () throws -> Bool) async throws {
        #expect(try await SealwrightTesting.eventually { try condition() })
    }
}
