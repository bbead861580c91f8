// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5652 section 5: SignedData as we write it")
struct SignedDataWritingTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private static let algorithms: [(CMSBench.Identity, SignatureAlgorithm)] = [
        (.rsa, .rsaPKCS1(.sha1)), (.rsa, .rsaPKCS1(.sha224)), (.rsa, .rsaPKCS1(.sha256)), (.rsa, .rsaPKCS1(.sha384)),
        (.rsa, .rsaPKCS1(.sha512)), (.rsa, .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32)),
        (.rsa, .rsaPSS(digest: .sha512, mgfDigest: .sha512, saltLength: 64)), (.ec, .ecdsa(.sha256)),
        (.ec, .ecdsa(.sha384)),
    ]

    private func signed(_ identity: CMSBench.Identity, _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        let template = try SignerTemplate(certificate: bench.certificate(identity), signatureAlgorithm: algorithm)
        return try CMSSamples.signed(.octets(CMSSamples.text), [template], [identity], on: bench)
    }

    @Test(arguments: algorithms)
    func `openssl verifies it`(identity: CMSBench.Identity, algorithm: SignatureAlgorithm) throws {
        let message = try bench.file(signed(identity, algorithm))
        let content = try bench.opensslOutput([
            "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", message,
        ])
        #expect(content == CMSSamples.text)
    }

    @Test(arguments: algorithms)
    func `we read and verify it`(identity: CMSBench.Identity, algorithm: SignatureAlgorithm) throws {
        let signed = try SignedData(parsing: signed(identity, algorithm))
        let signer = try #require(signed.signerInfos.first)
        #expect(signer.signatureAlgorithmWithDigest == algorithm)
        try signed.verify(signer, with: bench.publicKey(identity))
    }

    @Test func `PKCS 7 verifiers take it`() throws {
        let message = try bench.file(signed(.rsa, .rsaPKCS1(.sha256)))
        try bench.openssl(["smime", "-verify", "-noverify", "-inform", "DER", "-in", message])
        try bench.run(
            "certtool", ["--p7-verify", "--inder", "--infile", message, "--load-certificate", "rsa.crt"])
    }

    @Test func `an Ed25519 signature announces SHA-512 and verifies with certtool`() throws {
        let encoded = try signed(.ed, .ed25519)
        let signed = try SignedData(parsing: encoded)
        let signer = try #require(signed.signerInfos.first)
        #expect(signer.digest == .sha512)
        #expect(signer.signatureAlgorithm == AlgorithmIdentifier(oid: .ed25519))
        try signed.verify(signer, with: bench.publicKey(.ed))
        try bench.run(
            "certtool",
            ["--p7-verify", "--inder", "--infile", bench.file(encoded), "--load-certificate", "ed.crt"])
    }

    @Test func `RSA is named rsaEncryption with NULL`() throws {
        let signer = try #require(try SignedData(parsing: signed(.rsa, .rsaPKCS1(.sha256))).signerInfos.first)
        #expect(signer.signatureAlgorithm == AlgorithmIdentifier(oid: .rsaEncryption, parameters: [5, 0]))
    }

    @Test func `a detached signature verifies over its content with openssl`() throws {
        let message = try bench.file(CMSSamples.signed(.detached(CMSSamples.text), on: bench))
        let content = try bench.file(CMSSamples.text)
        try bench.openssl([
            "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", message, "-content", content,
        ])
    }

    @Test func `several signers and a key identifier verify with openssl`() throws {
        let byKey = SignerIdentifier.subjectKeyIdentifier(
            try bench.certificate(.rsa2).subjectPublicKeyInfo.keyIdentifier)
        let templates = [
            SignerTemplate(certificate: try bench.certificate(.rsa), signatureAlgorithm: .rsaPKCS1(.sha256)),
            SignerTemplate(identifier: byKey, signatureAlgorithm: .rsaPKCS1(.sha512)),
            SignerTemplate(certificate: try bench.certificate(.ec), signatureAlgorithm: .ecdsa(.sha256)),
        ]
        let encoded = try CMSSamples.signed(.octets(CMSSamples.text), templates, [.rsa, .rsa2, .ec], on: bench)
        try bench.openssl(["cms", "-verify", "-noverify", "-inform", "DER", "-in", bench.file(encoded)])
        let signed = try SignedData(parsing: encoded)
        for signer in signed.signerInfos {
            try signed.verify(signer, with: #require(signed.certificate(of: signer)?.publicKey))
        }
    }

    @Test func `extra attributes, signed and unsigned, survive`() throws {
        let nonce = Attribute(type: .scepSenderNonce, values: [[4, 2, 1, 2]])
        let stamp = Attribute(type: .timeStampTokenAttribute, values: [[0x30, 0]])
        let template = SignerTemplate(
            certificate: try bench.certificate(.rsa), signatureAlgorithm: .rsaPKCS1(.sha256),
            signedAttributes: [nonce], unsignedAttributes: [stamp])
        let encoded = try CMSSamples.signed(.octets(CMSSamples.text), [template], [.rsa], on: bench)
        try bench.openssl(["cms", "-verify", "-noverify", "-inform", "DER", "-in", bench.file(encoded)])
        let signer = try #require(try SignedData(parsing: encoded).signerInfos.first)
        #expect(signer.signedAttribute(.scepSenderNonce) == nonce)
        #expect(signer.unsignedAttributes == [stamp])
        #expect(Set(signer.signedAttributes.map(\.type)) == [.contentType, .messageDigest, .scepSenderNonce])
    }

    @Test(arguments: [EncapsulatedContent.absent, .octets([])])
    func `empty content is signed as zero octets in either shape`(content: EncapsulatedContent) throws {
        let encoded = try CMSSamples.signed(content, on: bench)
        let signed = try SignedData(parsing: encoded)
        let signer = try #require(signed.signerInfos.first)
        #expect(signed.content == (content == .absent ? nil : []))
        #expect(try signer.signedValue(.messageDigest).octetString().elementsEqual(DigestAlgorithm.sha256.hash([])))
        try signed.verify(signer, with: bench.publicKey(.rsa))
    }

    @Test func `openssl verifies a zero-length OCTET STRING`() throws {
        let message = try bench.file(CMSSamples.signed(.octets([]), on: bench))
        try bench.openssl(["cms", "-verify", "-noverify", "-inform", "DER", "-in", message])
        try bench.openssl(["smime", "-verify", "-noverify", "-inform", "DER", "-in", message])
    }

    @Test func `the output is DER throughout`() throws {
        let encoded = try CMSSamples.signed(by: [.rsa, .ec], on: bench)
        var stack = [try ASN1Element(parsing: encoded, rules: .der)]
        while let element = stack.popLast() {
            guard element.isConstructed else { continue }
            var reader = ASN1Reader(element.content, rules: .der)
            let members = try reader.all()
            if element.tag == .set {
                let encoded = members.map { Array($0.encoded) }
                #expect(encoded == encoded.sorted { $0.lexicographicallyPrecedes($1) })
            }
            stack += members
        }
    }

    @Test func `a wrong number of signatures is refused`() throws {
        let template = try SignerTemplate(certificate: bench.certificate(.rsa), signatureAlgorithm: .rsaPKCS1(.sha256))
        let prepared = try SignedData.prepare(content: .absent, signers: [template])
        #expect(prepared.bytesToSign.count == 1)
        #expect(prepared.bytesToSign.first?.first == 0x31)
        #expect(throws: FormatError.self) { try prepared.finish(signatures: []) }
        #expect(throws: FormatError.self) { try prepared.finish(signatures: [[1], [2]]) }
    }

    @Test(arguments: [
        [Attribute(type: .signingTime, values: [])],
        [Attribute(type: .contentType, value: OID.data)],
        [Attribute(type: .messageDigest, values: [[4, 0]])],
        [Attribute(type: .signingTime, values: [[5, 0]]), Attribute(type: .signingTime, values: [[5, 0]])],
    ])
    func `empty and repeated attributes are never written`(attributes: [Attribute]) throws {
        let template = SignerTemplate(
            certificate: try bench.certificate(.rsa), signatureAlgorithm: .rsaPKCS1(.sha256),
            signedAttributes: attributes)
        #expect(throws: FormatError.self) { try SignedData.prepare(content: .absent, signers: [template]) }
    }

    @Test func `a message nobody signs is refused`() {
        #expect(throws: FormatError.self) { try SignedData.prepare(content: .absent, signers: []) }
    }
}
