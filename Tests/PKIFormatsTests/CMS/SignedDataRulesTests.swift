// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

/// Messages whose signature is right and whose attributes break the rules.
@Suite("RFC 5652 sections 5.3, 5.6, 11.1, 11.2: what signed attributes must be")
struct SignedDataRulesTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private static let goodType = Attribute(type: .contentType, value: OID.data)
    private static let goodDigest = Attribute(
        type: .messageDigest, values: [[4, 32] + DigestAlgorithm.sha256.hash(CMSSamples.text)])

    /// A SignedData by hand; `members` are the encoded members of the signed attributes, in the order given.
    private func message(
        contentType: OID = .data, members: [[UInt8]]?,
        digest: AlgorithmIdentifier = AlgorithmIdentifier(digest: .sha256),
        signature: AlgorithmIdentifier = AlgorithmIdentifier(oid: .rsaEncryption, parameters: [5, 0]),
        content: [UInt8]? = CMSSamples.text, signedWith algorithm: SignatureAlgorithm = .rsaPKCS1(.sha256)
    ) throws -> SignedData {
        var attributes = DERWriter()
        attributes.constructed(.set) { set in for member in members ?? [] { set.append(member) } }
        let octets = try bench.key(.rsa).signSynchronously(
            members == nil ? content ?? [] : attributes.bytes, algorithm: algorithm)
        var writer = DERWriter()
        try writer.sequence { info in
            info.oid(.signedData)
            try info.explicit(0) { body in
                try body.sequence { fields in
                    fields.integer(1)
                    fields.setOf([])
                    fields.sequence { encapsulated in
                        encapsulated.oid(contentType)
                        if let content { encapsulated.explicit(0) { $0.octetString(content) } }
                    }
                    let signer = try IssuerAndSerialNumber(bench.certificate(.rsa))
                    fields.constructed(.set) { set in
                        set.sequence { signerInfo in
                            signerInfo.integer(1)
                            signerInfo.append(signer)
                            signerInfo.append(digest)
                            if members != nil { signerInfo.append([0xA0] + attributes.bytes.dropFirst()) }
                            signerInfo.append(signature)
                            signerInfo.octetString(octets)
                        }
                    }
                }
            }
        }
        return try SignedData(parsing: writer.bytes)
    }

    private func verify(_ signed: SignedData) throws {
        try signed.verify(#require(signed.signerInfos.first), with: bench.publicKey(.rsa))
    }

    @Test func `attributes are verified in the order they came in`() throws {
        let members = [Self.goodType, Self.goodDigest].map(\.derBytes)
        try verify(message(members: members))
        try verify(message(members: members.reversed()))
    }

    static let broken: [[Attribute]] = [
        [],
        [goodType],
        [goodDigest],
        [goodType, goodDigest, goodDigest],
        [goodType, goodType, goodDigest],
        [goodType, Attribute(type: .messageDigest, values: [])],
        [goodType, Attribute(type: .messageDigest, values: goodDigest.values + goodDigest.values)],
        [goodType, Attribute(type: .messageDigest, values: [[4, 0]])],
        [goodType, Attribute(type: .messageDigest, values: [[5, 0]])],
        [goodDigest, Attribute(type: .contentType, values: [])],
        [goodDigest, Attribute(type: .contentType, value: OID.signedData)],
        [goodDigest, Attribute(type: .contentType, values: [[6, 0]])],
    ]

    @Test(arguments: broken)
    func `absent, repeated, empty and differing attributes are refused`(attributes: [Attribute]) throws {
        let signed = try message(members: attributes.map(\.derBytes))
        #expect(throws: FormatError.self) { try verify(signed) }
    }

    @Test func `an attribute that comes twice is not given out`() throws {
        let nonce = Attribute(type: .scepSenderNonce, values: [[4, 1, 1]])
        let signed = try message(members: [Self.goodType, Self.goodDigest, nonce, nonce].map(\.derBytes))
        #expect(signed.signerInfos.first?.signedAttribute(.scepSenderNonce) == nil)
        #expect(signed.signerInfos.first?.signedAttribute(.messageDigest) == Self.goodDigest)
    }

    @Test func `content other than data needs signed attributes`() throws {
        try verify(message(members: nil))
        let signed = try message(contentType: .timeStampToken, members: nil)
        #expect(throws: FormatError.missing("signedAttrs")) { try verify(signed) }
    }

    @Test func `signed attributes cannot be passed off as content`() throws {
        var attributes = DERWriter()
        attributes.setOf([Self.goodType, Self.goodDigest].map(\.derBytes))
        let signed = try message(members: nil, content: attributes.bytes)
        #expect(throws: FormatError.self) { try verify(signed) }
    }

    @Test(arguments: [
        AlgorithmIdentifier(oid: .sha256WithRSAEncryption, parameters: [5, 0]),
        AlgorithmIdentifier(oid: .sha256WithRSAEncryption), AlgorithmIdentifier(oid: .rsaEncryption),
    ])
    func `the several names of RSA are accepted`(name: AlgorithmIdentifier) throws {
        try verify(message(members: [Self.goodType, Self.goodDigest].map(\.derBytes), signature: name))
    }

    @Test func `a digest with NULL parameters is accepted`() throws {
        let digest = AlgorithmIdentifier(oid: .sha256, parameters: [5, 0])
        try verify(message(members: [Self.goodType, Self.goodDigest].map(\.derBytes), digest: digest))
    }

    @Test func `a weaker digest cannot hide in the signature algorithm`() throws {
        let signed = try message(
            members: [Self.goodType, Self.goodDigest].map(\.derBytes),
            signature: AlgorithmIdentifier(.rsaPKCS1(.sha1)), signedWith: .rsaPKCS1(.sha1))
        #expect(throws: FormatError.unsupportedAlgorithm(.sha1WithRSAEncryption)) { try verify(signed) }
    }

    @Test func `unknown algorithms are named in the refusal`() throws {
        let unknown = OID(1, 2, 3, 4)
        let members = [Self.goodType, Self.goodDigest].map(\.derBytes)
        let digest = try message(members: members, digest: AlgorithmIdentifier(oid: unknown))
        #expect(throws: FormatError.unsupportedAlgorithm(unknown)) { try verify(digest) }
        let signature = try message(members: members, signature: AlgorithmIdentifier(oid: unknown))
        #expect(throws: FormatError.unsupportedAlgorithm(unknown)) { try verify(signature) }
    }

    @Test func `attached content that differs from the content at hand is refused`() throws {
        let signed = try message(members: [Self.goodType, Self.goodDigest].map(\.derBytes))
        let signer = try #require(signed.signerInfos.first)
        try signed.verify(signer, with: bench.publicKey(.rsa), content: CMSSamples.text)
        #expect(throws: FormatError.self) {
            try signed.verify(signer, with: bench.publicKey(.rsa), content: Array("something else".utf8))
        }
    }

    @Test func `of two certificates under one name only the signer's verifies`() throws {
        let real = try bench.certificate(.rsa)
        let file = bench.fresh(".der")
        try bench.openssl([
            "req", "-x509", "-new", "-key", "rsa2.key", "-out", file, "-outform", "DER", "-utf8", "-days", "30",
            "-subj", "/C=DE/O=Müller & Söhne/CN=rsa", "-set_serial", "0x\(real.serialNumber.hex)",
        ])
        let decoy = try CertificateView(parsing: bench.read(file))
        let template = SignerTemplate(certificate: real, signatureAlgorithm: .rsaPKCS1(.sha256))
        let prepared = try SignedData.prepare(
            content: .octets(CMSSamples.text), certificates: [decoy.encoded, real.encoded], signers: [template])
        let signatures = try prepared.bytesToSign.map {
            try bench.key(.rsa).signSynchronously($0, algorithm: .rsaPKCS1(.sha256))
        }
        let signed = try SignedData(parsing: prepared.finish(signatures: signatures))
        let signer = try #require(signed.signerInfos.first)
        let named = signed.certificateViews.filter { signer.sid.identifies($0) }
        #expect(Set(named) == [decoy, real])
        let verifying = try named.filter { certificate in
            let key = try #require(certificate.publicKey)
            return (try? signed.verify(signer, with: key)) != nil
        }
        #expect(verifying == [real])
    }
}
