// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing
import TrustEvaluation

@Suite("RFC 5280 section 6.1: paths")
struct PathTests {
    @Test func `a path of three is found whatever the order of what was sent`() throws {
        let root = try Authority()
        let issuing = try root.subordinate()
        let leaf = try issuing.issue()
        let noise = try (0..<5).map { try Authority(root: "CN=Other \($0)").certificate }
        let decision = decide(leaf, through: noise + [issuing.certificate], to: [root.certificate])
        #expect(decision.isTrusted)
        #expect(decision.path == [leaf, issuing.certificate, root.certificate])
        #expect(decision.anchor?.certificate == root.certificate)
        #expect(decision.work.signatures == 2)
    }

    @Test func `a missing issuer is named`() throws {
        let root = try Authority()
        let leaf = try root.subordinate("CN=Missing").issue()
        let decision = decide(leaf, to: [root.certificate])
        #expect(decision.errors == [.issuerUnknown])
        #expect(decision.reason?.evidence.contains("CN=Missing") == true)
        #expect(decision.reason?.remedy.isEmpty == false)
    }

    @Test func `a self-signed certificate is trusted only when it is itself an anchor`() throws {
        let server = try Authority(root: "CN=self")
        #expect(decide(server.certificate, to: []).errors == [.selfSigned])
        let pinned = decide(server.certificate, to: [server.certificate])
        #expect(pinned.isTrusted)
        #expect(pinned.path == [server.certificate])
    }

    @Test func `an authority of the right name and the wrong key does not count`() throws {
        let root = try Authority()
        let leaf = try root.issue()
        let impostor = try Authority()
        #expect(decide(leaf, to: [impostor.certificate]).errors == [.signatureInvalid])
        #expect(decide(leaf, to: [impostor.certificate, root.certificate]).isTrusted)
    }

    @Test func `a changed certificate is found out`() throws {
        let root = try Authority()
        var octets = try root.issue("CN=somebody").encoded
        let name = Array("somebody".utf8)
        let place = try #require(octets.indices.first { octets[$0...].starts(with: name) })
        octets[place] = UInt8(ascii: "S")
        #expect(decide(try CertificateView(parsing: octets), to: [root.certificate]).errors == [.signatureInvalid])
    }

