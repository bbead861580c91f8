// SPDX-License-Identifier: Apache-2.0

extension DistinguishedName {
    /// Whether two names are the same to X.509: case, surplus white space and string types do not count.
    ///
    /// Relative names must stand in the same order; attributes of one relative name may not. Values that are no text
    /// are compared as octets, and so are names of more than 16 KiB, which only who wants to cause work has.
    ///
    /// Source: RFC 5280, section 7.1.
    public func matches(_ other: DistinguishedName) -> Bool {
        plainVerdict(other) ?? (comparable == other.comparable)
    }

    /// Whether two names are the same, told from their octets alone; `nil` when that needs more than ASCII.
    func plainVerdict(_ other: DistinguishedName) -> Bool? {
        if derBytes == other.derBytes { return true }
        guard rdns.count == other.rdns.count, isFoldable, other.isFoldable else { return false }
        var isKnown = true
        for (left, right) in zip(rdns, other.rdns) {
            guard left.count == 1, right.count == 1, let left = left.first, let right = right.first,
                let verdict = left.plainVerdict(right)
            else {
                isKnown = false
                continue
            }
            if !verdict { return false }
        }
        return isKnown ? true : nil
    }

    /// Whether the name is short enough to be brought into the form in which names are compared.
    var isFoldable: Bool { derBytes.count <= 16 << 10 }

    /// The form in which names are compared; attributes of one relative name have no order.
    var comparable: [Set<ComparableAttribute>] { rdns.map { Set($0.map(\.comparable)) } }

    /// Whether two names have the same relative names in any order.
    ///
    /// Some SCEP clients turn the issuer around in the recipient they encrypt to (jscep issue 180).
    public func matchesIgnoringOrder(_ other: DistinguishedName) -> Bool {
        ComparedName(self).matchesIgnoringOrder(ComparedName(other))
    }
}

/// An attribute in the form in which it is compared.
struct ComparableAttribute: Hashable {
    let type: OID
    /// Folded text, or `nil` with the octets in `raw`.
    let text: String?
    let raw: [UInt8]
}

extension AttributeTypeAndValue {
    /// Whether two attributes are the same, told from their octets alone; `nil` when that needs more than ASCII.
    ///
    /// Nearly all names are plain, and path building compares very many.
    fileprivate func plainVerdict(_ other: AttributeTypeAndValue) -> Bool? {
        guard type == other.type else { return false }
        if value == other.value { return true }
        guard let left = plainText, let right = other.plainText else { return nil }
        return left.elementsEqual(right) { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// The contents of a short UTF8String, PrintableString or IA5String of ASCII without surplus spaces.
    private var plainText: ArraySlice<UInt8>? {
        guard value.count >= 2, [0x0C, 0x13, 0x16].contains(value[0]), value[1] < 0x80,
            Int(value[1]) == value.count - 2
        else { return nil }
        let text = value[2...]
        var last: UInt8 = 0x20
        for octet in text {
            guard (0x20..<0x7F).contains(octet), octet != 0x20 || last != 0x20 else { return nil }
            last = octet
        }
        return last == 0x20 ? nil : text
    }

    var comparable: ComparableAttribute {
        guard let text else { return ComparableAttribute(type: type, text: nil, raw: value) }
        return ComparableAttribute(type: type, text: text.foldedForComparison, raw: [])
    }
}

extension String {
    /// Lower case, without what nobody sees, white space trimmed and runs of it made one space.
    ///
    /// Swift compares strings by canonical equivalence. Of the compatibility forms that stringprep makes one as well,
    /// only ASCII at full width is known here: Swift's own library has no table of them.
    ///
    /// Source: RFC 4518, sections 2.2, 2.3 and 2.6.1.
    fileprivate var foldedForComparison: String {
        if let folded = foldedASCII { return folded }
        var seen = String.UnicodeScalarView()
        for scalar in unicodeScalars where !scalar.isMappedToNothing {
            switch scalar.value {
            case 0xDF, 0x1E9E: seen.append(each: "ss".unicodeScalars)
            case 0xFF01...0xFF5E: seen.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            default: seen.append(scalar)
            }
        }
        return String(seen).split { $0.isWhitespace }.joined(separator: " ").lowercased()
    }

    /// The same for a text of ASCII in a fortieth of the time; `nil` for any other text.
    private var foldedASCII: String? {
        var folded: [UInt8] = []
        folded.reserveCapacity(utf8.count)
        var isAfterSpace = false
        for octet in utf8 {
            switch octet {
            case 0x80...: return nil
            case 0x09...0x0D, 0x20: isAfterSpace = !folded.isEmpty
            case ..<0x20, 0x7F: continue
            default:
                if isAfterSpace { folded.append(0x20) }
                isAfterSpace = false
                folded.append(octet.asciiLowercased)
            }
        }
        return String(decoding: folded, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// Soft hyphens, joiners, marks of direction and the like, and control characters that are no white space.
    fileprivate var isMappedToNothing: Bool {
        properties.isDefaultIgnorableCodePoint || (isControl && !properties.isWhitespace)
    }
}
