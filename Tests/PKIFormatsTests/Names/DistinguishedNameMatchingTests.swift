// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 5280 section 7.1: comparing names")
struct DistinguishedNameMatchingTests {
    private func name(_ attributes: [(OID, String, ASN1Tag)]) -> DistinguishedName {
        DistinguishedName(rdns: attributes.map { [AttributeTypeAndValue(type: $0.0, text: $0.1, as: $0.2)] })
    }

    @Test(arguments: [
        ("CN=First Device", "cn=first device"), ("CN=\\ a   b\\ ", "CN=a b"), ("O=ÄÖÜ,CN=ÉCOLE", "O=äöü,CN=école"),
        ("CN=Z\u{65}\u{308}", "CN=Z\u{EB}"), ("CN=a+OU=b", "OU=b+CN=a"), ("", ""), ("CN=a\\09b", "CN=a b"),
        ("CN=sec\u{AD}ret", "CN=secret"), ("CN=\u{FF21}b", "CN=ab"), ("CN=STRASSE", "CN=stra\u{DF}e"),
        ("CN=a\\01b", "CN=ab"),
    ])
    func `names that differ in form only match`(left: String, right: String) throws {
        let (left, right) = (try DistinguishedName(rfc4514: left), try DistinguishedName(rfc4514: right))
        #expect(left.matches(right))
        #expect(right.matches(left))
    }

    @Test(arguments: [
        ("CN=a", "CN=b"), ("CN=a", "O=a"), ("CN=a,O=b", "O=b,CN=a"), ("CN=a", "CN=a,O=b"), ("CN=a b", "CN=ab"),
        ("CN=a+OU=b", "CN=a,OU=b"), ("CN=a", ""), ("1.2.3=#040101", "1.2.3=#040102"),
    ])
    func `names that differ do not match`(left: String, right: String) throws {
        let (left, right) = (try DistinguishedName(rfc4514: left), try DistinguishedName(rfc4514: right))
        #expect(!left.matches(right))
        #expect(!right.matches(left))
    }

    @Test func `string types do not count`() {
        let utf8 = name([(.commonName, "Zoë", .utf8String)])
        #expect(utf8.matches(name([(.commonName, "zoë", .bmpString)])))
        #expect(utf8 != name([(.commonName, "Zoë", .bmpString)]))
    }

    /// To bring a run of marks into order takes a time that grows with the square of its length.
    @Test func `names of a hundred thousand combining marks are compared in no time`() {
        let marks = String(repeating: "\u{301}\u{323}", count: 60_000)
        let long = name([(.commonName, "a" + marks, .utf8String)])
        let duration = processorTime {
            #expect(!long.matchesIgnoringOrder(name([(.commonName, "b", .utf8String)])))
            #expect(!long.matches(name([(.commonName, "a\u{323}\u{301}" + marks.dropFirst(1), .utf8String)])))
            #expect(long.matches(name([(.commonName, "a" + marks, .utf8String)])))
        }
        #expect(duration < .seconds(3))
    }

    @Test(arguments: ["\u{DF}", "\u{1E9E}", "a ", "\r\n", "\u{200B}", "\u{0}"])
    func `the time to compare a name grows with its length and not with its square`(_ piece: String) {
        let long = name([(.commonName, "a" + String(repeating: piece, count: 400_000), .utf8String)])
        let duration = processorTime {
            #expect(!long.matches(name([(.commonName, "b\u{DF}", .utf8String)])))
        }
        #expect(duration < .seconds(10))
    }

    @Test(arguments: [
        ("a", " A\r\n"), ("a b", "\u{1}A\t\u{B} \u{7F}b\u{0}"), ("", " \u{C}\u{0} "),
        ("a b", "\u{FF21}\u{2003}\u{2003}B "),
    ])
    func `white space and controls count alike in ASCII and beyond`(left: String, right: String) {
        #expect(name([(.commonName, left, .utf8String)]).matches(name([(.commonName, right, .utf8String)])))
    }

    @Test func `a name of more than sixteen kilobytes is compared octet by octet`() {
        func long(_ letter: String, _ count: Int) -> DistinguishedName {
            name([
                (.commonName, "x", .utf8String),
                (.organizationName, String(repeating: letter, count: count), .utf8String),
            ])
        }
        #expect(long("a", 16_000).matches(long("A", 16_000)))
        #expect(!long("a", 20_000).matches(long("A", 20_000)))
        #expect(!long("a", 20_000).matchesIgnoringOrder(long("A", 20_000)))
        #expect(long("a", 20_000).matches(long("a", 20_000)))
    }

    @Test func `order can be ignored, multiplicity can not`() throws {
        let forward = try DistinguishedName(rfc4514: "CN=a,OU=x,OU=y,O=b")
        #expect(forward.matchesIgnoringOrder(try DistinguishedName(rfc4514: "O=B,OU=Y,OU=X,CN=A")))
        #expect(!forward.matchesIgnoringOrder(try DistinguishedName(rfc4514: "O=b,OU=x,OU=x,CN=a")))
        #expect(!forward.matchesIgnoringOrder(try DistinguishedName(rfc4514: "O=b,OU=x,CN=a")))
    }
}
