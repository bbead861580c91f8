// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5652 section 6 and RFC 5083: envelopes made by others")
struct EnvelopedDataReadingTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private func encrypt(_ options: [String], _ content: [UInt8] = CMSSamples.text) throws -> EnvelopedData {
        let message = try bench.file(content)
        return try EnvelopedData(
            parsing: bench.opensslOutput(
                ["cms", "-encrypt", "-binary", "-in", message, "-outform", "DER"] + options + ["-recip", "rsa.crt"]))
    }

    @Test(arguments: [
        ("-aes128", ContentCipher.aes128CBC), ("-aes192", .aes192CBC), ("-aes256", .aes256CBC),
        ("-des3", .tripleDESCBC), ("-aes-128-gcm", .aes128GCM), ("-aes-192-gcm", .aes192GCM),
        ("-aes-256-gcm", .aes256GCM),
    ])
    func `every cipher of openssl is opened`(option: String, cipher: ContentCipher) throws {
        for count in [1, 15, 16, 17, 3000] {
            let content = CMSSamples.octets(count)
            let envelope = try encrypt([option], content)
            #expect(envelope.cipher == cipher)
            #expect(envelope.contentType == .data)
            #expect(try CMSSamples.open(envelope, on: bench) == content)
        }
    }

    @Test(arguments: [["-aes256"], ["-aes-256-gcm"]])
    func `a streamed envelope is opened`(options: [String]) throws {
        let content = CMSSamples.octets(100_000)
        #expect(try CMSSamples.open(encrypt(options + ["-stream"], content), on: bench) == content)
    }

    @Test(arguments: [
        ([], KeyTransport.oaep(digest: .sha1, mgfDigest: .sha1)),
        (["rsa_oaep_md:sha256"], .oaep(digest: .sha256, mgfDigest: .sha256)),
        (["rsa_oaep_md:sha512", "rsa_mgf1_md:sha1"], .oaep(digest: .sha512, mgfDigest: .sha1)),
    ])
    func `OAEP with its parameters is opened`(options: [String], transport: KeyTransport) throws {
        let message = try bench.file(CMSSamples.text)
        let envelope = try EnvelopedData(
            parsing: bench.opensslOutput(
                ["cms", "-encrypt", "-binary", "-in", message, "-outform", "DER", "-aes256", "-recip", "rsa.crt"]
                    + (["rsa_padding_mode:oaep"] + options).flatMap { ["-keyopt", $0] }))
        #expect(envelope.recipients.first?.transport == transport)
        #expect(try CMSSamples.open(envelope, on: bench) == CMSSamples.text)
    }

    @Test func `a label of OAEP is an unknown transport`() throws {
        let message = try bench.file(CMSSamples.text)
        let envelope = try EnvelopedData(
            parsing: bench.opensslOutput([
                "cms", "-encrypt", "-binary", "-in", message, "-outform", "DER", "-aes256", "-recip", "rsa.crt",
                "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_label:414243",
            ]))
        #expect(envelope.recipients.first?.transport == nil)
    }

    @Test func `a recipient named by key identifier is found`() throws {
        let envelope = try encrypt(["-aes128", "-keyid"])
        guard case .subjectKeyIdentifier = envelope.recipients.first?.rid else {
            Issue.record("openssl did not write a key identifier")
            return
        }
        #expect(try CMSSamples.open(envelope, on: bench) == CMSSamples.text)
        #expect(try envelope.recipients(matching: bench.certificate(.rsa2)).isEmpty)
    }

    @Test func `each of several recipients opens it`() throws {
        let envelope = try encrypt(["-aes256", "-recip", "rsa2.crt"])
        #expect(envelope.recipients.count == 2)
        #expect(try CMSSamples.open(envelope, as: .rsa, on: bench) == CMSSamples.text)
        #expect(try CMSSamples.open(envelope, as: .rsa2, on: bench) == CMSSamples.text)
    }

    @Test func `recipients of other kinds are kept unread`() throws {
        let envelope = try encrypt(["-aes256", "-recip", "ec.crt", "-pwri_password", "secret"])
        #expect(envelope.recipients.count == 1)
        #expect(envelope.otherRecipients.count == 2)
        #expect(try CMSSamples.open(envelope, on: bench) == CMSSamples.text)
    }

    @Test func `a PKCS 7 envelope of openssl smime is opened`() throws {
        let output = bench.fresh(".p7")
        try bench.openssl([
            "smime", "-encrypt", "-binary", "-aes128", "-in", bench.file(CMSSamples.text), "-outform", "DER", "-out",
            output, "rsa.crt",
        ])
        let envelope = try EnvelopedData(parsing: bench.read(output))
        #expect(try CMSSamples.open(envelope, on: bench) == CMSSamples.text)
    }

    @Test func `an unknown cipher is named and not opened`() throws {
        let envelope = try encrypt(["-camellia128"])
        #expect(envelope.cipher == nil)
        #expect(envelope.iv.isEmpty)
        let oid = OID(1, 2, 392, 200011, 61, 1, 1, 1, 2)
        #expect(throws: FormatError.unsupportedAlgorithm(oid)) { try envelope.open([UInt8](repeating: 0, count: 16)) }
    }

    /// No program here makes such a message, but openssl reads it.
    @Test func `attributes beside the content are authenticated with it, as openssl has it`() throws {
        let written: [UInt8] = [0x04, 1, 7]
        let message = try AuthenticatedSample(CMSSamples.text, authenticating: written, for: bench.certificate(.rsa))
        let envelope = try EnvelopedData(parsing: message.encoded(with: written))
        #expect(envelope.authenticatedAttributes.map(\.values) == [[written]])
        #expect(try CMSSamples.open(envelope, on: bench) == CMSSamples.text)
        let output = try bench.opensslOutput([
            "cms", "-decrypt", "-binary", "-inform", "DER", "-in", bench.file(message.encoded(with: written)), "-inkey",
            "rsa.key", "-recip", "rsa.crt",
        ])
        #expect(output == CMSSamples.text)
        let changed = try EnvelopedData(parsing: message.encoded(with: [0x04, 1, 8]))
        #expect(throws: FormatError.verificationFailed("content")) { try CMSSamples.open(changed, on: bench) }
    }
}

