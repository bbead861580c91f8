// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@testable import SealwrightInspection

@Suite("Check: Table 1 of 'How to run ITMS 7.5 on HTTPS', row for row")
struct ITMSProfileTests {
    let lab: CheckLab

    init() throws { lab = try CheckLab() }

    private func told(_ change: (inout CheckLab.Server) throws -> Void) throws -> [String] {
        lab.report(.itms75, try lab.server(change)).told
    }

    @Test func `a good certificate passes every row, in the table's order`() throws {
        let report = lab.report(.itms75, try lab.server())
        #expect(report.findings.isEmpty && report.worst == .pass)
        #expect(
            report.rows.map(\.element.title) == [
                "Digital signature", "Trust", "Validity", "Enhanced Key Usage", "Name", "Hash", "Algorithm",
                "File format", "Revocation",
            ])
        #expect(report.row(.signature)?.evidence == "2 signatures valid")
        #expect(report.row(.trust)?.evidence == "anchored at 'Check Root'")
        #expect(report.row(.key)?.evidence == "RSA 2048")
    }

    @Test func `digital signature: one changed octet`() throws {
        var octets = try lab.server().encoded
        octets[octets.count - 9] ^= 0x10
        let report = lab.report(.itms75, try CertificateView(parsing: octets))
        #expect(report.told == ["error CHK-SIG-001"])
        #expect(report.row(.signature)?.verdict == .error && report.row(.trust)?.verdict == .pass)
    }

    @Test func `trust: an authority that the server's computer does not trust`() throws {
        let report = lab.report(.itms75, try lab.server(), presented: nil) { $0.anchors = [] }
        #expect(report.told.filter { $0.hasPrefix("error") } == ["error CHK-TRUST-001"])
        #expect(report.row(.trust)?.evidence.contains("Check Root") == true)
    }

    @Test func `trust: the clients' set is judged apart`() throws {
        let leaf = try lab.server()
        let root = lab.root
        #expect(lab.report(.itms75, leaf) { $0.clientAnchors = [] }.told == ["error CHK-TRUST-002"])
        let trusted = lab.report(.itms75, leaf) { $0.clientAnchors = [TrustAnchor(root)] }
        #expect(trusted.row(.trust)?.evidence.hasSuffix("and trusted by the clients") == true)
    }

    @Test func `validity: thirty days to the second pass, one second less does not`() throws {
        let days: Int64 = 30 * 86_400
        #expect(try told { $0.notAfter = CheckLab.now.adding(seconds: days) }.isEmpty)
        let report = lab.report(
            .itms75, try lab.server { $0.notAfter = CheckLab.now.adding(seconds: days - 60) })
        #expect(report.told == ["error CHK-VALID-003"])
        #expect(report.row(.validity)?.evidence == "29 d 23 h left at the import; 30 d required")
        #expect(try told { $0.notAfter = CheckLab.now.adding(seconds: days - 1) } == ["error CHK-VALID-003"])
    }

    @Test func `validity: expired and not yet valid have names of their own`() throws {
        #expect(try told { $0.notAfter = CheckLab.now.adding(seconds: -1) } == ["error CHK-VALID-001"])
        #expect(try told { $0.notBefore = CheckLab.now.adding(seconds: 60) } == ["error CHK-VALID-002"])
    }

    @Test func `enhanced key usage: absent, another, any`() throws {
        #expect(try told { $0.purposes = nil } == ["error CHK-EKU-001"])
        #expect(try told { $0.purposes = [.clientAuth] } == ["error CHK-EKU-001"])
        #expect(try told { $0.purposes = [.anyExtendedKeyUsage] } == ["error CHK-EKU-001"])
        #expect(try told { $0.purposes = [.clientAuth, .serverAuth] }.isEmpty)
    }

    @Test func `name: another host, the subject alone, a wildcard`() throws {
        let beside = lab.report(.itms75, try lab.server { $0.names = [.dnsName("www.example.test")] })
        #expect(beside.told == ["warning CHK-NAME-002"])
        let other = lab.report(
            .itms75,
            try lab.server {
                $0.names = [.dnsName("www.example.test")]
                $0.subject = "CN=ns"
            })
        #expect(other.told == ["error CHK-NAME-001"])
        #expect(other.row(.name)?.evidence == "DNS:www.example.test, CN=ns; need ns.example.test")
        #expect(try told { $0.names = nil } == ["warning CHK-NAME-002"])
        #expect(try told { $0.names = [.dnsName("*.example.test")] }.isEmpty)
        #expect(
            try told {
                $0.names = nil
                $0.subject = "CN=other.example.test"
            } == ["error CHK-NAME-001"])
    }

    @Test func `name: a file is compared with this machine when no name was asked for`() throws {
        let report = lab.report(.itms75, try lab.server(), name: nil) { $0.machineName = "here.example.test" }
        #expect(report.told == ["error CHK-NAME-001"])
        #expect(report.expectedNames == ExpectedNames(["here.example.test"], .machine))
        #expect(report.row(.name)?.evidence.hasSuffix("need here.example.test (this machine's name)") == true)
    }

    @Test(arguments: [DigestAlgorithm.sha256, .sha384, .sha512])
    func `hash: the listed ones pass`(digest: DigestAlgorithm) throws {
        #expect(try told { $0.algorithm = .rsaPKCS1(digest) }.isEmpty)
    }

    @Test func `hash: SHA-1 is listed and warned of, others are refused`() throws {
        #expect(try told { $0.algorithm = .rsaPKCS1(.sha1) } == ["warning CHK-HASH-002"])
        #expect(try told { $0.algorithm = .rsaPKCS1(.md5) } == ["error CHK-HASH-001"])
        #expect(try told { $0.algorithm = .rsaPKCS1(.sha224) } == ["error CHK-HASH-003"])
    }

    @Test func `algorithm: anything but RSA`() throws {
        let curve = try TestKeys.shared.key(.ecP256, 703).publicKey
        #expect(try told { $0.key = curve } == ["error CHK-KEY-001"])
        let edwards = try TestKeys.shared.key(.ed25519, 703).publicKey
        #expect(try told { $0.key = edwards } == ["error CHK-KEY-001"])
    }

    @Test func `file format: anything but PKCS#12, or one without its key`() throws {
        let leaf = try lab.server()
        for form in [FileFacts.Form.pem, .der, .pkcs7] {
            let report = lab.report(.itms75, leaf, origin: .file(FileFacts(form: form, key: .none)))
            #expect(report.told == ["error CHK-FMT-001"])
        }
        let bare = lab.report(.itms75, leaf, origin: .file(FileFacts(form: .pkcs12, key: .none)))
        #expect(bare.told == ["error CHK-FMT-002"])
        let foreign = lab.report(.itms75, leaf, origin: .file(FileFacts(form: .pkcs12, key: .other)))
        #expect(foreign.told == ["error CHK-KEY-003"])
        let old = FileFacts(form: .pkcs12, key: .matching, protection: "RC2-40", isLegacy: true)
        #expect(lab.report(.itms75, leaf, origin: .file(old)).told == ["note CHK-FMT-004"])
    }

    @Test func `a live server has no file to ask for`() throws {
        let endpoint = ObservedEndpoint(
            host: CheckLab.host, port: 443, versions: ["TLSv1.2"], suites: [], agreed: "TLSv1.2")
        let report = lab.report(.itms75, try lab.server(), origin: .endpoint(endpoint), name: nil)
        #expect(report.findings.isEmpty && report.row(.format) == nil)
        #expect(report.expectedNames == ExpectedNames([CheckLab.host], .host))
    }

    @Test func `a self-signed certificate that is trusted passes, and cannot be revoked`() throws {
        let leaf = try lab.selfSigned()
        let trusted = lab.report(.itms75, leaf, presented: [leaf]) { $0.anchors = [TrustAnchor(leaf)] }
        #expect(trusted.told == ["note CHK-REV-005"])
        let untrusted = lab.report(.itms75, leaf, presented: [leaf])
        #expect(untrusted.told == ["error CHK-TRUST-001", "note CHK-REV-005"])
    }

    @Test func `what is no server's certificate is not asked for RSA or thirty days`() throws {
        let key = try TestKeys.shared.key(.ecP256, 703).publicKey
        let signer = try lab.server {
            $0.key = key
            $0.purposes = [.ocspSigning]
            $0.notAfter = CheckLab.now.adding(seconds: 20 * 86_400)
        }
        var subject = lab.subject(signer, origin: .held, name: nil)
        let check = CertificateCheck(lab.settings(.itms75))
        #expect(check.report(on: subject).told == ["error CHK-EKU-001", "error CHK-KEY-001", "error CHK-VALID-003"])
        subject.purpose = nil
        #expect(check.report(on: subject).findings.isEmpty)
    }

    @Test func `the deny list stands in for revocation`() throws {
        let leaf = try lab.selfSigned()
        for entry in [
            Hex.encode(leaf.fingerprint()), "sha1:" + Hex.encode(leaf.fingerprint(.sha1)),
            "serial:" + leaf.serialNumber.hex, "AB:CD # other\n" + leaf.serialNumber.hex.uppercased(),
        ] {
            let list = try DenyList(parsing: "# lost\n\n" + entry)
            let report = lab.report(.itms75, leaf, presented: [leaf]) {
                $0.anchors = [TrustAnchor(leaf)]
                $0.denyList = list
            }
            #expect(report.told == ["error CHK-REV-006", "note CHK-REV-005"], "\(entry)")
        }
        #expect(throws: DenyListError(line: 2, text: "nothexadecimal")) {
            try DenyList(parsing: "00ff\nnot hexadecimal")
        }
    }
}
