// SPDX-License-Identifier: Apache-2.0

extension MarkupScanner {
    /// Passes over white space.
    mutating func skipSpace() {
        while octet(position).isMarkupSpace { position += 1 }
    }

    /// Reads a name with at most one colon.
    ///
    /// Source: XML 1.0 (fifth edition), section 2.3; Namespaces in XML 1.0, section 4.
    mutating func readName(at start: Int) throws(OMADMError) -> QualifiedName {
        var colon: Int?
        var index = start
        while true {
            let octet = octet(index)
            if octet == 0x3A {
                guard colon == nil, index > start else { throw malformed("a misplaced colon", at: index) }
                colon = index
            } else if !Self.isNameOctet(octet) {
                break
            } else if index == start || colon == index - 1, !Self.isNameStart(octet) {
                throw malformed("a name that begins with a digit or mark", at: index)
            }
            index += 1
            guard index - start <= limits.nameOctets else {
                throw .limitExceeded("octets of a name", limit: limits.nameOctets)
            }
        }
        guard index > start, colon != index - 1 else { throw malformed("a name is missing", at: index) }
        return QualifiedName(range: start..<index, colon: colon)
    }

    private static func isNameStart(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: isNameStart(octet)
        }
    }

    /// Passes over the XML declaration and judges the encoding it names.
    ///
    /// Source: XML 1.0 (fifth edition), sections 2.8 and 4.3.3.
    mutating func skipDeclaration() throws(OMADMError) {
        guard octets.starts(with: Self.declarationStart), octet(5).isMarkupSpace else { return }
        position = 5
        let end = try endOfInstruction()
        let declaration = octets[5..<(end - 2)]
        position = end
        guard let encoding = declaration.firstRange(of: Self.encoding) else { return }
        let quoted = declaration[encoding.upperBound...].drop { $0.isMarkupSpace || $0 == UInt8(ascii: "=") }
        guard let quote = quoted.first, quote == 0x22 || quote == 0x27 else {
            throw malformed("an encoding without quotation marks", at: quoted.startIndex)
        }
        let name = String(decoding: quoted.dropFirst().prefix { $0 != quote }.prefix(32), as: UTF8.self)
        guard MarkupEncoding.isRead(name) else { throw .unsupportedEncoding(name) }
    }

    /// Passes over a processing instruction.
    ///
    /// Source: XML 1.0 (fifth edition), section 2.6.
    mutating func skipInstruction() throws(OMADMError) {
        let target = try readName(at: position + 2)
        guard !octets[target.range].elementsEqual(Self.declarationStart.dropFirst(2)) else {
            throw malformed("an XML declaration that is not at the start", at: position)
        }
        position = target.range.upperBound
        guard octet(position).isMarkupSpace || octets[position...].starts(with: [0x3F, 0x3E]) else {
            throw malformed("no space behind the target of an instruction", at: position)
        }
        position = try endOfInstruction()
    }

    /// The place behind the `?>` that comes next.
    private mutating func endOfInstruction() throws(OMADMError) -> Int {
        var index = position
        while !(octet(index) == UInt8(ascii: "?") && octet(index + 1) == UInt8(ascii: ">")) {
            try check(octet(index), at: index)
            index += 1
        }
        return index + 2
    }

    /// Resolves the reference at an ampersand; answers the place behind it.
    ///
    /// Source: XML 1.0 (fifth edition), sections 4.1 and 4.6.
    mutating func appendReference(at start: Int, to value: inout [UInt8]) throws(OMADMError) -> Int {
        var end = start + 1
        // The longest reference that is read is `&#x10FFFF;`; leading zeros are allowed up to the same sum.
        while octet(end) != UInt8(ascii: ";") {
            guard end - start < 16, octet(end) > 0x20, octet(end) != 0x3C, octet(end) != 0x26 else {
                throw malformed("an ampersand that begins no reference", at: start)
            }
            end += 1
        }
        let name = octets[(start + 1)..<end]
        if name.first == UInt8(ascii: "#") {
            value.append(contentsOf: try character(name.dropFirst(), at: start).utf8)
        } else {
            guard let character = Self.entities.first(where: { $0.name.elementsEqual(name) })?.octet else {
                throw .entityRefused(at: start)
            }
            value.append(character)
        }
        return end + 1
    }

    private mutating func character(_ digits: ArraySlice<UInt8>, at offset: Int) throws(OMADMError) -> String {
        let isHexadecimal = digits.first == UInt8(ascii: "x")
        let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
        // The initialiser would also take a sign.
        guard let first = text.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
            let number = UInt32(text, radix: isHexadecimal ? 16 : 10), Self.isCharacter(number),
            let scalar = Unicode.Scalar(number)
        else { throw malformed("a reference to no character", at: offset) }
        return String(scalar)
    }

    private static func isCharacter(_ number: UInt32) -> Bool {
        switch number {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static let declarationStart = Array("<?xml".utf8)
    private static let encoding = Array("encoding".utf8)
    private static let entities: [(name: [UInt8], octet: UInt8)] = [
        (Array("lt".utf8), 0x3C), (Array("gt".utf8), 0x3E), (Array("amp".utf8), 0x26), (Array("apos".utf8), 0x27),
        (Array("quot".utf8), 0x22),
    ]
}

extension UInt8 {
    /// Whether the octet is white space of XML.
    ///
    /// Source: XML 1.0 (fifth edition), section 2.3.
    var isMarkupSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