/// An AuthEnvelopedData with one attribute.
private struct AuthenticatedSample {
    private let recipientInfo: [UInt8]
    private let contentInfo: [UInt8]
    private let tag: [UInt8]

    init(_ content: [UInt8], authenticating value: [UInt8], for certificate: CertificateView) throws {
        let cipher = ContentCipher.aes256GCM
        let key = SecureRandom.bytes(cipher.keyByteCount)
        let nonce = SecureRandom.bytes(cipher.ivByteCount)
        let sealed = try cipher.encrypt(content, key: key, iv: nonce, authenticating: Self.attributes(value, .set))
        guard case .rsa(let recipient)? = certificate.publicKey else { throw FormatError.missing("an RSA key") }
        let encryptedKey = try recipient.encrypt(key, transport: .pkcs1v15)
        recipientInfo = Self.sequence { fields in
            fields.integer(0)
            fields.append(IssuerAndSerialNumber(certificate))
            fields.append(AlgorithmIdentifier(oid: .rsaEncryption, parameters: AlgorithmIdentifier.null))
            fields.octetString(encryptedKey)
        }
        let parameters = Self.sequence { fields in
            fields.octetString(nonce)
            fields.integer(sealed.tag.count)
        }
        contentInfo = Self.sequence { fields in
            fields.oid(.data)
            fields.append(AlgorithmIdentifier(oid: cipher.oid, parameters: parameters))
            fields.primitive(.context(0), sealed.ciphertext)
        }
        tag = sealed.tag
    }

    /// The message, with the attribute that was authenticated or another one.
    func encoded(with value: [UInt8]) -> [UInt8] {
        let envelope = Self.sequence { fields in
            fields.integer(0)
            fields.setOf([recipientInfo])
            fields.append(contentInfo)
            fields.append(Self.attributes(value, .context(1)))
            fields.octetString(tag)
        }
        return Self.sequence { fields in
            fields.oid(.authEnvelopedData)
            fields.explicit(0) { $0.append(envelope) }
        }
    }

    private static func attributes(_ value: [UInt8], _ tag: ASN1Tag) -> [UInt8] {
        var writer = DERWriter()
        writer.setOf([Attribute(type: OID(1, 2, 3, 4), values: [value]).derBytes], tag: tag)
        return writer.bytes
    }

    private static func sequence(_ body: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence(body)
        return writer.bytes
    }
}
