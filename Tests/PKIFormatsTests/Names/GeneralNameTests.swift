// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 section 4.2.1.6: general names")
struct GeneralNameTests {
    @Test(arguments: [
        "DNS:host.example", "IP:192.0.2.1", "IP:2001:db8::1", "email:a@b.example", "URI:https://x.example/a?b",
        "UPN:user@contoso.com", "GUID:00112233-4455-6677-8899-aabbccddeeff", "RID:1.2.3", "dirName:CN=x,O=y",
        "otherName:1.2.3;#0c0161",
    ])
    func `the text form and the octets survive a round trip`(text: String) throws {
        let name = try #require(GeneralName(text: text))
        #expect(name.text == text)
        let element = try ASN1Element(parsing: name.derBytes, rules: .der)
        #expect(try GeneralName(parsing: element) == name)
    }

    @Test(arguments: [
        ("dns:a", "DNS:a"), ("ip:::1", "IP:::1"), ("mail:a@b", "email:a@b"), ("url:x:y", "URI:x:y"),
        ("SID:S-1-5-21-1-2-3-500", "URI:tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"),
        ("otherName:1.2.3;UTF8:a", "otherName:1.2.3;#0c0161"), ("dirName:/O=y/CN=x", "dirName:CN=x,O=y"),
    ])
    func `other spellings are read`(text: String, expected: String) throws {
        #expect(try #require(GeneralName(text: text)).text == expected)
    }

    @Test(arguments: [
        "", "host", "XYZ:a", "IP:1.2.3", "RID:x", "dirName:x", "GUID:123", "SID:x", "SID:S-1-5", "otherName:1.2.3",
        "otherName:x;UTF8:a", "otherName:1.2.3;#0", "otherName:1.2.3;#05", "otherName:1.2.3;IA5:a",
    ])
    func `text that is no name is refused`(text: String) {
        #expect(GeneralName(text: text) == nil)
    }

    @Test func `Windows' GUID has its first fields little-endian`() throws {
        let name = try #require(GeneralName(text: "GUID:{00112233-4455-6677-8899-AABBCCDDEEFF}"))
        #expect(Hex.encode(try #require(name.objectGUID)) == "33221100554477668899aabbccddeeff")
    }

    @Test func `names this project does not know are kept`() throws {
        let bytes: [UInt8] = [0xA5, 0x02, 0x05, 0x00]
        let name = try GeneralName(parsing: ASN1Element(parsing: bytes))
        #expect(name == .unsupported(bytes))
        #expect(name.derBytes == bytes)
    }

    @Test(arguments: ["30020500", "a0020500", "a00506032a0304", "a4020500", "880180"])
    func `broken names end in an error`(hex: String) throws {
        let element = try ASN1Element(parsing: try #require(Hex.decode(hex)))
        #expect(throws: FormatError.self) { try GeneralName(parsing: element) }
    }

    @Test func `a name in segments may have none`() throws {
        let element = try ASN1Element(parsing: [0xA1, 0x00])
        #expect(try GeneralName(parsing: element) == .rfc822Name(""))
    }

    @Test(arguments: [
        "DNS:host.example", "DNS:*.example.com", "DNS:localhost", "DNS:host", "DNS:xn--mnchen-3ya.de",
        "DNS:a_b.example", "IP:192.0.2.1",
        "IP:::1", "email:a.b+c@d.example", "URI:https://host/x", "URI:urn:uuid:1",
        "URI:tag:microsoft.com,2022-09-14:sid:x",
        "URI:ldap:///CN=x", "URI:https://[::1]:8443/x", "URI:https://192.0.2.1/", "URI:spiffe://td/x",
        "email:\"a\"@c.example", "UPN:user@contoso.com", "RID:1.2.3", "dirName:CN=x,C=DE",
        "GUID:00112233-4455-6677-8899-aabbccddeeff",
    ])
    func `good names have no problems`(text: String) throws {
        #expect(try #require(GeneralName(text: text)).problemsForIssuance.isEmpty)
    }

    @Test(arguments: [
        "DNS:", "DNS:a..b", "DNS:.a", "DNS:a.", "DNS:a b", "DNS:-a.example", "DNS:a-.example", "DNS:*",
        "DNS:a.*.b", "DNS:münchen.de", "DNS:https://x", "DNS:" + String(repeating: "a", count: 64) + ".example",
        "DNS:" + Array(repeating: "abcdefgh", count: 30).joined(separator: "."), "email:a", "email:@b.example",
        "email:a@",
        "email:a b@c.example", "email:a@b@c.example", "URI:x", "URI:/path", "URI:1http://x", "URI:http:", "URI:http://",
        "URI:http:///x", "URI:http://a:99999/", "URI:http://a:x/", "URI:http://[::g]/", "URI:http://a..b/", "URI:a:<b>",
        "DNS:10.0.0.1", "DNS:a.123", "email:a..b@c.example", "email:.a@c.example", "email:a@localhost",
        "email:a@*.b.example", "URI:http://x y", "dirName:CN=", "dirName:C=DEU",
        "UPN:us\u{200B}er@contoso.com", "UPN:\u{202E}user@contoso.com",
    ])
    func `bad names are refused with a sentence`(text: String) throws {
        #expect(try !#require(GeneralName(text: text)).problemsForIssuance.isEmpty)
    }

    @Test func `addresses of a wrong length are refused`() {
        #expect(!GeneralName.ipAddress([1, 2, 3]).problemsForIssuance.isEmpty)
        #expect(!GeneralName.ipAddress([UInt8](repeating: 1, count: 8)).problemsForIssuance.isEmpty)
        #expect(GeneralName.ipAddress([10, 0, 0, 0, 255, 0, 0, 0]).text == "IP:10.0.0.0/255.0.0.0")
    }
}
