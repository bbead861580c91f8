// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 2: a client and a server talk")
struct ConversationTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    func settings(_ server: ServerSettings = .generic, polling: Polling = Polling()) throws -> ClientSettings {
        try ClientSettings(capabilities: server.capabilities(), polling: polling)
    }

    func request(_ key: SoftwareKey? = nil, challenge: String? = "secret") throws -> PKCSReq {
        let key = key ?? lab.deviceKey
        return PKCSReq(
            subject: try DistinguishedName(rfc4514: "CN=device 1,O=Lab"), publicKey: key.publicKey, key: key.keyID,
            challengePassword: challenge)
    }

    @Test(arguments: ServerSettings.Preset.allCases)
    func `a device enrols`(preset: ServerSettings.Preset) throws {
        let settings = ServerSettings(preset: preset)
        let server = TestServer(lab, settings: settings) { request in
            let csr = try #require(request.content.certificationRequest)
            #expect(request.messageType == .pkcsReq)
            #expect(csr.challengePassword == "secret")
            #expect(request.isSignedByRequestedKey)
            #expect(request.isSignerSelfSigned)
            return .success(certificate: try lab.issue(to: csr), chain: [])
        }
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: self.settings(settings), at: Lab.now)
        let ending = try TestClient(lab: lab, post: server.reply).run(&transaction)
        guard case .finished(.certificate(let certificate, others: [])) = ending else {
            Issue.record("\(ending)")
            return
        }
        let view = try CertificateView(parsing: certificate)
        #expect(view.publicKey == lab.deviceKey.publicKey)
        #expect(view.isSigned(by: lab.issuing.key.publicKey))
    }

    @Test func `the chain comes along when the endpoint says so, and the client still finds its certificate`() throws {
        var settings = ServerSettings.generic
        settings.replyChain = true
        let server = TestServer(lab, settings: settings)
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: self.settings(), at: Lab.now)
        let ending = try TestClient(lab: lab, post: server.reply).run(&transaction)
        guard case .finished(.certificate(let certificate, let others)) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(try CertificateView(parsing: certificate).publicKey == lab.deviceKey.publicKey)
        #expect(others == [lab.issuing.certificate.encoded])
    }

    @Test func `a renewal is signed with the old certificate and has a new transactionID`() throws {
        let identity = try lab.enrolledDevice()
        let server = TestServer(lab) { request in
            #expect(request.messageType == .renewalReq)
            #expect(request.signer == identity.certificate)
            #expect(!request.isSignedByRequestedKey)
            #expect(!request.isSignerSelfSigned)
            let csr = try #require(request.content.certificationRequest)
            return .success(certificate: try lab.issue(to: csr), chain: [])
        }
        let renewal = RenewalReq(request: try request(lab.secondDeviceKey, challenge: nil), identity: identity)
        var transaction = try ClientTransaction(renewal, authority: lab.authority, settings: settings())
        let again = try ClientTransaction(renewal, authority: lab.authority, settings: settings())
        #expect(transaction.transactionID != again.transactionID)
        let ending = try TestClient(lab: lab, post: server.reply).run(&transaction)
        guard case .finished(.certificate(let certificate, _)) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(try CertificateView(parsing: certificate).publicKey == lab.secondDeviceKey.publicKey)
    }

    @Test func `a renewal may certify a key that could not enrol, since the answer goes to the old one`() throws {
        let renewal = RenewalReq(request: try request(lab.curveKey, challenge: nil), identity: try lab.enrolledDevice())
        var transaction = try ClientTransaction(renewal, authority: lab.authority, settings: settings())
        let ending = try TestClient(lab: lab, post: TestServer(lab).reply).run(&transaction)
        guard case .finished(.certificate(let certificate, _)) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(try CertificateView(parsing: certificate).publicKey == lab.curveKey.publicKey)
    }

    @Test func `without Renewal among the capabilities a renewal goes out as PKCSReq`() throws {
        let capabilities = CACapabilities([.aes, .sha256, .postPKIOperation])
        var types: [MessageType] = []
        let server = TestServer(lab) { request in
            types.append(request.messageType)
            return .pending
        }
        let renewal = RenewalReq(request: try request(lab.secondDeviceKey), identity: try lab.enrolledDevice())
        var transaction = try ClientTransaction(
            renewal, authority: lab.authority, settings: ClientSettings(capabilities: capabilities))
        _ = try TestClient(lab: lab, post: server.reply).run(&transaction)
        #expect(types == [.pkcsReq])
    }

    @Test func `UpdateReq of the drafts is read as RenewalReq`() throws {
        var forge = try Forge(lab)
        forge.messageType = "18"
        guard case .decided(let request) = try TestServer(lab).judge(forge.message()).ending else {
            Issue.record("refused")
            return
        }
        #expect(request.messageType == .renewalReq)
    }

    @Test func `a pending request is polled after a restart of the client until it is granted`() throws {
        var types: [MessageType] = []
        var csr: CertificationRequest?
        let server = TestServer(lab) { request in
            types.append(request.messageType)
            if let first = request.content.certificationRequest { csr = first }
            if case .issuerAndSubject(let names) = request.content {
                #expect(names?.subject == csr?.subject)
                #expect(names?.issuer == lab.issuing.certificate.subject)
            }
            guard types.count >= 3, let csr else { return .pending }
            return .success(certificate: try lab.issue(to: csr), chain: [])
        }
        let client = TestClient(lab: lab, post: server.reply)
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: settings(), at: Lab.now)
        let transactionID = transaction.transactionID
        #expect(try client.run(&transaction) == .waiting(seconds: 60))
        transaction = try JSONDecoder().decode(ClientTransaction.self, from: JSONEncoder().encode(transaction))
        #expect(transaction.isPending)
        #expect(transaction.transactionID == transactionID)
        #expect(try client.run(&transaction) == .waiting(seconds: 60))
        let ending = try client.run(&transaction)
        guard case .finished = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(types == [.pkcsReq, .certPoll, .certPoll])
    }

    @Test(arguments: [0, 1, 3])
    func `polling ends after the agreed number of polls`(count: Int) throws {
        var messages = 0
        let server = TestServer(lab) { _ in
            messages += 1
            return .pending
        }
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: settings(polling: Polling(delay: 10, count: count)),
            at: Lab.now)
        let client = TestClient(lab: lab, post: server.reply)
        var ending = try client.run(&transaction)
        while ending == .waiting(seconds: 10) { ending = try client.run(&transaction) }
        #expect(ending == .failed(.stillPending(polls: count)))
        #expect(messages == count + 1)
    }

    @Test func `a conversation whose polls are used up goes on by another rule`() throws {
        let server = TestServer(lab) { _ in .pending }
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: settings(polling: Polling(delay: 10, count: 0)),
            at: Lab.now)
        let client = TestClient(lab: lab, post: server.reply)
        #expect(try client.run(&transaction) == .failed(.stillPending(polls: 0)))
        var resumed = try JSONDecoder().decode(ClientTransaction.self, from: JSONEncoder().encode(transaction))
        #expect(resumed.isPending)
        resumed.poll(by: Polling(delay: 5, count: 2))
        #expect(try client.run(&resumed) == .waiting(seconds: 5))
    }

    @Test func `a client whose network failed sends the same request again under the same transactionID`() throws {
        var seen: [(TransactionID, [UInt8])] = []
        let server = TestServer(lab) { request in
            let csr = try #require(request.content.certificationRequest)
            seen.append((request.transactionID, csr.encoded))
            return .success(certificate: try lab.issue(to: csr), chain: [])
        }
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: settings(), at: Lab.now)
        let lossy = TestClient(lab: lab) { message in
            _ = try server.reply(to: message)
            return nil
        }
        guard case .failed(.unreadable) = try lossy.run(&transaction) else {
            Issue.record("an empty answer was read")
            return
        }
        guard case .finished = try TestClient(lab: lab, post: server.reply).run(&transaction) else {
            Issue.record("did not finish")
            return
        }
        #expect(seen.count == 2)
        #expect(seen.first?.0 == seen.last?.0)
        #expect(seen.first?.1 == seen.last?.1)
    }

    @Test func `a holder of a certificate gets a certificate by issuer and serial number`() throws {
        let identity = try lab.enrolledDevice()
        let sought = IssuerAndSerialNumber(identity.certificate)
        let server = TestServer(lab) { request in
            #expect(request.messageType == .getCert)
            guard case .issuerAndSerialNumber(let name) = request.content else { return .pending }
            #expect(name == sought)
            return .success(certificate: identity.certificate.encoded, chain: [])
        }
        var transaction = try ClientTransaction(
            getCert: sought, identity: identity, authority: lab.authority, settings: settings())
        let ending = try TestClient(lab: lab, post: server.reply).run(&transaction)
        #expect(ending == .finished(.certificate(identity.certificate.encoded, others: [])))
    }

    @Test func `a holder of a certificate gets the CRL`() throws {
        let crl = try #require(Hex.decode("3003020101"))
        let server = TestServer(lab) { request in
            #expect(request.messageType == .getCRL)
            return .crl(crl)
        }
        let identity = try lab.enrolledDevice()
        var transaction = try ClientTransaction(
            getCRL: IssuerAndSerialNumber(identity.certificate), identity: identity, authority: lab.authority,
            settings: settings())
        let ending = try TestClient(lab: lab, post: server.reply).run(&transaction)
        #expect(ending == .finished(.crl(crl)))
    }

    @Test func `a refusal reaches the client with failInfo and text`() throws {
        let server = TestServer(lab) { _ in
            .failure(Refusal(failInfo: .badRequest, text: "the challenge has expired", code: "test"))
        }
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: settings(), at: Lab.now)
        let ending = try TestClient(lab: lab, post: server.reply).run(&transaction)
        #expect(ending == .failed(.refused(.badRequest, text: "the challenge has expired")))
    }

    @Test func `a first request needs an RSA key`() throws {
        #expect(throws: SCEPError.signerKeyCannotDecrypt(lab.curveKey.publicKey.keyDescription)) {
            try ClientTransaction(
                request(lab.curveKey), authority: lab.authority, settings: settings(), at: Lab.now)
        }
    }

    @Test func `events out of order fail and do no harm`() throws {
        var transaction = try ClientTransaction(
            request(), authority: lab.authority, settings: settings(), at: Lab.now)
        for action in [transaction.received([]), transaction.signed([]), transaction.keyUnwrapped([])] {
            guard case .failed(.outOfOrder) = action else {
                Issue.record("\(action)")
                continue
            }
        }
        guard case .finished = try TestClient(lab: lab, post: TestServer(lab).reply).run(&transaction) else {
            Issue.record("did not finish")
            return
        }
    }
}
