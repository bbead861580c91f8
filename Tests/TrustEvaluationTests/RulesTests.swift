// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@Suite("Purposes and strength")
struct PurposeTests {
    private func decide(
        _ leaf: [OID]?, authority: [OID]? = nil, _ purpose: TrustPurpose = .serverAuth,
        _ change: (inout TrustQuery) -> Void = { _ in }
    ) throws -> TrustDecision {
        let root = try Authority()
        let usage = { (oids: [OID]?) in oids.map { [ExtendedKeyUsage($0).certificateExtension] } ?? [] }
        let issuing = try root.subordinate(
            "CN=Issuing", Authority.Draft(Authority.authorityExtensions() + usage(authority)))
        let certificate = try issuing.issue("CN=leaf", Authority.Draft(usage(leaf)))
        return TrustEvaluationTests.decide(certificate, through: [issuing.certificate], to: [root.certificate]) {
            $0.purpose = purpose
            change(&$0)
        }
    }

    @Test func `the extended key usage of the leaf names the purpose`() throws {
        #expect(try decide([.serverAuth, .clientAuth]).isTrusted)
        #expect(try decide([.clientAuth]).errors == [.purposeMissing])
        #expect(try decide([]).errors == [.purposeMissing])
        #expect(try decide(nil).isTrusted)
        #expect(try decide(nil) { $0.rules.requiresExtendedKeyUsage = true }.errors == [.purposeMissing])
        #expect(try decide([.anyExtendedKeyUsage]).isTrusted)
        let strict = try decide([.anyExtendedKeyUsage]) { $0.rules.acceptsAnyExtendedKeyUsage = false }
        #expect(strict.errors == [.purposeMissing])
        #expect(try decide([.clientAuth], nil, .any).isTrusted)
    }

    @Test(arguments: [TrustPurpose.ocspSigning, .timeStamping])
    func `who answers for others or stamps times is made for that by name`(purpose: TrustPurpose) throws {
        #expect(try decide(purpose.extendedKeyUsages, nil, purpose).isTrusted)
        #expect(try decide(nil, nil, purpose).errors == [.purposeMissing])
        #expect(try decide([.anyExtendedKeyUsage], nil, purpose).errors == [.purposeMissing])
        #expect(try decide(purpose.extendedKeyUsages, [.anyExtendedKeyUsage], purpose).isTrusted)
    }

    @Test func `an authority issues only for the purposes it names`() throws {
        #expect(try decide([.serverAuth], authority: [.serverAuth]).isTrusted)
        #expect(try decide([.serverAuth], authority: [.anyExtendedKeyUsage]).isTrusted)
        let decision = try decide([.serverAuth], authority: [.clientAuth])
        #expect(decision.errors == [.purposeMissing] && decision.reason?.depth == 1)
    }

    private func decide(_ leaf: [OID]?, _ authority: [OID]?, _ purpose: TrustPurpose) throws -> TrustDecision {
        try decide(leaf, authority: authority, purpose)
    }

    @Test func `a purpose is read by name or number`() throws {
        #expect(try TrustPurpose(name: "SERVERAUTH") == .serverAuth)
        #expect(try TrustPurpose(name: "1.2.3.4").extendedKeyUsages == [OID(1, 2, 3, 4)])
        #expect(throws: FormatError.self) { try TrustPurpose(name: "everything") }
    }

    @Test func `an RSA modulus is odd`() throws {
        let root = try Authority()
        for (last, errors) in [(0xFF, []), (0xFE, [.weakKey])] as [(UInt8, [TrustCode])] {
            let key = try RSAPublicKey(
                modulus: [UInt8](repeating: 0xFF, count: 255) + [last], exponent: [0x01, 0x00, 0x01])
            let leaf = try root.issue(key: .rsa(key))
            #expect(TrustEvaluationTests.decide(leaf, to: [root.certificate]).errors == errors)
        }
    }

    @Test func `the key usage allows one of the ways the purpose needs`() throws {
        let root = try Authority()
        let leaf = try root.issue("CN=leaf", Authority.Draft([KeyUsage.cRLSign.certificateExtension]))
        let decision = TrustEvaluationTests.decide(leaf, to: [root.certificate]) { $0.purpose = .serverAuth }
        #expect(decision.errors == [.keyUsageMissing])
    }

