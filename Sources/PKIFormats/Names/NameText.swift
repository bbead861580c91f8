// SPDX-License-Identifier: Apache-2.0

/// Reads the text forms of distinguished names octet by octet.
///
/// One reader serves the three grammars; they differ in separators, in what a backslash means and in the order of the
/// relative names, which the caller sees to.
struct NameText {
    /// Which grammar.
    enum Grammar {
        /// RFC 4514, with the quoted values and semicolons of its forerunners.
        case rfc4514
        /// Windows `CertStrToName`: a backslash is an ordinary character, a new line separates.
        case windows
        /// OpenSSL's `/C=DE/CN=x`.
        case openSSL
    }

    /// Octets a name's text may have.
    static let limit = 65_536

    private var rest: ArraySlice<UInt8>
    private let grammar: Grammar

    /// Takes the text.
    ///
    /// - Throws: ``FormatError/limitExceeded(_:limit:)`` when it is longer than ``limit``.
    init(_ text: some StringProtocol, grammar: Grammar) throws(FormatError) {
        let octets = Array(text.utf8)
        guard octets.count <= Self.limit else { throw .limitExceeded("octets of a name's text", limit: Self.limit) }
        self.rest = octets[...]
        self.grammar = grammar
    }

    /// Reads all relative names in the order they are written.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` saying what is wrong.
    mutating func relativeNames() throws(FormatError) -> [[AttributeTypeAndValue]] {
        var rdns: [[AttributeTypeAndValue]] = []
        var count = 0
        if grammar == .openSSL { skip(0x2F) }
        skipSpaces()
        while !rest.isEmpty {
            var rdn = [try attribute()]
            while skip(0x2B) { rdn.append(try attribute()) }
            count += rdn.count
            guard count <= DistinguishedName.attributeLimit else {
                throw .limitExceeded("attributes of a name", limit: DistinguishedName.attributeLimit)
            }
            rdns.append(rdn)
            guard try endOrSeparator() else { break }
        }
        return rdns
    }

    /// Whether another relative name follows; a separator at the very end is accepted from Windows only.
    private mutating func endOrSeparator() throws(FormatError) -> Bool {
        guard let separator = rest.popFirst() else { return false }
        skipSpaces()
        if rest.isEmpty, grammar != .windows {
            throw .invalidText(reason: "the name ends after '\(Character(Unicode.Scalar(separator)))'")
        }
        return !rest.isEmpty
    }

    // MARK: Types

