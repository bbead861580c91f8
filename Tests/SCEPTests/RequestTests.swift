// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3: what a server makes of odd and wrong requests")
struct RequestTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    func refusal(_ edit: (inout Forge) throws -> Void, settings: ServerSettings = .generic) throws -> Refusal? {
        var forge = try Forge(lab)
        try edit(&forge)
        let (ending, _, decryptions) = try TestServer(lab, settings: settings).judge(forge.message())
        if let failInfo = ending.refusal?.failInfo, failInfo != .badMessageCheck { #expect(decryptions == 0) }
        return ending.refusal
    }

    // MARK: Algorithms

    @Test(arguments: [DigestAlgorithm.md5, .sha1])
    func `a weak digest is badAlg unless the endpoint allows it`(digest: DigestAlgorithm) throws {
        #expect(try refusal { $0.digest = digest }?.failInfo == .badAlg)
        var settings = ServerSettings.generic
        settings.digests.insert(digest)
        #expect(try refusal({ $0.digest = digest }, settings: settings) == nil)
    }

    @Test(arguments: [ContentCipher.desCBC, .tripleDESCBC])
    func `a weak cipher is badAlg unless the endpoint allows it`(cipher: ContentCipher) throws {
        let refusal = try refusal { $0.cipher = cipher }
        #expect(refusal?.failInfo == .badAlg)
        #expect(refusal?.text.contains("CBC is not allowed here") == true)
        var settings = ServerSettings.generic
        settings.ciphers.insert(cipher)
        #expect(try self.refusal({ $0.cipher = cipher }, settings: settings) == nil)
    }

    @Test func `an unknown cipher is badAlg and named`() throws {
        let refusal = try refusal { forge in
            // AES-128 in CCM mode, RFC 5084.
            let ccm = OID(2, 16, 840, 1, 101, 3, 4, 1, 7)
            forge.editEnvelope = { try replacing(OID.aes128CBC.derBytes, by: ccm.derBytes, in: $0) }
        }
        #expect(refusal?.failInfo == .badAlg)
        #expect(refusal?.text == "2.16.840.1.101.3.4.1.7 is not allowed here")
    }

    @Test func `weak algorithms in use are told for the audit trail`() throws {
        var forge = try Forge(lab)
        forge.digest = .md5
        forge.cipher = .desCBC
        let request = try TestServer(lab, settings: .cisco).judge(forge.message()).ending.request
        #expect(request?.facts.legacyAlgorithms == ["des-CBC", "md5"])
    }

