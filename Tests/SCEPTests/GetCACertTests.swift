// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 4.2: GetCACert")
struct GetCACertTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    func body(_ shape: GetCACertShape) -> HTTPBody {
        GetCACert.reply(
            shape, ra: lab.ra.certificate.encoded, issuing: lab.issuing.certificate.encoded,
            chain: [lab.root.certificate.encoded])
    }

    @Test func `every shape lists its certificates in its order`() throws {
        let (ra, issuing, root) = (lab.ra.certificate, lab.issuing.certificate, lab.root.certificate)
        let shapes: [(GetCACertShape, [CertificateView])] = [
            (.caOnly, [issuing]), (.caChain, [issuing, root]), (.raAndIssuing, [ra, issuing]),
            (.raIssuingRoot, [ra, issuing, root]),
        ]
        for (shape, certificates) in shapes {
            let body = body(shape)
            #expect(try CACertificates(parsing: body.octets).certificates == certificates)
            let isSingle = certificates.count == 1
            #expect(body.mediaType == (isSingle ? MediaType.caCertificate : MediaType.caAndRACertificates))
            if isSingle { #expect(body.octets == issuing.encoded) }
        }
    }

    @Test func `a second RA certificate comes last, and nowhere but beside the first`() throws {
        let (ra, issuing, root) = (lab.ra.certificate, lab.issuing.certificate, lab.root.certificate)
        let second = lab.stranger.certificate
        let shapes: [(GetCACertShape, [CertificateView])] = [
            (.caOnly, [issuing]), (.caChain, [issuing, root]), (.raAndIssuing, [ra, issuing, second]),
            (.raIssuingRoot, [ra, issuing, root, second]),
        ]
        for (shape, certificates) in shapes {
            let body = GetCACert.reply(
                shape, ra: ra.encoded, encryption: second.encoded, issuing: issuing.encoded, chain: [root.encoded])
            #expect(try CACertificates(parsing: body.octets).certificates == certificates)
        }
    }

    @Test func `an authority that is its own RA and root is listed once, as a certificate`() {
        let certificate = lab.root.certificate.encoded
        let body = GetCACert.reply(.raIssuingRoot, ra: certificate, issuing: certificate, chain: [certificate])
        #expect(body == HTTPBody(mediaType: MediaType.caCertificate, octets: certificate))
    }

    @Test func `a certs-only answer has the shape of part I`() throws {
        let data = try SignedData(parsing: body(.raIssuingRoot).octets)
        #expect(data.contentType == .data)
        #expect(data.content == nil)
        #expect(data.digestAlgorithms.isEmpty)
        #expect(data.signerInfos.isEmpty)
        #expect(data.certificates.count == 3)
    }

    @Test func `the reader tells the forms apart by their contents`() throws {
        let single = lab.issuing.certificate.encoded
        let several = body(.raIssuingRoot).octets
        let bundle = [lab.ra, lab.issuing].map { PEM.encode($0.certificate.encoded, label: "CERTIFICATE") }.joined()
        let forms: [([UInt8], Int)] = [
            (single, 1), (several, 3), (Array(PEM.encode(single, label: "CERTIFICATE").utf8), 1),
            (Array(bundle.utf8), 2), (Array(PEM.encode(several, label: "PKCS7").utf8), 3),
            (Array(Base64.encode(single, lineLength: 64).utf8), 1), (Array(Base64.encode(several).utf8), 3),
            (try BER.reencode(several, segment: 100, verbatim: Set(lab.authority.certificates.map(\.encoded))), 3),
        ]
        for (bytes, count) in forms {
            #expect(try CACertificates(parsing: bytes).certificates.count == count)
        }
    }

    @Test(arguments: ["", "<html>not found</html>", "AES\nSHA-256\n", "0\u{0}"])
    func `anything else is refused`(text: String) {
        #expect(throws: SCEPError.self) { try CACertificates(parsing: Array(text.utf8)) }
    }

    @Test func `a message without certificates is refused`() {
        let empty = SignedData.certificatesOnly([], keepOrder: true)
        #expect(throws: SCEPError.missing("CA certificate")) { try CACertificates(parsing: empty) }
    }
}

