// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 6960: the OCSP responder")
struct OCSPResponderTests {
    private func responder(_ ca: CAFixture) -> OCSPResponder {
        OCSPResponder(store: ca.store, registry: ca.registry)
    }

    private func certID(
        _ serial: SerialNumber, _ issuer: AuthorityContext, _ digest: DigestAlgorithm = .sha1
    ) -> CertID {
        CertID.make(
            issuerName: issuer.certificate.subject, issuerKeyBits: issuer.certificate.subjectPublicKeyInfo.keyBits,
            serialNumber: serial, digest: digest)
    }

    private func answer(_ reply: OCSPReply) throws -> BasicOCSPResponse {
        try #require(OCSPResponse(parsing: reply.body).basicResponse)
    }

    @Test(arguments: [DigestAlgorithm.sha1, .sha256, .sha384, .sha512])
    func `a certificate of ours is good, by every digest`(digest: DigestAlgorithm) async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let id = certID(device.serial, try ca.issuing, digest)
        let reply = await responder(ca).respond(
            to: OCSPRequest(certIDs: [id]).derBytes, at: ca.clock.now, authority: nil)
        let response = try answer(reply)
        #expect(response.responseData.response(for: id)?.certStatus == .good)
        let signer = try response.verify(issuer: try ca.issuing.certificate, at: ca.clock.now)
        #expect(signer.hasOCSPNoCheck, "signed by the delegated key")
        #expect(reply.maxAge == 60 && reply.thisUpdate == ca.clock.now)
        #expect(reply.nextUpdate == ca.clock.now.adding(seconds: 3600))
    }

    @Test func `a revocation is told at once, with time and reason`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let id = certID(device.serial, try ca.issuing)
        let request = OCSPRequest(certIDs: [id]).derBytes
        let responder = responder(ca)
        _ = await responder.respond(to: request, at: ca.clock.now, authority: nil)
        _ = try await ca.revocationService().revoke(device.serial, reason: .keyCompromise, actor: "test")
        let reply = await responder.respond(to: request, at: ca.clock.now, authority: nil)
        #expect(
            try answer(reply).responseData.response(for: id)?.certStatus
                == .revoked(at: ca.clock.now, reason: .keyCompromise))
    }

    @Test func `a serial that was never issued is unknown, never good`() async throws {
        let ca = try await CAFixture.ready()
        let id = certID(.random(), try ca.issuing)
        let reply = await responder(ca).respond(
            to: OCSPRequest(certIDs: [id]).derBytes, at: ca.clock.now, authority: try ca.issuing.id)
        #expect(try answer(reply).responseData.response(for: id)?.certStatus == .unknown)
    }

    @Test func `an issuer that is none of ours, and the root, are unauthorized`() async throws {
        let ca = try await CAFixture.ready()
        let other = try await CAFixture.ready()
        for issuer in [try other.issuing, try ca.root] {
            let request = OCSPRequest(certIDs: [certID(.random(), issuer)]).derBytes
            let reply = await responder(ca).respond(to: request, at: ca.clock.now, authority: try ca.issuing.id)
            #expect(reply.status == .unauthorized && reply.maxAge == 0)
        }
    }

    @Test(arguments: [1, 16, 32, 128])
    func `a nonce is repeated and its answer not cached`(length: Int) async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let nonce = try #require(OCSPNonce(SecureRandom.bytes(length)))
        let request = OCSPRequest(certIDs: [certID(device.serial, try ca.issuing)], nonce: nonce)
        let reply = await responder(ca).respond(to: request.derBytes, at: ca.clock.now, authority: nil)
        #expect(try answer(reply).responseData.nonce == nonce && reply.maxAge == 0)
    }

    @Test func `several questions get several answers; what another authority issued is unknown`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let issuing = try ca.issuing
        let staged = try await ca.ceremony.stageSuccessor()
        let ids = [certID(device.serial, issuing), certID(.random(), issuing), certID(.random(), staged)]
        let reply = await responder(ca).respond(
            to: OCSPRequest(certIDs: ids).derBytes, at: ca.clock.now, authority: issuing.id)
        let states = try ids.map { try answer(reply).responseData.response(for: $0)?.certStatus }
        #expect(states == [.good, .unknown, .unknown])
    }

    @Test(arguments: [true, false])
    func `a question about the root's certificates besides leaves the others their answer`(
        rootIsFirst: Bool
    ) async throws {
        let ca = try await CAFixture.ready()
        let (root, issuing) = (try ca.root, try ca.issuing)
        let device = try await ca.issue("laptop")
        let ids = [certID(issuing.certificate.serialNumber, root), certID(device.serial, issuing)]
        let request = OCSPRequest(certIDs: rootIsFirst ? ids : ids.reversed()).derBytes
        for hint in [nil, root.id, issuing.id] {
            let response = try answer(await responder(ca).respond(to: request, at: ca.clock.now, authority: hint))
            #expect(ids.map { response.responseData.response(for: $0)?.certStatus } == [.unknown, .good])
            try response.verify(issuer: issuing.certificate, at: ca.clock.now)
        }
    }

    @Test(arguments: [[], [0x30], [0x30, 0x00], [UInt8](repeating: 0x30, count: 20_000)])
    func `what is no request is malformed`(body: [UInt8]) async throws {
        let ca = try await CAFixture.ready()
        let reply = await responder(ca).respond(to: body, at: ca.clock.now, authority: nil)
        #expect(reply.status == .malformedRequest && reply.body == [0x30, 0x03, 0x0A, 0x01, 0x01])
    }

    @Test func `a store that does not answer means try later`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let request = OCSPRequest(certIDs: [certID(device.serial, try ca.issuing)]).derBytes
        await ca.store.fail(with: .unavailable("disk"))
        #expect(await responder(ca).respond(to: request, at: ca.clock.now, authority: nil).status == .tryLater)
    }

    @Test func `when the delegated signer has ended the authority signs itself`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let request = OCSPRequest(certIDs: [certID(device.serial, try ca.issuing)]).derBytes
        ca.clock.advance(by: 31 * 86_400)
        let response = try answer(await responder(ca).respond(to: request, at: ca.clock.now, authority: nil))
        #expect(try response.verify(issuer: try ca.issuing.certificate, at: ca.clock.now) == ca.issuing.certificate)
    }

    @Test func `a renewed signer is used without a new responder`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let request = OCSPRequest(certIDs: [certID(device.serial, try ca.issuing)]).derBytes
        let responder = responder(ca)
        let first = try answer(await responder.respond(to: request, at: ca.clock.now, authority: nil))
        ca.clock.advance(by: 21 * 86_400)
        try await ca.identities.renew()
        let second = try answer(await responder.respond(to: request, at: ca.clock.now, authority: nil))
        #expect(first.certificates != second.certificates)
        try second.verify(issuer: try ca.issuing.certificate, at: ca.clock.now)
    }

    @Test func `OpenSSL accepts the answers`() async throws {
        let ca = try await CAFixture.ready(clock: .atRealTime())
        let now = ca.clock.now
        let device = try await ca.issue("laptop")
        let responder = responder(ca)
        for (digest, wanted) in [("-sha1", "leaf.pem: good"), ("-sha256", "leaf.pem: revoked")] {
            if wanted.hasSuffix("revoked") {
                _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
            }
            let issuer = try ca.pem([try ca.issuing.certificate.encoded], "issuing.pem")
            let chain = try ca.pem([try ca.root.certificate.encoded, try ca.issuing.certificate.encoded], "chain.pem")
            let leaf = try ca.pem([device.certificate], "leaf.pem")
            let requestFile = ca.folder.path + "/request.der"
            let made = try ForeignProgram.run(
                "openssl", "ocsp", "-issuer", issuer, digest, "-cert", leaf, "-reqout", requestFile)
            #expect(made.code == 0, "\(made.output)")
            let request = [UInt8](try Data(contentsOf: URL(fileURLWithPath: requestFile)))
            let reply = await responder.respond(to: request, at: now, authority: nil)
            let file = try ca.folder.write(reply.body, "response.der")
            let result = try ForeignProgram.run(
                "openssl", "ocsp", "-no_nonce", "-issuer", issuer, digest, "-cert", leaf, "-reqin", requestFile,
                "-respin", file, "-CAfile", chain)
            #expect(result.output.contains("Response verify OK") && result.output.contains(wanted), "\(result.output)")
        }
    }
}
