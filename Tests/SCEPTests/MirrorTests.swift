// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3: a reply mirrors its request")
struct MirrorTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    static let transports: [KeyTransport] = [
        .pkcs1v15, .oaep(digest: .sha1, mgfDigest: .sha1), .oaep(digest: .sha256, mgfDigest: .sha256),
    ]

    @Test(arguments: DigestAlgorithm.allCases, ContentCipher.allCases)
    func `digest and cipher of the reply are the request's`(digest: DigestAlgorithm, cipher: ContentCipher) throws {
        for transport in Self.transports {
            var forge = try Forge(lab)
            forge.digest = digest
            forge.cipher = cipher
            forge.transport = transport
            let server = TestServer(lab, settings: .cisco)
            let reply = try Reply(server.reply(to: forge.message()), signedBy: lab.ra)
            #expect(reply.values(of: .scepPKIStatus) == [DER.string("0")])
            #expect(reply.message.digest == digest)
            #expect(try reply.message.envelope()?.cipher == cipher)
            #expect(try reply.message.envelope()?.recipients.first?.transport == transport)
            let certificates = try reply.content(lab.deviceKey).certificates
            #expect(certificates.count == 1)
        }
    }

    @Test(arguments: TransactionID.StringType.allCases)
    func `the transactionID comes back octet for octet in its own string type`(
        type: TransactionID.StringType
    ) throws {
        let tags: [TransactionID.StringType: ASN1Tag] = [
            .printableString: .printableString, .utf8String: .utf8String, .ia5String: .ia5String,
            .teletexString: .teletexString, .visibleString: .visibleString,
        ]
        for text in ["A", "hRtyRK/+E/Rmw7yNbP62EF/9woY=", " spaces kept ", String(repeating: "7", count: 512)] {
            var forge = try Forge(lab)
            forge.transactionID = DER.string(text, as: try #require(tags[type]))
            let reply = try Reply(TestServer(lab).reply(to: forge.message()), signedBy: lab.ra)
            #expect(reply.values(of: .scepTransactionID) == [forge.transactionID])
            #expect(reply.values(of: .scepPKIStatus) == [DER.string("0")])
        }
    }

    @Test func `the request's senderNonce comes back, beside a fresh one of the reply's own`() throws {
        var nonces: Set<[UInt8]> = []
        for length in [1, 8, 16, 20, 64] {
            var forge = try Forge(lab)
            forge.senderNonce = DER.octets([UInt8](repeating: 7, count: length))
            let reply = try Reply(TestServer(lab).reply(to: forge.message()), signedBy: lab.ra)
            #expect(reply.values(of: .scepRecipientNonce) == [forge.senderNonce])
            let own = try #require(try reply.message.attributes.senderNonce())
            #expect(own.octets.count == 16)
            #expect(nonces.insert(own.octets).inserted)
        }
    }

    @Test func `a request that was not encrypted is answered with AES-128-CBC`() throws {
        var forge = try Forge(lab)
        forge.messageType = "20"
        forge.content = .some([])
        let server = TestServer(lab) { request in
            guard case .issuerAndSubject(nil) = request.content else { return .pending }
            return .success(certificate: lab.issuing.certificate.encoded, chain: [])
        }
        let reply = try Reply(server.reply(to: forge.message()), signedBy: lab.ra)
        #expect(try reply.message.envelope()?.cipher == .aes128CBC)
    }

    @Test func `a refused digest is answered with SHA-256`() throws {
        var forge = try Forge(lab)
        forge.digest = .sha1
        let reply = try Reply(TestServer(lab).reply(to: forge.message()), signedBy: lab.ra)
        #expect(reply.message.digest == .sha256)
        #expect(try reply.message.attributes.failInfo() == .badAlg)
    }

    @Test func `an encrypted CertPoll may have empty contents`() throws {
        var forge = try Forge(lab)
        forge.messageType = "20"
        forge.plaintext = []
        let request = try #require(try TestServer(lab).judge(forge.message()).ending.request)
        guard case .issuerAndSubject(nil) = request.content else {
            Issue.record("not empty")
            return
        }
    }

    @Test(arguments: ServerSettings.EmptyContent.allCases)
    func `PENDING and FAILURE say in the endpoint's way that they have no contents`(
        form: ServerSettings.EmptyContent
    ) throws {
        var settings = ServerSettings.generic
        settings.emptyContent = form
        let refusal = Refusal(failInfo: .badCertId, text: "no", code: "test")
        for answer in [CertRepAnswer.pending, .failure(refusal)] {
            let server = TestServer(lab, settings: settings) { _ in answer }
            let reply = try Reply(server.reply(to: Forge(lab).message()), signedBy: lab.ra)
            #expect(reply.message.signedData.content == (form == .absent ? nil : []))
            #expect(reply.values(of: .messageDigest) == [DER.octets(DigestAlgorithm.sha256.hash([]))])
        }
    }

    @Test func `failInfo and failInfoText stand in FAILURE only`() throws {
        let refusal = Refusal(failInfo: .badTime, text: "die Uhr geht vor – 5 min", code: "test")
        let failure = try Reply(
            TestServer(lab) { _ in .failure(refusal) }.reply(to: Forge(lab).message()), signedBy: lab.ra)
        #expect(failure.values(of: .scepFailInfo) == [DER.string("3")])
        #expect(failure.values(of: .scepFailInfoText) == [DER.string(refusal.text, as: .utf8String)])
        for answer in [CertRepAnswer.pending, .crl([0x30, 0])] {
            let reply = try Reply(TestServer(lab) { _ in answer }.reply(to: Forge(lab).message()), signedBy: lab.ra)
            #expect(reply.values(of: .scepFailInfo).isEmpty)
            #expect(reply.values(of: .scepFailInfoText).isEmpty)
        }
    }

    @Test func `a CRL travels in crls of the inner message, without certificates`() throws {
        let crl: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x01]
        var forge = try Forge(lab)
        forge.messageType = "22"
        forge.plaintext = IssuerAndSerialNumber(lab.issuing.certificate).derBytes
        let reply = try Reply(TestServer(lab) { _ in .crl(crl) }.reply(to: forge.message()), signedBy: lab.ra)
        let content = try reply.content(lab.deviceKey)
        #expect(content.crls == [crl])
        #expect(content.certificates.isEmpty)
        #expect(content.signerInfos.isEmpty)
    }
}
