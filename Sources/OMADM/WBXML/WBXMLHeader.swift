// SPDX-License-Identifier: Apache-2.0

/// What stands in front of the elements of a WBXML document.
///
/// ```
/// start = version publicid charset strtbl body
/// ```
///
/// Source: WAP-192-WBXML (version 1.3), sections 5.3 to 5.7.
struct WBXMLHeader {
    /// Octets of the largest string table that is read: some thousand names, where SyncML needs one public identifier.
    fileprivate static let stringTableLimit = 64 << 10
    /// The number that stands for a document type without number.
    private static let unknownType: UInt32 = 0x01
    /// IANA's numbers of US-ASCII and UTF-8.
    private static let charsets: [UInt32] = [3, 106]

    /// The version; 1.0, which has no character set, is not read.
    let version: WBXMLVersion
    /// The document type; `nil` when the document does not say.
    let type: WBXMLDocumentType?
    /// Where the string table stands.
    private let table: Range<Int>

    /// Reads a header and leaves `position` behind it.
    init(_ octets: [UInt8], _ position: inout Int) throws(OMADMError) {
        guard let version = octets.first.flatMap(WBXMLVersion.init) else {
            throw .malformedWBXML(reason: "a version other than 1.1 to 1.3", at: 0)
        }
        position = 1
        let number = try Self.number(octets, &position)
        let name = number == 0 ? try Self.number(octets, &position) : nil
        let charset = try Self.number(octets, &position)
        guard Self.charsets.contains(charset) else { throw .unsupportedEncoding("character set \(charset)") }
        let length = try Self.number(octets, &position)
        guard length <= Self.stringTableLimit else {
            throw .limitExceeded("octets of a string table", limit: Self.stringTableLimit)
        }
        guard length <= octets.count - position else {
            throw .malformedWBXML(reason: "a string table beyond the end", at: position)
        }
        let table = position..<(position + Int(length))
        position = table.upperBound
        self.version = version
        self.table = table
        type = try Self.documentType(number, name, octets, table)
    }

    private static func documentType(
        _ number: UInt32, _ name: UInt32?, _ octets: [UInt8], _ table: Range<Int>
    ) throws(OMADMError) -> WBXMLDocumentType? {
        guard let name else {
            if number == unknownType { return nil }
            guard let type = WBXMLDocumentType.allCases.first(where: { $0.number == number }) else {
                throw .unexpectedDocumentType("0x" + String(number, radix: 16))
            }
            return type
        }
        let publicID = octets[try string(at: name, octets, table)]
        guard let type = WBXMLDocumentType.allCases.first(where: { publicID.elementsEqual($0.publicID.utf8) }) else {
            throw .unexpectedDocumentType(String(decoding: publicID.prefix(80), as: UTF8.self))
        }
        return type
    }

    /// Where the string that begins at a place of the string table stands.
    func string(at offset: UInt32, in octets: [UInt8]) throws(OMADMError) -> Range<Int> {
        try Self.string(at: offset, octets, table)
    }

    private static func string(
        at offset: UInt32, _ octets: [UInt8], _ table: Range<Int>
    ) throws(OMADMError) -> Range<Int> {
        guard Int(offset) < table.count else {
            throw .malformedWBXML(reason: "a reference beyond the string table", at: table.lowerBound)
        }
        let start = table.lowerBound + Int(offset)
        guard let end = octets[start..<table.upperBound].firstIndex(of: 0) else {
            throw .malformedWBXML(reason: "a string of the string table without end", at: start)
        }
        return start..<end
    }

    /// Reads a number of up to five octets, seven bits each.
    ///
    /// Source: WAP-192-WBXML (version 1.3), section 5.1.
    static func number(_ octets: [UInt8], _ position: inout Int) throws(OMADMError) -> UInt32 {
        var number: UInt64 = 0
        for _ in 0..<5 {
            guard position < octets.count else {
                throw .malformedWBXML(reason: "the document ends inside a number", at: position)
            }
            let octet = octets[position]
            position += 1
            number = number << 7 | UInt64(octet & 0x7F)
            if octet & 0x80 == 0 {
                guard let value = UInt32(exactly: number) else { break }
                return value
            }
        }
        throw .malformedWBXML(reason: "a number of more than 32 bits", at: position)
    }

    /// Appends a number in as few octets as it takes.
    static func append(_ number: Int, to octets: inout [UInt8]) {
        var shift = 28
        while shift > 0, number >> shift == 0 { shift -= 7 }
        while shift > 0 {
            octets.append(UInt8(truncatingIfNeeded: number >> shift) & 0x7F | 0x80)
            shift -= 7
        }
        octets.append(UInt8(truncatingIfNeeded: number) & 0x7F)
    }
}
