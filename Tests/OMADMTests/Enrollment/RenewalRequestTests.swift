// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3.5: RequestSecurityToken Renew")
struct RenewalRequestTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    func judge(
        _ renewal: [UInt8], tls: CertificateView?, valueType: BinarySecurityToken.ValueType = .pkcs7
    ) throws -> MDETransaction.Action {
        var transaction = lab.transaction(.enrollment)
        return transaction.received(try lab.renewMessage(renewal, valueType: valueType), clientCertificate: tls)
    }

    /// The cause of a refusal, whose fault must be NotEligibleToRenew.
    func cause(_ renewal: [UInt8], tls: CertificateView?) throws -> MDEError? {
        let reply = try judge(renewal, tls: tls).reply
        #expect(reply?.fault == .notEligibleToRenew)
        return reply?.cause
    }

    @Test(arguments: [BinarySecurityToken.ValueType.pkcs7, .pkcs7OfRenewalSample])
    func `a renewal signed by openssl cms is read`(valueType: BinarySecurityToken.ValueType) throws {
        let request = try lab.request(lab.nextKey)
        let tools = try TemporaryFolder()
        try tools.write(request, "request.der")
        let key = PrivateKeyInfo(try lab.deviceKey.material()).derBytes
        try tools.write(Array(PEM.encode(key, label: "PRIVATE KEY").utf8), "device.key")
        try tools.write(Array(PEM.encode(lab.device.encoded, label: "CERTIFICATE").utf8), "device.pem")
        try tools.run(
            "openssl", "cms", "-sign", "-binary", "-nodetach", "-md", "sha256", "-in", "request.der", "-signer",
            "device.pem", "-inkey", "device.key", "-outform", "DER", "-out", "renewal.der")
        let action = try judge(try tools.read("renewal.der"), tls: lab.device, valueType: valueType)
        let renewal = try #require(action.renew)
        #expect(renewal.certificate == lab.device)
        #expect(renewal.certificationRequest.encoded == request)
        #expect(!renewal.isUserPrompted && !renewal.isProvenBySHA1)
    }

    @Test func `openssl cms verifies what a client of ours writes`() throws {
        let request = try lab.request(lab.nextKey)
        let tools = try TemporaryFolder()
        try tools.write(try lab.renewal(request), "renewal.der")
        try tools.write(Array(PEM.encode(lab.root.encoded, label: "CERTIFICATE").utf8), "root.pem")
        try tools.run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "renewal.der", "-CAfile", "root.pem",
            "-partial_chain", "-purpose", "any", "-no_check_time", "-out", "content.der")
        #expect(try tools.read("content.der") == request)
    }

    @Test func `a second layer of Base64 means that the user was asked`() throws {
        let renewal = try lab.renewal(lab.request(lab.nextKey))
        let twice = Array(Base64.encode(renewal, lineLength: 64).utf8)
        #expect(try judge(twice, tls: lab.device).renew?.isUserPrompted == true)
        #expect(try judge(renewal, tls: lab.device).renew?.isUserPrompted == false)
    }

    @Test func `no client certificate, unless the switch is on`() throws {
        let renewal = try lab.renewal(lab.request(lab.nextKey))
        #expect(try cause(renewal, tls: nil) == .renewalWithoutClientCertificate)
        var behindProxy = lab
        behindProxy.settings.acceptsRenewalWithoutClientCertificate = true
        var transaction = behindProxy.transaction(.enrollment)
        #expect(transaction.received(try lab.renewMessage(renewal)).renew?.certificate == lab.device)
    }

    @Test func `another certificate on the connection than in the signature`() throws {
        let renewal = try lab.renewal(lab.request(lab.nextKey))
        let other = try lab.issue(lab.deviceKey.publicKey)
        #expect(try cause(renewal, tls: other) == .renewalSignerMismatch)
        #expect(try cause(renewal, tls: lab.root) == .renewalSignerMismatch)
    }

    @Test func `a signature of another key`() throws {
        let renewal = try lab.renewal(lab.request(lab.nextKey), key: lab.rootKey)
        #expect(try cause(renewal, tls: lab.device) == .renewalSignatureInvalid)
    }

    @Test func `another request put into a signed renewal`() throws {
        let signed = try lab.request(lab.nextKey)
        let spliced = try lab.request(lab.rootKey)
        let renewal = try lab.renewal(signed)
        let start = try #require(renewal.firstRange(of: signed))
        #expect(signed.count == spliced.count)
        var changed = renewal
        changed.replaceSubrange(start, with: spliced)
        #expect(try cause(changed, tls: lab.device) == .renewalSignatureInvalid)
    }

    @Test(arguments: [DigestAlgorithm.sha1, .md5])
    func `a signature with a broken digest`(digest: DigestAlgorithm) throws {
        let renewal = try lab.renewal(lab.request(lab.nextKey), algorithm: .rsaPKCS1(digest))
        #expect(
            try cause(renewal, tls: lab.device) == .renewalAlgorithmNotAllowed("RSA with \(digest.rawValue)"))
    }

    @Test func `the old key again`() throws {
        let renewal = try lab.renewal(lab.request(lab.deviceKey))
        #expect(try cause(renewal, tls: lab.device) == .renewalKeyReused)
    }

    @Test func `a request inside that proves nothing`() throws {
        var request = try lab.request(lab.nextKey)
        request[request.count - 1] ^= 1
        let reply = try judge(lab.renewal(request), tls: lab.device).reply
        #expect(reply?.cause == .proofOfPossessionFailed && reply?.fault == .certificateRequest)
    }

    @Test func `octets that are no renewal`() throws {
        let request = try lab.request(lab.nextKey)
        guard case .renewalUnreadable = try cause(request, tls: lab.device) else {
            Issue.record("a bare PKCS#10 is taken")
            return
        }
        #expect(
            try cause([0xFF, 0xFE], tls: lab.device)
                == .renewalUnreadable(.invalidText(reason: "neither a SignedData nor the Base64 of one")))
        let nobody = SignedData.certificatesOnly([lab.device.encoded], keepOrder: false)
        #expect(try cause(nobody, tls: lab.device) == .renewalSignerCount(0))
        let empty = try lab.renewal([])
        let reply = try judge(empty, tls: lab.device).reply
        #expect(reply?.fault == .certificateRequest)
        let wrongType = try judge(lab.renewal(request), tls: lab.device, valueType: .pkcs10).reply
        #expect(wrongType?.cause == .unexpectedTokenType(BinarySecurityToken.ValueType.pkcs10.rawValue))
    }

    @Test func `the answer has the new certificate, its mark inside, and the name of the server`() throws {
        var transaction = lab.transaction(.enrollment)
        let renewal = try lab.renewal(lab.request(lab.nextKey))
        _ = transaction.received(try lab.renewMessage(renewal), clientCertificate: lab.device)
        let certificate = ProvisionedCertificate(.user, encoded: try lab.issue(lab.nextKey.publicKey).encoded)
        let document = ProvisioningDocument.renewal(of: certificate, providerID: "Sealwright")
        let reply = transaction.enrolled(document, at: lab.now)
        let body = try SOAPEnvelope(parsing: reply.body, from: .server).body
        let octets = try RequestSecurityTokenResponse(parsing: body).provisioning
        #expect(try ProvisioningDocument(parsing: octets) == document)
        let judge = try XMLJudge(octets)
        let root = "wap-provisioningdoc/characteristic"
        #expect(judge.texts(root + "@type") == ["CertificateStore", "APPLICATION"])
        let hash = root + "/characteristic/characteristic/characteristic"
        #expect(judge.texts(hash + "@type") == [certificate.thumbprint])
        #expect(judge.texts(hash + "/characteristic@type") == ["PrivateKeyContainer"])
        #expect(judge.texts(root + "/parm@name") == ["PROVIDER-ID"])
    }
}