    @Test func `digests, sizes and curves are what the rules allow`() throws {
        let root = try Authority(root: "CN=RSA", key: .rsa2048)
        let leaf = try root.issue()
        let larger = TrustEvaluationTests.decide(leaf, to: [root.certificate]) { $0.rules.minimumRSABits = 3072 }
        #expect(larger.errors == [.weakKey] && larger.reason?.depth == 1)
        let other = TrustEvaluationTests.decide(leaf, to: [root.certificate]) { $0.rules.digests = [.sha512] }
        #expect(other.errors == [.weakSignature])
        let curve = TrustEvaluationTests.decide(leaf, to: [root.certificate]) { $0.rules.curves = [.p384] }
        #expect(curve.errors == [.weakKey])
        let tooLarge = TrustEvaluationTests.decide(leaf, to: [root.certificate]) { $0.rules.maximumRSABits = 1024 }
        #expect(!tooLarge.isTrusted && tooLarge.work.signatures == 0)
    }
}

@Suite("Strictness")
struct StrictnessTests {
    private func codes(
        _ leaf: Authority.Draft, _ strictness: TrustRules.Strictness, subject: String = "CN=a.test"
    ) throws -> [TrustCode] {
        let root = try Authority()
        let decision = decide(try root.issue(subject, leaf), to: [root.certificate]) {
            $0.rules.strictness = strictness
        }
        return decision.errors
    }

    private static let san = SubjectAlternativeName([.dnsName("a.test")]).certificateExtension
    private static let usage = ExtendedKeyUsage([.serverAuth]).certificateExtension

    @Test func `a certificate as the web wants it passes all three`() throws {
        for strictness in TrustRules.Strictness.allCases {
            #expect(try codes(Authority.Draft([Self.san, Self.usage]), strictness) == [])
        }
    }

    @Test func `section 4 asks for more than section 6`() throws {
        var bare = Authority.Draft([Self.san, Self.usage])
        bare.hasKeyIdentifiers = false
        #expect(try codes(bare, .path) == [])
        #expect(try codes(bare, .certificates) == [.profileViolation])
        var zero = Authority.Draft([Self.san, Self.usage])
        zero.serialNumber = SerialNumber(octets: [0])
        #expect(try codes(zero, .path) == [])
        #expect(try codes(zero, .certificates) == [.serialNumberNotAllowed])
        var long = zero
        long.serialNumber = SerialNumber(octets: [UInt8](repeating: 1, count: 21))
        #expect(try codes(long, .certificates) == [.serialNumberNotAllowed])
        let signing = Authority.Draft([Self.san, Self.usage, KeyUsage.keyCertSign.certificateExtension])
        #expect(try codes(signing, .certificates) == [.profileViolation])
        let constraints = NameConstraints(permitted: [.dnsName("a.test")]).certificateExtension
        #expect(try codes(Authority.Draft([Self.san, Self.usage, constraints]), .certificates) == [.profileViolation])
        let empty = SubjectAlternativeName([]).certificateExtension
        #expect(try codes(Authority.Draft([empty, Self.usage]), .certificates) == [.profileViolation])
    }

    private static let key: [UInt8] = [1, 2, 3, 4]

    @Test(
        arguments: [
            SubjectAlternativeName([.uri("//a.test/x")]), SubjectAlternativeName([.uri("a.test/x:y")]),
            SubjectAlternativeName([.uri("https:")]), SubjectAlternativeName([.uri("1a:b")]),
            SubjectAlternativeName([.rfc822Name("Somebody <somebody@a.test>")]),
            SubjectAlternativeName([.rfc822Name("a b@a.test")]), SubjectAlternativeName([.rfc822Name("a@-.test")]),
            CRLDistributionPoints([DistributionPoint(name: nil, reasons: .keyCompromise)]),
        ] as [any CertificateExtensionValue])
    func `section 4 says what names and points look like`(value: any CertificateExtensionValue) throws {
        let draft = Authority.Draft([value.certificateExtension])
        #expect(try codes(draft, .path) == [])
        #expect(try codes(draft, .certificates) == [.profileViolation])
    }

    @Test func `names of every sound form pass section 4`() throws {
        let names: [GeneralName] = [
            .uri("https://a.test/x"), .uri("urn:uuid:1"), .uri("tag:a.test,2026:x"), .rfc822Name("a.b+c@a.test"),
            .rfc822Name("\"a b\"@a.test"), .rfc822Name("*@a.test"), .rfc822Name("a@[192.0.2.1]"),
        ]
        #expect(try codes(Authority.Draft([SubjectAlternativeName(names).certificateExtension]), .certificates) == [])
    }

