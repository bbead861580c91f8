// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("XML 1.0 sections 2.4 and 3.3.3: the writer")
struct MarkupWriterTests {
    @Test func `text and attributes come back as they were`() throws {
        let text = "a<b>&\"'\r\n\t]]> ü\u{1F600}"
        let element = MarkupElement("a", attributes: [MarkupAttribute("b", text)], content: [.text(text)])
        #expect(try MarkupElement(parsing: element.serialize()) == element)
    }

    @Test(arguments: ["", "a]]>b", "]]]>", "<x/>", "line\r\nline", "]]"])
    func `a section comes back as it was`(text: String) throws {
        var writer = MarkupWriter()
        try writer.open("a")
        try writer.section(text)
        writer.close("a")
        #expect(try MarkupElement(parsing: writer.octets).text == text)
    }

    @Test(arguments: ["\u{0}", "\u{8}", "x\u{1F}", "\u{FFFF}"])
    func `what XML has no form for is refused`(text: String) {
        #expect(throws: OMADMError.self) { try MarkupElement("a", text: text).serialize() }
        #expect(throws: OMADMError.self) {
            var writer = MarkupWriter()
            try writer.section(text)
        }
    }

    @Test func `namespaces are written with the prefixes given and as defaults`() throws {
        let element = MarkupElement(
            "Envelope", namespace: "urn:soap",
            children: [
                MarkupElement(
                    "Action", namespace: "urn:addressing", attributes: [.init("must", namespace: "urn:soap", "1")],
                    children: [MarkupElement("x")]),
                MarkupElement("Body", namespace: "urn:soap", children: [MarkupElement("y", namespace: "urn:y")]),
            ])
        let octets = try element.serialize(
            prefixes: [(namespace: "urn:soap", prefix: "s"), (namespace: "urn:addressing", prefix: "a")],
            declaration: true)
        #expect(
            String(decoding: octets, as: UTF8.self)
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"urn:soap\" "
                + "xmlns:a=\"urn:addressing\"><a:Action s:must=\"1\"><x/></a:Action><s:Body>"
                + "<y xmlns=\"urn:y\"/></s:Body></s:Envelope>")
        #expect(try MarkupElement(parsing: octets) == element)
        #expect(throws: OMADMError.unwritable("must", reason: "its namespace has no prefix")) {
            try element.serialize()
        }
    }

    @Test func `an element in no namespace inside one in a namespace says so`() throws {
        let element = MarkupElement("a", namespace: "urn:a", children: [MarkupElement("b")])
        #expect(String(decoding: try element.serialize(), as: UTF8.self) == "<a xmlns=\"urn:a\"><b xmlns=\"\"/></a>")
    }
}