    @Test func `both ends of the validity count and not a second more`() throws {
        let root = try Authority()
        let leaf = try root.issue()
        let (first, last) = (try #require(leaf.notBefore), try #require(leaf.notAfter))
        for time in [first, last] { #expect(decide(leaf, to: [root.certificate]) { $0.time = time }.isTrusted) }
        let early = decide(leaf, to: [root.certificate]) { $0.time = first.adding(seconds: -1) }
        let late = decide(leaf, to: [root.certificate]) { $0.time = last.adding(seconds: 1) }
        #expect(early.errors.contains(.notYetValid) && late.errors.contains(.expired))
    }

    @Test func `an expired root is refused unless anchors are only names and keys`() throws {
        var draft = Authority.Draft(Authority.authorityExtensions())
        draft.notAfter = Authority.now.adding(seconds: -1)
        let root = try Authority(root: "CN=Old", draft)
        let leaf = try root.issue()
        #expect(decide(leaf, to: [root.certificate]).errors == [.expired])
        #expect(decide(leaf, to: [root.certificate]) { $0.rules.checksAnchors = false }.isTrusted)
        var query = TrustQuery(leaf: leaf, anchors: [], time: Authority.now)
        query.anchors = [
            TrustAnchor(subject: root.certificate.subject, subjectPublicKeyInfo: root.certificate.subjectPublicKeyInfo)
        ]
        #expect(TrustValidator().evaluate(query).isTrusted)
    }

    @Test func `a leaf that issues is no authority`() throws {
        let root = try Authority()
        let fake = try root.subordinate("CN=fake", Authority.Draft())
        let leaf = try fake.issue()
        #expect(decide(leaf, through: [fake.certificate], to: [root.certificate]).errors == [.notAuthority])
    }

    @Test func `extensions of an earlier version make no authority`() throws {
        let root = try Authority()
        let issuing = try root.subordinate()
        // The version stands first in what is signed: [0] { INTEGER 2 } becomes version 2.
        var tbs = Array(issuing.certificate.tbsCertificate)
        let version = try #require(tbs.indices.first { tbs[$0...].starts(with: [0xA0, 0x03, 0x02, 0x01, 0x02]) })
        tbs[version + 4] = 1
        let algorithm = root.key.defaultSignatureAlgorithm
        let signature = try root.key.signSynchronously(tbs, algorithm: algorithm)
        let old = try CertificateView(
            parsing: TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm))
        #expect(old.version == 2)
        let decision = decide(try issuing.issue(), through: [old], to: [root.certificate])
        #expect(decision.errors == [.versionNotAllowed] && decision.reason?.depth == 1)
    }

    @Test func `an authority without keyCertSign issues nothing`() throws {
        let root = try Authority()
        let draft = Authority.Draft(Authority.authorityExtensions(usage: [.cRLSign]))
        let issuing = try root.subordinate("CN=Issuing", draft)
        let decision = decide(try issuing.issue(), through: [issuing.certificate], to: [root.certificate])
        #expect(decision.errors == [.keyUsageMissing])
    }

    @Test(arguments: [(0, false), (1, true), (2, true)])
    func `a path length counts authorities below`(length: Int, isTrusted: Bool) throws {
        let root = try Authority()
        let first = try root.subordinate(
            "CN=First", Authority.Draft(Authority.authorityExtensions(pathLength: length)))
        let second = try first.subordinate("CN=Second")
        let decision = decide(
            try second.issue(), through: [first.certificate, second.certificate], to: [root.certificate])
        #expect(decision.isTrusted == isTrusted)
        #expect(isTrusted || decision.errors == [.pathTooLong])
    }

    @Test func `the query may ask for shorter paths`() throws {
        let root = try Authority()
        let issuing = try root.subordinate()
        let leaf = try issuing.issue()
        let decision = decide(leaf, through: [issuing.certificate], to: [root.certificate]) { $0.maximumPathLength = 0 }
        #expect(decision.errors == [.pathTooLong])
    }

    @Test func `an unknown critical extension is refused anywhere`() throws {
        let strange = CertificateExtension(oid: OID(1, 2, 3, 4), isCritical: true, value: [5, 0])
        let root = try Authority()
        let leaf = try root.issue("CN=leaf", Authority.Draft([strange]))
        #expect(decide(leaf, to: [root.certificate]).errors == [.unknownCriticalExtension])
        let harmless = CertificateExtension(oid: OID(1, 2, 3, 4), isCritical: false, value: [5, 0])
        #expect(decide(try root.issue("CN=leaf", Authority.Draft([harmless])), to: [root.certificate]).isTrusted)
    }

    @Test func `of two cross certificates the acceptable one is found`() throws {
        let (old, new) = (try Authority(root: "CN=Old Root"), try Authority(root: "CN=New Root"))
        let key = try Authority.newKey()
        var ended = Authority.Draft(Authority.authorityExtensions())
        ended.notAfter = Authority.now.adding(seconds: -1)
        let byOld = try old.subordinate("CN=Issuing", ended, key: key)
        let byNew = try new.subordinate("CN=Issuing", key: key)
        let decision = decide(
            try byOld.issue(), through: [byOld.certificate, byNew.certificate],
            to: [old.certificate, new.certificate])
        #expect(decision.isTrusted)
        #expect(decision.anchor?.certificate == new.certificate)
    }

    @Test func `everything wrong with the best path is told, the most telling first`() throws {
        let root = try Authority()
        var draft = Authority.Draft([ExtendedKeyUsage([.clientAuth]).certificateExtension])
        draft.notAfter = Authority.now.adding(seconds: -1)
        let decision = decide(try root.issue("CN=leaf", draft), to: [root.certificate]) {
            $0.purpose = .serverAuth
            $0.names = [.dns("server.example.test")]
        }
        #expect(decision.errors == [.expired, .nameMismatch, .purposeMissing])
        #expect(decision.findings.allSatisfy { $0.depth == 0 && $0.evidence.hasSuffix(".") })
    }

    @Test func `the deny list stands above everything`() throws {
        let server = try Authority(root: "CN=self").certificate
        let decision = decide(server, to: [server]) { $0.denied = [server.fingerprint()] }
        #expect(decision.errors == [.denied])
    }

    @Test func `an anchor may be trusted for some purposes and names only`() throws {
        let root = try Authority()
        let leaf = try root.server("a.example.test")
        var query = TrustQuery(leaf: leaf, anchors: [], time: Authority.now)
        query.purpose = .serverAuth
        query.anchors = [TrustAnchor(root.certificate, purposes: [.clientAuth])]
        #expect(TrustValidator().evaluate(query).errors == [.purposeMissing])
        query.anchors = [
            TrustAnchor(root.certificate, nameConstraints: NameConstraints(permitted: [.dnsName("other.test")]))
        ]
        #expect(TrustValidator().evaluate(query).errors == [.nameNotPermitted])
    }
}