@Suite("RFC 8894 section 2.2: whom a client trusts and encrypts to")
struct CACertificatesTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    func leaf(_ usage: KeyUsage?, key: SoftwareKey? = nil) throws -> CertificateView {
        try CertificateView(
            parsing: Identity.certificate(
                subject: DistinguishedName(rfc4514: "CN=RA \(usage?.names.joined(separator: " ") ?? "any")"),
                key: SubjectPublicKeyInfo((key ?? lab.deviceKey).publicKey), issuer: lab.issuing, serial: .random(),
                extensions: usage.map { [$0.certificateExtension] } ?? []))
    }

    @Test func `requests go to the RA that enciphers keys, then data, then any RA, then the issuing authority`() throws
    {
        let (issuing, root) = (lab.issuing.certificate, lab.root.certificate)
        let (sign, key, data) = try (leaf(.digitalSignature), leaf(.keyEncipherment), leaf(.dataEncipherment))
        #expect(try CACertificates([issuing]).recipient() == issuing)
        #expect(try CACertificates([root, issuing, sign, data, key]).recipient() == key)
        #expect(try CACertificates([root, issuing, sign, data]).recipient() == data)
        #expect(try CACertificates([root, issuing, sign]).recipient() == sign)
        #expect(try CACertificates([root, issuing]).recipient() == issuing)
        #expect(try CACertificates([issuing, root]).recipient() == issuing)
    }

    @Test func `beside an RA that signs only, requests go to the issuing authority that enciphers keys`() throws {
        let usage: KeyUsage = [.keyCertSign, .cRLSign, .digitalSignature, .keyEncipherment]
        let constraints = BasicConstraints.authority(pathLength: nil)
        let authority = try CertificateView(
            parsing: Identity.certificate(
                subject: lab.issuing.certificate.subject, key: SubjectPublicKeyInfo(lab.issuing.key.publicKey),
                issuer: lab.root, serial: .random(),
                extensions: [usage.certificateExtension, constraints.certificateExtension]))
        let (sign, key, any) = try (leaf(.digitalSignature), leaf(.keyEncipherment), leaf(nil))
        #expect(try CACertificates([sign, authority]).recipient() == authority)
        #expect(try CACertificates([sign, authority, key]).recipient() == key)
        #expect(try CACertificates([sign, any, authority]).recipient() == any)
    }

    @Test func `a certificate without an RSA key is no recipient`() throws {
        let curve = try leaf(.keyEncipherment, key: lab.curveKey)
        #expect(throws: SCEPError.noRecipientCertificate) { try CACertificates([curve]).recipient() }
        #expect(try CACertificates([curve, lab.issuing.certificate]).recipient() == lab.issuing.certificate)
    }

    @Test func `the issuing authority is the RA's issuer`() throws {
        let authority = try CACertificates([lab.root.certificate, lab.ra.certificate, lab.issuing.certificate])
        #expect(authority.issuing == lab.issuing.certificate)
    }

    @Test(arguments: [DigestAlgorithm.md5, .sha1, .sha256])
    func `a fingerprint of any certificate of the answer will do, however it is written`(
        digest: DigestAlgorithm
    ) throws {
        let authority = try lab.authority
        for certificate in authority.certificates {
            let hex = Hex.encode(certificate.fingerprint(digest))
            let colons = stride(from: 0, to: hex.count, by: 2).map { hex.dropFirst($0).prefix(2) }
            for text in [hex, hex.uppercased(), colons.joined(separator: ":"), colons.joined(separator: " ")] {
                #expect(try authority.vouched(by: CAFingerprint(text)) == authority)
            }
        }
        let other = try CAFingerprint(Hex.encode(lab.stranger.certificate.fingerprint(digest)))
        #expect(throws: SCEPError.fingerprintMismatch(expected: other.hex)) { try authority.vouched(by: other) }
    }

    @Test func `a certificate put beside the authority's is not vouched for, whatever its name`() throws {
        let (ra, issuing, root) = (lab.ra.certificate, lab.issuing.certificate, lab.root.certificate)
        let tampered = try CACertificates([lab.stranger.certificate, ra, issuing, root])
        for certificate in [root, issuing, ra] {
            let fingerprint = try CAFingerprint(Hex.encode(certificate.fingerprint(.sha256)))
            let vouched = try tampered.vouched(by: fingerprint)
            #expect(vouched.certificates == [ra, issuing, root])
            #expect(try vouched.recipient() == ra)
        }
    }

    @Test func `an answer of more certificates than are looked at is refused, and says so`() throws {
        let root = PEM.encode(lab.root.certificate.encoded, label: "CERTIFICATE")
        let most = String(repeating: root, count: CACertificates.maximumCount)
        #expect(try CACertificates(parsing: Array(most.utf8)).certificates.count == CACertificates.maximumCount)
        #expect(throws: SCEPError.malformed("GetCACert", reason: "more than 64 certificates")) {
            try CACertificates(parsing: Array((most + root).utf8))
        }
    }

    @Test(arguments: ["", "00", "xyz", String(repeating: "0", count: 39), String(repeating: "0", count: 128)])
    func `text that is no fingerprint is refused`(text: String) {
        #expect(throws: SCEPError.self) { try CAFingerprint(text) }
    }
}

@Suite("RFC 8894 section 4.7: GetNextCACert")
struct GetNextCACertTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    func body(signedBy identity: Identity, next: [CertificateView]? = nil) throws -> HTTPBody {
        let next = next ?? [lab.previousRA.certificate, lab.stranger.certificate]
        let draft = try GetNextCACertDraft(next: next.map(\.encoded), signedBy: identity.certificate, at: Lab.now)
        let signature = try identity.key.signSynchronously(draft.bytesToSign, algorithm: draft.signatureAlgorithm)
        return try draft.finish(signature: signature)
    }

    @Test func `the successor's certificates come in order, vouched for by RA or authority`() throws {
        for identity in [lab.ra, lab.issuing] {
            let body = try body(signedBy: identity)
            #expect(body.mediaType == MediaType.nextCACertificate)
            let next = try GetNextCACert.read(body.octets, trusting: lab.authority)
            #expect(next.certificates == [lab.previousRA.certificate, lab.stranger.certificate])
        }
    }

    @Test func `a successor that is its own RA is listed once`() throws {
        let next = lab.stranger.certificate
        let body = try body(signedBy: lab.ra, next: [next, next])
        #expect(try GetNextCACert.read(body.octets, trusting: lab.authority).certificates == [next])
    }

    @Test func `a signer the client does not know is refused, even with a known name`() throws {
        let body = try body(signedBy: lab.stranger)
        #expect(throws: SCEPError.unknownSigner) { try GetNextCACert.read(body.octets, trusting: lab.authority) }
    }

    @Test func `a changed answer is refused`() throws {
        var octets = try body(signedBy: lab.ra).octets
        octets[octets.count / 3] ^= 1
        #expect(throws: SCEPError.self) { try GetNextCACert.read(octets, trusting: lab.authority) }
    }

    @Test func `a plain certs-only answer is refused`() throws {
        let plain = SignedData.certificatesOnly([lab.ra.certificate.encoded], keepOrder: true)
        #expect(throws: SCEPError.signerCount(0)) { try GetNextCACert.read(plain, trusting: lab.authority) }
    }
}
