// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension MarkupElement {
    /// Reads a document: UTF-8, or UTF-16 with a byte order mark; no DOCTYPE, no entities but XML's own five.
    ///
    /// - Parameters:
    ///   - octets: the document.
    ///   - limits: what it may cost.
    /// - Throws: ``OMADMError`` when it is not well-formed, has a DOCTYPE or is over a limit.
    ///
    /// Source: XML 1.0 (fifth edition), sections 2 and 3; Namespaces in XML 1.0 (third edition).
    public init(parsing octets: some Collection<UInt8>, limits: MarkupLimits = MarkupLimits()) throws(OMADMError) {
        var scanner = try MarkupScanner(Array(octets), limits: limits)
        guard case .start(let name) = try scanner.next() else { throw .missing("the root element") }
        try self.init(name, from: &scanner)
        guard case .done = try scanner.next() else { throw .malformedXML(reason: "a second root element", at: 0) }
    }

    /// Reads the element whose start tag was read last; the scanner bounds how deep this goes.
    init(_ name: MarkupName, from scanner: inout MarkupScanner) throws(OMADMError) {
        self.init(
            String(decoding: scanner.octets[name.local], as: UTF8.self),
            namespace: scanner.namespaces.name(name.namespace))
        for attribute in scanner.attributes {
            attributes.append(
                MarkupAttribute(
                    String(decoding: scanner.octets[attribute.local], as: UTF8.self),
                    namespace: scanner.namespaces.name(attribute.namespace), try scanner.value(attribute.value)))
        }
        try readContent(from: &scanner)
    }

    private mutating func readContent(from scanner: inout MarkupScanner) throws(OMADMError) {
        var text = ""
        // One for the element: what reads its text joins the pieces on both sides of a child.
        var combining = CombiningRun()
        while true {
            switch try scanner.next() {
            case .start(let name):
                append(&text)
                content.append(.element(try MarkupElement(name, from: &scanner)))
            case .text(let run):
                let more = try scanner.checked(scanner.string(run), after: &combining)
                if text.isEmpty { text = more } else { text += more }
            case .end, .done:
                append(&text)
                return
            }
        }
    }

    private mutating func append(_ text: inout String) {
        guard !text.isEmpty else { return }
        content.append(.text(text))
        text = ""
    }
}
