// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightInspection

@Suite("Inspection: large input")
struct SizeTests {
    @Test func `of a long CRL twenty entries are shown`() throws {
        let key = try TestKeys.shared.key(.ecP256)
        let entries = (0..<5_000).map { number in
            RevokedCertificate(
                serialNumber: SerialNumber(octets: [0x10, UInt8(number >> 8), UInt8(number & 0xFF)]),
                revocationDate: Fixture.now.adding(seconds: -60))
        }
        let list = try CertificateList(parsing: Self.list(entries, key))
        #expect(list.entries.count == 5_000)
        let report = try Inspector.fixed.inspect(Array(list.encoded))
        #expect(report.summary.first?.contains("5000 revoked certificates") == true)
        let section = try #require(report.sections.last)
        #expect(section.title == "The first 20 of 5000 entries" && section.fields.count == 20)
    }

    private static func list(_ entries: [RevokedCertificate], _ key: SoftwareKey) throws -> [UInt8] {
        let tbs = TBSCertList(
            signature: key.defaultSignatureAlgorithm, issuer: try DistinguishedName(text: "CN=long"),
            thisUpdate: Fixture.now.adding(seconds: -60), nextUpdate: Fixture.now.adding(seconds: 3_600),
            revokedCertificates: RevokedCertificateList(entries), crlNumber: CRLNumber(7),
            authorityKeyIdentifier: AuthorityKeyIdentifier(keyIdentifier: [1, 2, 3])
        ).derBytes
        return TBSCertList.certificateList(
            tbs: tbs, signature: try key.signSynchronously(tbs, algorithm: key.defaultSignatureAlgorithm),
            algorithm: key.defaultSignatureAlgorithm)
    }

    @Test func `a bundle of a thousand certificates shows two hundred and counts the rest`() throws {
        let pem = PEM.encode(try Maker().certificate(), label: "CERTIFICATE")
        let report = try Inspector.fixed.inspect(Array(String(repeating: pem, count: 1_000).utf8))
        #expect(report.sections.count == 200)
        #expect(report.findings.contains { $0.sentence == "800 blocks more, not shown here." })
    }
}
