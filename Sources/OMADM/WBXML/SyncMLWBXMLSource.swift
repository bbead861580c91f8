// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Reads a message from WBXML.
struct SyncMLWBXMLSource: SyncMLSource {
    var commandsLeft = MessageLimits.commands
    private var reader: WBXMLReader
    private var literal: Range<Int>?
    private var last = (token: UInt8(0), page: UInt8(0))

    /// Reads the header of a document.
    init(_ octets: [UInt8], limits: MessageLimits) throws(OMADMError) {
        reader = try WBXMLReader(octets, limits: limits.markup)
        switch reader.header.type {
        case .syncML12, .syncML11, nil: break
        case let other?: throw .unexpectedDocumentType(other.publicID)
        }
    }

    var lastName: String {
        guard let literal else { return "token \(last.token) of code page \(last.page)" }
        return String(decoding: reader.octets[literal].prefix(256), as: UTF8.self)
    }

    mutating func nextRoot() throws(OMADMError) -> SyncMLTag {
        switch try reader.next() {
        case .start(let token, let page): return tag(token, page)
        case .literal(let name): return unknown(name)
        default: throw .missing("the root element")
        }
    }

    mutating func finish() throws(OMADMError) {
        guard case .done = try reader.next() else {
            throw .malformedWBXML(reason: "more behind the root element", at: reader.position)
        }
    }

    mutating func nextChild(ignoringText: Bool) throws(OMADMError) -> SyncMLTag? {
        while true {
            switch try reader.next() {
            case .start(let token, let page): return tag(token, page)
            case .literal(let name): return unknown(name)
            case .end, .done: return nil
            case .text(let text):
                guard ignoringText || trimmed(text).range.isEmpty else {
                    throw .malformedWBXML(reason: "text between elements", at: text.range.lowerBound)
                }
            case .entity:
                guard ignoringText else { throw .malformedWBXML(reason: "text between elements", at: reader.position) }
            }
        }
    }

    mutating func readText() throws(OMADMError) -> String {
        if let only = try reader.readOnlyInlineString() { return try characters(trimmed(only)) }
        switch try reader.next() {
        case .text(let first):
            let next = try reader.next()
            if case .end = next { return try characters(trimmed(first)) }
            return try characters(try readOctets(Array(reader.octets[first.range]), next))
        case .end, .done: return ""
        case let other: return try characters(try readOctets([], other))
        }
    }

    /// The text of an element other than Data.
    ///
    /// It is repeated in answers and in what people read of a session, so that XML must have a form for it.
    private mutating func characters(_ text: WBXMLText) throws(OMADMError) -> String {
        let string = try string(text)
        if !text.isPlain { try demandWritable(string, at: text.range.lowerBound) }
        return string
    }

    private mutating func characters(_ octets: [UInt8]) throws(OMADMError) -> String {
        let string = MarkupElement.trimmed(try string(octets))
        try demandWritable(string, at: reader.position)
        return string
    }

    private func demandWritable(_ text: String, at place: Int) throws(OMADMError) {
        guard MarkupWriter.firstUnwritable(in: text) == nil else {
            throw .malformedWBXML(reason: "a character that XML does not allow", at: place)
        }
    }

    mutating func readData() throws(OMADMError) -> ItemData {
        if let only = try reader.readOnlyInlineString() { return .text(try string(only)) }
        let first = try reader.next()
        guard case .text(let text) = first else { return data(try readOctets([], first)) }
        let next = try reader.next()
        guard case .end = next else { return data(try readOctets(Array(reader.octets[text.range]), next)) }
        let octets = reader.octets[text.range]
        guard text.isOpaque else { return .text(try string(text)) }
        if EmbeddedDocument.isMarked(octets) { return data(Array(octets)) }
        guard let value = reader.string(text), !octets.contains(0) else { return .octets(Array(octets)) }
        return .text(value)
    }

    mutating func skip() throws(OMADMError) { try reader.skipElement() }

    /// Joins text in several pieces, up to the end of the element.
    private mutating func readOctets(
        _ start: [UInt8], _ first: WBXMLReader.Token
    ) throws(OMADMError) -> [UInt8] {
        var octets = start
        var token = first
        while true {
            switch token {
            case .text(let text):
                guard octets.count + text.range.count <= reader.limits.textOctets else {
                    throw .limitExceeded("octets of text", limit: reader.limits.textOctets)
                }
                octets += reader.octets[text.range]
            case .entity(let scalar): octets += Array(String(scalar).utf8)
            case .end, .done: return octets
            case .start(let token, let page):
                let child = tag(token, page)
                throw unexpected(child)
            case .literal(let name):
                let child = unknown(name)
                throw unexpected(child)
            }
            token = try reader.next()
        }
    }

    private mutating func data(_ octets: [UInt8]) -> ItemData {
        if let element = EmbeddedDocument.read(octets, limits: reader.limits) { return .markup([element]) }
        guard let text = WBXMLReader.text(octets), !octets.contains(0) else { return .octets(octets) }
        return .text(text)
    }

    private mutating func string(_ text: WBXMLText) throws(OMADMError) -> String {
        guard let string = reader.string(text) else {
            throw .malformedWBXML(reason: WBXMLText.fault, at: text.range.lowerBound)
        }
        return string
    }

    private mutating func string(_ octets: [UInt8]) throws(OMADMError) -> String {
        guard let text = WBXMLReader.text(octets) else {
            throw .malformedWBXML(reason: WBXMLText.fault, at: reader.position)
        }
        return text
    }

    /// A text without white space at its ends.
    private mutating func trimmed(_ text: WBXMLText) -> WBXMLText {
        var text = text
        text.range = text.range.trimming { reader.octets[$0].isMarkupSpace }
        return text
    }

    private mutating func tag(_ token: UInt8, _ page: UInt8) -> SyncMLTag {
        literal = nil
        last = (token, page)
        return SyncMLTag(token: token, page: page)
    }

    private mutating func unknown(_ name: Range<Int>) -> SyncMLTag {
        literal = name
        return .unknown
    }
}
