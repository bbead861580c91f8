// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("XML 1.0 sections 2 and 3: the bounded reader")
struct MarkupElementTests {
    private func root(_ text: String) throws(OMADMError) -> MarkupElement {
        try MarkupElement(parsing: Array(text.utf8))
    }

    @Test func `names are resolved to namespaces`() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8"?><!-- a comment -->
            <s:Envelope xmlns:s="urn:soap" xmlns="urn:outer"><s:Header><Action s:must="1" plain="2" xml:lang="en"/>\
            <b xmlns=""/></s:Header><inner xmlns:s="urn:other"><s:c/></inner></s:Envelope>
            """
        let root = try root(text)
        #expect(root.isNamed("Envelope", namespace: "urn:soap"))
        let action = try #require(root.child("Header")?.child("Action", namespace: "urn:outer"))
        #expect(action.attribute("must", namespace: "urn:soap") == "1")
        #expect(action.attribute("plain") == "2")
        #expect(action.attribute("must") == nil)
        #expect(action.attribute("lang", namespace: "http://www.w3.org/XML/1998/namespace") == "en")
        #expect(root.child("Header")?.child("b")?.namespace == "")
        #expect(root.child("inner", namespace: "urn:outer")?.children.first?.namespace == "urn:other")
    }

    @Test func `an outline has a line for what is short, and is the same element when its lines are joined`() throws {
        let text = """
            <a xmlns="urn:a" c="&lt;"><b><d>1</d><e xmlns="urn:e"/></b><f><g>long text
             of two lines</g></f><h>i<j/></h></a>
            """
        let root = try root(text)
        #expect(try root.outline(width: 200) == [text])
        let lines = try root.outline(width: 36)
        #expect(
            lines == [
                "<a xmlns=\"urn:a\" c=\"&lt;\">", "  <b><d>1</d><e xmlns=\"urn:e\"/></b>", "  <f>",
                "    <g>long text\n of two lines</g>", "  </f>", "  <h>i<j/></h>", "</a>",
            ])
        #expect(try self.root(lines.map { $0.drop { $0 == " " } }.joined()) == root)
    }

    @Test func `text, references and sections become one text`() throws {
        let root = try root("<a>x &lt;&#65;&#x1F600;&gt;<![CDATA[<&>]]>&amp;<!-- no -->&quot;&apos;\r\nend</a>")
        #expect(root.content == [.text("x <A\u{1F600}><&>&\"'\nend")])
        #expect(root.trimmedText == root.text)
    }

    @Test func `white space in attribute values is normalised`() throws {
        #expect(try root("<a b=\"1\n2\t3\r\n4&#10;5\"/>").attribute("b") == "1 2 3 4\n5")
    }

    @Test(arguments: [
        "", "   ", "text", "<a>", "<a></b>", "<a/><b/>", "<a/>text", "<a b='1' b='2'/>", "<a b=1/>", "<a b='<'/>",
        "<a b='1'c='2'/>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>& </a>", "<a>&#+65;</a>",
        "<a>\u{1}</a>", "<a>\u{FFFE}</a>", "<a>]]></a>", "<p:a/>", "<a p:b='1'/>", "<a:b:c xmlns:a='x'/>",
        "<a xmlns:p=''/>", "<a xmlns:xml='urn:x'/>", "<1/>", "<a><!-- -- --></a>", "<a><?xml version='1.0'?></a>",
        "<a><![CDATA[x</a>", "<a><!-- x</a>", "<a><!ELEMENT b ANY></a>", "</a>", "<a/ >", "< a/>", "<a",
        "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "<![CDATA[x]]>", "<a b=\"x",
    ])
    func `what is not well-formed is refused`(text: String) {
        #expect(throws: OMADMError.self) { try root(text) }
    }

    @Test func `a DOCTYPE and entities are refused`() {
        #expect(throws: OMADMError.doctypeRefused(at: 0)) { try root("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") }
        #expect(throws: OMADMError.entityRefused(at: 3)) { try root("<a>&x;</a>") }
    }

    @Test func `other encodings are refused`() {
        #expect(throws: OMADMError.unsupportedEncoding("ISO-8859-1")) {
            try root("<?xml version='1.0' encoding='ISO-8859-1'?><a/>")
        }
        #expect(throws: OMADMError.malformedXML(reason: "the document is not in UTF-8", at: 0)) {
            try MarkupElement(parsing: [0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E])
        }
        #expect(throws: OMADMError.self) { try MarkupElement(parsing: [0xFE, 0xFF, 0x00]) }
    }

    @Test func `comments and processing instructions are passed over`() throws {
        let root = try root("<?x?><!----><a><?x?>1<!-- - --><?y z?>2</a><?x ??>\n<!-- end -->")
        #expect(root.content == [.text("12")])
    }

    @Test func `a byte order mark is passed over`() throws {
        #expect(try MarkupElement(parsing: [0xEF, 0xBB, 0xBF] + Array("<ä/>".utf8)).name == "ä")
        #expect(try root("\u{FEFF}<a/>").name == "a")
    }

    private static let marks = String(repeating: "\u{301}\u{323}", count: 15)
    private static let references = String(repeating: "&#x301;&#x323;", count: 15)

    @Test(arguments: [
        "<a>x\(marks)\u{301}</a>", "<a>x\(references)&#x301;</a>", "<a>x\(marks)<!-- -->\u{301}</a>",
        "<a>x\(marks)<b>y</b>\u{301}</a>", "<a>x\(references)<![CDATA[\u{301}]]></a>", "<a b='x\(marks)\u{301}'/>",
        "<a b='x\(references)&#x301;'/>", "<a xmlns='x\(marks)\u{301}'/>",
    ])
    func `more than thirty combining marks in a row are refused however they are written`(text: String) {
        #expect(throws: OMADMError.self) { try root(text) }
    }

    @Test func `thirty combining marks in a row are read`() throws {
        let root = try root("<a b='x\(Self.marks)'>x\(Self.references)<b>\(Self.marks)</b></a>")
        #expect(root.attribute("b") == root.text && root.child("b")?.text == Self.marks)
    }

    /// Namespaces in XML 1.0, section 2.3.
    @Test func `namespaces are the same when their characters are`() throws {
        let root = try root("<a xmlns='urn:\u{E9}'><b xmlns='urn:e\u{301}'/></a>")
        #expect(root.namespace.unicodeScalars.count == 5)
        #expect(root.children.first?.namespace.unicodeScalars.count == 6)
    }

    @Test func `every limit is kept`() throws {
        var limits = MarkupLimits(octets: 200_000, depth: 4)
        limits.elements = 100
        limits.attributes = 3
        limits.attributeOctets = 50
        limits.textOctets = 1000
        limits.nameOctets = 20
        limits.namespaces = 5
        func code(_ text: String) -> String? {
            do throws(OMADMError) {
                _ = try MarkupElement(parsing: Array(text.utf8), limits: limits)
                return nil
            } catch { return error.code }
        }
        let many = { (count: Int, text: String) in String(repeating: text, count: count) }
        #expect(code("<a><a><a><a/></a></a></a>") == nil)
        #expect(code(many(5, "<a>") + many(5, "</a>")) == "omadm.limit-exceeded")
        #expect(code("<a>" + many(99, "<b/>") + "</a>") == nil)
        #expect(code("<a>" + many(100, "<b/>") + "</a>") == "omadm.limit-exceeded")
        #expect(code("<a b='' c='' d='' e=''/>") == "omadm.limit-exceeded")
        #expect(code("<a b='" + many(51, "x") + "'/>") == "omadm.limit-exceeded")
        #expect(code("<a>" + many(1001, "x") + "</a>") == "omadm.limit-exceeded")
        #expect(code("<a><![CDATA[" + many(1001, "x") + "]]></a>") == "omadm.limit-exceeded")
        #expect(code("<" + many(21, "a") + "/>") == "omadm.limit-exceeded")
        #expect(code("<a>" + (0..<9).map { "<b xmlns='\($0)'/>" }.joined() + "</a>") == "omadm.limit-exceeded")
        #expect(code(many(200_001, " ")) == "omadm.message-too-large")
    }
}