    @Test(arguments: [
        SignatureAlgorithm.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32), .rsaPKCS1(.sha256),
    ])
    func `PSS and the names that hold a digest are accepted on input`(algorithm: SignatureAlgorithm) throws {
        #expect(try refusal { $0.signatureAlgorithm = algorithm } == nil)
    }

    // MARK: Attributes

    @Test(arguments: [OID.scepSenderNonce, .scepMessageType])
    func `a missing attribute is badRequest`(type: OID) throws {
        let refusal = try refusal { forge in
            forge.editAttributes = { $0.removeAll { contains(type.derBytes, in: $0) } }
        }
        #expect(refusal?.failInfo == .badRequest)
        #expect(refusal?.text == "\(type.nameOrDotted) is missing")
    }

    @Test func `a refusal for a missing senderNonce has no recipientNonce`() throws {
        var forge = try Forge(lab)
        forge.editAttributes = { $0.removeAll { contains(OID.scepSenderNonce.derBytes, in: $0) } }
        let reply = try Reply(TestServer(lab).reply(to: forge.message()), signedBy: lab.ra)
        #expect(reply.values(of: .scepRecipientNonce).isEmpty)
        #expect(reply.values(of: .scepFailInfo) == [DER.string("2")])
    }

    @Test(arguments: [OID.scepSenderNonce, .scepMessageType, .scepTransactionID, .messageDigest, .contentType])
    func `a repeated attribute, two values and no value are badRequest`(type: OID) throws {
        let twice = try refusal { forge in
            forge.editAttributes = { attributes in
                attributes += attributes.filter { contains(type.derBytes, in: $0) }
            }
        }
        #expect(twice?.failInfo == .badRequest)
        let twoValues = try refusal { forge in
            forge.editAttributes = { attributes in
                attributes.removeAll { contains(type.derBytes, in: $0) }
                attributes.append(DER.attribute(type, DER.string("1"), DER.string("2")))
            }
        }
        #expect(twoValues?.failInfo == .badRequest)
        guard type != .scepTransactionID else { return }
        let noValue = try refusal { forge in
            forge.editAttributes = { attributes in
                attributes.removeAll { contains(type.derBytes, in: $0) }
                attributes.append(DER.attribute(type))
            }
        }
        #expect(noValue?.failInfo == .badRequest)
    }

    @Test func `empty, over-long and mistyped values are badRequest`() throws {
        #expect(try refusal { $0.senderNonce = DER.octets([]) }?.failInfo == .badRequest)
        #expect(try refusal { $0.senderNonce = DER.octets([UInt8](repeating: 1, count: 65)) }?.failInfo == .badRequest)
        #expect(try refusal { $0.senderNonce = DER.string("nonce") }?.failInfo == .badRequest)
        #expect(try refusal { $0.messageType = "" }?.failInfo == .badRequest)
        #expect(try refusal { $0.messageType = "nineteen" }?.failInfo == .badRequest)
    }

    @Test(arguments: ["3", "1", "23", "9999"])
    func `a message type that is no request is badRequest`(type: String) throws {
        #expect(try refusal { $0.messageType = type }?.failInfo == .badRequest)
    }

    @Test(arguments: [
        DER.string(""), DER.string(String(repeating: "x", count: 513)), DER.octets([1, 2, 3]), [0x05, 0],
    ])
    func `without a transactionID that can be repeated nothing is answered`(value: [UInt8]) throws {
        var forge = try Forge(lab)
        forge.transactionID = value
        #expect(try TestServer(lab).judge(forge.message()).ending.unreadable?.code == "scep.malformed")
    }

    // MARK: Signer

    @Test func `a signature by another key than the certificate's is badMessageCheck`() throws {
        let refusal = try refusal { $0.signerKey = lab.secondDeviceKey }
        #expect(refusal?.failInfo == .badMessageCheck)
        #expect(refusal?.code == SCEPError.signatureInvalid.code)
    }

    @Test func `a message without its signer's certificate is badMessageCheck`() throws {
        #expect(try refusal { $0.certificates = [] }?.code == SCEPError.signerCertificateMissing.code)
        let other = try refusal { $0.certificates = [lab.root.certificate.encoded] }
        #expect(other?.code == SCEPError.signerCertificateMissing.code)
    }

    @Test func `the signer is found among several certificates`() throws {
        #expect(try refusal { $0.certificates += [lab.root.certificate.encoded, lab.ra.certificate.encoded] } == nil)
    }

    @Test func `an EC signer cannot be answered: badAlg, naming the protocols that serve it`() throws {
        var forge = try Forge(lab, key: lab.curveKey)
        forge.digest = .sha256
        let refusal = try TestServer(lab).judge(forge.message()).ending.refusal
        #expect(refusal?.failInfo == .badAlg)
        #expect(refusal?.text.contains("EST and ACME") == true)
    }

    @Test func `certmonger's signer certificate of version 1 with a serial number of 33 octets is read`() throws {
        var forge = try Forge(lab)
        let serial = SerialNumber(octets: [0x00, 0x92, 0xEF] + [UInt8](repeating: 0x5A, count: 30))
        let certificate = try version1Certificate(forge.signer, serial: serial)
        forge.sign(with: try CertificateView(parsing: certificate), lab.deviceKey)
        #expect(forge.signer.version == 1)
        let request = try #require(try TestServer(lab).judge(forge.message()).ending.request)
        #expect(request.signer.serialNumber.octets.count == 33)
        let reply = try Reply(TestServer(lab).reply(to: forge.message()), signedBy: lab.ra)
        #expect(try reply.content(lab.deviceKey).certificates.count == 1)
    }

    /// The certificate without `[0] version` and extensions, newly signed.
    func version1Certificate(_ certificate: CertificateView, serial: SerialNumber) throws -> [UInt8] {
        var tbs = DERWriter()
        tbs.sequence { writer in
            writer.append(serial)
            writer.append(AlgorithmIdentifier(.rsaPKCS1(.sha256)))
            writer.append(certificate.issuer)
            writer.sequence { writer in
                writer.generalizedTime(Lab.now)
                writer.generalizedTime(Lab.now.adding(seconds: 60))
            }
            writer.append(certificate.subject)
            writer.append(certificate.subjectPublicKeyInfo)
        }
        let signature = try lab.deviceKey.signSynchronously(tbs.bytes, algorithm: .rsaPKCS1(.sha256))
        return DERWriter.signed(tbs.bytes, signature: signature, algorithm: .rsaPKCS1(.sha256))
    }

    @Test func `a signer named with a re-encoded issuer is found by its serial number`() throws {
        #expect(
            try refusal { forge in
                let name = try DistinguishedName(rfc4514: "CN=somebody else entirely")
                forge.sid = .issuerAndSerialNumber(
                    IssuerAndSerialNumber(issuer: name, serialNumber: forge.signer.serialNumber))
            } == nil)
        let several = try refusal { forge in
            let name = try DistinguishedName(rfc4514: "CN=somebody else entirely")
            forge.sid = .issuerAndSerialNumber(
                IssuerAndSerialNumber(issuer: name, serialNumber: forge.signer.serialNumber))
            forge.certificates.append(lab.root.certificate.encoded)
        }
        #expect(several?.code == SCEPError.signerCertificateMissing.code)
    }

    @Test func `a signer named by subjectKeyIdentifier is found`() throws {
        #expect(
            try refusal { $0.sid = .subjectKeyIdentifier($0.signer.subjectPublicKeyInfo.keyIdentifier) } == nil)
    }

    @Test func `a PKCSReq signed by another key than it asks for is told apart for the middle to decide`() throws {
        var forge = try Forge(lab)
        forge.plaintext = try Forge.certificationRequest(DistinguishedName(rfc4514: "CN=x"), lab.secondDeviceKey)
        let request = try #require(try TestServer(lab).judge(forge.message()).ending.request)
        #expect(!request.isSignedByRequestedKey)
    }

    // MARK: Envelope

    @Test(arguments: ["19", "17", "21", "22"])
    func `only a CertPoll goes without an envelope`(type: String) throws {
        for content in [[UInt8]?.none, []] {
            let refusal = try refusal { forge in
                forge.messageType = type
                forge.content = .some(content)
            }
            #expect(refusal?.failInfo == .badRequest)
        }
    }

    @Test func `an envelope for an earlier RA is opened with its key`() throws {
        var forge = try Forge(lab)
        forge.recipient = try EnvelopedData.Recipient(certificate: lab.previousRA.certificate)
        let (ending, _, decryptions) = try TestServer(lab).judge(forge.message())
        #expect(ending.request?.facts.recipient == 1)
        #expect(decryptions == 1)
    }

    @Test func `a recipient whose RDNs are reversed is still ours`() throws {
        var forge = try Forge(lab)
        let name = lab.ra.certificate.issuer
        forge.recipient = EnvelopedData.Recipient(
            identifier: .issuerAndSerialNumber(
                IssuerAndSerialNumber(
                    issuer: DistinguishedName(rdns: name.rdns.reversed()),
                    serialNumber: lab.ra.certificate.serialNumber)),
            key: forge.recipient.key)
        let (ending, _, decryptions) = try TestServer(lab).judge(forge.message())
        #expect(ending.request != nil)
        #expect(decryptions == 1)
    }

    @Test func `a recipient named by key identifier is ours`() throws {
        var forge = try Forge(lab)
        forge.recipient = EnvelopedData.Recipient(
            identifier: .subjectKeyIdentifier(lab.ra.certificate.subjectPublicKeyInfo.keyIdentifier),
            key: forge.recipient.key)
        #expect(try TestServer(lab).judge(forge.message()).ending.request != nil)
    }

    @Test func `a recipient nobody knows is tried with our keys, at most twice`() throws {
        let unknown = RecipientIdentifier.subjectKeyIdentifier([1, 2, 3])
        for (identity, tries) in [(lab.ra, 1), (lab.previousRA, 2)] {
            var forge = try Forge(lab)
            guard case .rsa(let key)? = identity.certificate.publicKey else {
                Issue.record("not an RSA key")
                return
            }
            forge.recipient = EnvelopedData.Recipient(identifier: unknown, key: key)
            let (ending, _, decryptions) = try TestServer(lab).judge(forge.message())
            #expect(ending.request != nil)
            #expect(decryptions == tries)
        }
        var forge = try Forge(lab)
        guard case .rsa(let key) = lab.stranger.key.publicKey else {
            Issue.record("not an RSA key")
            return
        }
        forge.recipient = EnvelopedData.Recipient(identifier: unknown, key: key)
        var server = TestServer(lab)
        server.recipients = [lab.ra, lab.previousRA, lab.issuing, lab.root]
        let (ending, _, decryptions) = try server.judge(forge.message())
        #expect(ending.refusal?.failInfo == .badMessageCheck)
        #expect(decryptions == 2)
    }

    @Test func `a message encrypted to sixteen recipients costs one decryption`() throws {
        var forge = try Forge(lab)
        guard case .rsa(let own)? = lab.ra.certificate.publicKey, case .rsa(let other) = lab.stranger.key.publicKey
        else {
            Issue.record("not an RSA key")
            return
        }
        var recipients = (0..<15).map {
            EnvelopedData.Recipient(identifier: .subjectKeyIdentifier([UInt8($0)]), key: other)
        }
        recipients.append(
            EnvelopedData.Recipient(
                identifier: .issuerAndSerialNumber(IssuerAndSerialNumber(lab.ra.certificate)), key: own))
        forge.content = .some(try EnvelopedData.seal(forge.plaintext, cipher: .aes256CBC, for: recipients))
        let (ending, _, decryptions) = try TestServer(lab).judge(forge.message())
        #expect(ending.request != nil)
        #expect(decryptions == 1)
    }

    @Test func `GetCert and GetCRL carry issuer and serial number`() throws {
        for type in ["21", "22"] {
            var forge = try Forge(lab)
            forge.messageType = type
            forge.plaintext = IssuerAndSerialNumber(lab.issuing.certificate).derBytes
            let request = try #require(try TestServer(lab).judge(forge.message()).ending.request)
            guard case .issuerAndSerialNumber(let name) = request.content else {
                Issue.record("\(request.content)")
                continue
            }
            #expect(name.identifies(lab.issuing.certificate))
            #expect(request.isSignedByRequestedKey)
        }
    }

    @Test func `events out of order are refused`() throws {
        var transaction = ServerTransaction(settings: .generic, recipients: [lab.ra.certificate])
        #expect(throws: SCEPError.self) {
            try transaction.certRep(.pending, signedBy: lab.ra.certificate, at: Lab.now)
        }
        guard case .refuse = transaction.keyUnwrapped([]) else {
            Issue.record("a key before a message")
            return
        }
        guard case .refuse = transaction.received([]) else {
            Issue.record("a message after an answer")
            return
        }
    }
}

/// Whether `bytes` holds `pattern`.
func contains(_ pattern: [UInt8], in bytes: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: pattern) }
}

/// The bytes with the first occurrence of a pattern replaced by another of the same length.
func replacing(_ pattern: [UInt8], by other: [UInt8], in bytes: [UInt8]) throws -> [UInt8] {
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
    try #require(pattern.count == other.count)
    return Array(bytes[..<start]) + other + bytes[(start + pattern.count)...]
}
