// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A document inside the Data of an item: in XML elements of another namespace, in WBXML an opaque block with a WBXML
/// document of its own.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.5.1; OMA-DM Tree and Description Serialization 1.2,
/// section 7.
enum EmbeddedDocument {
    /// Media types whose name says which of the two forms follows.
    private static let types = [
        (xml: "application/vnd.syncml-devinf+xml", wbxml: "application/vnd.syncml-devinf+wbxml"),
        (xml: "application/vnd.syncml.dmtnds+xml", wbxml: "application/vnd.syncml.dmtnds+wbxml"),
    ]

    /// The media type as it is said in WBXML.
    static func binaryType(_ type: String) -> String {
        guard type.hasSuffix("+xml") else { return type }
        return types.first { $0.xml == type }?.wbxml ?? type
    }

    /// The media type as it is said in XML, which values hold.
    static func markupType(_ type: String) -> String {
        guard type.hasSuffix("+wbxml") else { return type }
        return types.first { $0.wbxml == type }?.xml ?? type
    }

    /// Whether a block begins as a WBXML document does, which no text can.
    static func isMarked(_ octets: ArraySlice<UInt8>) -> Bool {
        octets.first.map { WBXMLVersion(rawValue: $0) != nil } ?? false
    }

    /// Reads a block as a document; `nil` when it is none.
    static func read(_ octets: [UInt8], limits: MarkupLimits) -> MarkupElement? {
        guard isMarked(octets[...]), var reader = try? WBXMLReader(octets, limits: limits),
            let vocabulary = reader.header.type.flatMap(WBXMLVocabulary.of),
            case .start(let token, let page)? = try? reader.next(),
            vocabulary.name(token, page: page) == vocabulary.root,
            let element = try? element(vocabulary.root, vocabulary, &reader),
            case .done? = try? reader.next()
        else { return nil }
        return element
    }

    /// Reads the element whose tag was read last; the reader bounds how deep this goes.
    private static func element(
        _ name: String, _ vocabulary: WBXMLVocabulary, _ reader: inout WBXMLReader
    ) throws(OMADMError) -> MarkupElement {
        var element = MarkupElement(name, namespace: vocabulary.namespace)
        var combining = CombiningRun()
        func append(_ text: String?, at offset: Int) throws(OMADMError) {
            guard let text, combining.admits(text) else { throw .malformedWBXML(reason: WBXMLText.fault, at: offset) }
            element.content.append(.text(text))
        }
        while true {
            switch try reader.next() {
            case .start(let token, let page):
                guard let name = vocabulary.name(token, page: page) else {
                    throw .unexpectedElement("token \(token) of code page \(page)")
                }
                element.content.append(.element(try self.element(name, vocabulary, &reader)))
            case .text(let run):
                try append(reader.string(run), at: run.range.lowerBound)
            case .entity(let scalar): try append(String(scalar), at: reader.position)
            case .literal(let name):
                throw .unexpectedElement(String(decoding: reader.octets[name].prefix(256), as: UTF8.self))
            case .end, .done: return element
            }
        }
    }

    /// Writes elements as a document; as XML when they are of a vocabulary without tokens.
    static func write(_ elements: [MarkupElement], version: WBXMLVersion) throws(OMADMError) -> [UInt8] {
        if elements.count == 1, let root = elements.first {
            for type in WBXMLDocumentType.allCases {
                guard let vocabulary = WBXMLVocabulary.of(type),
                    root.isNamed(vocabulary.root, namespace: vocabulary.namespace)
                else { continue }
                var octets: [UInt8] = []
                WBXMLWriter.appendHeader(version, type, to: &octets)
                if vocabulary.page != 0 { octets += [WBXMLToken.switchPage, vocabulary.page] }
                if try append(root, vocabulary, depth: 0, to: &octets) { return octets }
            }
        }
        var octets: [UInt8] = []
        for element in elements { octets += try element.serialize() }
        return octets
    }

    /// Appends an element; `false` when it or one inside has no token.
    private static func append(
        _ element: MarkupElement, _ vocabulary: WBXMLVocabulary, depth: Int, to octets: inout [UInt8]
    ) throws(OMADMError) -> Bool {
        let limit = MarkupLimits().depth
        guard depth < limit else { throw .limitExceeded("elements inside one another", limit: limit) }
        guard element.namespace == vocabulary.namespace, element.attributes.isEmpty,
            let token = vocabulary.token(element.name)
        else { return false }
        let content = element.content.filter { part in
            if case .text(let text) = part { !MarkupElement.trimmed(text).isEmpty } else { true }
        }
        octets.append(content.isEmpty ? token : token | WBXMLToken.hasContent)
        for part in content {
            switch part {
            case .text(let text): try WBXMLWriter.append(MarkupElement.trimmed(text), to: &octets)
            case .element(let child):
                guard try append(child, vocabulary, depth: depth + 1, to: &octets) else { return false }
            }
        }
        if !content.isEmpty { octets.append(WBXMLToken.end) }
        return true
    }
}
