// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5652 section 6 and RFC 5083: envelopes as we write them")
struct EnvelopedDataWritingTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private func opensslDecrypts(_ envelope: [UInt8], as identity: String = "rsa") throws -> [UInt8] {
        try bench.opensslOutput([
            "cms", "-decrypt", "-binary", "-inform", "DER", "-in", bench.file(envelope), "-inkey", "\(identity).key",
            "-recip", "\(identity).crt",
        ])
    }

    // openssl 3 has single DES in its legacy provider only; ours is judged by our own round trip.
    @Test(arguments: ContentCipher.allCases.filter { $0 != .desCBC })
    func `openssl opens every cipher`(cipher: ContentCipher) throws {
        for count in [0, 1, 16, 3000] {
            let content = CMSSamples.octets(count)
            #expect(try opensslDecrypts(CMSSamples.sealed(content, cipher: cipher, on: bench)) == content)
        }
    }

    @Test(arguments: ContentCipher.allCases)
    func `we open every cipher`(cipher: ContentCipher) throws {
        let envelope = try EnvelopedData(parsing: CMSSamples.sealed(cipher: cipher, on: bench))
        #expect(envelope.cipher == cipher)
        #expect(try CMSSamples.open(envelope, on: bench) == CMSSamples.text)
    }

    @Test(arguments: [
        KeyTransport.pkcs1v15, .oaep(digest: .sha1, mgfDigest: .sha1), .oaep(digest: .sha256, mgfDigest: .sha256),
        .oaep(digest: .sha256, mgfDigest: .sha1),
    ])
    func `openssl opens every key transport`(transport: KeyTransport) throws {
        let recipient = try EnvelopedData.Recipient(certificate: bench.certificate(.rsa))
        let sealed = try EnvelopedData.seal(CMSSamples.text, cipher: .aes128CBC, for: [recipient], transport: transport)
        #expect(try opensslDecrypts(sealed) == CMSSamples.text)
        #expect(try EnvelopedData(parsing: sealed).recipients.first?.transport == transport)
    }

    @Test(arguments: [ContentCipher.aes256CBC, .aes256GCM])
    func `several recipients, one by key identifier, each open it`(cipher: ContentCipher) throws {
        let second = try bench.certificate(.rsa2)
        guard case .rsa(let secondKey)? = second.publicKey else {
            Issue.record("not an RSA key")
            return
        }
        let sealed = try EnvelopedData.seal(
            CMSSamples.text, cipher: cipher,
            for: [
                EnvelopedData.Recipient(certificate: bench.certificate(.rsa)),
                EnvelopedData.Recipient(
                    identifier: .subjectKeyIdentifier(second.subjectPublicKeyInfo.keyIdentifier), key: secondKey),
            ])
        for identity in ["rsa", "rsa2"] { #expect(try opensslDecrypts(sealed, as: identity) == CMSSamples.text) }
        #expect(try CMSSamples.open(EnvelopedData(parsing: sealed), as: .rsa2, on: bench) == CMSSamples.text)
    }

    @Test func `certtool's library and openssl smime open it too`() throws {
        let sealed = try bench.file(CMSSamples.sealed(cipher: .aes128CBC, on: bench))
        let content = try bench.opensslOutput([
            "smime", "-decrypt", "-binary", "-inform", "DER", "-in", sealed, "-inkey", "rsa.key", "-recip", "rsa.crt",
        ])
        #expect(content == CMSSamples.text)
    }

    @Test func `nothing is encrypted to a key that cannot decrypt, or to nobody`() throws {
        let certificate = try bench.certificate(.ec)
        #expect(throws: FormatError.self) { try EnvelopedData.Recipient(certificate: certificate) }
        #expect(throws: FormatError.self) { try EnvelopedData.seal([1], cipher: .aes128CBC, for: []) }
    }

    @Test func `two envelopes of one message share neither key nor vector`() throws {
        let first = try EnvelopedData(parsing: CMSSamples.sealed(on: bench))
        let second = try EnvelopedData(parsing: CMSSamples.sealed(on: bench))
        #expect(first.iv != second.iv)
        #expect(first.encryptedContent != second.encryptedContent)
    }

    @Test(arguments: ContentCipher.allCases)
    func `every wrong key, damaged content and damaged tag is one and the same error`(cipher: ContentCipher) throws {
        let sealed = try CMSSamples.sealed(CMSSamples.octets(64), cipher: cipher, on: bench)
        let envelope = try EnvelopedData(parsing: sealed)
        let content = FormatError.verificationFailed("content")
        for count in [0, 1, cipher.keyByteCount - 1, cipher.keyByteCount + 1] {
            #expect(throws: content) { try envelope.open([UInt8](repeating: 7, count: count)) }
        }
        var refused = 0
        for _ in 0..<64 {
            do {
                _ = try envelope.open(SecureRandom.bytes(cipher.keyByteCount))
            } catch {
                #expect(error == content)
                refused += 1
            }
        }
        // Valid padding under a wrong key comes about once in 256 without a tag, never with one.
        #expect(cipher.isAuthenticated ? refused == 64 : refused > 50)
    }
}
