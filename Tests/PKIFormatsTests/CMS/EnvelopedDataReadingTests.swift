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
}
