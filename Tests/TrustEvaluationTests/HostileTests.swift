// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@Suite("Certificates made to cause work")
struct HostileTests {
    @Test func `authorities that issue each other end in a finding`() throws {
        let (a, b) = (try Authority(root: "CN=A"), try Authority(root: "CN=B"))
        let aByB = try b.subordinate("CN=A", key: a.key)
        let bByA = try a.subordinate("CN=B", key: b.key)
        let other = try Authority(root: "CN=Unrelated")
        let decision = decide(
            try a.issue(), through: [aByB.certificate, bByA.certificate], to: [other.certificate])
        #expect(!decision.isTrusted)
        #expect(decision.work.steps < 20)
    }

    @Test func `a thousand authorities of one name stop at the budget`() throws {
        let root = try Authority()
        let leaf = try root.subordinate("CN=Issuing").issue()
        let key = try Authority.newKey()
        let crowd = try (0..<1000).map { index in
            var draft = Authority.Draft(Authority.authorityExtensions())
            draft.serialNumber = SerialNumber(octets: [0x10, UInt8(index / 256), UInt8(index % 256)])
            draft.hasKeyIdentifiers = false
            // Every second one has another key, so that no signature is remembered.
            let own = index.isMultiple(of: 50) ? try Authority.newKey() : key
            return try root.subordinate("CN=Issuing", draft, key: own).certificate
        }
        var decision: TrustDecision?
        let time = processorTime { decision = decide(leaf, through: crowd, to: [root.certificate]) }
        #expect(decision?.isTrusted == false)
        #expect((decision?.work.signatures ?? 0) <= 100)
        #expect(time < .seconds(2), "\(time)")
    }

    @Test func `a name of sixty thousand letters is brought into its compared form once`() throws {
        let root = try Authority()
        let key = try Authority.newKey()
        let crowd = try (0..<500).map { try root.subordinate("CN=\($0)", key: key).certificate }
        let long = try Authority(root: "CN=" + String(repeating: "aB", count: 30_000))
        let leaf = try long.issue()
        var decision: TrustDecision?
        let time = processorTime { decision = decide(leaf, through: crowd, to: [root.certificate]) }
        #expect(decision?.errors.contains(.issuerUnknown) == true)
        #expect(time < .seconds(3), "\(time)")
    }

    @Test func `the right one among fifty of one name is found`() throws {
        let root = try Authority()
        let issuing = try root.subordinate()
        let crowd = try (0..<50).map { _ in try root.subordinate().certificate }
        let decision = decide(
            try issuing.issue(), through: crowd + [issuing.certificate], to: [root.certificate])
        #expect(decision.isTrusted)
        #expect(decision.work.signatures == 2)
    }

    @Test func `a web of cross certificates costs no more than the budget`() throws {
        let keys = try (0..<6).map { _ in try Authority.newKey() }
        let roots = try keys.indices.map { try Authority(root: "CN=\($0)") }
        var web: [CertificateView] = []
        for upper in roots.indices {
            for lower in roots.indices where lower != upper {
                web.append(try roots[upper].subordinate("CN=\(lower)", key: roots[lower].key).certificate)
            }
        }
        let decision = decide(try roots[0].issue(), through: web, to: [])
        #expect(!decision.isTrusted)
        #expect(decision.work.signatures <= 100 && decision.work.steps <= 2000)
    }

    @Test func `a budget of no signatures trusts nothing`() throws {
        let root = try Authority()
        let decision = decide(try root.issue(), to: [root.certificate]) { $0.budget.signatures = 0 }
        #expect(decision.errors.contains(.budgetExceeded))
    }

    @Test func `many names under many constraints stop at the budget`() throws {
        let subtrees = (0..<1000).map { GeneralName.dnsName("n\($0).test") }
        let constraints = NameConstraints(permitted: subtrees).certificateExtension
        let root = try Authority(root: "CN=Root", Authority.Draft(Authority.authorityExtensions() + [constraints]))
        let names = SubjectAlternativeName((0..<1000).map { .dnsName("x.n\($0).test") }).certificateExtension
        let decision = decide(try root.issue("CN=leaf", Authority.Draft([names])), to: [root.certificate])
        #expect(decision.errors.contains(.budgetExceeded))
        #expect(decision.work.nameComparisons == 0)
    }

