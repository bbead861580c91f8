// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import Testing

@Suite("ClientCertificateInstall CSP: SubjectName")
struct SubjectNameTests {
    @Test(arguments: [
        ("plain", "plain"), ("two words", "two words"), ("a,b", "\"a,b\""), ("a+b@example.com", "\"a+b@example.com\""),
        ("a=b", "\"a=b\""), ("a;b", "\"a;b\""), ("say \"x\"", "\"say \"\"x\"\"\""), (" a", "\" a\""), ("a ", "\"a \""),
        ("#1", "\"#1\""), ("<a>", "\"<a>\""), ("back\\slash", "back\\slash"), ("", "\"\""), ("é", "é"),
    ])
    func `a value is quoted as a whole when it has to be`(value: String, quoted: String) throws {
        #expect(SubjectName.quoted(value) == quoted)
        let name = try DistinguishedName(certStrToName: "CN=\(quoted)")
        #expect(name.commonName == value)
        #expect(name.attributes.count == 1)
    }

    @Test func `a value cannot add an attribute`() throws {
        let hostile = "alice,O=Evil+OU=\"x\";C=XX\\"
        let subject = try SubjectName(
            template: "CN={{user}},O=Example", values: ["user": hostile])
        let name = try DistinguishedName(certStrToName: subject.text)
        #expect(name.attributes.map(\.typeName) == ["CN", "O"])
        #expect(name.commonName == hostile)
        #expect(name.text(of: .organizationName) == "Example")
    }

    @Test func `a template with text around a placeholder is quoted as a whole`() throws {
        let subject = try SubjectName(
            template: "CN=\"{{user}}, {{ device }}\"+OU=x,DC=example", values: ["user": "a+b", "device": "pc"])
        // Inside a relative name the order is the one of its encoding.
        #expect(subject.text == "OU=x+CN=\"a+b, pc\",DC=example")
    }

    @Test func `a value that looks like a placeholder is left alone`() throws {
        let subject = try SubjectName(template: "CN={{a}}", values: ["a": "{{b}}", "b": "secret"])
        #expect(subject.text == "CN={{b}}")
    }

    @Test(arguments: ["CN={{user}}", "CN={{device", "nonsense", "XX=1", "CN={{empty}}", "CN={{control}}"])
    func `a template that gives no name is refused`(template: String) {
        let values = ["device": "pc", "empty": "", "control": "a\nb"]
        #expect(throws: OMADMError.self) { try SubjectName(template: template, values: values) }
    }

    @Test func `names keep their order, their groups and attributes without a key`() throws {
        for text in ["CN=a,OU=b,O=c", "CN=a+SN=b,C=DE", "DC=com,DC=example,CN=a", "E=a@example.com,G=b,T=c,S=d"] {
            let name = try DistinguishedName(certStrToName: text)
            let written = try SubjectName(name).text
            #expect(try DistinguishedName(certStrToName: written) == name)
        }
        let odd = DistinguishedName([(type: try OID(dotted: "1.2.3.4"), text: "x"), (type: .serialNumber, text: "7")])
        #expect(try SubjectName(odd).text == "1.2.3.4=x,2.5.4.5=7")
    }
}
