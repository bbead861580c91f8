// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3.2.1: attributes, octet for octet")
struct ByteFactTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    /// The messages of a conversation that is granted, refused, and pending.
    func conversation(_ answer: CertRepAnswer?) throws -> (request: [UInt8], reply: [UInt8]) {
        var sent: [[UInt8]] = []
        var received: [[UInt8]] = []
        let server = TestServer(lab) { request in
            let csr = try #require(request.content.certificationRequest)
            return try answer ?? .success(certificate: lab.issue(to: csr), chain: [])
        }
        let request = PKCSReq(
            subject: try DistinguishedName(rfc4514: "CN=bytes"), publicKey: lab.deviceKey.publicKey,
            key: lab.deviceKey.keyID)
        var transaction = try ClientTransaction(
            request, authority: lab.authority,
            settings: ClientSettings(capabilities: ServerSettings.generic.capabilities()), at: Lab.now)
        let client = TestClient(lab: lab) { message in
            sent.append(message)
            let reply = try server.reply(to: message)
            received.append(reply ?? [])
            return reply
        }
        _ = try client.run(&transaction)
        return (try #require(sent.first), try #require(received.first))
    }

    func contains(_ message: [UInt8], _ hex: String) throws -> Bool {
        let pattern = try #require(Hex.decode(hex.filter { $0 != " " }))
        return message.indices.contains { message[$0...].starts(with: pattern) }
    }

    @Test func `a PKCSReq carries messageType 19, transactionID and senderNonce`() throws {
        let request = try conversation(nil).request
        #expect(try contains(request, "060A 60864801 86F84501 0902 3104 1302 3139"))
        #expect(try contains(request, "060A 60864801 86F84501 0907 3142 1340"))
        #expect(try contains(request, "060A 60864801 86F84501 0905 3112 0410"))
        #expect(try contains(request, "0609 2A864886 F70D0109 03 310B 0609 2A864886 F70D0107 01"))
        #expect(try contains(request, "0609 2A864886 F70D0109 04 3122 0420"))
    }

    @Test func `a CertRep carries messageType 3 and its status`() throws {
        let refusal = Refusal(failInfo: .badAlg, text: "x", code: "test")
        let cases: [(CertRepAnswer?, String)] = [(nil, "30"), (.failure(refusal), "32"), (.pending, "33")]
        for (answer, status) in cases {
            let reply = try conversation(answer).reply
            #expect(try contains(reply, "060A 60864801 86F84501 0902 3103 1301 33"))
            #expect(try contains(reply, "060A 60864801 86F84501 0903 3103 1301 \(status)"))
            #expect(try contains(reply, "060A 60864801 86F84501 0906 3112 0410"))
        }
    }

    @Test func `failInfo and failInfoText have their own identifiers`() throws {
        let reply = try conversation(.failure(Refusal(failInfo: .badAlg, text: "x", code: "test"))).reply
        #expect(try contains(reply, "060A 60864801 86F84501 0904 3103 1301 30"))
        #expect(try contains(reply, "0608 2B060105 05071801 3103 0C01 78"))
    }

    @Test func `no attribute has an empty set of values, which crashed iOS 10`() throws {
        for answer in [CertRepAnswer?.none, .pending, .failure(Refusal(failInfo: .badAlg, text: "", code: "test"))] {
            let message = try PKIMessage(parsing: conversation(answer).reply)
            #expect(message.signerInfo.signedAttributes.allSatisfy { !$0.values.isEmpty })
        }
    }

    @Test func `RSA signatures are named rsaEncryption, which strongSwan 5.9.8 insists on`() throws {
        let (request, reply) = try conversation(nil)
        for bytes in [request, reply] {
            #expect(try PKIMessage(parsing: bytes).signerInfo.signatureAlgorithm.oid == .rsaEncryption)
        }
    }

    @Test func `the reply carries the RA's certificate outside and the issued one alone inside`() throws {
        let reply = try Reply(conversation(nil).reply, signedBy: lab.ra)
        #expect(reply.message.signedData.certificates == [lab.ra.certificate.encoded])
        let inner = try reply.content(lab.deviceKey)
        #expect(inner.certificateViews.map(\.publicKey) == [lab.deviceKey.publicKey])
        #expect(inner.contentType == .data)
        #expect(inner.content == nil)
        #expect(inner.digestAlgorithms.isEmpty)
    }

    @Test func `a request is about as long as those of other clients`() throws {
        let (request, reply) = try conversation(nil)
        #expect((1500...3200).contains(request.count))
        #expect((1500...4000).contains(reply.count))
    }

    @Test func `what we write is DER`() throws {
        func check(_ element: ASN1Element) throws {
            guard element.isConstructed else { return }
            var reader = ASN1Reader(element.content, rules: .der)
            for member in try reader.all() { try check(member) }
        }
        let (request, reply) = try conversation(nil)
        for bytes in [request, reply] { try check(ASN1Element(parsing: bytes, rules: .der)) }
    }
}
