// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("RFC 5280 section 4.2.1.10: the issuer's name constraints at issuance")
struct IssuerConstraintsTests {
    private static func name(_ text: String) throws -> GeneralName {
        // A base may be an address with its mask, which is no name of its own.
        if text == "IP:192.0.2.0/24" { return .ipAddress([192, 0, 2, 0, 255, 255, 255, 0]) }
        return try #require(GeneralName(text: text), "\(text)")
    }

    private func isAllowed(
        permitted: [String] = [], excluded: [String] = [], subject: String = "", names: [String]
    ) throws -> Bool {
        let constraints = IssuerConstraints(
            NameConstraints(permitted: try permitted.map(Self.name), excluded: try excluded.map(Self.name)))
        do {
            try constraints.check(
                subject: try DistinguishedName(rfc4514: subject), names: try names.map(Self.name))
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: [
        ("DNS:example.com", "DNS:example.com", true), ("DNS:example.com", "DNS:a.b.Example.com", true),
        ("DNS:example.com", "DNS:badexample.com", false), ("DNS:.example.com", "DNS:example.com", false),
        ("DNS:.example.com", "DNS:a.example.com", true), ("DNS:example.com", "DNS:*.example.com", true),
        ("email:example.com", "email:me@example.com", true), ("email:example.com", "email:me@a.example.com", false),
        ("email:.example.com", "email:me@a.example.com", true), ("email:Me@example.com", "email:Me@EXAMPLE.com", true),
        ("email:me@example.com", "email:you@example.com", false),
        ("URI:example.com", "URI:https://example.com:8443/x", true),
        ("URI:.example.com", "URI:https://u@a.example.com/", true),
        ("URI:example.com", "URI:https://a.example.com/", false), ("URI:example.com", "URI:urn:example:a", false),
        ("URI:example.com", "URI:https://192.0.2.1/", false),
        ("IP:192.0.2.0/24", "IP:192.0.2.77", true), ("IP:192.0.2.0/24", "IP:192.0.3.1", false),
        ("IP:192.0.2.0/24", "IP:2001:db8::1", false),
        ("dirName:O=Acme", "dirName:CN=x,O=acme", true), ("dirName:O=Acme", "dirName:CN=x,O=Other", false),
        ("DNS:example.com", "email:me@other.example", true),
    ])
    func `a permitted subtree`(base: String, name: String, isAllowed: Bool) throws {
        #expect(try self.isAllowed(permitted: [base], names: [name]) == isAllowed)
    }

    @Test(arguments: [
        ("DNS:secret.example.com", "DNS:secret.example.com", false),
        ("DNS:secret.example.com", "DNS:a.secret.example.com", false),
        ("DNS:secret.example.com", "DNS:open.example.com", true),
        ("DNS:secret.example.com", "DNS:*.example.com", false), ("URI:example.com", "URI:urn:example:a", false),
        ("IP:192.0.2.0/24", "IP:192.0.2.77", false), ("IP:192.0.2.0/24", "IP:198.51.100.1", true),
        ("dirName:O=Acme", "dirName:CN=x,O=Acme", false),
    ])
    func `an excluded subtree`(base: String, name: String, isAllowed: Bool) throws {
        #expect(try self.isAllowed(excluded: [base], names: [name]) == isAllowed)
    }

    @Test func `the subject is a directory name, and its commonName a host name where no other is`() throws {
        #expect(try !isAllowed(permitted: ["dirName:O=Acme"], subject: "CN=x,O=Other", names: []))
        #expect(try isAllowed(permitted: ["dirName:O=Acme"], subject: "CN=x,O=Acme", names: []))
        #expect(try isAllowed(permitted: ["dirName:O=Acme"], names: ["DNS:a.example"]))
        #expect(try !isAllowed(permitted: ["DNS:example.com"], subject: "CN=host.other.org", names: []))
        #expect(try isAllowed(permitted: ["DNS:example.com"], subject: "CN=host.other.org", names: ["DNS:example.com"]))
        #expect(try isAllowed(permitted: ["DNS:example.com"], subject: "CN=laptop 7", names: []))
    }
}
