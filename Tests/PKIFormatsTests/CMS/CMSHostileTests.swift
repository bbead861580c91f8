// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("Hostile CMS messages end in a value or an error")
struct CMSHostileTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    /// Does with a message all that an endpoint would, keys aside.
    private func exercise(_ bytes: [UInt8], key: PublicKey) {
        if let signed = try? SignedData(parsing: bytes) {
            _ = signed.certificateViews
            for signer in signed.signerInfos {
                _ = signed.certificate(of: signer)
                _ = signer.signedAttribute(.scepTransactionID)
                try? signed.verify(signer, with: key)
            }
        }
        if let envelope = try? EnvelopedData(parsing: bytes) {
            _ = envelope.recipients.map(\.transport)
            _ = try? envelope.open([UInt8](repeating: 1, count: envelope.cipher?.keyByteCount ?? 0))
        }
    }

    private func samples() throws -> [[UInt8]] {
        let attribute = Attribute(type: .scepSenderNonce, values: [[4, 2, 1, 2]])
        let signed = try CMSSamples.signed(by: [.ec], attributes: [attribute], on: bench)
        let oaep = try EnvelopedData.seal(
            CMSSamples.text, cipher: .aes256GCM, for: [EnvelopedData.Recipient(certificate: bench.certificate(.rsa))],
            transport: .oaep(digest: .sha256, mgfDigest: .sha256))
        return [
            signed, try CMSSamples.sealed(on: bench), oaep,
            try BERReencoder(segment: 20, treatment: BERReencoder.signedDataPaths).reencode(signed),
            try BERReencoder(segment: 20).reencode(oaep),
        ]
    }

    @Test func `every truncation is refused`() throws {
        for sample in try samples() {
            for count in 0..<sample.count {
                let cut = Array(sample.prefix(count))
                #expect((try? SignedData(parsing: cut)) == nil && (try? EnvelopedData(parsing: cut)) == nil)
            }
        }
    }

    @Test(arguments: [UInt8(0x01), 0x80, 0xFF, 0x20])
    func `every byte flip ends in a value or an error`(mask: UInt8) throws {
        let key = try bench.publicKey(.ec)
        for sample in try samples() {
            for index in sample.indices {
                var flipped = sample
                flipped[index] ^= mask
                exercise(flipped, key: key)
            }
        }
    }

    @Test func `no byte flip changes what a valid signature says`() throws {
        let sample = try CMSSamples.signed(by: [.ec], on: bench)
        let key = try bench.publicKey(.ec)
        for index in sample.indices {
            var flipped = sample
            flipped[index] ^= 0x01
            guard let signed = try? SignedData(parsing: flipped), let signer = signed.signerInfos.first,
                (try? signed.verify(signer, with: key)) != nil
            else { continue }
            #expect(signed.content == CMSSamples.text)
        }
    }

    @Test func `octets after the message are refused`() throws {
        for sample in try samples() {
            #expect((try? SignedData(parsing: sample + [0])) == nil)
            #expect((try? EnvelopedData(parsing: sample + [0, 0])) == nil)
        }
    }

    /// Every constructed element in turn loses its contents: the shapes of CVE-2026-40097 and CVE-2026-45447.
    @Test func `any structure may be empty`() throws {
        let key = try bench.publicKey(.ec)
        for sample in try samples().prefix(3) {
            for emptied in try Self.emptied(ASN1Element(parsing: sample)) { exercise(emptied, key: key) }
        }
    }

    /// All versions of an element with one constructed element inside emptied or dropped.
    private static func emptied(_ element: ASN1Element) throws -> [[UInt8]] {
        guard element.isConstructed else { return [] }
        var reader = ASN1Reader(element.content)
        let members = try reader.all()
        var versions: [[UInt8]] = [wrap(element, [])]
        for index in members.indices {
            let before = members[..<index].flatMap { Array($0.encoded) }
            let after = members[(index + 1)...].flatMap { Array($0.encoded) }
            versions.append(wrap(element, before + after))
            for version in try emptied(members[index]) { versions.append(wrap(element, before + version + after)) }
        }
        return versions
    }

    private static func wrap(_ element: ASN1Element, _ content: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.constructed(element.tag) { $0.append(content) }
        return writer.bytes
    }

    // MARK: - Limits

    /// An envelope by hand: `recipients` copies of one recipient, the cipher's parameters as given.
    private func envelope(
        recipients: Int = 1, algorithm: AlgorithmIdentifier, ciphertext: [UInt8] = CMSSamples.octets(32), mac: [UInt8]?
    ) throws -> [UInt8] {
        let name = try IssuerAndSerialNumber(bench.certificate(.rsa))
        var writer = DERWriter()
        writer.sequence { info in
            info.oid(mac == nil ? .envelopedData : .authEnvelopedData)
            info.explicit(0) { body in
                body.sequence { fields in
                    fields.integer(0)
                    fields.constructed(.set) { set in
                        for _ in 0..<recipients {
                            set.sequence { recipient in
                                recipient.integer(0)
                                recipient.append(name)
                                recipient.append(AlgorithmIdentifier(.pkcs1v15))
                                recipient.octetString(CMSSamples.octets(256))
                            }
                        }
                    }
                    fields.sequence { content in
                        content.oid(.data)
                        content.append(algorithm)
                        content.primitive(.context(0), ciphertext)
                    }
                    if let mac { fields.octetString(mac) }
                }
            }
        }
        return writer.bytes
    }

    private func octetString(_ count: Int) -> [UInt8] {
        var writer = DERWriter()
        writer.octetString(CMSSamples.octets(count))
        return writer.bytes
    }

    private func gcm(nonce: Int, tagByteCount: Int?) -> AlgorithmIdentifier {
        var writer = DERWriter()
        writer.sequence { parameters in
            parameters.octetString(CMSSamples.octets(nonce))
            if let tagByteCount { parameters.integer(tagByteCount) }
        }
        return AlgorithmIdentifier(oid: .aes256GCM, parameters: writer.bytes)
    }

    @Test func `a thousand recipients are refused, sixteen are read`() throws {
        let cipher = AlgorithmIdentifier(oid: .aes128CBC, parameters: octetString(16))
        let full = try EnvelopedData(parsing: envelope(recipients: 16, algorithm: cipher, mac: nil))
        #expect(full.recipients.count == 16)
        for count in [17, 1000] {
            #expect(throws: FormatError.limitExceeded("recipients", limit: 16)) {
                try EnvelopedData(parsing: envelope(recipients: count, algorithm: cipher, mac: nil))
            }
        }
    }

    @Test(arguments: [0, 1, 8, 15, 17, 64, 4096])
    func `an initialisation vector of another length is refused, CVE-2025-15467`(count: Int) throws {
        let cbc = AlgorithmIdentifier(oid: .aes256CBC, parameters: octetString(count))
        #expect(throws: FormatError.self) { try EnvelopedData(parsing: envelope(algorithm: cbc, mac: nil)) }
        let gcm = gcm(nonce: count, tagByteCount: 16)
        #expect(throws: FormatError.self) {
            try EnvelopedData(parsing: envelope(algorithm: gcm, mac: CMSSamples.octets(16)))
        }
    }

    @Test(arguments: [(0, 0), (1, 1), (11, 11), (17, 17), (16, 12), (12, 16), (-1, 16), (nil, 16)] as [(Int?, Int)])
    func `a tag that is short, long or not as announced is refused`(announced: Int?, actual: Int) throws {
        let algorithm = gcm(nonce: 12, tagByteCount: announced)
        #expect(throws: FormatError.self) {
            try EnvelopedData(parsing: envelope(algorithm: algorithm, mac: CMSSamples.octets(actual)))
        }
    }

    @Test(arguments: [(nil, 12), (12, 12), (13, 13), (14, 14), (15, 15), (16, 16)] as [(Int?, Int)])
    func `tags of twelve to sixteen octets are read`(announced: Int?, actual: Int) throws {
        let algorithm = gcm(nonce: 12, tagByteCount: announced)
        let envelope = try EnvelopedData(
            parsing: envelope(algorithm: algorithm, mac: CMSSamples.octets(actual)))
        #expect(envelope.mac.count == actual)
        #expect(throws: FormatError.verificationFailed("content")) {
            try envelope.open([UInt8](repeating: 1, count: 32))
        }
    }

    @Test func `a cipher in the wrong kind of envelope is refused`() throws {
        let cbc = AlgorithmIdentifier(oid: .aes256CBC, parameters: octetString(16))
        let gcm = gcm(nonce: 12, tagByteCount: 16)
        #expect(throws: FormatError.self) { try EnvelopedData(parsing: envelope(algorithm: gcm, mac: nil)) }
        #expect(throws: FormatError.self) { try EnvelopedData(parsing: envelope(algorithm: cbc, mac: [])) }
        #expect(throws: FormatError.self) {
            try EnvelopedData(parsing: envelope(algorithm: cbc, mac: CMSSamples.octets(16)))
        }
    }

    @Test func `ciphertext that is no whole number of blocks is the one error`() throws {
        let cbc = AlgorithmIdentifier(oid: .aes256CBC, parameters: octetString(16))
        for count in [0, 1, 15, 17, 31] {
            let envelope = try EnvelopedData(
                parsing: envelope(algorithm: cbc, ciphertext: CMSSamples.octets(count), mac: nil))
            #expect(throws: FormatError.verificationFailed("content")) {
                try envelope.open([UInt8](repeating: 1, count: 32))
            }
        }
    }

    @Test func `too many signers, certificates and attributes are refused`() throws {
        let certificate = try bench.certificate(.ec)
        let crowd = [[UInt8]](repeating: certificate.encoded, count: 65)
        let prepared = try SignedData.prepare(
            content: .octets([1]), certificates: crowd,
            signers: [SignerTemplate(certificate: certificate, signatureAlgorithm: .ecdsa(.sha256))])
        let signed = try prepared.finish(signatures: [[0]])
        #expect(throws: FormatError.limitExceeded("certificates", limit: 64)) { try SignedData(parsing: signed) }
        let store = SignedData.certificatesOnly(crowd, keepOrder: true)
        #expect(try SignedData(parsing: store).certificates.count == 65)
        let bag = [[UInt8]](repeating: certificate.encoded, count: 2_001)
        let whole = SignedData.certificatesOnly(bag, keepOrder: true)
        #expect(throws: FormatError.limitExceeded("certificates", limit: 2_000)) { try SignedData(parsing: whole) }
        let signers = [CMSBench.Identity](repeating: .ec, count: 17)
        let message = try CMSSamples.signed(by: signers, on: bench)
        #expect(throws: FormatError.limitExceeded("signers", limit: 16)) { try SignedData(parsing: message) }
        let attributes = (0..<100).map { Attribute(type: OID(1, 2, 3, UInt64($0)), values: [[5, 0]]) }
        let crowded = try CMSSamples.signed(by: [.ec], attributes: attributes, on: bench)
        #expect(throws: FormatError.self) { try SignedData(parsing: crowded) }
    }
}