    /// Each comparison of such names took a twentieth of a millisecond, and the path need not even lead to an anchor.
    @Test func `long names under long constraints cost no seconds`() throws {
        let long = String(repeating: ".x", count: 120)
        let forms: [(Int) -> GeneralName] = [
            { .dnsName("n\($0)" + long) }, { .uri("http://n\($0)\(long)/") },
            { .rfc822Name("n\($0)" + String(repeating: "a", count: 1_500) + "@b.test") },
            { .directoryName(DistinguishedName([(type: .commonName, text: "\($0)" + long + long)])) },
        ]
        for form in forms {
            let excluded = (0..<490).map { form($0) }
            let constraints = NameConstraints(permitted: [], excluded: excluded).certificateExtension
            let root = try Authority(root: "CN=Root", Authority.Draft(Authority.authorityExtensions() + [constraints]))
            let names = SubjectAlternativeName((500..<980).map { form($0) }).certificateExtension
            let leaf = try root.issue("CN=leaf", Authority.Draft([names]))
            #expect(decide(leaf, to: [root.certificate]).errors.contains(.budgetExceeded))
        }
    }

    @Test func `directory names under constraints are brought into their compared form once`() throws {
        func name(_ number: Int) -> GeneralName {
            let text = "\u{DF}\(number)" + String(repeating: "\u{DF}", count: 9)
            return .directoryName(DistinguishedName([(type: .commonName, text: text)]))
        }
        let excluded = (0..<300).map { name($0) }
        let constraints = NameConstraints(permitted: [], excluded: excluded).certificateExtension
        let root = try Authority(root: "CN=Root", Authority.Draft(Authority.authorityExtensions() + [constraints]))
        func leaf(_ numbers: Range<Int>) throws -> CertificateView {
            try root.issue(
                "CN=leaf", Authority.Draft([SubjectAlternativeName(numbers.map { name($0) }).certificateExtension]))
        }
        let (outside, inside) = (try leaf(300..<500), try leaf(299..<301))
        let time = processorTime {
            #expect(decide(outside, to: [root.certificate]).isTrusted)
        }
        #expect(time < .seconds(3), "\(time)")
        #expect(!decide(inside, to: [root.certificate]).isTrusted)
    }

    @Test(arguments: [
        OID.basicConstraints, .keyUsage, .extendedKeyUsage, .nameConstraints, .certificatePolicies, .policyMappings,
        .policyConstraints, .inhibitAnyPolicy, .subjectAltName, .crlDistributionPoints, .authorityKeyIdentifier,
        .subjectKeyIdentifier, .authorityInformationAccess,
    ])
    func `empty sequences and broken values end in findings`(oid: OID) throws {
        let root = try Authority()
        for value: [UInt8] in [[], [0x30, 0x00], [0x05, 0x00], [0x30, 0x80], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]] {
            var draft = Authority.Draft([CertificateExtension(oid: oid, isCritical: true, value: value)])
            draft.hasKeyIdentifiers = false
            let issuing = try root.subordinate("CN=Issuing", draft)
            for rules in [TrustRules.standard, .web] {
                let decision = decide(try issuing.issue(), through: [issuing.certificate], to: [root.certificate]) {
                    $0.rules = rules
                    $0.purpose = .serverAuth
                    $0.names = [.dns("a.test")]
                    $0.revocation = RevocationSettings(mode: .required)
                }
                #expect(!decision.isTrusted)
            }
        }
    }

    @Test func `every octet of a leaf changed in turn never traps and never passes`() throws {
        let root = try Authority()
        let octets = try root.server("a.test").encoded
        for index in octets.indices {
            var changed = octets
            changed[index] ^= 0x55
            guard let leaf = try? CertificateView(parsing: changed) else { continue }
            #expect(!decide(leaf, to: [root.certificate]) { $0.names = [.dns("a.test")] }.isTrusted, "octet \(index)")
        }
    }
}
