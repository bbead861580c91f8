// SPDX-License-Identifier: Apache-2.0

/// The tokens of an XML document, one after another.
///
/// Reads the XML that messages are made of: elements, attributes, namespaces, text, CDATA sections, character
/// references and the five entities of XML itself. Comments and processing instructions are passed over; a document
/// type declaration ends the reading. Names may hold any character beyond ASCII, which is wider than XML's table.
///
/// Source: XML 1.0 (fifth edition), section 2; Namespaces in XML 1.0 (third edition).
struct MarkupScanner {
    /// What stands at the place just read.
    enum Token {
        /// A start tag; an empty-element tag is followed by ``end``.
        case start(MarkupName)
        /// An end tag.
        case end
        /// Text inside an element.
        case text(MarkupText)
        /// The end of the document.
        case done
    }

    /// An element whose end tag has not been read.
    private struct Open {
        let name: Range<Int>
        let mark: NamespaceScope.Mark
    }

    let octets: [UInt8]
    let limits: MarkupLimits
    /// Where the next token begins.
    var position = 0
    var namespaces: NamespaceScope
    /// The attributes of the last start tag, without namespace declarations.
    var attributes: [MarkupAttributeName] = []
    private var open: [Open] = []
    private var elements = 0
    private var isEmptyElement = false
    private var isRootRead = false

    /// Prepares to read a document.
    init(_ octets: [UInt8], limits: MarkupLimits) throws(OMADMError) {
        guard octets.count <= limits.octets else { throw .messageTooLarge(limit: limits.octets) }
        self.octets = try MarkupEncoding.utf8(octets)
        self.limits = limits
        namespaces = NamespaceScope(limit: limits.namespaces)
        open.reserveCapacity(limits.depth)
        try skipDeclaration()
    }

    /// Elements that are open here.
    var depth: Int { open.count }

    /// The octet at a place; 0, which no document may hold, behind the end.
    func octet(_ index: Int) -> UInt8 { index < octets.count ? octets[index] : 0 }

    /// Reads the next token.
    mutating func next() throws(OMADMError) -> Token {
        if isEmptyElement {
            isEmptyElement = false
            return closeElement()
        }
        while position < octets.count {
            guard octet(position) == 0x3C else {
                let text = try readText()
                if !open.isEmpty { return .text(text) }
                guard text.isBlank else { throw malformed("text outside the root element", at: text.range.lowerBound) }
                continue
            }
            switch octet(position + 1) {
            case UInt8(ascii: "/"): return try readEndTag()
            case UInt8(ascii: "?"): try skipInstruction()
            case UInt8(ascii: "!"): if let section = try readDeclaration() { return .text(section) }
            default: return try readStartTag()
            }
        }
        guard open.isEmpty, isRootRead else { throw malformed("the document ends inside an element", at: position) }
        return .done
    }

    /// Passes over everything up to the end tag of the element whose start tag was read last.
    mutating func skipElement() throws(OMADMError) {
        let outside = open.count - 1
        while open.count > outside {
            if case .done = try next() { return }
        }
    }

    private mutating func readStartTag() throws(OMADMError) -> Token {
        guard !(open.isEmpty && isRootRead) else { throw malformed("a second root element", at: position) }
        guard open.count < limits.depth else {
            throw .limitExceeded("elements inside one another", limit: limits.depth)
        }
        guard elements < limits.elements else { throw .limitExceeded("elements of a document", limit: limits.elements) }
        elements += 1
        isRootRead = true
        let mark = namespaces.mark
        let name = try readName(at: position + 1)
        position = name.range.upperBound
        // Most tags of a message end here.
        if octet(position) == 0x3E {
            position += 1
            if !attributes.isEmpty { attributes.removeAll(keepingCapacity: true) }
        } else {
            isEmptyElement = try readAttributes()
        }
        open.append(Open(name: name.range, mark: mark))
        return .start(try resolve(name))
    }

    private mutating func readEndTag() throws(OMADMError) -> Token {
        let start = position + 2
        guard let element = open.last else { throw malformed("an end tag without a start tag", at: position) }
        for index in element.name {
            guard octet(index) == octet(start + index - element.name.lowerBound) else {
                throw malformed("an end tag with another name than its start tag", at: position)
            }
        }
        position = start + element.name.count
        skipSpace()
        guard octet(position) == 0x3E else { throw malformed("an end tag that does not end", at: position) }
        position += 1
        return closeElement()
    }

    private mutating func closeElement() -> Token {
        if let element = open.popLast() { namespaces.restore(element.mark) }
        return .end
    }

    private mutating func resolve(_ name: QualifiedName) throws(OMADMError) -> MarkupName {
        guard let colon = name.colon else {
            return MarkupName(local: name.range, namespace: namespaces.defaultNamespace)
        }
        guard let namespace = namespaces.namespace(of: octets[name.range.lowerBound..<colon]) else {
            throw malformed("a prefix that was not declared", at: name.range.lowerBound)
        }
        return MarkupName(local: colon + 1..<name.range.upperBound, namespace: namespace)
    }

    func malformed(_ reason: String, at offset: Int) -> OMADMError { .malformedXML(reason: reason, at: offset) }
}

/// The name of an element, resolved.
struct MarkupName {
    /// Where its local name stands.
    let local: Range<Int>
    /// The number of its namespace.
    let namespace: Int
}

/// A name as written, its colon found.
struct QualifiedName {
    let range: Range<Int>
    let colon: Int?
}
