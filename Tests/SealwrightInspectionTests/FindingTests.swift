// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightInspection

@Suite("Inspection: what is wrong with a certificate")
struct FindingTests {
    private func report(_ change: (inout Maker) throws -> Void) throws -> InspectionReport {
        var maker = try Maker()
        maker.issuer = "CN=issuer"
        maker.extensions = [
            AuthorityKeyIdentifier(keyIdentifier: [1, 2, 3]).certificateExtension,
            CRLDistributionPoints(uris: ["http://pki.example.test/x.crl"]).certificateExtension,
        ]
        try change(&maker)
        return try Inspector.fixed.inspect(maker.certificate())
    }

    @Test func `nothing is wrong with a good one`() throws {
        #expect(try report { _ in }.findings.isEmpty)
    }

    @Test func `expired, not yet valid and nearly over`() throws {
        let now = Fixture.now
        let expired = try report { $0.notAfter = now.adding(seconds: -3 * 86_400) }
        #expect(expired.codes == ["inspect.expired"])
        #expect(expired.findings.first?.sentence == "It expired on 29 May 2026, 3 days ago.")
        #expect(expired.summary == ["Let made use its key for any purpose until 29 May 2026; it has expired."])
        let early = try report { $0.notBefore = now.adding(seconds: 86_400) }
        #expect(early.codes == ["inspect.not-yet-valid"])
        #expect(early.summary.first?.hasPrefix("Will let made") == true)
        #expect(try report { $0.notAfter = now.adding(seconds: 86_400) }.codes == ["inspect.expires-soon"])
        #expect(try report { $0.notAfter = .noWellDefinedExpiration }.findings.isEmpty)
    }

    @Test func `SHA-1 is an error, on a root a note`() throws {
        let key = try TestKeys.shared.key(.rsa2048)
        let signed = try report { maker in
            maker.key = key
            maker.algorithm = .rsaPKCS1(.sha1)
        }
        #expect(signed.findings.map(\.severity) == [.error] && signed.codes == ["inspect.legacy-algorithm"])
        var root = try Maker(key: key)
        root.algorithm = .rsaPKCS1(.sha1)
        #expect(try Inspector.fixed.inspect(root.certificate()).findings.map(\.severity) == [.note])
    }

    @Test func `a server without alternative names`() throws {
        let server = try report { $0.extensions.append(ExtendedKeyUsage([.serverAuth]).certificateExtension) }
        #expect(server.codes == ["inspect.name-missing"])
    }

    @Test func `an authority that may not sign certificates`() throws {
        let authority = try report {
            $0.extensions.append(BasicConstraints.authority(pathLength: 0).certificateExtension)
        }
        #expect(authority.codes.contains("inspect.extension-missing"))
        #expect(authority.summary.first?.contains("issue certificates") == true)
        #expect(authority.value("Basic constraints") == "authority, no other authority below it")
    }

    @Test func `a root whose signature was changed`() throws {
        var der = try Maker().certificate()
        der[der.count - 1] ^= 1
        #expect(try Inspector.fixed.inspect(der).codes.contains("inspect.signature-invalid"))
    }

    @Test func `what an authority says about policies is known and told`() throws {
        let report = try report { maker in
            maker.extensions += [
                PolicyConstraints(requireExplicitPolicy: 0, inhibitPolicyMapping: 1).certificateExtension,
                InhibitAnyPolicy(skipCerts: 2).certificateExtension,
                PolicyMappings([.init(issuerDomainPolicy: OID(1, 2, 3), subjectDomainPolicy: OID(1, 2, 4))])
                    .certificateExtension,
                CertificateExtension(
                    oid: .issuerAltName, value: SubjectAlternativeName([.uri("https://ca.example")]).derBytes),
            ]
        }
        #expect(report.findings.isEmpty)
        #expect(report.value("Issuer alternative names") == "URI:https://ca.example")
        #expect(
            report.value("Policy constraints")
                == "a policy is required, no policy is mapped to another beyond 1 further certificate")
        #expect(report.value("Inhibit any policy") == "any policy counts for nothing beyond 2 further certificates")
        #expect(report.value("Policy mappings") == "1.2.3 is 1.2.4")
    }

    @Test func `unreadable and unknown critical extensions`() throws {
        let report = try report { maker in
            maker.extensions.append(CertificateExtension(oid: .keyUsage, isCritical: true, value: [0x05, 0x00]))
            maker.extensions.append(CertificateExtension(oid: OID(1, 2, 3, 4), isCritical: true, value: [0x05, 0x00]))
        }
        #expect(Set(report.codes) == ["inspect.extension-unreadable", "inspect.extension-unknown"])
        #expect(report.value("1.2.3.4") == "0500")
    }

    @Test func `names cannot disturb the terminal`() throws {
        var maker = try Maker("CN=plain")
        let hostile = "evil\u{1B}[2J\u{202E}\n\u{7}name"
        maker.issuer = "CN=issuer"
        maker.extensions = [SubjectAlternativeName([.dnsName(hostile), .uri(hostile)]).certificateExtension]
        let text = try Inspector.fixed.inspect(maker.certificate()).text()
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || Printable.text(String($0)) == String($0) })
        #expect(text.contains("evil\\u{1b}[2J\\u{202e}\\u{a}\\u{7}name"))
    }

    @Test func `long lists are cut and counted`() throws {
        var maker = try Maker()
        maker.extensions = [
            SubjectAlternativeName((0..<500).map { .dnsName("host-\($0).example.test") }).certificateExtension
        ]
        let value = try Inspector.fixed.inspect(maker.certificate()).value("Alternative names")
        #expect(value?.contains("host-99.example.test and 400 more") == true)
    }

    @Test func `every code of a finding has an entry in the catalogue`() {
        for code in FindingCode.allCases { #expect(ErrorCatalog.entry(code.rawValue) != nil, "\(code.rawValue)") }
    }
}
