// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 5652 section 5: SignedData made by others")
struct SignedDataReadingTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private func sign(_ options: [String], by identity: String = "rsa") throws -> SignedData {
        let message = try bench.file(CMSSamples.text)
        return try SignedData(
            parsing: bench.opensslOutput(
                ["cms", "-sign", "-binary", "-in", message, "-outform", "DER"] + options
                    + ["-signer", "\(identity).crt", "-inkey", "\(identity).key"]))
    }

    @Test(arguments: [
        ["-nodetach"], ["-nodetach", "-stream"], ["-nodetach", "-md", "sha1"], ["-nodetach", "-md", "sha224"],
        ["-nodetach", "-md", "sha384"], ["-nodetach", "-md", "sha512"], ["-nodetach", "-md", "md5"],
        ["-nodetach", "-noattr"], ["-nodetach", "-keyid"], ["-nodetach", "-cades"],
    ])
    func `an attached RSA signature of openssl verifies`(options: [String]) throws {
        let signed = try sign(options)
        let signer = try #require(signed.signerInfos.first)
        #expect(signed.content == CMSSamples.text)
        #expect(signed.contentType == .data)
        let certificate = try #require(signed.certificate(of: signer))
        #expect(try certificate == bench.certificate(.rsa))
        try signed.verify(signer, with: #require(certificate.publicKey))
    }

    @Test(arguments: [[], ["-md", "sha512"], ["-noattr"]])
    func `a detached signature of openssl verifies over the content beside it`(options: [String]) throws {
        let signed = try sign(options)
        let signer = try #require(signed.signerInfos.first)
        #expect(signed.content == nil)
        try signed.verify(signer, with: bench.publicKey(.rsa), content: CMSSamples.text)
        #expect(throws: FormatError.self) {
            try signed.verify(signer, with: bench.publicKey(.rsa), content: CMSSamples.text + [0])
        }
        #expect(throws: FormatError.self) { try signed.verify(signer, with: bench.publicKey(.rsa)) }
    }

    @Test(arguments: ["sha1", "sha256", "sha384", "sha512"])
    func `an ECDSA signature of openssl verifies`(digest: String) throws {
        let signed = try sign(["-nodetach", "-md", digest], by: "ec")
        try signed.verify(#require(signed.signerInfos.first), with: bench.publicKey(.ec))
    }

    @Test(arguments: [
        ["rsa_padding_mode:pss"], ["rsa_padding_mode:pss", "rsa_pss_saltlen:0"],
        ["rsa_padding_mode:pss", "rsa_pss_saltlen:-2"], ["rsa_padding_mode:pss", "rsa_mgf1_md:sha512"],
    ])
    func `an RSA-PSS signature of openssl verifies`(keyOptions: [String]) throws {
        let message = try bench.file(CMSSamples.text)
        let signed = try SignedData(
            parsing: bench.opensslOutput(
                ["cms", "-sign", "-binary", "-nodetach", "-in", message, "-outform", "DER", "-signer", "rsa.crt"]
                    + ["-inkey", "rsa.key"] + keyOptions.flatMap { ["-keyopt", $0] }))
        let signer = try #require(signed.signerInfos.first)
        guard case .rsaPSS = signer.signatureAlgorithmWithDigest else {
            Issue.record("\(signer.signatureAlgorithm) is not PSS")
            return
        }
        try signed.verify(signer, with: bench.publicKey(.rsa))
    }

    @Test func `several signers are each found and verified`() throws {
        let signed = try sign([
            "-nodetach", "-signer", "rsa2.crt", "-inkey", "rsa2.key", "-signer", "ec.crt", "-inkey", "ec.key",
        ])
        #expect(signed.signerInfos.count == 3)
        for signer in signed.signerInfos {
            let key = try #require(signed.certificate(of: signer)?.publicKey)
            try signed.verify(signer, with: key)
        }
    }

    @Test func `a signature of another key is refused`() throws {
        let signed = try sign(["-nodetach"])
        let signer = try #require(signed.signerInfos.first)
        #expect(throws: FormatError.verificationFailed("signature")) {
            try signed.verify(signer, with: bench.publicKey(.rsa2))
        }
        #expect(throws: FormatError.verificationFailed("signature")) {
            try signed.verify(signer, with: bench.publicKey(.ec))
        }
    }

    @Test func `a message without the signer's certificate still verifies with the key`() throws {
        let signed = try sign(["-nodetach", "-nocerts"])
        let signer = try #require(signed.signerInfos.first)
        #expect(signed.certificates.isEmpty)
        #expect(signed.certificate(of: signer) == nil)
        #expect(try signer.sid.identifies(bench.certificate(.rsa)))
        #expect(try !signer.sid.identifies(bench.certificate(.rsa2)))
        try signed.verify(signer, with: bench.publicKey(.rsa))
    }

    /// A message of 220 KB kept a processor busy for half a minute, before anything in it was believed.
    @Test func `a signer with a long name is looked for among many certificates in little time`() throws {
        let certificate = try bench.certificate(.rsa)
        let text = String(repeating: "\u{DF}", count: 200_000)
        let long = DistinguishedName(
            rdns: certificate.issuer.rdns.map { attributes in
                attributes.map { AttributeTypeAndValue(type: $0.type, text: text, as: .utf8String) }
            })
        var writer = DERWriter(capacity: 1 << 20)
        writer.sequence { info in
            info.integer(1)
            info.append(IssuerAndSerialNumber(issuer: long, serialNumber: certificate.serialNumber))
            info.append(AlgorithmIdentifier(oid: .sha256))
            info.append(AlgorithmIdentifier(oid: .rsaEncryption))
            info.octetString([1])
        }
        let signer = try SignerInfo(parsing: ASN1Element(parsing: writer.bytes))
        let many = try SignedData(
            parsing: SignedData.certificatesOnly(Array(repeating: certificate.encoded, count: 62), keepOrder: true))
        try #require(many.certificates.count == 62)
        let duration = processorTime { #expect(many.certificate(of: signer) == nil) }
        #expect(duration < .seconds(3), "\(duration)")
    }

    @Test func `a PKCS 7 message of openssl smime verifies`() throws {
        let message = try bench.file(CMSSamples.text)
        let signed = try SignedData(
            parsing: bench.opensslOutput([
                "smime", "-sign", "-binary", "-nodetach", "-in", message, "-outform", "DER", "-signer", "rsa.crt",
                "-inkey", "rsa.key",
            ]))
        try signed.verify(#require(signed.signerInfos.first), with: bench.publicKey(.rsa))
    }

    @Test(arguments: CMSBench.Identity.allCases)
    func `a message of certtool verifies`(identity: CMSBench.Identity) throws {
        let message = try bench.file(CMSSamples.text)
        let output = bench.fresh(".p7")
        try bench.run(
            "certtool",
            [
                "--p7-sign", "--load-certificate", "\(identity.rawValue).crt", "--load-privkey",
                "\(identity.rawValue).key", "--infile", message, "--outder", "--outfile", output,
            ])
        let signed = try SignedData(parsing: bench.read(output))
        let signer = try #require(signed.signerInfos.first)
        try signed.verify(signer, with: bench.publicKey(identity))
    }

    @Test func `certificates and CRLs without a signer are read`() throws {
        let bag = try SignedData(
            parsing: bench.opensslOutput([
                "crl2pkcs7", "-nocrl", "-certfile", "rsa.crt", "-certfile", "ec.crt", "-outform", "DER",
            ]))
        #expect(bag.signerInfos.isEmpty)
        #expect(bag.content == nil)
        #expect(try bag.certificates == [bench.certificate(.rsa).encoded, bench.certificate(.ec).encoded])
        #expect(bag.certificateViews.count == 2)
    }

    @Test func `an envelope is not taken for a signed message`() throws {
        let sealed = try CMSSamples.sealed(on: bench)
        #expect(throws: FormatError.self) { try SignedData(parsing: sealed) }
    }
}
