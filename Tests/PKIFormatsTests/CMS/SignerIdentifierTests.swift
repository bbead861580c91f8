// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5652 sections 5.3 and 6.2.1: which certificate is meant")
struct SignerIdentifierTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    @Test func `an issuer with its RDNs in another order still names the recipient`() throws {
        let certificate = try bench.certificate(.rsa)
        let backwards = IssuerAndSerialNumber(
            issuer: DistinguishedName(rdns: certificate.issuer.rdns.reversed()), serialNumber: certificate.serialNumber)
        guard case .rsa(let key)? = certificate.publicKey else {
            Issue.record("no RSA key")
            return
        }
        let sealed = try EnvelopedData.seal(
            CMSSamples.text, cipher: .aes128CBC,
            for: [EnvelopedData.Recipient(identifier: .issuerAndSerialNumber(backwards), key: key)])
        #expect(try CMSSamples.open(EnvelopedData(parsing: sealed), on: bench) == CMSSamples.text)
    }

    @Test func `another serial number of the same issuer is another certificate`() throws {
        let certificate = try bench.certificate(.rsa)
        let other = IssuerAndSerialNumber(issuer: certificate.issuer, serialNumber: .random())
        #expect(!other.identifies(certificate))
        #expect(!SignerIdentifier.issuerAndSerialNumber(other).identifies(certificate))
    }

    @Test func `a serial number with superfluous leading zeros is the same number`() throws {
        let certificate = try bench.certificate(.rsa)
        let padded = SerialNumber(octets: [0, 0] + certificate.serialNumber.octets)
        #expect(IssuerAndSerialNumber(issuer: certificate.issuer, serialNumber: padded).identifies(certificate))
    }

    @Test func `a certificate without the extension is named by the digest of its key`() throws {
        let file = bench.fresh(".der")
        try bench.openssl([
            "req", "-x509", "-new", "-key", "rsa.key", "-out", file, "-outform", "DER", "-days", "30", "-subj", "/CN=x",
            "-addext", "subjectKeyIdentifier=none", "-addext", "authorityKeyIdentifier=none",
        ])
        let certificate = try CertificateView(parsing: bench.read(file))
        try #require(certificate.subjectKeyIdentifier == nil)
        let identifier = certificate.subjectPublicKeyInfo.keyIdentifier
        #expect(SignerIdentifier.subjectKeyIdentifier(identifier).identifies(certificate))
        #expect(!SignerIdentifier.subjectKeyIdentifier([]).identifies(certificate))
    }

    @Test func `both forms survive a round trip`() throws {
        let certificate = try bench.certificate(.rsa)
        for identifier in [
            SignerIdentifier.issuerAndSerialNumber(IssuerAndSerialNumber(certificate)),
            .subjectKeyIdentifier([1, 2, 3]), .subjectKeyIdentifier([]),
        ] {
            #expect(try SignerIdentifier(parsing: ASN1Element(parsing: identifier.derBytes)) == identifier)
        }
        let name = IssuerAndSerialNumber(certificate)
        #expect(try IssuerAndSerialNumber(parsing: name.derBytes) == name)
        #expect(throws: FormatError.self) { try IssuerAndSerialNumber(parsing: name.derBytes + [0]) }
    }
}
