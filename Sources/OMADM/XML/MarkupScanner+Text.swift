// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A run of text that has not been made a text yet.
struct MarkupText {
    /// Where it stands, without the marks of a CDATA section.
    let range: Range<Int>
    /// Whether it is a CDATA section.
    let isSection: Bool
    /// Whether it is the text as it stands: no reference, no carriage return.
    let isPlain: Bool
    /// Whether it holds only white space, none of it from a reference.
    let isBlank: Bool
}

extension MarkupScanner {
    /// Reads up to the next tag.
    ///
    /// Source: XML 1.0 (fifth edition), sections 2.2 and 2.4.
    mutating func readText() throws(OMADMError) -> MarkupText {
        var isPlain = true
        var isBlank = true
        var index = position
        scan: while index < octets.count {
            let octet = octets[index]
            switch octet {
            case 0x3C: break scan
            case 0x20, 0x09, 0x0A: break
            case 0x0D: isPlain = false
            case 0x26:
                isPlain = false
                isBlank = false
            default:
                isBlank = false
                try check(octet, at: index)
                if octet == 0x5D, self.octet(index + 1) == 0x5D, self.octet(index + 2) == 0x3E {
                    throw malformed("']]>' in text", at: index)
                }
            }
            index += 1
        }
        let range = position..<index
        guard range.count <= limits.textOctets else { throw .limitExceeded("octets of text", limit: limits.textOctets) }
        position = index
        return MarkupText(range: range, isSection: false, isPlain: isPlain, isBlank: isBlank)
    }

    /// Reads what begins with `<!`: a comment, for which it answers `nil`, or a CDATA section.
    ///
    /// Source: XML 1.0 (fifth edition), sections 2.5, 2.7 and 2.8.
    mutating func readDeclaration() throws(OMADMError) -> MarkupText? {
        let rest = octets[position...]
        if rest.starts(with: Self.commentStart) {
            try skipComment()
            return nil
        }
        guard rest.starts(with: Self.sectionStart) else {
            if rest.starts(with: Self.doctype) { throw .doctypeRefused(at: position) }
            throw malformed("an unknown declaration", at: position)
        }
        guard depth > 0 else { throw malformed("text outside the root element", at: position) }
        return try readSection()
    }

    private mutating func readSection() throws(OMADMError) -> MarkupText {
        let start = position + Self.sectionStart.count
        var isPlain = true
        var index = start
        while true {
            let octet = octet(index)
            if octet == 0x5D, self.octet(index + 1) == 0x5D, self.octet(index + 2) == 0x3E { break }
            if octet == 0x0D { isPlain = false }
            try check(octet, at: index)
            index += 1
        }
        let range = start..<index
        guard range.count <= limits.textOctets else { throw .limitExceeded("octets of text", limit: limits.textOctets) }
        position = index + 3
        return MarkupText(range: range, isSection: true, isPlain: isPlain, isBlank: false)
    }

    private mutating func skipComment() throws(OMADMError) {
        var index = position + Self.commentStart.count
        while !(octet(index) == 0x2D && octet(index + 1) == 0x2D) {
            try check(octet(index), at: index)
            index += 1
        }
        guard octet(index + 2) == 0x3E else { throw malformed("'--' in a comment", at: index) }
        position = index + 3
    }

    /// Refuses what is no character of XML; the end of the document is one of them.
    @inline(__always)
    func check(_ octet: UInt8, at index: Int) throws(OMADMError) {
        if octet >= 0x20 {
            guard octet == 0xEF, self.octet(index + 1) == 0xBF, self.octet(index + 2) >= 0xBE else { return }
            throw malformed("a character that XML does not allow", at: index)
        }
        guard octet == 0x09 || octet == 0x0A || octet == 0x0D else {
            throw malformed(
                index < octets.count
                    ? "a control character" : "the document ends where it may not", at: index)
        }
    }

    /// A run of text as a text: references resolved, line ends as line feeds.
    mutating func string(_ text: MarkupText) throws(OMADMError) -> String {
        if text.isPlain { return String(decoding: octets[text.range], as: UTF8.self) }
        var value: [UInt8] = []
        value.reserveCapacity(text.range.count)
        var index = text.range.lowerBound
        while index < text.range.upperBound {
            let octet = octet(index)
            if octet == 0x26, !text.isSection {
                index = try appendReference(at: index, to: &value)
                continue
            }
            index += 1
            guard octet == 0x0D else {
                value.append(octet)
                continue
            }
            value.append(0x0A)
            if index < text.range.upperBound, self.octet(index) == 0x0A { index += 1 }
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// A run of text as a text without white space at its ends.
    mutating func trimmedString(_ text: MarkupText) throws(OMADMError) -> String {
        guard text.isPlain else { return MarkupElement.trimmed(try string(text)) }
        let range = text.range.trimming { octet($0).isMarkupSpace }
        return String(decoding: octets[range], as: UTF8.self)
    }

    /// The text, whole or as its next piece, when comparing it is cheap.
    ///
    /// - Throws: ``OMADMError/malformedXML(reason:at:)`` for a longer run of combining marks than texts have.
    func checked(_ text: String, after run: inout CombiningRun) throws(OMADMError) -> String {
        guard run.admits(text) else { throw malformed("too many combining marks in a row", at: position) }
        return text
    }

    /// The text when comparing it is cheap.
    func checked(_ text: String) throws(OMADMError) -> String {
        var run = CombiningRun()
        return try checked(text, after: &run)
    }

    private static let commentStart = Array("<!--".utf8)
    private static let sectionStart = Array("<![CDATA[".utf8)
    private static let doctype = Array("<!DOCTYPE".utf8)
}
