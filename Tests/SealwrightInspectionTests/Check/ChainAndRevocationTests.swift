// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@testable import SealwrightInspection

@Suite("Check: chain, revocation, TLS")
struct ChainAndRevocationTests {
    let lab: CheckLab

    init() throws { lab = try CheckLab() }

    private func live(
        _ leaf: CertificateView, _ presented: [CertificateView], versions: [String] = ["TLSv1.2", "TLSv1.3"],
        suites: [String] = [], handshakeFault: String? = nil, hasStaple: Bool? = nil
    ) -> CheckReport {
        let endpoint = ObservedEndpoint(
            host: CheckLab.host, port: 443, versions: versions, suites: suites, agreed: "TLSv1.3",
            handshakeFault: handshakeFault, hasStaple: hasStaple)
        return lab.report(.modern, leaf, origin: .endpoint(endpoint), presented: presented, name: nil)
    }

    @Test func `a chain without its issuing authority`() throws {
        let leaf = try lab.server()
        let report = live(leaf, [leaf])
        #expect(
            report.told == [
                "error CHK-CHAIN-001", "error CHK-TRUST-001", "warning CHK-CHAIN-002", "warning CHK-SIG-002",
            ])
        #expect(
            report.findings.contains { $0.evidence == "the missing issuer is named at http://ca.example.test/i.cer" })
    }

    @Test func `an authority that is at hand but was not sent`() throws {
        let leaf = try lab.server()
        let issuing = lab.issuing
        let report = lab.report(.modern, leaf, presented: [leaf]) { $0.intermediates = [issuing] }
        #expect(report.told == ["error CHK-CHAIN-001", "warning CHK-CHAIN-002"])
        #expect(report.findings.first?.evidence == "missing: 'CN=Check Issuing'")
    }

    @Test func `wrong order, the root, a stranger`() throws {
        let leaf = try lab.server()
        let stranger = try lab.server { $0.subject = "CN=stranger" }
        #expect(live(leaf, [leaf, lab.issuing]).findings.isEmpty)
        #expect(live(leaf, [leaf, lab.issuing, lab.root]).told == ["note CHK-CHAIN-004"])
        #expect(live(leaf, [leaf, lab.root, lab.issuing]).told == ["warning CHK-CHAIN-003", "note CHK-CHAIN-004"])
        #expect(live(leaf, [leaf, stranger, lab.issuing]).told == ["note CHK-CHAIN-005"])
        let twice = live(leaf, [leaf, leaf, lab.issuing])
        #expect(twice.told == ["warning CHK-CHAIN-003"])
        #expect(twice.row(.chain)?.evidence == "'CN=ns.example.test' is there twice")
    }

    @Test func `two authorities that issue each other end in a finding`() throws {
        let (one, two) = (try TestKeys.shared.key(.rsa2048, 704), try TestKeys.shared.key(.rsa2048, 705))
        let first = try CheckLab.issued(
            "CN=Loop One", key: one, by: "CN=Loop Two", two, .rsaPKCS1(.sha256),
            extensions: CheckLab.authorityExtensions(one), days: 100)
        let second = try CheckLab.issued(
            "CN=Loop Two", key: two, by: "CN=Loop One", one, .rsaPKCS1(.sha256),
            extensions: CheckLab.authorityExtensions(two), days: 100)
        let leaf = try CheckLab.issued(
            "CN=leaf", key: one, by: "CN=Loop One", one, .rsaPKCS1(.sha256), extensions: [], days: 90)
        #expect(lab.report(.modern, leaf, presented: [leaf, first, second]).told.contains("error CHK-TRUST-001"))
    }

    @Test func `a name outside the authority's constraints`() throws {
        let key = try TestKeys.shared.key(.rsa2048, 701)
        let constrained = try CheckLab.issued(
            "CN=Check Issuing", key: key, by: "CN=Check Root", lab.rootKey, .rsaPKCS1(.sha256),
            extensions: CheckLab.authorityExtensions(key)
                + [NameConstraints(permitted: [.dnsName("other.test")]).certificateExtension], days: 500)
        let leaf = try lab.server()
        #expect(lab.report(.modern, leaf, presented: [leaf, constrained]).told == ["error CHK-TRUST-004"])
    }

    // MARK: Revocation

    private func list(revoking serials: [SerialNumber], ends: Int64) throws -> RevocationList {
        let lines = serials.sorted().map { serial in
            RevokedCertificate(
                serialNumber: serial, revocationDate: CheckLab.now.adding(seconds: -60), reason: .keyCompromise)
        }
        let tbs = TBSCertList(
            signature: .rsaPKCS1(.sha256), issuer: lab.issuing.subject,
            thisUpdate: CheckLab.now.adding(seconds: -3_600), nextUpdate: CheckLab.now.adding(seconds: ends),
            revokedCertificates: RevokedCertificateList(lines), crlNumber: CRLNumber(7),
            authorityKeyIdentifier: AuthorityKeyIdentifier(
                keyIdentifier: SubjectPublicKeyInfo(lab.issuingKey.publicKey).keyIdentifier))
        let octets = tbs.derBytes
        let signature = try lab.issuingKey.signSynchronously(octets, algorithm: .rsaPKCS1(.sha256))
        return try RevocationList(
            parsing: TBSCertList.certificateList(tbs: octets, signature: signature, algorithm: .rsaPKCS1(.sha256)))
    }

    @Test func `revoked, out of date, not covered`() throws {
        let leaf = try lab.server()
        let revoking = try list(revoking: [leaf.serialNumber], ends: 3_600)
        let report = lab.report(.modern, leaf) { $0.lists = [revoking] }
        #expect(report.told.first == "error CHK-REV-001")
        #expect(report.revocationLists.map(\.issuer) == ["CN=Check Issuing"])
        let clean = try list(revoking: [], ends: 3_600)
        #expect(lab.report(.modern, leaf) { $0.lists = [clean] }.worst < .error)
        let stale = try list(revoking: [], ends: -60)
        #expect(lab.report(.modern, leaf) { $0.lists = [stale] }.told.contains("warning CHK-REV-003"))
    }

    @Test func `pointers: none, unreachable, wrong`() throws {
        #expect(lab.report(.modern, try lab.server { $0.pointers = false }).told == ["warning CHK-REV-002"])
        var subject = lab.subject(try lab.server())
        let url = "http://crl.example.test/i.crl"
        subject.fetched = [
            FetchedResource(.crl, url: url, outcome: .failure(CheckObstacle(.pointerUnreachable, "refused")))
        ]
        let check = CertificateCheck(lab.settings(.modern))
        #expect(check.report(on: subject).told == ["warning CHK-REV-004"])
        subject.fetched = [FetchedResource(.crl, url: url, outcome: .success(Array("<html>".utf8)))]
        let wrong = check.report(on: subject)
        #expect(wrong.told == ["warning CHK-REV-004"])
        #expect(wrong.findings.first?.evidence.contains("no readable CRL") == true)
    }

    @Test func `must-staple is kept or not`() throws {
        let leaf = try lab.server { $0.others = [TLSFeature.mustStaple.certificateExtension] }
        let chain = [leaf, lab.issuing]
        #expect(live(leaf, chain, hasStaple: false).told == ["error CHK-REV-007"])
        #expect(live(leaf, chain, hasStaple: true).findings.isEmpty)
        let unknown = live(leaf, chain, hasStaple: nil)
        #expect(unknown.findings.isEmpty)
        #expect(unknown.row(.revocation)?.evidence.contains("must-staple is not judged") == true)
    }

    // MARK: TLS

    @Test func `a server that shows its certificate and lets no client of today in`() throws {
        let leaf = try lab.server()
        let report = live(leaf, [leaf, lab.issuing], handshakeFault: "The server found no group it shares.")
        #expect(report.told == ["error CHK-TLS-004"])
        #expect(report.row(.tls)?.evidence == "The server found no group it shares")
    }

    @Test func `old versions and weak suites`() throws {
        let leaf = try lab.server()
        let report = live(
            leaf, [leaf, lab.issuing], versions: ["TLSv1.0", "TLSv1.2"],
            suites: [
                "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_AES_128_GCM_SHA256",
            ])
        #expect(
            report.told == [
                "error CHK-TLS-001", "warning CHK-TLS-002", "warning CHK-TLS-002", "warning CHK-TLS-002",
                "warning CHK-TLS-003",
            ])
        let evidence = report.findings.filter { $0.code == .weakSuite }.map(\.evidence)
        #expect(evidence.contains("TLS_RSA_WITH_AES_128_GCM_SHA256: no forward secrecy"))
        #expect(evidence.contains("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: no authenticated encryption"))
        #expect(evidence.contains("TLS_RSA_WITH_3DES_EDE_CBC_SHA: triple DES"))
    }

    @Test(arguments: [
        "TLS_RSA_WITH_NULL_SHA256", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_DES_CBC_SHA",
    ])
    func `a suite that protects nothing is an error`(_ suite: String) throws {
        let leaf = try lab.server()
        let report = live(leaf, [leaf, lab.issuing], suites: [suite, "TLS_AES_128_GCM_SHA256"])
        #expect(report.told == ["error CHK-TLS-005"])
    }

    @Test func `whatever cannot be judged is one finding`() {
        let check = CertificateCheck(lab.settings(.modern))
        for rule in [CheckRule.unreachable, .timedOut, .wrongPassword, .unreadable, .noCertificate] {
            let report = check.report(on: "x", uri: "x", obstacle: CheckObstacle(rule, "the reason"))
            #expect(report.told == ["error \(rule.rawValue)"])
            #expect(report.rows.map(\.evidence) == ["the reason"])
            let found = check.report(on: "x", uri: "x", obstacle: CheckObstacle(rule, "the reason"), wasSearched: true)
            #expect(found.told == ["\(rule == .noCertificate ? "note" : "error") \(rule.rawValue)"])
        }
    }
}
