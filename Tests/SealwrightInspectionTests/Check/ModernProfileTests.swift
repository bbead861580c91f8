// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@testable import SealwrightInspection

@Suite("Check: profile modern")
struct ModernProfileTests {
    let lab: CheckLab

    init() throws { lab = try CheckLab() }

    private func told(_ change: (inout CheckLab.Server) throws -> Void) throws -> [String] {
        lab.report(.modern, try lab.server(change)).told
    }

    @Test func `a good certificate passes every row`() throws {
        let report = lab.report(.modern, try lab.server())
        #expect(report.findings.isEmpty)
        #expect(report.rows.count == 12)
        #expect(report.chain.map(\.subject) == ["CN=Check Issuing", "CN=Check Root"])
    }

    // MARK: Hash

    @Test func `hash: SHA-2 passes, everything older does not`() throws {
        #expect(try told { $0.algorithm = .rsaPKCS1(.sha384) }.isEmpty)
        #expect(try told { $0.algorithm = .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32) }.isEmpty)
        #expect(try told { $0.algorithm = .rsaPKCS1(.sha1) } == ["error CHK-HASH-002"])
        #expect(try told { $0.algorithm = .rsaPKCS1(.md5) } == ["error CHK-HASH-001"])
        #expect(try told { $0.algorithm = .rsaPKCS1(.sha224) } == ["error CHK-HASH-003"])
    }

    @Test func `hash: an authority's counts, a root's does not`() throws {
        let old = try CheckLab(issuingAlgorithm: .rsaPKCS1(.sha1))
        let report = old.report(.modern, try old.server())
        #expect(report.told == ["error CHK-HASH-002"])
        #expect(report.row(.hash)?.evidence.hasPrefix("authority 'CN=Check Issuing'") == true)
    }

    // MARK: Keys

