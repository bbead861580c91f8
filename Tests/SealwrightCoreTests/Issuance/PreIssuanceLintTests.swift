// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("RFC 5280 section 4: what is signed was linted")
struct PreIssuanceLintTests {
    /// A plan with its octets replaced by those of a changed certificate.
    private func findings(
        _ bench: IssuanceBench, _ profile: CertificateProfile = .device,
        change: (inout TBSCertificate) -> Void
    ) throws -> [String] {
        let planner = try bench.planner(profile)
        let plan = try planner.plan(
            RequestedCertificate(
                subject: DistinguishedName(text: "CN=a"),
                subjectPublicKeyInfo: SubjectPublicKeyInfo(TestKeys.shared.key(.ecP256).publicKey)),
            now: bench.clock.now)
        let view = try CertificateView(planned: plan.tbsCertificate, algorithm: plan.signatureAlgorithm)
        var certificate = TBSCertificate(
            serialNumber: plan.serialNumber, signature: plan.signatureAlgorithm, issuer: view.issuer,
            notBefore: plan.notBefore, notAfter: plan.notAfter, subject: plan.subject,
            subjectPublicKeyInfo: plan.subjectPublicKeyInfo, extensions: view.extensions)
        change(&certificate)
        let changed = IssuancePlan(
            authority: plan.authority, profile: plan.profile, serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore, notAfter: certificate.notAfter, subject: certificate.subject,
            alternativeNames: [], subjectPublicKeyInfo: certificate.subjectPublicKeyInfo,
            signatureAlgorithm: certificate.signature, tbsCertificate: certificate.derBytes, ignored: [])
        do {
            _ = try PreIssuanceLint.check(changed, profile: profile, issuer: planner.issuer)
            return []
        } catch .lintFailed(let findings) {
            return findings
        }
    }

    @Test func `an unchanged plan has no findings`() async throws {
        #expect(try findings(await IssuanceBench()) { _ in }.isEmpty)
    }

    @Test func `every broken rule is found`() async throws {
        let bench = try await IssuanceBench()
        let name = try DistinguishedName(text: "CN=Other")
        let long = try DistinguishedName(text: "CN=" + String(repeating: "x", count: 65))
        let changes: [(String, (inout TBSCertificate) -> Void)] = [
            ("issuer", { $0.issuer = name }),
            ("octets", { $0.serialNumber = SerialNumber(octets: [1, 2, 3]) }),
            ("positive", { $0.serialNumber = SerialNumber(octets: [UInt8](repeating: 0xFF, count: 16)) }),
            ("outside", { $0.notAfter = .noWellDefinedExpiration }),
            ("over the profile's", { $0.notBefore = Timestamp(seconds: 0) }),
            ("validity is empty", { $0.notAfter = $0.notBefore }),
            ("neither subject", { $0.subject = .empty }),
            ("commonName", { $0.subject = long }),
            ("basicConstraints is missing", { $0.extensions.removeAll { $0.oid == .basicConstraints } }),
            ("keyUsage is missing", { $0.extensions.removeAll { $0.oid == .keyUsage } }),
            ("subjectKeyIdentifier", { $0.extensions.removeAll { $0.oid == .subjectKeyIdentifier } }),
            ("authorityKeyIdentifier", { $0.extensions.removeAll { $0.oid == .authorityKeyIdentifier } }),
            ("twice", { $0.extensions.append(contentsOf: $0.extensions.prefix(1)) }),
            ("signature algorithm", { $0.signature = .rsaPKCS1(.sha1) }),
        ]
        for (expected, change) in changes {
            let found = try findings(bench, change: change)
            #expect(found.contains { $0.contains(expected) }, "\(expected): \(found)")
        }
    }

    @Test(arguments: [
        ("cA", BasicConstraints.authority(pathLength: nil).certificateExtension),
        ("keyCertSign", KeyUsage([.digitalSignature, .keyCertSign]).certificateExtension),
        ("cannot do", KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension),
        ("not critical", KeyUsage.digitalSignature.certificateExtension(isCritical: false)),
        ("does not serve", KeyUsage.keyAgreement.certificateExtension),
        ("does not allow", ExtendedKeyUsage([.serverAuth]).certificateExtension),
        ("never issued", ExtendedKeyUsage([.anyExtendedKeyUsage]).certificateExtension),
        (
            "critical exactly",
            SubjectAlternativeName([.dnsName("a.example.com")]).certificateExtension(isCritical: true)
        ),
        ("single label", SubjectAlternativeName([.dnsName("a")]).certificateExtension(isCritical: false)),
    ])
    func `every broken extension is found`(expected: String, broken: CertificateExtension) async throws {
        let found = try findings(await IssuanceBench()) { certificate in
            certificate.extensions.removeAll { $0.oid == broken.oid }
            certificate.extensions.append(broken)
        }
        // keyAgreement serves clientAuth, so that row is about the usages' own message.
        let isExempt = expected == "does not serve"
        #expect(isExempt || found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `an authority below an issuer with path length 0 is found`() async throws {
        let bench = try await IssuanceBench()
        var profile = CertificateProfile.issuingAuthority()
        profile.validity = .days(30)
        let planner = try bench.planner(profile)
        let plan = try planner.plan(
            RequestedCertificate(
                subject: DistinguishedName(text: "CN=Sub"),
                subjectPublicKeyInfo: SubjectPublicKeyInfo(TestKeys.shared.key(.ecP256).publicKey)),
            now: bench.clock.now)
        #expect(throws: DenialReason.self) {
            try PreIssuanceLint.check(plan, profile: profile, issuer: planner.issuer)
        }
    }

    // MARK: - Foreign judges

    @Test(arguments: [KeyType.rsa2048, .ecP256, .ecP384, .ecP521, .ed25519])
    func `OpenSSL verifies every profile under every key type`(type: KeyType) async throws {
        let bench = try await IssuanceBench(issuing: type)
        let folder = try TemporaryFolder()
        let root = try #require(bench.hierarchy.registry.context(TestHierarchy.rootID)).certificate.encoded
        func write(_ der: [UInt8], _ name: String) throws -> String {
            try folder.write(PEM.encode(der, label: "CERTIFICATE"), name)
        }
        let rootPath = try write(root, "root.pem")
        let issuingPath = try write(bench.context.certificate.encoded, "issuing.pem")
        for profile in [CertificateProfile.device, .server, .scepRA(), .scepRA(forWindows: true), .ocspSigner] {
            var device = try TestDevice("CN=subject,O=Tests", key: TestKeys.shared.key(.rsa2048))
            if profile.name == "server" {
                device.ask(for: ["DNS:www.example.com", "DNS:*.example.com", "IP:192.0.2.1"])
            }
            let certificate = try await bench.issue(profile, device)
            #expect(certificate.findings.isEmpty)
            let path = try write(certificate.encoded, "\(profile.name).pem")
            let result = try ForeignProgram.run(
                "openssl",
                [
                    "verify", "-x509_strict", "-check_ss_sig", "-attime", "\(bench.clock.now.seconds)", "-CAfile",
                    rootPath, "-untrusted", issuingPath, path,
                ])
            #expect(result.succeeded, "\(profile.name): \(result.text)")
        }
    }
}
