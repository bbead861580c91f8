// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing
import TrustEvaluation

@Suite("RFC 5280 section 4.2.1.10: name constraints")
struct NameConstraintTests {
    /// One name, one subtree, and whether the name lies in it.
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: GeneralName
        let base: GeneralName
        let isInside: Bool

        var testDescription: String { "\(name) \(isInside ? "in" : "outside") \(base)" }

        init(_ name: GeneralName, _ base: GeneralName, _ isInside: Bool) {
            self.name = name
            self.base = base
            self.isInside = isInside
        }
    }

    static let samples: [Sample] = [
        Sample(.dnsName("a.test"), .dnsName("a.test"), true),
        Sample(.dnsName("x.A.test"), .dnsName("a.TEST"), true),
        Sample(.dnsName("ba.test"), .dnsName("a.test"), false),
        Sample(.dnsName("a.test"), .dnsName(".a.test"), false),
        Sample(.dnsName("x.a.test"), .dnsName(".a.test"), true),
        Sample(.dnsName("a.test"), .dnsName(""), true),
        Sample(.dnsName("*.a.test"), .dnsName("a.test"), true),
        Sample(.rfc822Name("me@a.test"), .rfc822Name("a.test"), true),
        Sample(.rfc822Name("me@x.a.test"), .rfc822Name("a.test"), false),
        Sample(.rfc822Name("me@x.a.test"), .rfc822Name(".a.test"), true),
        Sample(.rfc822Name("me@A.test"), .rfc822Name("me@a.test"), true),
        Sample(.rfc822Name("you@a.test"), .rfc822Name("me@a.test"), false),
        Sample(.uri("https://a.test/x"), .uri("a.test"), true),
        Sample(.uri("https://me@x.a.test:8443/"), .uri(".a.test"), true),
        Sample(.uri("https://x.a.test/"), .uri("a.test"), false),
        Sample(.ipAddress([192, 0, 2, 7]), .ipAddress([192, 0, 2, 0, 255, 255, 255, 0]), true),
        Sample(.ipAddress([192, 0, 3, 7]), .ipAddress([192, 0, 2, 0, 255, 255, 255, 0]), false),
        Sample(.userPrincipalName("me@a.test"), .userPrincipalName("a.test"), true),
        Sample(.userPrincipalName("me@b.test"), .userPrincipalName("@a.test"), false),
        Sample(international("ü@a.test"), .rfc822Name("a.test"), true),
        Sample(international("ü@b.test"), .rfc822Name("a.test"), false),
        Sample(.registeredID(OID(1, 2, 3)), .registeredID(OID(1, 2, 3)), true),
        Sample(.registeredID(OID(1, 2, 3)), .registeredID(OID(1, 2, 4)), false),
    ]

    /// A mail address as SmtpUTF8Mailbox.
    private static func international(_ address: String) -> GeneralName {
        var writer = DERWriter()
        writer.string(address)
        return .otherName(.smtpUTF8Mailbox, writer.bytes)
    }

    private func decide(_ names: [GeneralName], _ constraints: NameConstraints, subject: String = "") throws
        -> TrustDecision
    {
        let root = try Authority()
        let draft = Authority.Draft(Authority.authorityExtensions() + [constraints.certificateExtension])
        let issuing = try root.subordinate("CN=Issuing", draft)
        let alternative = SubjectAlternativeName(names).certificateExtension
        let leaf = try issuing.issue(subject, Authority.Draft(names.isEmpty ? [] : [alternative]))
        return TrustEvaluationTests.decide(leaf, through: [issuing.certificate], to: [root.certificate])
    }

    @Test(arguments: samples)
    func `a permitted subtree permits what lies inside and nothing else`(_ sample: Sample) throws {
        let decision = try decide([sample.name], NameConstraints(permitted: [sample.base]))
        #expect(decision.isTrusted == sample.isInside)
        #expect(sample.isInside || decision.errors == [.nameNotPermitted])
    }

    @Test(arguments: samples)
    func `an excluded subtree excludes what lies inside and nothing else`(_ sample: Sample) throws {
        let decision = try decide([sample.name], NameConstraints(permitted: [], excluded: [sample.base]))
        #expect(decision.isTrusted != sample.isInside)
    }

    @Test(arguments: ["http://b.test\\@a.test/", "http://b.test/\u{301}@a.test", "http://b.test /@a.test"])
    func `a URI with characters that no URI has lies in no subtree and is excluded by any`(_ uri: String) throws {
        #expect(try !decide([.uri(uri)], NameConstraints(permitted: [.uri("a.test")])).isTrusted)
        #expect(try !decide([.uri(uri)], NameConstraints(permitted: [], excluded: [.uri("c.test")])).isTrusted)
    }

    @Test func `constraints of one form leave names of others alone`() throws {
        let mail = NameConstraints(permitted: [.rfc822Name("a.test")], excluded: [.uri("b.test")])
        #expect(try decide([.dnsName("c.test")], mail).isTrusted)
        let other = NameConstraints(permitted: [], excluded: [.userPrincipalName("a.test")])
        #expect(try decide([.dnsName("c.test")], other).isTrusted)
    }

    @Test func `a wildcard is caught by an excluded host it stands for`() throws {
        let excluded = NameConstraints(permitted: [], excluded: [.dnsName("b.a.test")])
        #expect(try decide([.dnsName("*.a.test")], excluded).errors == [.nameNotPermitted])
        #expect(try decide([.dnsName("*.c.test")], excluded).isTrusted)
    }

    @Test func `the subject is a directory name and its mailbox is a mailbox`() throws {
        let inside = NameConstraints(permitted: [.directoryName(try DistinguishedName(rfc4514: "O=Here,C=DE"))])
        #expect(try decide([], inside, subject: "CN=leaf,O=HERE,C=de").isTrusted)
        #expect(try decide([], inside, subject: "CN=leaf,O=There,C=DE").errors == [.nameNotPermitted])
        let mail = NameConstraints(permitted: [.rfc822Name("a.test")])
        #expect(try decide([], mail, subject: "emailAddress=me@b.test").errors == [.nameNotPermitted])
    }

    @Test func `constraints of all authorities hold together`() throws {
        let root = try Authority()
        let wide = NameConstraints(permitted: [.dnsName("a.test")]).certificateExtension
        let narrow = NameConstraints(permitted: [.dnsName("b.a.test"), .dnsName("c.test")]).certificateExtension
        let first = try root.subordinate("CN=First", Authority.Draft(Authority.authorityExtensions() + [wide]))
        let second = try first.subordinate("CN=Second", Authority.Draft(Authority.authorityExtensions() + [narrow]))
        let chain = [first.certificate, second.certificate]
        for (host, isTrusted) in [("x.b.a.test", true), ("x.a.test", false), ("c.test", false)] {
            let decision = TrustEvaluationTests.decide(
                try second.server(host), through: chain, to: [root.certificate])
            #expect(decision.isTrusted == isTrusted, "\(host)")
        }
    }

    @Test func `a self-issued authority is exempt and a self-issued leaf is not`() throws {
        let name = "CN=Same,O=Outside"
        let permitted = NameConstraints(permitted: [.directoryName(try DistinguishedName(rfc4514: "O=Inside"))])
        let root = try Authority(
            root: name, Authority.Draft(Authority.authorityExtensions() + [permitted.certificateExtension]))
        let renewed = try root.subordinate(name)
        let leaf = try renewed.issue("CN=leaf,O=Inside")
        #expect(
            TrustEvaluationTests.decide(leaf, through: [renewed.certificate], to: [root.certificate]).isTrusted)
        let selfIssued = try root.issue(name)
        #expect(
            TrustEvaluationTests.decide(selfIssued, to: [root.certificate]).errors.contains(.nameNotPermitted))
    }

    @Test func `a commonName that may stand for a host is bound like one`() throws {
        let permitted = NameConstraints(permitted: [.dnsName("a.test")]).certificateExtension
        let root = try Authority()
        let issuing = try root.subordinate(
            "CN=Issuing", Authority.Draft(Authority.authorityExtensions() + [permitted]))
        let leaf = try issuing.issue("CN=b.test")
        func decide(_ name: ReferenceName, usesCommonName: Bool) -> TrustDecision {
            TrustEvaluationTests.decide(leaf, through: [issuing.certificate], to: [root.certificate]) {
                $0.names = [name]
                $0.rules.usesCommonName = usesCommonName
            }
        }
        #expect(decide(.dns("b.test"), usesCommonName: true).errors == [.nameNotPermitted])
        #expect(decide(.machineName("b.test"), usesCommonName: false).errors == [.nameNotPermitted])
        #expect(decide(.dns("b.test"), usesCommonName: false).errors == [.nameMismatch])
    }

    @Test func `a mailbox of the subject that is no text is bound by constraints of mail`() throws {
        // An OCTET STRING where an IA5String belongs.
        let subject = "CN=leaf,1.2.840.113549.1.9.1=#04096D6540622E74657374"
        let (here, there) = (GeneralName.rfc822Name("a.test"), GeneralName.rfc822Name("b.test"))
        for constraints in [NameConstraints(permitted: [here]), NameConstraints(permitted: [], excluded: [there])] {
            #expect(try decide([], constraints, subject: subject).errors == [.nameNotPermitted])
        }
        let hosts = NameConstraints(permitted: [], excluded: [.dnsName("b.test")])
        #expect(try decide([], hosts, subject: subject).isTrusted)
    }

    @Test(arguments: ["O=Secret", "O=secr\u{AD}et", "O=\u{FF33}ecret", "O=Se\u{200B}cret"])
    func `a directory name does not leave an excluded subtree by what nobody sees`(subject: String) throws {
        let excluded = GeneralName.directoryName(try DistinguishedName(rfc4514: "O=Secret"))
        let constraints = NameConstraints(permitted: [], excluded: [excluded])
        #expect(try decide([], constraints, subject: "CN=leaf," + subject).errors == [.nameNotPermitted])
    }

    @Test func `an empty relative name does not hide a directory name from an exclusion`() throws {
        let excluded = NameConstraints(
            permitted: [], excluded: [.directoryName(try DistinguishedName(rfc4514: "O=Secret,C=DE"))])
        var writer = DERWriter()
        let plain = try DistinguishedName(rfc4514: "CN=leaf,O=Secret,C=DE")
        writer.sequence { writer in
            writer.constructed(.set) { _ in }
            for rdn in plain.rdns {
                writer.constructed(.set) { writer in
                    for attribute in rdn { writer.append(attribute) }
                }
            }
        }
        let hidden = try DistinguishedName(parsing: ASN1Element(parsing: writer.bytes))
        #expect(try decide([.directoryName(plain)], excluded).errors == [.nameNotPermitted])
        #expect(try decide([.directoryName(hidden)], excluded).errors == [.nameNotPermitted])
    }
}
