// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 2986: certification requests")
struct CertificationRequestTests {
    private let folder: ToolFolder

    init() throws { folder = try ToolFolder() }

    @Test(arguments: [
        ["rsa:2048"], ["rsa:2048", "-sha1"], ["rsa:2048", "-sigopt", "rsa_padding_mode:pss"],
        ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], ["ed25519"],
    ])
    func `OpenSSL's requests are read and verify`(options: [String]) throws {
        let more = Array(options.dropFirst()) + ["-addext", "subjectAltName=DNS:a.example,IP:192.0.2.1"]
        let request = try CertificationRequest(parsing: folder.request(options[0], more))
        #expect(request.isSelfSigned)
        #expect(request.subject.rfc4514 == "CN=judge,O=Example,C=DE")
        #expect(
            request.requestedExtension(SubjectAlternativeName.self)?.names.map(\.text) == [
                "DNS:a.example", "IP:192.0.2.1",
            ])
        #expect(request.challengePassword == nil)
    }

    @Test(arguments: [KeyType.rsa2048, .ecP384, .ed25519])
    func `OpenSSL and GnuTLS verify ours`(type: KeyType) throws {
        let key = try TestKey(type)
        let extensions = [
            SubjectAlternativeName([.dnsName("a.example")]).certificateExtension,
            KeyUsage.digitalSignature.certificateExtension,
        ]
        let bytes = try key.request(
            DistinguishedName(rfc4514: "CN=first,O=Example"),
            [.challengePassword("secret"), .extensionRequest(extensions)])
        try folder.write(PEM.encode(bytes, label: "CERTIFICATE REQUEST"), "r.pem")
        let text = try folder.run("openssl req -in r.pem -noout -verify -text")
        for expected in ["verify OK", "CN = first", "DNS:a.example", "challengePassword", "secret"] {
            #expect(text.contains(expected), "\(expected)")
        }
        #expect(try folder.run("certtool --crq-info --infile r.pem").contains("DNSname: a.example"))
        let request = try CertificationRequest(parsing: bytes)
        #expect(request.isSelfSigned)
        #expect(request.challengePassword == "secret")
        #expect(request.requestedExtensions == extensions)
        #expect(request.encoded == bytes)
    }

    @Test func `a request signed by another key does not verify`() throws {
        let (key, other) = (try TestKey(), try TestKey())
        let info = CertificationRequest.prepare(subject: .empty, subjectPublicKeyInfo: key.info)
        let signature = try other.key.signSynchronously(info.derBytes, algorithm: .ecdsa(.sha256))
        let request = try CertificationRequest(parsing: info.finish(signature: signature, algorithm: .ecdsa(.sha256)))
        #expect(!request.isSelfSigned)
        #expect(request.subject.isEmpty && request.attributes.isEmpty)
    }

    @Test func `an absent attributes field and another version are read`() throws {
        let key = try TestKey()
        var writer = DERWriter()
        writer.sequence { writer in
            writer.integer(2)
            writer.append(DistinguishedName.empty)
            writer.append(key.info)
        }
        let signature = try key.key.signSynchronously(writer.bytes, algorithm: .ecdsa(.sha256))
        let bytes = DERWriter.signed(writer.bytes, signature: signature, algorithm: .ecdsa(.sha256))
        #expect(try CertificationRequest(parsing: bytes).isSelfSigned)
    }

    @Test func `a request written as BER is read and verifies`() throws {
        let key = try TestKey()
        let info = CertificationRequest.prepare(
            subject: DistinguishedName([(.commonName, "ber")]), subjectPublicKeyInfo: key.info,
            attributes: [.challengePassword("secret")])
        let signature = try key.key.signSynchronously(info.derBytes, algorithm: .ecdsa(.sha256))
        var parts = DERWriter()
        parts.append(info.derBytes)
        parts.append(AlgorithmIdentifier(.ecdsa(.sha256)))
        parts.bitString(signature)
        let request = try CertificationRequest(parsing: [0x30, 0x80] + parts.bytes + [0, 0])
        #expect(request.isSelfSigned)
        #expect(request.challengePassword == "secret")
    }

    // MARK: Challenge passwords

    /// String types as clients send them, and what is read.
    @Test(
        arguments: [
            ([0x13, 0x03, 0x61, 0x62, 0x63], "abc"), ([0x0C, 0x03, 0x61, 0x62, 0x63], "abc"),
            ([0x1E, 0x06, 0, 0x61, 0, 0x62, 0, 0x63], "abc"), ([0x14, 0x03, 0x61, 0x62, 0x63], "abc"),
            ([0x16, 0x03, 0x61, 0x62, 0x63], "abc"), ([0x04, 0x04, 0x61, 0x62, 0x63, 0x00], "abc"),
            ([0x13, 0x05, 0x61, 0x62, 0x63, 0x00, 0x00], "abc"), ([0x0C, 0x02, 0xC3, 0xA4], "ä"),
            ([0x0C, 0x02, 0xFF, 0xFE], "ÿþ"), ([0x13, 0x00], nil), ([0x13, 0x02, 0x00, 0x00], nil),
            ([0x2C, 0x05, 0x0C, 0x03, 0x61, 0x62, 0x63], "abc"),
        ] as [([UInt8], String?)])
    func `challenge passwords of every string type are read`(value: [UInt8], expected: String?) throws {
        let key = try TestKey()
        let bytes = try key.request(.empty, [Attribute(type: .challengePassword, values: [value])])
        #expect(try CertificationRequest(parsing: bytes).challengePassword == expected)
    }

    @Test func `of several challenge passwords the first that is not empty counts`() throws {
        let key = try TestKey()
        let attributes: [Attribute] = [
            .challengePassword(""), Attribute(type: .challengePassword, values: []), .challengePassword("one"),
            .challengePassword("two"),
        ]
        // The SET of attributes is sorted, so the order of equal-length ones is that of their octets.
        let request = try CertificationRequest(parsing: key.request(.empty, attributes))
        #expect(request.attributes.count == 4)
        #expect(request.challengePassword == "one")
    }

    @Test(arguments: [(2048, true), (2049, false), (10_000, false)])
    func `a challenge of 2048 octets is read and a longer one is not`(count: Int, isRead: Bool) throws {
        let key = try TestKey()
        let bytes = try key.request(.empty, [.challengePassword(String(repeating: "x", count: count))])
        #expect((try CertificationRequest(parsing: bytes).challengePassword != nil) == isRead)
    }

    // MARK: Extensions

    @Test func `both extension attributes are read and the first of a kind counts`() throws {
        let key = try TestKey()
        var microsoft = DERWriter()
        microsoft.extensions([
            SubjectAlternativeName([.dnsName("b")]).certificateExtension,
            CertificateTemplateName("User").certificateExtension,
        ])
        let attributes: [Attribute] = [
            .extensionRequest([SubjectAlternativeName([.dnsName("a")]).certificateExtension]),
            Attribute(type: .microsoftCertificateExtensions, values: [microsoft.bytes]),
        ]
        let request = try CertificationRequest(parsing: key.request(.empty, attributes))
        #expect(request.requestedExtensions.count == 2)
        #expect(request.requestedExtension(CertificateTemplateName.self)?.name == "User")
        #expect(request.requestedExtension(SubjectAlternativeName.self)?.dnsNames.count == 1)
    }

    // MARK: Bounds

    @Test func `too many octets, attributes or extensions are refused`() throws {
        let key = try TestKey()
        #expect(throws: FormatError.limitExceeded("octets of a request", limit: 65_536)) {
            try CertificationRequest(parsing: [UInt8](repeating: 0x30, count: 65_537))
        }
        let many = (0..<65).map { Attribute(type: OID(1, 2, UInt64($0)), values: []) }
        let bytes = try key.request(.empty, many)
        #expect(throws: FormatError.self) { try CertificationRequest(parsing: bytes) }
        let extensions = (0..<40).map { CertificateExtension(oid: OID(1, 2, UInt64($0)), value: []) }
        let others = (0..<40).map { CertificateExtension(oid: OID(1, 3, UInt64($0)), value: []) }
        let crowded = try key.request(.empty, [.extensionRequest(extensions), .extensionRequest(others)])
        #expect(throws: FormatError.limitExceeded("extensions of a request", limit: 64)) {
            try CertificationRequest(parsing: crowded)
        }
    }

    @Test func `cut off at any octet it ends in an error, changed at any octet nothing traps`() throws {
        let key = try TestKey()
        let bytes = try key.request(
            DistinguishedName(rfc4514: "CN=first"),
            [.challengePassword("secret"), .extensionRequest([KeyUsage.digitalSignature.certificateExtension])]
                + MicrosoftAttributeTests.attributes())
        for count in bytes.indices {
            #expect(throws: FormatError.self) { try CertificationRequest(parsing: Array(bytes.prefix(count))) }
        }
        for index in bytes.indices {
            for mask in [0x01, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] ^= mask
                guard let request = try? CertificationRequest(parsing: changed) else { continue }
                _ = (request.challengePassword, request.enrollmentNameValuePairs, request.requestedValidity)
                _ = (request.osVersion, request.cspProvider, request.requestClientInfo, request.renewalCertificate)
                #expect(
                    !request.isSelfSigned
                        || request.certificationRequestInfo == bytes[request.certificationRequestInfo.indices])
            }
        }
    }
}
