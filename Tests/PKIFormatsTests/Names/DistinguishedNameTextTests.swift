// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 4514: names as text")
struct DistinguishedNameTextTests {
    @Test(arguments: [
        "CN=first", "CN=a,O=b", "UID=jsmith,DC=example,DC=net", "OU=Sales+CN=J.  Smith,DC=example,DC=net",
        "CN=James \\\"Jim\\\" Smith\\, III,DC=example", "CN=Before\\0dAfter,DC=example", "1.3.6.1.4.1.1466.0=#04024869",
        "CN=Lučić", "CN=\\#hash", "CN=\\ lead and trail\\ ", "CN=a=b", "CN=\\+\\;\\<\\>\\\\", "CN=",
        "emailAddress=a@b.c",
        "serialNumber=12-3,C=DE", "CN=nul\\00byte", "CN=\\e2\\80\\aebidi", "",
    ])
    func `the written form is the read form`(text: String) throws {
        let name = try DistinguishedName(rfc4514: text)
        #expect(name.rfc4514 == text)
        let again = try DistinguishedName(parsing: ASN1Element(parsing: name.derBytes, rules: .der))
        #expect(again == name)
        #expect(again.rfc4514 == text)
    }

    @Test(arguments: [
        ("cn = first , o = b", "CN=first,O=b"), ("CN=a;O=b", "CN=a,O=b"), ("CN=\"a, b\",O=c", "CN=a\\, b,O=c"),
        ("CN=\"a\"\"b\\\"c\"", "CN=a\\\"b\\\"c"), ("CN=Lu\\C4\\8Di\\C4\\87", "CN=Lučić"), ("2.5.4.3=x", "CN=x"),
        ("OID.2.5.4.3=x", "CN=x"), ("S=Bayern,E=a@b", "ST=Bayern,emailAddress=a@b"), ("CN=#0c0161", "CN=a"),
        ("commonName=x", "CN=x"), ("CN=a\\ ", "CN=a\\ "), ("CN=a b  ", "CN=a b"), ("1.2.3=x", "1.2.3=#0c0178"),
        ("CN=a\\,b", "CN=a\\,b"), ("CN=a\\2Cb", "CN=a\\,b"),
    ])
    func `other spellings are read`(text: String, expected: String) throws {
        #expect(try DistinguishedName(rfc4514: text).rfc4514 == expected)
    }

    @Test(arguments: [
        "first", "=x", "CN", "CN=a,", "CN=a,,O=b", "CN=a+", "XYZ=a", "CN=a\\", "CN=a\\4", "CN=a\\4g", "CN=\"a",
        "CN=\"a\"b", "CN=#", "CN=#0", "CN=#0c", "CN=#0c0161zz", "CN=#05", "CN=\\ff", ",", "1.2.=x", "9.9.9=x",
        "CN =a,b",
    ])
    func `text that is no name is refused with a reason`(text: String) throws {
        let error = #expect(throws: FormatError.self) { try DistinguishedName(rfc4514: text) }
        #expect(error?.code == "format.invalid-text")
    }

    @Test func `the first relative name written is the last encoded`() throws {
        let name = try DistinguishedName(rfc4514: "CN=a,O=b,C=DE")
        #expect(name.rdns.map { $0.map(\.typeName) } == [["C"], ["O"], ["CN"]])
        #expect(name.commonName == "a")
        #expect(try DistinguishedName(text: "/C=DE/O=b/CN=a") == name)
        #expect(try DistinguishedName(text: "CN=a,O=b,C=DE") == name)
    }

    @Test(arguments: [
        ("/C=DE/O=x/CN=y", "CN=y,O=x,C=DE"), ("/CN=a\\/b", "CN=a/b"), ("/CN=a, b", "CN=a\\, b"),
        ("/O=x/OU=y+CN=z", "CN=z+OU=y,O=x"), ("/CN=#x", "CN=\\#x"), ("/CN=\"x\"", "CN=\\\"x\\\""),
    ])
    func `OpenSSL's form is read`(text: String, expected: String) throws {
        #expect(try DistinguishedName(text: text).rfc4514 == expected)
    }

    @Test(arguments: ["/CN=a/", "/CN=a/b", "//CN=a", "/x"])
    func `what OpenSSL's form does not allow is refused`(text: String) {
        #expect(throws: FormatError.self) { try DistinguishedName(text: text) }
    }

    @Test func `a slash alone is the empty name in OpenSSL's form`() throws {
        #expect(try DistinguishedName(text: "/").isEmpty)
    }

    @Test func `string types are those of RFC 5280`() throws {
        let name = try DistinguishedName(rfc4514: "CN=x,C=DE,serialNumber=1,dnQualifier=q,DC=example,E=a@b.c,O=y")
        let tags = Dictionary(
            uniqueKeysWithValues: try name.attributes.map { ($0.typeName, try ASN1Element(parsing: $0.value).tag) })
        #expect(
            tags == [
                "CN": .utf8String, "O": .utf8String, "C": .printableString, "serialNumber": .printableString,
                "dnQualifier": .printableString, "DC": .ia5String, "emailAddress": .ia5String,
            ])
    }

    @Test func `text that is too long and names of too many attributes are refused`() {
        #expect(throws: FormatError.self) {
            try DistinguishedName(rfc4514: "CN=" + String(repeating: "a", count: 70_000))
        }
        let many = Array(repeating: "CN=a", count: 300).joined(separator: ",")
        #expect(throws: FormatError.limitExceeded("attributes of a name", limit: 256)) {
            try DistinguishedName(rfc4514: many)
        }
    }

    @Test func `random text never crashes the readers`() {
        let alphabet = Array("CNO=,;+\\\"#/ 0af1.é\n".unicodeScalars)
        for _ in 0..<5_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<24) { text.append(alphabet[Int.random(in: 0..<alphabet.count)]) }
            let string = String(text)
            if let name = try? DistinguishedName(rfc4514: string) {
                #expect((try? DistinguishedName(rfc4514: name.rfc4514)) == name)
            }
            _ = try? DistinguishedName(text: "/" + string)
            _ = try? DistinguishedName(certStrToName: string)
        }
    }

    @Test(arguments: [("\"", 400_000), ("\r\n", 200_000)])
    func `the time to write a name grows with its length and not with its square`(_ piece: String, count: Int) {
        let text = String(repeating: piece, count: count)
        let attribute = AttributeTypeAndValue(type: .commonName, text: text, as: .utf8String)
        let duration = processorTime {
            #expect(DistinguishedName(rdns: [[attribute]]).rfc4514.utf8.count >= 800_000)
        }
        #expect(duration < .seconds(10))
    }
}
