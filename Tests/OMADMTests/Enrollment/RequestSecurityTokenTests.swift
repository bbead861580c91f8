// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3.4: RequestSecurityToken Issue")
struct RequestSecurityTokenTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    /// What is asked for, after the credential was found good.
    func issue(_ octets: [UInt8], _ lab: EnrollmentLab? = nil) -> (MDETransaction.Action, MDETransaction) {
        var transaction = (lab ?? self.lab).transaction(.enrollment)
        let first = transaction.received(octets)
        guard first.credential != nil else { return (first, transaction) }
        return (transaction.authenticated(), transaction)
    }

    func cause(_ octets: [UInt8]) -> MDEError? { issue(octets).0.reply?.cause }

    @Test func `the request of a Windows 10`() throws {
        let request = try #require(issue(try EnrollmentFixture.issueOnPremise.octets).0.issue)
        #expect(request.deviceID.text == EnrollmentLab.deviceID)
        #expect(request.certificationRequest.encoded == (try EnrollmentFixture.pkcs10OfWindows10.octets))
        #expect(request.isProvenBySHA1)
        #expect(request.context.items.count == 15)
        #expect(request.context.values(of: .mac) == ["00-0C-29-51-60-9D", "00-0C-29-51-60-A7"])
        #expect(request.context[.deviceName] == "DESKTOP-0C89RC0")
        #expect(request.context[ContextItem.Name(rawValue: "SomethingNew")] == "kept")
        #expect(!request.context.isDeviceEnrollment)
    }

    @Test(arguments: [EnrollmentFixture.issueFederated, .issueJWT])
    func `the requests of a Windows 11`(fixture: EnrollmentFixture) throws {
        let request = try #require(issue(try fixture.octets).0.issue)
        #expect(!request.isProvenBySHA1 && request.deviceID.text == EnrollmentLab.deviceID)
    }

    @Test(arguments: RequestSecurityToken.RequestType.allCases)
    func `a request survives a round trip`(type: RequestSecurityToken.RequestType) throws {
        let request = RequestSecurityToken(
            type, token: BinarySecurityToken(.pkcs7, octets: Array(0...255)),
            context: AdditionalContext([ContextItem(.mac, "1"), ContextItem(.mac, ""), ContextItem("x & y", "<é>")]))
        let octets = try request.markup.serialize()
        #expect(try RequestSecurityToken(parsing: MarkupElement(parsing: octets)) == request)
    }

    @Test func `SHA-1 proves possession only where the switch is on`() throws {
        var strict = lab
        strict.settings.acceptsSHA1ProofOfPossession = false
        let reply = issue(try EnrollmentFixture.issueOnPremise.octets, strict).0.reply
        #expect(reply?.fault == .certificateRequest)
        #expect(reply?.cause == .proofAlgorithmNotAllowed("RSA with sha1"))
        let request = try lab.request(lab.nextKey, algorithm: .rsaPKCS1(.md5))
        #expect(cause(try lab.issueMessage(request)) == .proofAlgorithmNotAllowed("RSA with md5"))
    }

    @Test func `a request that another key signed proves nothing`() throws {
        var octets = try lab.request(lab.nextKey)
        octets[octets.count - 1] ^= 1
        let reply = issue(try lab.issueMessage(octets)).0.reply
        #expect(reply?.cause == .proofOfPossessionFailed)
        #expect(reply?.fault == .certificateRequest)
    }

    @Test func `a key on a curve that is not known is named, since its signature cannot be judged`() throws {
        let tools = try TemporaryFolder()
        try tools.run(
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-nodes", "-keyout",
            "k.pem", "-subj", "/CN=device", "-outform", "DER", "-out", "r.der")
        let reply = issue(try lab.issueMessage(tools.read("r.der"))).0.reply
        #expect(reply?.fault == .certificateRequest)
        guard case .proofAlgorithmNotAllowed(let name)? = reply?.cause else {
            Issue.record("\(String(describing: reply?.cause))")
            return
        }
        #expect(name.hasPrefix("a key of the curve "))
    }

    @Test func `names of the device that contradict each other`() throws {
        let other = String(EnrollmentLab.deviceID.reversed())
        let request = try EnrollmentFixture.pkcs10OfWindows11.octets
        // What the PKCS#10 says goes nowhere, and Fleet's simulated client sends the one of another device.
        let ofAnother = issue(try lab.issueMessage(request, deviceID: other)).0.issue
        #expect(ofAnother?.deviceID.text == other && ofAnother?.otherNameInRequest == EnrollmentLab.deviceID)
        let spelled = issue(try lab.issueMessage(request, deviceID: EnrollmentLab.deviceID.lowercased())).0.issue
        #expect(spelled != nil && spelled?.otherNameInRequest == nil)
        let unnamed = issue(try lab.issueMessage(lab.request(lab.nextKey), deviceID: "urn_uuid.1")).0.issue
        #expect(unnamed != nil && unnamed?.otherNameInRequest == nil)
        let same = ContextItem(.deviceID, EnrollmentLab.deviceID.lowercased())
        #expect(issue(try lab.issueMessage(request, further: [same])).0.issue != nil)
        let two = issue(try lab.issueMessage(request, further: [ContextItem(.deviceID, other)])).0.reply
        #expect(two?.cause == .deviceIDMismatch && two?.fault == .invalidEnrollmentData)
    }

    @Test(arguments: [nil, "", "a b", "a/b", "CN=x", "a,b", "ä", String(repeating: "a", count: 65)])
    func `no DeviceID, or one that no certificate can name`(name: String?) throws {
        let reply = issue(try lab.issueMessage(lab.request(lab.nextKey), deviceID: name)).0.reply
        #expect(reply?.cause == .invalidDeviceID && reply?.fault == .invalidEnrollmentData)
    }

    @Test func `octets that are no PKCS#10`() throws {
        guard case .certificationRequestUnreadable = cause(try lab.issueMessage([0x30, 0x03, 1, 2])) else {
            Issue.record("taken")
            return
        }
        let reply = issue(try lab.issueMessage(lab.request(lab.nextKey), valueType: .pkcs7)).0.reply
        #expect(reply?.fault == .messageFormat)
        #expect(reply?.cause == .unexpectedTokenType(BinarySecurityToken.ValueType.pkcs7.rawValue))
    }

    @Test func `nobody's request is verified before it is known who asks`() throws {
        var octets = try lab.request(lab.nextKey)
        octets[octets.count - 1] ^= 1
        var transaction = lab.transaction(.enrollment)
        #expect(transaction.received(try lab.issueMessage(octets)).credential == EnrollmentLab.alice)
    }

    @Test func `the answer survives a round trip and another parser finds what the reference shows`() throws {
        var (_, transaction) = issue(try EnrollmentFixture.issueOnPremise.octets)
        let document = try lab.document(lab.issue(lab.nextKey.publicKey))
        let reply = transaction.enrolled(document, at: lab.now)
        #expect(reply.status == 200 && reply.fault == nil)
        let body = try SOAPEnvelope(parsing: reply.body, from: .server).body
        let response = try RequestSecurityTokenResponse(parsing: body)
        #expect(try ProvisioningDocument(parsing: response.provisioning) == document)

        let judge = try XMLJudge(reply.body)
        #expect(
            judge.texts("Envelope/Header/Action") == [
                "http://schemas.microsoft.com/windows/pki/2009/01/enrollment/RSTRC/wstep"
            ])
        #expect(judge.texts("Envelope/Header/RelatesTo") == ["urn:uuid:0d5a1441-5891-453b-becf-a2e5f6ea3749"])
        #expect(judge.texts("Envelope/Header/Security@mustUnderstand") == ["1"])
        #expect(judge.texts("Envelope/Header/Security/Timestamp@Id") == ["_0"])
        #expect(judge.texts("Envelope/Header/Security/Timestamp/Created") == ["2026-11-28T12:00:00Z"])
        #expect(judge.texts("Envelope/Header/Security/Timestamp/Expires") == ["2026-11-28T12:05:00Z"])
        let response1 = "Envelope/Body/RequestSecurityTokenResponseCollection/RequestSecurityTokenResponse"
        #expect(judge.namespaces(response1) == [SOAPNamespace.trust])
        #expect(
            judge.texts(response1 + "/TokenType") == [
                "http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentToken"
            ])
        #expect(judge.namespaces(response1 + "/DispositionMessage") == [SOAPNamespace.enrollment])
        #expect(judge.texts(response1 + "/RequestID") == ["0"])
        let token = response1 + "/RequestedSecurityToken/BinarySecurityToken"
        #expect(judge.namespaces(token) == [SOAPNamespace.security])
        #expect(
            judge.texts(token + "@ValueType") == [
                "http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentProvisionDoc"
            ])
        #expect(judge.texts(token + "@EncodingType") == [SOAPNamespace.security + "#base64binary"])
        let text = try #require(judge.texts(token).first)
        #expect(Base64.decode(text) == (try document.serialize()))
    }

    @Test func `a document that cannot be written is the server's fault, in neutral words`() throws {
        var (_, transaction) = issue(try EnrollmentFixture.issueOnPremise.octets)
        var document = try lab.document(lab.issue(lab.nextKey.publicKey))
        document.account?.authentication = []
        let reply = transaction.enrolled(document, at: lab.now)
        #expect(reply.fault == .internalServiceFault && reply.status == 500)
        #expect(!String(decoding: reply.body, as: UTF8.self).contains("APPAUTH"))
        #expect(reply.cause?.code == "mde.unwritable")
    }
}

@Suite("An enrolment transaction takes events in order")
struct EnrollmentOrderTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    @Test func `a second request`() throws {
        var transaction = lab.transaction(.discovery)
        _ = transaction.received(try EnrollmentFixture.discover.octets)
        let reply = transaction.received(try EnrollmentFixture.discover.octets).reply
        #expect(reply?.cause == .outOfOrder("a request") && reply?.fault == .internalServiceFault)
    }

    @Test func `an answer before the credential was judged`() throws {
        var transaction = lab.transaction(.enrollment)
        _ = transaction.received(try EnrollmentFixture.issueOnPremise.octets)
        let document = try lab.document(lab.device)
        #expect(transaction.enrolled(document, at: lab.now).fault == .internalServiceFault)
        #expect(transaction.authenticated().reply?.fault == .internalServiceFault)
    }

    @Test func `an answer to another question`() throws {
        var policy = lab.transaction(.policy)
        _ = policy.received(try EnrollmentFixture.getPolicies.octets)
        #expect(policy.policies(GetPoliciesResponse(lab.settings.policy)).fault == .internalServiceFault)
        var waiting = lab.transaction(.discovery)
        #expect(waiting.authenticated().reply?.cause == .outOfOrder("a judgement about a credential"))
    }
}
