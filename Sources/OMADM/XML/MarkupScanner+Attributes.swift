// SPDX-License-Identifier: Apache-2.0

/// An attribute whose value has not been made a text yet.
struct MarkupAttributeName {
    /// Where the local name stands.
    let local: Range<Int>
    /// The number of its namespace.
    let namespace: Int
    /// Where the value stands, without quotation marks.
    let value: Range<Int>
}

extension MarkupScanner {
    /// An attribute as written.
    private struct Written {
        let name: QualifiedName
        let value: Range<Int>
    }

    /// Reads the rest of a start tag; `true` when it is an empty-element tag.
    ///
    /// Source: XML 1.0 (fifth edition), section 3.1; Namespaces in XML 1.0, sections 3 and 6.3.
    mutating func readAttributes() throws(OMADMError) -> Bool {
        attributes.removeAll(keepingCapacity: true)
        var written: [Written] = []
        var count = 0
        while true {
            let before = position
            skipSpace()
            switch octet(position) {
            case UInt8(ascii: ">"):
                position += 1
                try resolve(written)
                return false
            case UInt8(ascii: "/") where octet(position + 1) == UInt8(ascii: ">"):
                position += 2
                try resolve(written)
                return true
            default: break
            }
            guard position > before else { throw malformed("no space before an attribute", at: position) }
            count += 1
            guard count <= limits.attributes else {
                throw .limitExceeded("attributes of an element", limit: limits.attributes)
            }
            let attribute = try readAttribute()
            if try !declareNamespace(attribute) { written.append(attribute) }
        }
    }

    private mutating func readAttribute() throws(OMADMError) -> Written {
        let name = try readName(at: position)
        position = name.range.upperBound
        skipSpace()
        guard octet(position) == UInt8(ascii: "=") else { throw malformed("an attribute without value", at: position) }
        position += 1
        skipSpace()
        let quote = octet(position)
        guard quote == 0x22 || quote == 0x27 else { throw malformed("a value without quotation marks", at: position) }
        let start = position + 1
        var index = start
        while octet(index) != quote {
            let octet = octet(index)
            guard octet != 0x3C, octet >= 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D else {
                throw malformed("a character that an attribute value may not hold", at: index)
            }
            guard index - start < limits.attributeOctets else {
                throw .limitExceeded("octets of an attribute value", limit: limits.attributeOctets)
            }
            index += 1
        }
        position = index + 1
        return Written(name: name, value: start..<index)
    }

    /// Takes an attribute that declares a namespace; `false` for any other.
    private mutating func declareNamespace(_ attribute: Written) throws(OMADMError) -> Bool {
        let range = attribute.name.range
        guard range.count >= 5, octets[range].starts(with: Self.xmlns) else { return false }
        guard let colon = attribute.name.colon else {
            guard range.count == 5 else { return false }
            try namespaces.declareDefault(try value(attribute.value), at: range.lowerBound)
            return true
        }
        guard colon == range.lowerBound + 5 else { return false }
        let prefix = Array(octets[(colon + 1)..<range.upperBound])
        try namespaces.declare(prefix, try value(attribute.value), at: range.lowerBound)
        return true
    }

    /// Resolves the prefixes, which may be declared behind their use in the same tag.
    private mutating func resolve(_ written: [Written]) throws(OMADMError) {
        for attribute in written {
            let resolved = try resolve(attribute)
            let isRepeated = attributes.contains { other in
                other.namespace == resolved.namespace
                    && octets[other.local].elementsEqual(octets[resolved.local])
            }
            guard !isRepeated else { throw malformed("an attribute twice", at: resolved.local.lowerBound) }
            attributes.append(resolved)
        }
    }

    private mutating func resolve(_ attribute: Written) throws(OMADMError) -> MarkupAttributeName {
        let range = attribute.name.range
        guard let colon = attribute.name.colon else {
            return MarkupAttributeName(local: range, namespace: NamespaceScope.none, value: attribute.value)
        }
        guard let namespace = namespaces.namespace(of: octets[range.lowerBound..<colon]) else {
            throw malformed("a prefix that was not declared", at: range.lowerBound)
        }
        return MarkupAttributeName(
            local: (colon + 1)..<range.upperBound, namespace: namespace, value: attribute.value)
    }

    /// The value of an attribute of the last start tag.
    mutating func value(_ range: Range<Int>) throws(OMADMError) -> String {
        let isPlain = !octets[range].contains { $0 == 0x26 || $0 < 0x20 }
        if isPlain { return try checked(String(decoding: octets[range], as: UTF8.self)) }
        var value: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            switch octet(index) {
            case 0x26: index = try appendReference(at: index, to: &value)
            // A line end of two characters is one space.
            case 0x0D where octet(index + 1) == 0x0A && index + 1 < range.upperBound: index += 1
            case 0x09, 0x0A, 0x0D:
                value.append(0x20)
                index += 1
            case let octet:
                value.append(octet)
                index += 1
            }
        }
        return try checked(String(decoding: value, as: UTF8.self))
    }

    private static let xmlns = Array("xmlns".utf8)
}
