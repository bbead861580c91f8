// SPDX-License-Identifier: Apache-2.0

/// Writes XML octet by octet, in UTF-8.
///
/// The caller gives names as they shall stand, prefix included, and closes what it opened.
///
/// Source: XML 1.0 (fifth edition), sections 2.4, 2.7, 2.11 and 3.3.3.
public struct MarkupWriter: Sendable {
    /// What was written so far.
    public private(set) var octets: [UInt8] = []

    /// Makes a writer that has written nothing.
    ///
    /// - Parameter capacity: octets to expect.
    public init(capacity: Int = 4096) {
        octets.reserveCapacity(capacity)
    }

    /// Writes `<?xml version="1.0" encoding="UTF-8"?>`.
    public mutating func declaration() { raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") }

    /// Writes a start tag.
    ///
    /// - Parameters:
    ///   - name: the name with its prefix.
    ///   - attributes: names with their prefixes, declarations of namespaces included, and values.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` when a value holds what XML has no form for.
    public mutating func open(
        _ name: String, _ attributes: [(name: String, value: String)] = []
    ) throws(OMADMError) {
        try startTag(name, attributes)
        octets.append(0x3E)
    }

    /// Writes an element with neither text nor elements.
    public mutating func empty(
        _ name: String, _ attributes: [(name: String, value: String)] = []
    ) throws(OMADMError) {
        try startTag(name, attributes)
        raw("/>")
    }

    /// Writes an end tag.
    public mutating func close(_ name: String) {
        raw("</")
        raw(name)
        octets.append(0x3E)
    }

    /// Writes an element that holds text.
    public mutating func element(
        _ name: String, _ attributes: [(name: String, value: String)] = [], text: String
    ) throws(OMADMError) {
        guard !text.isEmpty else { return try empty(name, attributes) }
        try open(name, attributes)
        try self.text(text)
        close(name)
    }

    /// Writes text, escaped where XML asks for it.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for a control character or U+FFFE and U+FFFF.
    public mutating func text(_ text: String) throws(OMADMError) {
        try append(text, isAttribute: false)
    }

    /// Writes text as CDATA sections: one, and one more for each `]]>` in it.
    ///
    /// A carriage return has no form inside a section, so it stands between two as a reference.
    public mutating func section(_ text: String) throws(OMADMError) {
        try Self.check(text)
        raw("<![CDATA[")
        var brackets = 0
        for octet in text.utf8 {
            if octet == 0x3E, brackets >= 2 { raw("]]><![CDATA[") }
            brackets = octet == 0x5D ? brackets + 1 : 0
            if octet == 0x0D { raw("]]>&#13;<![CDATA[") } else { octets.append(octet) }
        }
        raw("]]>")
    }

    /// Writes octets as they are.
    mutating func raw(_ text: String) { octets.append(contentsOf: text.utf8) }

    /// Writes octets as they are.
    mutating func raw(_ more: [UInt8]) { octets.append(contentsOf: more) }

    private mutating func startTag(
        _ name: String, _ attributes: [(name: String, value: String)]
    ) throws(OMADMError) {
        octets.append(0x3C)
        raw(name)
        for attribute in attributes {
            octets.append(0x20)
            raw(attribute.name)
            raw("=\"")
            try append(attribute.value, isAttribute: true)
            octets.append(0x22)
        }
    }

    private mutating func append(_ text: String, isAttribute: Bool) throws(OMADMError) {
        if Self.isPlain(text) {
            octets.append(contentsOf: text.utf8)
            return
        }
        try Self.check(text)
        for octet in text.utf8 {
            switch octet {
            case 0x26: raw("&amp;")
            case 0x3C: raw("&lt;")
            case 0x3E: raw("&gt;")
            case 0x0D: raw("&#13;")
            case 0x22 where isAttribute: raw("&quot;")
            case 0x0A where isAttribute: raw("&#10;")
            case 0x09 where isAttribute: raw("&#9;")
            default: octets.append(octet)
            }
        }
    }

    /// Whether the text needs neither escape nor second look.
    private static func isPlain(_ text: String) -> Bool {
        for octet in text.utf8 where octet < 0x20 || octet >= 0xEF { return false }
        for octet in text.utf8 where octet == 0x26 || octet == 0x3C || octet == 0x3E || octet == 0x22 { return false }
        return true
    }

    /// Refuses characters that XML has no form for.
    ///
    /// Source: XML 1.0 (fifth edition), section 2.2.
    private static func check(_ text: String) throws(OMADMError) {
        guard let scalar = firstUnwritable(in: text) else { return }
        throw .unwritable("text", reason: "XML has no form for U+\(String(scalar.value, radix: 16))")
    }

    /// The first character that XML has no form for.
    static func firstUnwritable(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { !isWritable($0) }
    }

    /// The text with U+FFFD in place of every character that XML has no form for.
    static func writable(_ text: String) -> String {
        guard firstUnwritable(in: text) != nil else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isWritable(scalar) ? scalar : "\u{FFFD}") }
        return String(scalars)
    }

    private static func isWritable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xFFFD, 0x10000...: true
        default: false
        }
    }
}
