// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing
import TrustEvaluation

@Suite("RFC 9525 section 6: server identity")
struct ServerIdentityTests {
    @Test(arguments: [
        ("a.test", "a.test", true), ("A.Test", "a.tesT", true), ("a.test", "a.test.", true),
        ("*.a.test", "x.a.test", true), ("*.a.test", "a.test", false), ("*.a.test", "x.y.a.test", false),
        ("x*.a.test", "xy.a.test", false), ("*x.a.test", "yx.a.test", false), ("x.*.test", "x.y.test", false),
        ("*", "test", false), ("*.test", "a.test", false), ("*.*.test", "a.b.test", false),
        ("xn--bcher-kva.test", "XN--BCHER-KVA.test", true), ("*.a.test", "*.a.test", false),
        ("a.test", "", false), ("", "a.test", false), ("a..test", "a..test", false), ("a.test ", "a.test", false),
        ("a_b.test", "a_b.test", true), ("192.0.2.1", "192.0.2.1", false), ("a.test.", "a.test", false),
    ])
    func `a presented name matches the reference or does not`(presented: String, reference: String, matches: Bool) {
        #expect(ServerIdentity.dnsName(presented, matches: reference) == matches)
    }

    private func identity(_ names: [GeneralName], subject: String = "CN=cn.test") throws -> ServerIdentity {
        let extensions = names.isEmpty ? [] : [SubjectAlternativeName(names).certificateExtension]
        return ServerIdentity(try Authority().issue(subject, Authority.Draft(extensions)))
    }

    @Test func `every kind of name is found in its own place`() throws {
        let identity = try identity([
            .dnsName("a.test"), .ipAddress([192, 0, 2, 1]), .rfc822Name("Me@A.test"), .userPrincipalName("me@a.test"),
        ])
        #expect(identity.match(.dns("a.test")) == .found)
        #expect(identity.match(.host("192.0.2.1")) == .found)
        #expect(identity.match(.host("[2001:db8::1]")) == .absent)
        #expect(identity.match(.dns("192.0.2.1")) == .absent)
        #expect(identity.match(.email("Me@a.TEST")) == .found)
        #expect(identity.match(.email("me@a.test")) == .absent)
        #expect(identity.match(.userPrincipalName("ME@a.test")) == .found)
    }

    @Test func `the commonName counts only where somebody asked for it`() throws {
        let bare = try identity([])
        #expect(bare.match(.dns("cn.test")) == .absent)
        #expect(bare.match(.dns("cn.test"), usesCommonName: true) == .inCommonName)
        let named = try identity([.dnsName("a.test")])
        #expect(named.match(.dns("cn.test"), usesCommonName: true) == .absent)
        let root = try Authority()
        let decision = decide(try root.issue("CN=cn.test"), to: [root.certificate]) {
            $0.names = [.dns("cn.test")]
            $0.rules.usesCommonName = true
        }
        #expect(decision.isTrusted && decision.findings.map(\.code) == [.commonNameOnly])
    }

    @Test func `an administrator's override is a machine's name, an address or a whole subject`() throws {
        let machine = try identity([.dnsName("web01.lab.test")], subject: "CN=WEB01,O=Corp")
        #expect(machine.match(try .override("web01")) == .inCommonName)
        #expect(machine.match(try .override("web01.lab.test")) == .found)
        #expect(machine.match(try .override("web02")) == .absent)
        #expect(machine.match(try .override("O=Corp,CN=web01")) == .found)
        #expect(machine.match(try .override("CN=web01")) == .absent)
        #expect(throws: FormatError.self) { try ReferenceName.override("=,") }
    }

    @Test func `one of several names is enough, and the finding tells all that was there`() throws {
        let root = try Authority()
        let leaf = try root.server("a.test", "b.test")
        #expect(decide(leaf, to: [root.certificate]) { $0.names = [.dns("c.test"), .dns("b.test")] }.isTrusted)
        let decision = decide(leaf, to: [root.certificate]) { $0.names = [.dns("c.test")] }
        #expect(decision.errors == [.nameMismatch])
        #expect(decision.reason?.evidence.contains("c.test") == true)
        #expect(decision.reason?.evidence.contains("b.test") == true)
    }
}