    private mutating func attribute() throws(FormatError) -> AttributeTypeAndValue {
        let type = try attributeType()
        skipSpaces()
        if rest.first == 0x23, grammar != .openSSL {
            return grammar == .windows ? try octetStringValue(type) : try hexValue(type)
        }
        let octets = rest.first == 0x22 && grammar != .openSSL ? try quotedValue() : try plainValue()
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw .invalidText(reason: "the value of \(type.nameOrDotted) is not UTF-8")
        }
        return AttributeTypeAndValue(type: type, text: text)
    }

    private mutating func attributeType() throws(FormatError) -> OID {
        skipSpaces()
        let name = rest.prefix { $0 != 0x3D && !isSeparator($0) && $0 != 0x2B }
        let text = String(decoding: name, as: UTF8.self).trimmed
        rest = rest[name.endIndex...]
        guard skip(0x3D) else {
            throw .invalidText(reason: "'\(text.prefix(40))' in the name is not of the form type=value")
        }
        guard let type = NameAttribute.type(spelled: text) else {
            throw .invalidText(reason: "'\(text.prefix(40))' is not a known attribute type")
        }
        return type
    }

    // MARK: Values

    /// `#` and the hexadecimal DER of the value.
    private mutating func hexValue(_ type: OID) throws(FormatError) -> AttributeTypeAndValue {
        rest = rest.dropFirst()
        let digits = rest.prefix { Hex.value($0) != nil }
        rest = rest[digits.endIndex...]
        skipSpaces()
        let ends = rest.first.map { isSeparator($0) || $0 == 0x2B } ?? true
        guard ends, let octets = Hex.decode(digits), (try? ASN1Element(parsing: octets, rules: .der)) != nil else {
            throw .invalidText(reason: "the value of \(type.nameOrDotted) after '#' is not hexadecimal DER")
        }
        return AttributeTypeAndValue(type: type, encodedValue: octets)
    }

    /// `#` and hexadecimal octets, of which Windows makes an OCTET STRING; white space between them is skipped.
    ///
    /// Source: Microsoft, CertStrToName, remarks.
    private mutating func octetStringValue(_ type: OID) throws(FormatError) -> AttributeTypeAndValue {
        let value = rest.dropFirst().prefix { !isSeparator($0) && $0 != 0x2B }
        rest = rest[value.endIndex...]
        let digits = value.filter { $0 != 0x20 && $0 != 0x09 }
        guard !digits.isEmpty, let octets = Hex.decode(digits) else {
            throw .invalidText(reason: "the value of \(type.nameOrDotted) after '#' is not hexadecimal")
        }
        var writer = DERWriter(capacity: octets.count + 8)
        writer.octetString(octets)
        return AttributeTypeAndValue(type: type, encodedValue: writer.bytes)
    }

    /// A value in double quotes, in which a doubled quote stands for one.
    private mutating func quotedValue() throws(FormatError) -> [UInt8] {
        rest = rest.dropFirst()
        var octets: [UInt8] = []
        while let octet = rest.popFirst() {
            if octet == 0x22 {
                if skip(0x22) {
                    octets.append(0x22)
                    continue
                }
                skipSpaces()
                guard rest.first.map({ isSeparator($0) || $0 == 0x2B }) ?? true else {
                    throw .invalidText(reason: "text follows the closing quote of a value")
                }
                return octets
            }
            octets.append(octet == 0x5C && grammar != .windows ? try escaped() : octet)
        }
        throw .invalidText(reason: "a quoted value has no closing quote")
    }

    /// A value up to the next separator; spaces around it do not count unless they are escaped.
    private mutating func plainValue() throws(FormatError) -> [UInt8] {
        var octets: [UInt8] = []
        var kept = 0
        while let octet = rest.first, !isSeparator(octet), octet != 0x2B {
            rest = rest.dropFirst()
            if octet == 0x5C, grammar != .windows {
                octets.append(try escaped())
                kept = octets.count
            } else if octet == 0x22, grammar == .windows {
                throw .invalidText(reason: "a value with a quote in it is not quoted as a whole")
            } else {
                octets.append(octet)
                if octet != 0x20 { kept = octets.count }
            }
        }
        return Array(octets.prefix(kept))
    }

    /// What stands behind a backslash: two hexadecimal digits, or the character itself.
    private mutating func escaped() throws(FormatError) -> UInt8 {
        guard let first = rest.popFirst() else { throw .invalidText(reason: "the name ends after a backslash") }
        if grammar != .openSSL, let high = Hex.value(first) {
            guard let second = rest.popFirst(), let low = Hex.value(second) else {
                throw .invalidText(reason: "a backslash and one hexadecimal digit must be followed by a second")
            }
            return high << 4 | low
        }
        return first
    }

    // MARK: Characters

    private func isSeparator(_ octet: UInt8) -> Bool {
        switch grammar {
        case .rfc4514: octet == 0x2C || octet == 0x3B
        case .windows: octet == 0x2C || octet == 0x3B || octet == 0x0A || octet == 0x0D
        case .openSSL: octet == 0x2F
        }
    }

    @discardableResult
    private mutating func skip(_ octet: UInt8) -> Bool {
        guard rest.first == octet else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skipSpaces() {
        rest = rest.drop { $0 == 0x20 || (grammar == .windows && ($0 == 0x0A || $0 == 0x0D || $0 == 0x09)) }
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String { String(trimming { $0.isWhitespace }) }
}
