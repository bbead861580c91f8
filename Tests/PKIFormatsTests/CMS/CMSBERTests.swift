// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("ITU-T X.690: the BER that peers send")
struct CMSBERTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    static let encoders: [BERReencoder] = [1, 2, 1000, nil].flatMap { segment in
        [0, 1, 3].flatMap { nesting in
            [true, false].map { BERReencoder(indefinite: $0, segment: segment, nesting: nesting) }
        }
    }

    @Test(arguments: encoders)
    func `a signed message verifies in every encoding`(encoder: BERReencoder) throws {
        var encoder = encoder
        encoder.treatment = BERReencoder.signedDataPaths
        let content = CMSSamples.octets(3000)
        let encoded = try encoder.reencode(CMSSamples.signed(.octets(content), by: [.rsa, .ec], on: bench))
        let signed = try SignedData(parsing: encoded)
        #expect(signed.content == content)
        for signer in signed.signerInfos {
            try signed.verify(signer, with: #require(signed.certificate(of: signer)?.publicKey))
        }
    }

    @Test(arguments: encoders)
    func `an envelope opens in every encoding`(encoder: BERReencoder) throws {
        let content = CMSSamples.octets(3000)
        for cipher in [ContentCipher.aes256CBC, .aes128GCM] {
            let encoded = try encoder.reencode(CMSSamples.sealed(content, cipher: cipher, on: bench))
            let envelope = try EnvelopedData(parsing: encoded)
            #expect(envelope.encryptedContent.count == (cipher.isAuthenticated ? 3000 : 3008))
            #expect(try CMSSamples.open(envelope, on: bench) == content)
        }
    }

    @Test func `openssl agrees that the rewritten messages are BER`() throws {
        let encoder = BERReencoder(segment: 100, nesting: 1, treatment: BERReencoder.signedDataPaths)
        let signed = try bench.file(encoder.reencode(CMSSamples.signed(.octets(CMSSamples.octets(999)), on: bench)))
        try bench.openssl(["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", signed])
        let sealed = try bench.file(encoder.reencode(CMSSamples.sealed(on: bench)))
        try bench.openssl([
            "cms", "-decrypt", "-inform", "DER", "-in", sealed, "-inkey", "rsa.key", "-recip", "rsa.crt",
        ])
    }

    @Test func `attributes in an indefinite length are verified as the set they encode`() throws {
        let encoder = BERReencoder(treatment: { path in
            let isAttribute = path.count == 6 && path.starts(with: [1, 0, 4]) && path[4] == 3
            return path == [1, 0, 3] || isAttribute ? .keep : .rewrite
        })
        let signed = try SignedData(parsing: encoder.reencode(CMSSamples.signed(on: bench)))
        try signed.verify(#require(signed.signerInfos.first), with: bench.publicKey(.rsa))
    }

    @Test func `nesting beyond any sender's is refused without recursion to the end`() throws {
        let encoder = BERReencoder(segment: 1000, nesting: 60)
        let encoded = try encoder.reencode(CMSSamples.sealed(on: bench))
        #expect(throws: FormatError.self) { try EnvelopedData(parsing: encoded) }
        let bomb = [[UInt8]](repeating: [0x30, 0x80], count: 100_000).flatMap { $0 }
        #expect(throws: FormatError.self) { try SignedData(parsing: bomb) }
    }
}
