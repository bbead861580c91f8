// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5280 section 4.1: certificates others write")
struct CertificateViewTests {
    private let folder: ToolFolder

    init() throws { folder = try ToolFolder() }

    @Test(arguments: [
        ["rsa:1024"], ["rsa:2048", "-sha384"], ["rsa:2048", "-sigopt", "rsa_padding_mode:pss"],
        ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], ["ed25519"],
    ])
    func `OpenSSL's self-signed certificates verify`(options: [String]) throws {
        let view = try CertificateView(parsing: folder.selfSigned(options[0], Array(options.dropFirst())))
        #expect(view.findings.isEmpty)
        #expect(view.isSelfSigned)
        #expect(view.subject.rfc4514 == "CN=judge,O=Example,C=DE")
        #expect(view.isCertificateAuthority)
        #expect(view.fingerprint() == DigestAlgorithm.sha256.hash(view.encoded))
        let other = try TestKey(.rsa2048)
        #expect(!view.isSigned(by: other.key.publicKey))
    }

    @Test(arguments: ["ed448"])
    func `a certificate with an unknown algorithm is read and does not verify`(key: String) throws {
        let view = try CertificateView(parsing: folder.selfSigned(key))
        #expect(view.publicKey == nil)
        #expect(!view.isSelfSigned)
        #expect(view.signatureAlgorithm.oid == .ed448)
        #expect(view.subjectKeyIdentifier?.keyIdentifier.count == 20)
    }

    /// What certmonger sends as signer certificate: version 1, a serial of 33 octets, GeneralizedTime for 2026.
    @Test func `certmonger's signer certificate is read`() throws {
        let key = try TestKey(.rsa2048)
        let serial = SerialNumber(octets: [0x00, 0x92, 0xEF] + [UInt8](repeating: 0xA5, count: 30))
        let bytes = try Odd(serial: serial.derBytes).certificate(key)
        let view = try CertificateView(parsing: bytes)
        #expect(view.version == 1)
        #expect(view.serialNumber.octets.count == 33)
        #expect(view.serialNumber.hex.count == 64)
        #expect(view.notBefore == Timestamp(iso8601: "2026-01-01"))
        #expect(view.isSelfSigned)
        #expect(view.extensions.isEmpty)
        #expect(view.findings.count == 3)
    }

    @Test func `negative and zero serials are read`() throws {
        let key = try TestKey()
        let negative = try CertificateView(parsing: Odd(serial: [0x02, 0x02, 0x92, 0xEF]).certificate(key))
        #expect(negative.serialNumber.hex == "-6d11")
        #expect(negative.findings.contains("the serial number is negative"))
        let zero = try CertificateView(parsing: Odd(serial: [0x02, 0x01, 0x00]).certificate(key))
        #expect(zero.findings.contains("the serial number is zero"))
    }

    @Test func `broken fields are told and the rest is read`() throws {
        let key = try TestKey()
        var odd = Odd()
        odd.name = [0x30, 0x03, 0x31, 0x01, 0x05]
        odd.validity = [0x30, 0x04, 0x17, 0x00, 0x05, 0x00]
        odd.tail = [0xA3, 0x02, 0x05, 0x00, 0x81, 0x01, 0x00]
        let view = try CertificateView(parsing: odd.certificate(key))
        #expect(view.subject.isEmpty)
        #expect(view.subject.derBytes == odd.name)
        #expect(view.notBefore == nil && view.notAfter == nil)
        #expect(!view.isValid(at: Timestamp(seconds: 0)))
        #expect(view.publicKey == key.key.publicKey)
        #expect(view.findings.count >= 5)
    }

    @Test func `an unreadable key and unreadable algorithms are told`() throws {
        let key = try TestKey()
        var odd = Odd()
        odd.key = [0x30, 0x02, 0x05, 0x00]
        odd.algorithm = [0x30, 0x00]
        let view = try CertificateView(parsing: odd.certificate(key))
        #expect(view.publicKey == nil)
        #expect(view.subjectPublicKeyInfo.derBytes == odd.key)
        #expect(view.signatureAlgorithm.signatureAlgorithm != nil)
        #expect(view.findings.contains { $0.contains("differs") })
        #expect(!view.isSelfSigned)
        #expect(!view.isSigned(by: key.key.publicKey))
    }

    @Test func `an empty name and a critical authority key identifier are read`() throws {
        let key = try TestKey()
        var tbs = try key.tbs("")
        tbs.extensions = [AuthorityKeyIdentifier(keyIdentifier: [1]).certificateExtension(isCritical: true)]
        let view = try CertificateView(parsing: key.sign(tbs))
        #expect(view.subject.isEmpty && view.isSelfSigned)
        #expect(view.authorityKeyIdentifier?.keyIdentifier == [1])
        #expect(view.extensions.first?.isCritical == true)
    }

    @Test func `an extension that appears twice is told`() throws {
        let key = try TestKey()
        let view = try CertificateView(
            parsing: key.sign(
                key.tbs("CN=x", [OCSPNoCheck().certificateExtension, OCSPNoCheck().certificateExtension])))
        #expect(view.extensions.count == 2)
        #expect(view.findings == ["id-pkix-ocsp-nocheck appears twice"])
        #expect(view.hasOCSPNoCheck)
    }

    @Test(arguments: ["", "30", "3000", "0500", "30060500050003 01 00", "3003020100", "300930003000030100"])
    func `bytes that are no certificate are refused`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex.filter { $0 != " " }))
        #expect(throws: FormatError.self) { try CertificateView(parsing: bytes) }
    }

    @Test func `octets after the certificate are refused`() throws {
        let key = try TestKey()
        let bytes = try key.sign(key.tbs())
        #expect(throws: FormatError.trailingBytes(at: bytes.count)) { try CertificateView(parsing: bytes + [0]) }
        #expect(throws: FormatError.limitExceeded("octets of a certificate", limit: 1 << 20)) {
            try CertificateView(parsing: [UInt8](repeating: 0x30, count: 1 << 21))
        }
    }

    @Test func `a slice of a larger buffer is read`() throws {
        let key = try TestKey()
        let bytes = try key.sign(key.tbs())
        let buffer = [1, 2, 3] + bytes + [4, 5]
        let view = try CertificateView(parsing: buffer[3..<3 + bytes.count])
        #expect(view.encoded == bytes)
        #expect(view == (try CertificateView(parsing: bytes)))
        #expect(view.isSelfSigned)
    }
}

/// A certificate put together from raw octets, to be as odd as the wild.
private struct Odd {
    var serial: [UInt8] = [0x02, 0x01, 0x01]
    var algorithm: [UInt8]?
    var name: [UInt8] = DistinguishedName([(.commonName, "odd")]).derBytes
    var validity: [UInt8]?
    var key: [UInt8]?
    var tail: [UInt8] = []

    func certificate(_ signer: TestKey) throws -> [UInt8] {
        let used = signer.key.defaultSignatureAlgorithm
        var writer = DERWriter()
        writer.sequence { writer in
            writer.append(serial)
            writer.append(algorithm ?? AlgorithmIdentifier(used).derBytes)
            writer.append(name)
            if let validity {
                writer.append(validity)
            } else {
                writer.sequence { writer in
                    writer.generalizedTime(Timestamp(seconds: 1_767_225_600))
                    writer.generalizedTime(Timestamp(seconds: 1_798_761_600))
                }
            }
            writer.append(name)
            writer.append(key ?? signer.info.encoded)
            writer.append(tail)
        }
        let signature = try signer.key.signSynchronously(writer.bytes, algorithm: used)
        return DERWriter.signed(writer.bytes, signature: signature, algorithm: used)
    }
}