    @Test(
        arguments: [
            ([0x00], [0x05, 0x00], true), ([0x00, 0x00], [0x05, 0x00], false), ([0x00], [0x0C, 0x01, 0x61], false),
        ] as [([UInt8], [UInt8], Bool)])
    func `an RSA key is DER, and has no parameters`(zeros: [UInt8], parameters: [UInt8], isSound: Bool) throws {
        func long(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            [tag, 0x82, UInt8(truncatingIfNeeded: content.count >> 8), UInt8(truncatingIfNeeded: content.count)]
                + content
        }
        let oid = OID.rsaEncryption.derBytes
        let modulus = long(0x02, zeros + [UInt8](repeating: 0xFF, count: 256))
        let key = long(0x30, modulus + [0x02, 0x03, 0x01, 0x00, 0x01])
        let algorithm = [0x30, UInt8(oid.count + parameters.count)] + oid + parameters
        let info = try SubjectPublicKeyInfo(
            parsing: ASN1Element(parsing: long(0x30, algorithm + long(0x03, [0x00] + key))))
        let root = try Authority()
        let signature = root.key.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: signature, issuer: root.certificate.subject,
            notBefore: Authority.now, notAfter: Authority.now.adding(seconds: 60),
            subject: try DistinguishedName(rfc4514: "CN=a.test"), subjectPublicKeyInfo: info,
            extensions: [
                AuthorityKeyIdentifier(keyIdentifier: root.certificate.subjectPublicKeyInfo.keyIdentifier)
                    .certificateExtension
            ]
        ).derBytes
        let leaf = try CertificateView(
            parsing: TBSCertificate.certificate(
                tbs: tbs, signature: try root.key.signSynchronously(tbs, algorithm: signature), algorithm: signature))
        for strictness in [TrustRules.Strictness.path, .certificates] {
            let decision = decide(leaf, to: [root.certificate]) { $0.rules.strictness = strictness }
            #expect(decision.errors == (isSound || strictness == .path ? [] : [.profileViolation]))
        }
    }

    @Test func `section 4 wants entries, and an issuer with its serial number`() throws {
        var half = Authority.Draft([
            Self.san,
            AuthorityKeyIdentifier(keyIdentifier: Self.key, authorityCertSerialNumber: SerialNumber(octets: [9]))
                .certificateExtension,
        ])
        half.hasKeyIdentifiers = false
        #expect(try codes(half, .certificates) == [.profileViolation])
        for oid in [OID.subjectInformationAccess, .subjectDirectoryAttributes] {
            let empty = CertificateExtension(oid: oid, value: [0x30, 0])
            #expect(try codes(Authority.Draft([Self.san, empty]), .path) == [])
            #expect(try codes(Authority.Draft([Self.san, empty]), .certificates) == [.profileViolation])
        }
    }

    @Test func `the web asks for more than RFC 5280`() throws {
        #expect(try codes(Authority.Draft([Self.usage]), .certificates) == [])
        #expect(try codes(Authority.Draft([Self.usage]), .web).contains(.profileViolation))
        #expect(try codes(Authority.Draft([Self.san]), .web) == [.purposeMissing])
        #expect(try codes(Authority.Draft([Self.san, Self.usage]), .web, subject: "CN=b.test") == [.profileViolation])
        let authority = Authority.Draft(Authority.authorityExtensions() + [Self.san, Self.usage])
        #expect(try codes(authority, .certificates) == [])
        #expect(try codes(authority, .web) == [.authorityAsLeaf])
        let wildcard = SubjectAlternativeName([.dnsName("*.test")]).certificateExtension
        #expect(try codes(Authority.Draft([wildcard, Self.usage]), .web, subject: "CN=*.test") == [.profileViolation])
    }
}

@Suite("RFC 5280 section 6.1: policies")
struct PolicyTests {
    private let gold = OID(1, 3, 6, 1, 4, 1, 99, 1)
    private let silver = OID(1, 3, 6, 1, 4, 1, 99, 2)

    private func policies(_ oids: OID...) -> CertificateExtension {
        CertificatePolicies(oids.map { PolicyInformation(id: $0) }).certificateExtension
    }

