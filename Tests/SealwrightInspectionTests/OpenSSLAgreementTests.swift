// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightInspection
import SealwrightTesting
import Testing

@Suite("Inspection: OpenSSL says the same")
struct OpenSSLAgreementTests {
    @Test(arguments: [Fixture.certificate, .root])
    func `serial number, dates, fingerprints and key of a certificate`(fixture: Fixture) throws {
        let report = try Inspector.fixed.inspect(fixture.bytes)
        let facts = try OpenSSL().run(
            "x509", "-in", fixture.file.path, "-noout", "-serial", "-startdate", "-enddate", "-dateopt", "iso_8601",
            "-fingerprint", "-sha256", "-subject", "-nameopt", "RFC2253"
        ).output
        func fact(_ name: String) throws -> String {
            let line = try #require(
                facts.split(separator: "\n").first { $0.hasPrefix(name + "=") }, "\(name) in \(facts)")
            return String(line.dropFirst(name.count + 1))
        }
        #expect(report.value("Serial number") == (try fact("serial")).lowercased())
        #expect(report.value("Valid from") == (try fact("notBefore")).replacing(" ", with: "T"))
        #expect(report.value("Valid until") == (try fact("notAfter")).replacing(" ", with: "T"))
        #expect(report.value("SHA-256") == (try fact("sha256 Fingerprint")).lowercased())
        #expect(report.value("Subject") == (try fact("subject")))
        let text = try OpenSSL().run("x509", "-in", fixture.file.path, "-noout", "-text").output
        #expect(text.contains("Public-Key: (2048 bit)") && report.value("Public key") == "RSA 2048")
    }

    @Test func `every alternative name and URL of a certificate`() throws {
        let text = try OpenSSL().run("x509", "-in", Fixture.certificate.file.path, "-noout", "-text").output
        let report = try Inspector.fixed.inspect(Fixture.certificate.bytes)
        let names = try #require(report.value("Alternative names")).components(separatedBy: ", ")
        #expect(names.count == 3)
        for name in names { #expect(text.contains(name)) }
        for label in ["CRL", "Authority information"] {
            let value = try #require(report.value(label))
            for url in value.split(whereSeparator: { $0 == " " || $0 == "," }) where url.hasPrefix("http") {
                #expect(text.contains("URI:\(url)"))
            }
        }
    }

    @Test func `number and entries of a CRL`() throws {
        let text = try OpenSSL().run("crl", "-in", Fixture.crl.file.path, "-noout", "-text").output
        let report = try Inspector.fixed.inspect(Fixture.crl.bytes)
        #expect(report.value("Entries") == String(text.components(separatedBy: "Serial Number:").count - 1))
        #expect(report.value("CRL number") == "5")
    }
}
