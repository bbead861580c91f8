// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The tokens of a WBXML document, one after another.
///
/// Source: WAP-192-WBXML (version 1.3), section 5.
struct WBXMLReader {
    /// What stands at the place just read.
    enum Token {
        /// A tag with its flags removed; an element without content is followed by ``end``.
        case start(token: UInt8, page: UInt8)
        /// A tag whose name is text in the string table.
        case literal(Range<Int>)
        /// The end of an element.
        case end
        /// Text or octets at this place.
        case text(WBXMLText)
        /// One character.
        case entity(Unicode.Scalar)
        /// The end of the document.
        case done
    }

    let octets: [UInt8]
    let limits: MarkupLimits
    let header: WBXMLHeader
    private(set) var position: Int
    private var page: UInt8 = 0
    private var depth = 0
    private var elements = 0
    private var isEmptyElement = false
    private var isRootRead = false
    /// Octets that references into the string table may still add up to.
    private var tableBudget: Int

    /// Reads the header.
    init(_ octets: [UInt8], limits: MarkupLimits) throws(OMADMError) {
        guard octets.count <= limits.octets else { throw .messageTooLarge(limit: limits.octets) }
        var start = 0
        header = try WBXMLHeader(octets, &start)
        self.octets = octets
        self.limits = limits
        position = start
        tableBudget = limits.octets
    }

    /// Reads the next token.
    mutating func next() throws(OMADMError) -> Token {
        if isEmptyElement {
            isEmptyElement = false
            return try closeElement()
        }
        while position < octets.count {
            let token = octets[position]
            position += 1
            switch token {
            case WBXMLToken.end: return try closeElement()
            case WBXMLToken.inlineString: return try readInlineString()
            case WBXMLToken.switchPage: try readPage()
            case WBXMLToken.opaque: return try readOpaque()
            case WBXMLToken.tableString: return try readTableString()
            case WBXMLToken.entity: return try readEntity()
            case WBXMLToken.literal, WBXMLToken.literal | WBXMLToken.hasContent:
                try openElement(token)
                return .literal(try readTableReference())
            case 0x05...0x3F, 0x45...0x7F:
                try openElement(token)
                return .start(token: token & 0x3F, page: page)
            default: throw malformed("a token that SyncML does not use", at: position - 1)
            }
        }
        guard depth == 0, isRootRead else { throw malformed("the document ends inside an element", at: position) }
        return .done
    }

    /// Reads an inline string and the end of its element in one step; `nil`, with nothing read, for any other content.
    ///
    /// Nearly all text of a message stands so.
    mutating func readOnlyInlineString() throws(OMADMError) -> WBXMLText? {
        guard !isEmptyElement, position < octets.count, octets[position] == WBXMLToken.inlineString else { return nil }
        let text = inlineString(from: position + 1)
        let end = text.range.upperBound
        guard end + 1 < octets.count, octets[end + 1] == WBXMLToken.end, depth > 0 else { return nil }
        guard text.range.count <= limits.textOctets else {
            throw .limitExceeded("octets of text", limit: limits.textOctets)
        }
        position = end + 2
        depth -= 1
        return text
    }

