// SPDX-License-Identifier: Apache-2.0

/// From the octets of a document to its UTF-8.
///
/// Source: XML 1.0 (fifth edition), section 4.3.3 and appendix F.1.
enum MarkupEncoding {
    /// The document in UTF-8, without byte order mark.
    ///
    /// - Throws: ``OMADMError/malformedXML(reason:at:)`` when the octets are no text of the encoding they begin with.
    static func utf8(_ octets: [UInt8]) throws(OMADMError) -> [UInt8] {
        switch (octets.first, octets.dropFirst().first) {
        case (0xFE, 0xFF): return try fromUTF16(octets.dropFirst(2), isBigEndian: true)
        case (0xFF, 0xFE): return try fromUTF16(octets.dropFirst(2), isBigEndian: false)
        default: break
        }
        guard !isASCII(octets) else { return octets }
        guard String(validating: octets, as: UTF8.self) != nil else {
            throw .malformedXML(reason: "the document is not in UTF-8", at: 0)
        }
        return octets.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(octets.dropFirst(3)) : octets
    }

    /// Whether the name is one of the encodings read here, given what the octets turned out to be.
    ///
    /// A document in UTF-16 that was transcoded on its way keeps its old declaration, so both names fit both.
    static func isRead(_ name: String) -> Bool {
        ["utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii"].contains(name.lowercased())
    }

    private static func isASCII(_ octets: [UInt8]) -> Bool {
        var all: UInt8 = 0
        for octet in octets { all |= octet }
        return all < 0x80
    }

    private static func fromUTF16(_ octets: ArraySlice<UInt8>, isBigEndian: Bool) throws(OMADMError) -> [UInt8] {
        guard octets.count.isMultiple(of: 2) else {
            throw .malformedXML(reason: "the document in UTF-16 ends inside a character", at: octets.count)
        }
        var units: [UInt16] = []
        units.reserveCapacity(octets.count / 2)
        var rest = octets.makeIterator()
        while let first = rest.next(), let second = rest.next() {
            units.append(isBigEndian ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first))
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw .malformedXML(reason: "the document is not in UTF-16", at: 0)
        }
        return Array(text.utf8)
    }
}