    private func decide(
        authority: [CertificateExtension], leaf: [CertificateExtension], _ settings: PolicySettings
    ) throws -> TrustDecision {
        let root = try Authority()
        let issuing = try root.subordinate(
            "CN=Issuing", Authority.Draft(Authority.authorityExtensions() + authority))
        return TrustEvaluationTests.decide(
            try issuing.issue("CN=leaf", Authority.Draft(leaf)), through: [issuing.certificate],
            to: [root.certificate]
        ) { $0.policies = settings }
    }

    @Test func `a policy holds when every certificate asserts it`() throws {
        let wanted = PolicySettings(acceptable: [gold], requiresExplicitPolicy: true)
        let good = try decide(authority: [policies(gold)], leaf: [policies(gold)], wanted)
        #expect(good.isTrusted && good.policies == [gold])
        #expect(
            try decide(authority: [policies(silver)], leaf: [policies(gold)], wanted).errors == [
                .policyMissing, .policyMissing,
            ])
        #expect(!(try decide(authority: [], leaf: [policies(gold)], wanted).isTrusted))
        #expect(try decide(authority: [], leaf: [], PolicySettings()).isTrusted)
    }

    @Test func `anyPolicy stands for every policy unless inhibited`() throws {
        var wanted = PolicySettings(acceptable: [gold], requiresExplicitPolicy: true)
        #expect(try decide(authority: [policies(.anyPolicy)], leaf: [policies(gold)], wanted).policies == [gold])
        wanted.inhibitsAnyPolicy = true
        #expect(!(try decide(authority: [policies(.anyPolicy)], leaf: [policies(gold)], wanted).isTrusted))
        let inhibited = [policies(gold), InhibitAnyPolicy(skipCerts: 0).certificateExtension]
        wanted.inhibitsAnyPolicy = false
        #expect(!(try decide(authority: inhibited, leaf: [policies(.anyPolicy)], wanted).isTrusted))
    }

    @Test func `a mapping translates and can be forbidden`() throws {
        let mapping = PolicyMappings([.init(issuerDomainPolicy: gold, subjectDomainPolicy: silver)])
        let authority = [policies(gold), mapping.certificateExtension]
        var wanted = PolicySettings(acceptable: [gold], requiresExplicitPolicy: true)
        #expect(try decide(authority: authority, leaf: [policies(silver)], wanted).policies == [gold])
        wanted.inhibitsMapping = true
        #expect(!(try decide(authority: authority, leaf: [policies(silver)], wanted).isTrusted))
        let any = PolicyMappings([.init(issuerDomainPolicy: .anyPolicy, subjectDomainPolicy: silver)])
        let broken = [policies(gold), any.certificateExtension]
        #expect(!(try decide(authority: broken, leaf: [policies(silver)], PolicySettings()).isTrusted))
    }

    @Test func `an authority can require a policy below it`() throws {
        let required = PolicyConstraints(requireExplicitPolicy: 0).certificateExtension
        #expect(!(try decide(authority: [required], leaf: [], PolicySettings()).isTrusted))
        #expect(try decide(authority: [policies(gold), required], leaf: [policies(gold)], PolicySettings()).isTrusted)
    }

    @Test func `mappings that multiply stay within the budget`() throws {
        let many = (0..<100).map { OID(1, 3, 6, 1, 4, 1, 99, 3, $0) }
        let mapping = PolicyMappings(
            many.flatMap { left in many.prefix(2).map { .init(issuerDomainPolicy: left, subjectDomainPolicy: $0) } })
        let information = CertificatePolicies(many.map { PolicyInformation(id: $0) }).certificateExtension
        let root = try Authority()
        var authority = root
        var chain: [CertificateView] = []
        for level in 0..<7 {
            authority = try authority.subordinate(
                "CN=Level \(level)",
                Authority.Draft(
                    Authority.authorityExtensions() + [information, mapping.certificateExtension]))
            chain.append(authority.certificate)
        }
        let leaf = try authority.issue("CN=leaf", Authority.Draft([information]))
        let time = processorTime {
            _ = TrustEvaluationTests.decide(leaf, through: chain, to: [root.certificate]) {
                $0.policies = PolicySettings(requiresExplicitPolicy: true)
            }
        }
        #expect(time < .seconds(2), "\(time)")
    }
}