    /// What stands before the next zero octet, or before the end of the document when there is none.
    ///
    /// Eight octets are looked at together: most of a message is such text.
    @inline(__always)
    private func inlineString(from start: Int) -> WBXMLText {
        octets.withUnsafeBytes { bytes in
            var index = start
            var all: UInt64 = 0
            // A high bit stands for an octet below the space, as long as no other bit is looked at.
            var controls: UInt64 = 0
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                // The lowest of these bits belongs to the first octet that is zero.
                let zeros = (word &- 0x0101_0101_0101_0101) & ~word & Self.highBits
                guard zeros == 0 else {
                    let before = zeros.trailingZeroBitCount / 8
                    let mask: UInt64 = (1 << UInt64(before * 8)) - 1
                    all |= word & mask
                    let rest = (word & mask) | (Self.spaces & ~mask)
                    controls |= (rest &- Self.spaces) & ~rest
                    return Self.text(start..<index + before, all, controls)
                }
                all |= word
                controls |= (word &- Self.spaces) & ~word
                index += 8
            }
            while index < bytes.count, bytes[index] != 0 {
                all |= UInt64(bytes[index])
                if bytes[index] < 0x20 { controls = Self.highBits }
                index += 1
            }
            return Self.text(start..<index, all, controls)
        }
    }

    @inline(__always)
    private static func text(_ range: Range<Int>, _ all: UInt64, _ controls: UInt64) -> WBXMLText {
        let isASCII = all & highBits == 0
        return WBXMLText(
            range: range, isOpaque: false, isASCII: isASCII, isPlain: isASCII && controls & highBits == 0)
    }

    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
    private static var spaces: UInt64 { 0x2020_2020_2020_2020 }

    /// Passes over everything up to the end of the element opened last.
    mutating func skipElement() throws(OMADMError) {
        let outside = depth - 1
        while depth > outside {
            if case .done = try next() { return }
        }
    }

    private mutating func openElement(_ token: UInt8) throws(OMADMError) {
        guard depth < limits.depth else { throw .limitExceeded("elements inside one another", limit: limits.depth) }
        guard elements < limits.elements else { throw .limitExceeded("elements of a document", limit: limits.elements) }
        guard depth > 0 || !isRootRead else { throw malformed("a second root element", at: position - 1) }
        isRootRead = true
        depth += 1
        elements += 1
        isEmptyElement = token & WBXMLToken.hasContent == 0
    }

    private mutating func closeElement() throws(OMADMError) -> Token {
        guard depth > 0 else { throw malformed("an end without an element", at: position - 1) }
        depth -= 1
        return .end
    }

    private mutating func readPage() throws(OMADMError) {
        guard position < octets.count else { throw malformed("the document ends where it may not", at: position) }
        page = octets[position]
        position += 1
    }

    private mutating func readInlineString() throws(OMADMError) -> Token {
        let text = inlineString(from: position)
        guard text.range.upperBound < octets.count else { throw malformed("a string without end", at: position - 1) }
        position = text.range.upperBound + 1
        return try token(text)
    }

    private mutating func readTableString() throws(OMADMError) -> Token {
        try token(WBXMLText(range: readTableReference(), isOpaque: false, isASCII: false, isPlain: false))
    }

    /// Where a string of the table stands, text or the name of an element: a reference costs what it is looked through.
    private mutating func readTableReference() throws(OMADMError) -> Range<Int> {
        let range = try header.string(at: try readNumber(), in: octets)
        guard range.count <= tableBudget else {
            throw .limitExceeded("octets that the string table adds up to", limit: limits.octets)
        }
        // One octet more than the text, so that empty strings are not free.
        tableBudget -= min(tableBudget, range.count + 1)
        return range
    }

    private mutating func readOpaque() throws(OMADMError) -> Token {
        let length = try readNumber()
        guard length <= octets.count - position else { throw malformed("octets beyond the end", at: position) }
        let range = position..<(position + Int(length))
        position = range.upperBound
        var all: UInt8 = 0
        for octet in octets[range] { all |= octet }
        return try token(WBXMLText(range: range, isOpaque: true, isASCII: all < 0x80, isPlain: false))
    }

    private mutating func readEntity() throws(OMADMError) -> Token {
        guard depth > 0, let scalar = Unicode.Scalar(try readNumber()), scalar.value != 0 else {
            throw malformed("an entity that is no character", at: position)
        }
        return .entity(scalar)
    }

    private func token(_ text: WBXMLText) throws(OMADMError) -> Token {
        guard depth > 0 else { throw malformed("text outside the root element", at: text.range.lowerBound) }
        guard text.range.count <= limits.textOctets else {
            throw .limitExceeded("octets of text", limit: limits.textOctets)
        }
        return .text(text)
    }

    private mutating func readNumber() throws(OMADMError) -> UInt32 {
        try WBXMLHeader.number(octets, &position)
    }

    func malformed(_ reason: String, at offset: Int) -> OMADMError { .malformedWBXML(reason: reason, at: offset) }

    /// A run of text as a text; `nil` when it is not in UTF-8, or comparing it would take long.
    mutating func string(_ text: WBXMLText) -> String? {
        // Checking what was found to be ASCII would take longer than all else.
        guard text.isASCII else { return Self.text(octets[text.range]) }
        return octets.withUnsafeBufferPointer { String(decoding: $0[text.range], as: UTF8.self) }
    }
}

extension WBXMLReader {
    /// Octets as a text; `nil` when they are not in UTF-8, or hold a longer run of combining marks than texts have.
    static func text(_ octets: some Collection<UInt8>) -> String? {
        guard let text = String(validating: octets, as: UTF8.self), text.isStreamSafe else { return nil }
        return text
    }
}

/// Text or octets that have not been made a value yet.
struct WBXMLText {
    /// Where they stand.
    var range: Range<Int>
    /// Whether they are an opaque block.
    let isOpaque: Bool
    /// Whether all of them are known to be ASCII.
    let isASCII: Bool
    /// Whether they are known to be ASCII without control characters.
    let isPlain: Bool

    /// What is wrong with text that ``WBXMLReader/text(_:)`` does not take.
    static let fault = "text that is not in UTF-8, or has too many combining marks in a row"
}
