// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3.3.2: what a client checks in a CertRep")
struct CertRepTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    /// How enrolment ends when the server's reply is replaced by what `edit` makes of the request.
    func ending(
        _ settings: ClientSettings? = nil, answer: @escaping (_ request: [UInt8]) throws -> [UInt8]?
    ) throws -> TestClient.Ending {
        let request = PKCSReq(
            subject: try DistinguishedName(rfc4514: "CN=check"), publicKey: lab.deviceKey.publicKey,
            key: lab.deviceKey.keyID)
        let settings = try settings ?? ClientSettings(capabilities: ServerSettings.generic.capabilities())
        var transaction = try ClientTransaction(request, authority: lab.authority, settings: settings, at: Lab.now)
        return try TestClient(lab: lab, post: answer).run(&transaction)
    }

    @Test func `a reply to another request is refused`() throws {
        let other = try TestServer(lab).reply(to: Forge(lab).message())
        #expect(try ending { _ in other } == .failed(.transactionMismatch))
    }

    @Test func `an old reply to the same transaction is refused`() throws {
        var first: [UInt8]?
        let server = TestServer(lab) { _ in .pending }
        let replayed = try ending { request in
            first = try server.reply(to: request)
            return first
        }
        #expect(replayed == .waiting(seconds: 60))
        #expect(try ending { _ in first } == .failed(.nonceMismatch))
    }

    /// How it ends when a reply names one signer and another one's key signed it.
    private func ending(naming named: Identity, signedBy signer: Identity) throws -> TestClient.Ending {
        let server = TestServer(lab)
        return try ending { request in
            let transaction = try server.judge(request).transaction
            let draft = try transaction.certRep(.pending, signedBy: named.certificate, at: Lab.now)
            return try draft.finish(
                signature: signer.key.signSynchronously(draft.bytesToSign, algorithm: draft.signatureAlgorithm))
        }
    }

    @Test func `a reply signed by a stranger with the RA's name is refused`() throws {
        #expect(try ending(naming: lab.stranger, signedBy: lab.stranger) == .failed(.unknownSigner))
    }

    @Test func `a reply that names the RA but was signed with another key is refused`() throws {
        #expect(try ending(naming: lab.ra, signedBy: lab.stranger) == .failed(.signatureInvalid))
    }

    @Test func `a reply signed by the issuing authority is accepted`() throws {
        #expect(try ending(naming: lab.issuing, signedBy: lab.issuing) == .waiting(seconds: 60))
    }

    @Test func `a request sent back is no reply`() throws {
        #expect(try ending { $0 } == .failed(.unknownSigner))
    }

    @Test(arguments: ["", "<html><body>500</body></html>", "asn1: structure error"])
    func `an error page is no reply`(text: String) throws {
        guard case .failed(.unreadable) = try ending(answer: { _ in Array(text.utf8) }) else {
            Issue.record("was read")
            return
        }
    }

    @Test func `a certificate that bears the authority's name and another signature is not taken`() throws {
        let server = TestServer(lab) { request in
            let csr = try #require(request.content.certificationRequest)
            let forger = Identity(key: lab.stranger.key, certificate: lab.issuing.certificate)
            let forged = try Identity.certificate(
                subject: csr.subject, key: csr.subjectPublicKeyInfo, issuer: forger, serial: .random(), extensions: [])
            return .success(certificate: forged, chain: [])
        }
        guard case .failed(.malformed("certificate", _)) = try ending(answer: server.reply) else {
            Issue.record("was taken")
            return
        }
    }

    @Test func `a certificate for another key is not taken`() throws {
        let server = TestServer(lab) { _ in .success(certificate: lab.ra.certificate.encoded, chain: []) }
        #expect(try ending(answer: server.reply) == .failed(.noCertificateForKey))
    }

    @Test func `a reply signed with MD5 is refused unless allowed`() throws {
        var settings = try ClientSettings(capabilities: ServerSettings.generic.capabilities())
        settings.digest = .md5
        let server = TestServer(lab, settings: .cisco)
        #expect(try ending(settings, answer: server.reply) == .failed(.algorithmNotAllowed("md5")))
        settings.allowsLegacy = true
        guard case .finished = try ending(settings, answer: server.reply) else {
            Issue.record("was refused")
            return
        }
    }

    @Test(arguments: [ContentCipher.desCBC, .tripleDESCBC])
    func `other weak algorithms in a reply are read, for it holds nothing secret`(cipher: ContentCipher) throws {
        var settings = try ClientSettings(capabilities: ServerSettings.generic.capabilities())
        settings.digest = .sha1
        settings.cipher = cipher
        let server = TestServer(lab, settings: .cisco)
        guard case .finished = try ending(settings, answer: server.reply) else {
            Issue.record("was refused")
            return
        }
    }
}
