// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import Testing

@Suite("RFC 5280 section 5.1.2: TBSCertList, judged by OpenSSL and GnuTLS")
struct TBSCertListTests {
    private static let url = "http://ca.example.org/crl/issuing.crl"

    private func lines() throws -> [RevokedCertificate] {
        try CRLReason.allCases.filter { $0 != .removeFromCRL }.map { reason in
            RevokedCertificate(
                serialNumber: try #require(SerialNumber(hex: "4a00000000000000000000000000000\(reason.rawValue % 10)")),
                revocationDate: TestAuthority.now.adding(seconds: -60), reason: reason,
                invalidityDate: reason == .keyCompromise ? TestAuthority.now.adding(seconds: -7200) : nil)
        }
    }

    @Test(arguments: [KeyType.rsa2048, .ecP256, .ecP384, .ecP521, .ed25519])
    func `a full CRL verifies`(type: KeyType) throws {
        let authority = try TestAuthority(type)
        let judged = try judge(try authority.sign(authority.tbsCertList(try lines())), of: authority)
        #expect(judged.openssl.contains("verify OK"))
        #expect(judged.openssl.contains("X509v3 CRL Number: \n                7"))
        #expect(judged.openssl.contains("Key Compromise"))
        #expect(judged.openssl.contains("Invalidity Date"))
        #expect(judged.openssl.components(separatedBy: "Serial Number:").count - 1 == 9)
        #expect(!judged.openssl.contains("Unspecified"))
        #expect(judged.gnutls.contains("Revoked certificates (9)"))
        #expect(judged.gnutls.contains("CRL Number (not critical): 07"))
    }

    @Test func `a CRL without revoked certificates leaves the field out`() throws {
        let authority = try TestAuthority()
        let crl = try authority.sign(authority.tbsCertList([]))
        let judged = try judge(crl, of: authority)
        #expect(judged.openssl.contains("verify OK"))
        #expect(judged.openssl.contains("No Revoked Certificates"))
        #expect(try CertificateList(parsing: crl).findings.isEmpty)
    }

    @Test func `a delta CRL names its base`() throws {
        let authority = try TestAuthority()
        var tbs = authority.tbsCertList([
            RevokedCertificate(
                serialNumber: .random(), revocationDate: TestAuthority.now, reason: .removeFromCRL)
        ])
        tbs.baseCRLNumber = CRLNumber(5)
        let crl = try authority.sign(tbs)
        let judged = try judge(crl, of: authority)
        #expect(judged.openssl.contains("verify OK"))
        #expect(judged.openssl.contains("X509v3 Delta CRL Indicator: critical\n                5"))
        #expect(judged.openssl.contains("Remove From CRL"))
        let read = try CertificateList(parsing: crl)
        #expect(read.isDelta && read.baseCRLNumber == CRLNumber(5) && read.crlNumber == CRLNumber(7))
        #expect(read.entries.map(\.reason) == [.removeFromCRL])
    }

    @Test func `a partition names its URL and kind, and a full CRL its deltas`() throws {
        let authority = try TestAuthority()
        var tbs = authority.tbsCertList(try lines())
        tbs.issuingDistributionPoint = IssuingDistributionPoint(uri: Self.url, onlyContainsUserCerts: true)
        tbs.freshestCRL = FreshestCRL(uris: ["http://ca.example.org/crl/issuing-delta.crl"])
        let crl = try authority.sign(tbs)
        let judged = try judge(crl, of: authority)
        #expect(judged.openssl.contains("verify OK"))
        #expect(judged.openssl.contains("X509v3 Issuing Distribution Point: critical"))
        #expect(judged.openssl.contains("URI:\(Self.url)"))
        #expect(judged.openssl.contains("Only User Certificates"))
        #expect(!judged.openssl.contains("Only CA Certificates"))
        #expect(!judged.openssl.contains("Indirect CRL"))
        #expect(judged.openssl.contains("X509v3 Freshest CRL"))
        let read = try CertificateList(parsing: crl)
        #expect(read.issuingDistributionPoint == tbs.issuingDistributionPoint)
        #expect(read.freshestCRL?.uris == ["http://ca.example.org/crl/issuing-delta.crl"])
        #expect(read.unprocessedCriticalExtensions.isEmpty)
    }

    @Test func `OpenSSL refuses exactly the certificate that the partition lists`() throws {
        let authority = try TestAuthority()
        let point = CRLDistributionPoints(uris: [Self.url]).certificateExtension
        let good = try authority.issue("CN=good", extensions: [point]).certificate
        let bad = try authority.issue("CN=bad", extensions: [point]).certificate
        var tbs = authority.tbsCertList([
            RevokedCertificate(serialNumber: bad.serialNumber, revocationDate: TestAuthority.now)
        ])
        tbs.issuingDistributionPoint = IssuingDistributionPoint(uri: Self.url)
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        _ = try folder.write(Array(PEM.encode(try authority.sign(tbs), label: "X509 CRL").utf8), as: "crl.pem")
        _ = try folder.write(good.pem, as: "good.pem")
        _ = try folder.write(bad.pem, as: "bad.pem")
        let verdict = { (leaf: String) in
            try folder.run(
                "openssl", "verify", "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "-crl_check", "-extended_crl", leaf)
        }
        #expect(try verdict("good.pem").output == "good.pem: OK\n")
        #expect(try verdict("bad.pem").output.contains("certificate revoked"))
    }

    @Test func `dates from 2050 are written as GeneralizedTime`() throws {
        let authority = try TestAuthority()
        var tbs = authority.tbsCertList([])
        tbs.nextUpdate = try #require(Timestamp(year: 2050, month: 1, day: 1))
        let judged = try judge(try authority.sign(tbs), of: authority)
        #expect(judged.openssl.contains("Next Update: Jan  1 00:00:00 2050 GMT"))
    }

    @Test func `a hundred thousand lines arrive as they were written`() throws {
        let authority = try TestAuthority()
        var list = RevokedCertificateList(capacity: 100_000)
        for number in 0..<100_000 {
            list.append(
                RevokedCertificate(
                    serialNumber: SerialNumber(octets: CRLNumber(1 << 40 + number).magnitude),
                    revocationDate: Timestamp(seconds: 1_700_000_000 + Int64(number)), reason: .superseded))
        }
        var tbs = authority.tbsCertList([])
        tbs.revokedCertificates = list
        let crl = try CertificateList(parsing: try authority.sign(tbs))
        #expect(crl.entries.count == 100_000)
        #expect(crl.isSigned(by: authority.key.publicKey))
        let last = try #require(crl.find(SerialNumber(octets: CRLNumber(1 << 40 + 99_999).magnitude)))
        #expect(last.reason == .superseded && last.revocationDate == Timestamp(seconds: 1_700_099_999))
    }

    /// What OpenSSL (with its check of the signature) and GnuTLS say about a CRL.
    private func judge(_ crl: [UInt8], of authority: TestAuthority) throws -> (openssl: String, gnutls: String) {
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        _ = try folder.write(crl, as: "crl.der")
        let openssl = try folder.run(
            "openssl", "crl", "-inform", "DER", "-in", "crl.der", "-CAfile", "ca.pem", "-verify", "-noout", "-text")
        #expect(openssl.status == 0)
        let gnutls = try folder.run("certtool", "--crl-info", "--inder", "--infile", "crl.der")
        #expect(gnutls.status == 0, "\(gnutls.output)")
        return (openssl.output, gnutls.output)
    }
}