    @Test(arguments: [KeyType.ecP256, .ecP384])
    func `key: the usual curves pass`(type: KeyType) throws {
        let key = try TestKeys.shared.key(type, 703).publicKey
        #expect(
            try told {
                $0.key = key
                $0.keyUsage = .digitalSignature
            }.isEmpty)
    }

    @Test func `key: curves that few clients know`() throws {
        for type in [KeyType.ecP521, .ed25519] {
            let key = try TestKeys.shared.key(type, 703).publicKey
            #expect(try told { $0.key = key } == ["warning CHK-KEY-004"])
        }
    }

    @Test func `key: short RSA`() throws {
        let modulus = [0xC1] + [UInt8](repeating: 0x5B, count: 126) + [0x0D]
        let short = PublicKey.rsa(try RSAPublicKey(modulus: modulus, exponent: [1, 0, 1]))
        #expect(try told { $0.key = short }.contains("error CHK-KEY-002"))
    }

    @Test func `key: a small factor, an exponent of 3`() throws {
        guard case .rsa(let good) = try TestKeys.shared.key(.rsa2048, 702).publicKey else {
            Issue.record("not an RSA key")
            return
        }
        var modulus = good.modulus
        // A number whose octets add up to a multiple of 255 is divisible by 3, 5 and 17.
        let sum = modulus.dropLast().reduce(0) { ($0 + Int($1)) % 255 }
        modulus[modulus.count - 1] = UInt8(255 - sum)
        if modulus[modulus.count - 1].isMultiple(of: 2) {
            // Every power of 256 leaves 1: what one octet gains another must lose.
            modulus[modulus.count - 1] += 1
            let loser = try #require(modulus.indices.dropFirst().first { modulus[$0] > 1 })
            modulus[loser] -= 1
        }
        let divisible = PublicKey.rsa(try RSAPublicKey(modulus: modulus, exponent: good.exponent))
        let report = lab.report(.modern, try lab.server { $0.key = divisible })
        #expect(report.told == ["error CHK-KEY-005"])
        #expect(report.row(.key)?.evidence.contains("divisible by 3") == true)
        let three = PublicKey.rsa(try RSAPublicKey(modulus: good.modulus, exponent: [3]))
        #expect(try told { $0.key = three } == ["error CHK-KEY-005"])
    }

    @Test func `key: unknown kinds`() throws {
        // OID 1.3.101.113 is Ed448.
        var octets = try lab.server { $0.key = try TestKeys.shared.key(.ed25519, 703).publicKey }.encoded
        let place = try #require(octets.firstRange(of: [0x06, 0x03, 0x2B, 0x65, 0x70]))
        octets[place.upperBound - 1] = 0x71
        let report = lab.report(.modern, try CertificateView(parsing: octets))
        #expect(report.told.contains("error CHK-KEY-001"))
    }

    @Test func `key: a curve that is not calculated with is named, and the signature on it is checked`() throws {
        var octets = SubjectPublicKeyInfo(try TestKeys.shared.key(.ecP256, 703).publicKey).encoded
        // The identifiers of P-256 and P-192 differ in the last octet.
        let place = try #require(octets.firstRange(of: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]))
        octets[place.upperBound - 1] = 0x01
        let info = try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: octets))
        let report = lab.report(.modern, try lab.server { $0.keyInfo = info })
        #expect(report.told == ["error CHK-KEY-007"])
        #expect(report.row(.key)?.evidence == "EC P-192; need P-256, P-384")
        #expect(report.row(.signature)?.verdict == .pass)
    }

    @Test func `key: one key under two certificates, or on two hosts`() throws {
        let first = lab.report(.modern, try lab.server())
        let second = lab.report(
            .modern, try lab.server { $0.names = [.dnsName("ns.example.test"), .dnsName("b.test")] })
        let marked = KeyReuse.mark([first, second], profile: .modern)
        #expect(marked.map(\.told) == [["warning CHK-KEY-006"], ["warning CHK-KEY-006"]])
        let twice = KeyReuse.mark([first, first], profile: .modern).flatMap(\.findings)
        let elsewhere = KeyReuse.mark([first, second], profile: .itms75).flatMap(\.findings)
        #expect(twice.isEmpty && elsewhere.isEmpty)
        var meant = lab.subject(try lab.server { $0.keyUsage = [.digitalSignature] })
        meant.isSecondOfKey = true
        let pair = [first, CertificateCheck(lab.settings(.modern)).report(on: meant)]
        #expect(KeyReuse.mark(pair, profile: .modern).flatMap(\.findings).isEmpty)
    }

    // MARK: Names and purposes

    @Test func `name: alternative names count, the common name does not`() throws {
        #expect(try told { $0.names = [.dnsName("other.test"), .dnsName(CheckLab.host)] }.isEmpty)
        #expect(try told { $0.names = [.dnsName("*.sub.example.test")] } == ["error CHK-NAME-001"])
        #expect(try told { $0.names = nil } == ["error CHK-NAME-002"])
        #expect(try told { $0.names = [.dnsName("*.example.test")] } == ["warning CHK-NAME-003"])
    }

    @Test func `name: an address is compared with the addresses of the certificate`() throws {
        let leaf = try lab.server { $0.names = [.ipAddress([192, 0, 2, 7])] }
        #expect(lab.report(.modern, leaf, name: "192.0.2.7").findings.isEmpty)
        #expect(lab.report(.modern, leaf, name: "192.0.2.8").told == ["error CHK-NAME-001"])
    }

    @Test func `name: without one to compare that is said`() throws {
        #expect(lab.report(.modern, try lab.server(), name: nil).told == ["note CHK-NAME-004"])
    }

    @Test func `purpose: serverAuth and nothing else`() throws {
        #expect(try told { $0.purposes = [.serverAuth, .clientAuth] } == ["warning CHK-EKU-003"])
        #expect(try told { $0.purposes = nil } == ["error CHK-EKU-001"])
        #expect(try told { $0.keyUsage = .keyEncipherment } == ["error CHK-KU-001"])
        #expect(try told { $0.keyUsage = nil }.isEmpty)
    }

    // MARK: Validity

    @Test func `lifetime: the steps of 200, 100 and 47 days, to the second`() throws {
        func life(_ year: Int, _ month: Int, _ day: Int, days: Int64, seconds: Int64) throws -> [String] {
            let start = try #require(Timestamp(year: year, month: month, day: day))
            let leaf = try lab.server {
                $0.notBefore = start
                $0.notAfter = start.adding(seconds: days * 86_400 - 1 + seconds)
            }
            let anchor = TrustAnchor(lab.issuing)
            return lab.report(.modern, leaf, presented: [leaf]) {
                $0.time = start.adding(seconds: 1)
                $0.anchors = [anchor]
            }.findings.filter { $0.code == .lifetime }.map {
                "\($0.severity.rawValue) \($0.evidence.prefix { $0 != ";" })"
            }
        }
        for (date, days) in [
            ((2026, 3, 14), 398), ((2026, 3, 15), 200), ((2027, 3, 14), 200), ((2027, 3, 15), 100),
            ((2029, 3, 14), 100), ((2029, 3, 15), 47),
        ] {
            #expect(try life(date.0, date.1, date.2, days: Int64(days), seconds: 0).isEmpty, "\(date)")
            let longer = try life(date.0, date.1, date.2, days: Int64(days), seconds: 1)
            #expect(longer == ["warning a life of \(days) d and 1 s"])
        }
    }

    @Test func `lifetime: what an installation issued for itself is no public certificate`() throws {
        var subject = lab.subject(
            try lab.server { $0.notAfter = CheckLab.now.adding(seconds: 900 * 86_400) }, origin: .held, name: nil)
        let check = CertificateCheck(lab.settings(.modern))
        #expect(check.report(on: subject).told == ["warning CHK-VALID-005"])
        subject.isOfOwnAuthority = true
        #expect(check.report(on: subject).findings.isEmpty)
        subject.isOfOwnAuthority = false
        var settings = lab.settings(.modern)
        settings.ownRoots = [lab.root]
        #expect(CertificateCheck(settings).report(on: subject).findings.isEmpty)
    }

    @Test(arguments: [
        "a*.example.test", "*.*.example.test", "b .example.test", "b_.example..test", "192.0.2.7",
    ])
    func `names: one that is no name of its kind`(name: String) throws {
        let report = try lab.report(.modern, lab.server { $0.names?.append(.dnsName(name)) })
        #expect(report.told == ["error CHK-NAME-005"])
    }

    @Test func `age: a third of a short life, thirty days of a long one`() throws {
        #expect(try told { $0.notAfter = CheckLab.now.adding(seconds: 4 * 86_400) } == ["warning CHK-VALID-004"])
        #expect(try told { $0.notAfter = CheckLab.now.adding(seconds: 6 * 86_400) }.isEmpty)
        #expect(
            try told {
                $0.notBefore = CheckLab.now.adding(seconds: -150 * 86_400)
                $0.notAfter = CheckLab.now.adding(seconds: 29 * 86_400)
            } == ["warning CHK-VALID-004"])
    }

    // MARK: Form

    @Test func `form: authority, serial numbers`() throws {
        #expect(try told { $0.isAuthority = true } == ["error CHK-CA-001"])
        #expect(try told { $0.serial = SerialNumber(octets: [0]) } == ["error CHK-CA-002"])
        #expect(try told { $0.serial = SerialNumber(octets: [0x80]) } == ["error CHK-CA-002"])
        #expect(try told { $0.serial = SerialNumber(octets: [UInt8](repeating: 1, count: 21)) } == ["error CHK-CA-002"])
        #expect(try told { $0.serial = SerialNumber(octets: [7]) } == ["warning CHK-CA-003"])
    }
}
