// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightTesting
import Testing

/// Reads documents with expat, through Python.
private enum Expat {
    static let isInstalled = ForeignProgram.areExpected("python3")

    /// One line a document: its tree, or `-` when expat refuses it.
    private static let program = """
        import sys, xml.etree.ElementTree as tree
        text = lambda value: (value or "").encode().hex()
        def show(element):
            attributes = sorted(element.attrib.items())
            parts = ["<" + element.tag] + [" %s=%s" % (name, text(value)) for name, value in attributes] + [">"]
            parts.append(text(element.text))
            for child in element:
                parts.append(show(child))
                parts.append(text(child.tail))
            return "".join(parts) + "</>"
        for line in sys.stdin:
            try: print(show(tree.fromstring(bytes.fromhex(line))).encode().hex())
            except (tree.ParseError, ValueError): print("-")
        """

    static func trees(of documents: [[UInt8]]) throws -> [String] {
        let input = documents.map(hex).joined(separator: "\n")
        return try ForeignProgram.run("python3", ["-c", program], input: input).output.split(separator: "\n")
            .map(String.init)
    }

    static func hex(_ octets: some Sequence<UInt8>) -> String {
        octets.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}

extension MarkupElement {
    /// The tree as the program above shows it.
    fileprivate var shown: String {
        let named = { (namespace: String, name: String) in namespace.isEmpty ? name : "{\(namespace)}\(name)" }
        let sorted = attributes.map { (named($0.namespace, $0.name), $0.value) }.sorted { $0.0 < $1.0 }
        var text = "<" + named(namespace, name)
        for (name, value) in sorted { text += " \(name)=" + Expat.hex(value.utf8) }
        text += ">"
        for part in content {
            switch part {
            case .text(let run): text += Expat.hex(run.utf8)
            case .element(let element): text += element.shown
            }
        }
        return text + "</>"
    }
}

@Suite("XML 1.0: expat is the judge", .enabled(if: Expat.isInstalled))
struct MarkupJudgeTests {
    /// What is read of a document; `-` when it is refused.
    private func shown(_ octets: [UInt8]) -> String {
        (try? MarkupElement(parsing: octets)).map { Expat.hex($0.shown.utf8) } ?? "-"
    }

    @Test func `the messages have the same trees`() throws {
        let documents = SyncMLFixture.all.map(\.octets)
        #expect(try Expat.trees(of: documents) == documents.map(shown))
    }

    private static let document =
        "<r xmlns='u' xmlns:p='v'><!--c--><p:a b='1' c=\"2&lt;\">t&#65;<![CDATA[<]]></p:a><?pi x?><d xmlns=''> \n</d>"
        + "<p:e p:b='\t&#10;' b='&apos;'/></r><?end?>\n"

    @Test func `damaged documents are read alike and refused alike`() throws {
        let interesting = Array("<>&;'\"=/ !?-[]:x0#\n".utf8)
        let octets = Array(Self.document.utf8)
        let documents =
            Array(Mutations.replacements(in: octets) { _ in interesting }) + Array(Mutations.truncations(of: octets))
        let judged = try Expat.trees(of: documents)
        try #require(judged.count == documents.count)
        var read = 0
        var disagreements: [String] = []
        for (document, tree) in zip(documents, judged) {
            // Namespaces in XML forbids a colon in the target of an instruction; expat does not look.
            let text = String(decoding: document, as: UTF8.self)
            guard !text.contains(/<\?[a-z]*:/) else { continue }
            let mine = shown(document)
            if mine != "-" { read += 1 }
            if mine != tree { disagreements.append(text) }
        }
        #expect(read > 300)
        #expect(disagreements.isEmpty, "\(disagreements.count): \(disagreements.prefix(40).joined(separator: "\n"))")
    }
}
