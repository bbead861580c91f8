// SPDX-License-Identifier: Apache-2.0

extension DistinguishedName {
    /// The name in a form a certificate may carry: received string types are kept where the standard allows them.
    ///
    /// domainComponent and emailAddress become IA5String; countryName, serialNumber and dnQualifier become
    /// PrintableString; all others become UTF8String only when they came in a type, or with characters, that the
    /// attribute must not have. Attributes of unknown types are taken for a DirectoryString.
    ///
    /// - Throws: ``FormatError/limitExceeded(_:limit:)`` with the attribute's name and its bound in characters, or
    ///   ``FormatError/invalidValue(field:reason:)`` for a value that is empty, no text, or cannot be written in the
    ///   string type its attribute must have, and for attributes that belong elsewhere, such as challengePassword.
    ///
    /// Source: RFC 5280, section 4.1.2.4 and appendix A.1 (upper bounds).
    public func reencodedForIssuance() throws(FormatError) -> DistinguishedName {
        var changed = false
        var result: [[AttributeTypeAndValue]] = []
        for rdn in rdns {
            guard !rdn.isEmpty else { throw .invalidValue(field: "subject", reason: "holds an empty set") }
            // Source: X.501, section 9.3.
            guard Set(rdn.map(\.type)).count == rdn.count else {
                throw .invalidValue(field: "subject", reason: "holds an attribute twice in one set")
            }
            var attributes: [AttributeTypeAndValue] = []
            for attribute in rdn {
                let issued = try attribute.reencodedForIssuance()
                changed = changed || issued != attribute
                attributes.append(issued)
            }
            result.append(attributes)
        }
        let rewritten = DistinguishedName(rdns: result)
        return changed || !isDER ? rewritten : self
    }

    /// Whether the received octets are DER throughout, so that they may be signed as they are.
    private var isDER: Bool { derBytes == DistinguishedName(rdns: rdns).derBytes }
}

extension AttributeTypeAndValue {
    /// This attribute in a form a certificate may carry.
    ///
    /// A type that is not in the table is taken for a DirectoryString, as readers take it that do not know it either.
    ///
    /// - Throws: ``FormatError`` naming the attribute.
    fileprivate func reencodedForIssuance() throws(FormatError) -> AttributeTypeAndValue {
        guard NameAttribute.isNaming(type) else {
            throw .invalidValue(field: type.nameOrDotted, reason: "is no attribute of names")
        }
        guard let element, let text else {
            throw .invalidValue(field: type.nameOrDotted, reason: "its value is no text")
        }
        let known = NameAttribute.of(type) ?? NameAttribute(unknown: type)
        try known.check(text)
        let tag = try known.issuedTag(text, received: element.tag)
        return AttributeTypeAndValue(type: type, text: text, as: tag)
    }
}

extension NameAttribute {
    /// Refuses text a certificate must not carry in this attribute.
    ///
    /// - Throws: ``FormatError`` naming the attribute and its bound.
    fileprivate func check(_ text: String) throws(FormatError) {
        let field = type.nameOrDotted
        guard !text.allSatisfy(\.isWhitespace) else { throw .invalidValue(field: field, reason: "empty") }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw .invalidValue(field: field, reason: "holds control characters")
        }
        if let hidden = text.unicodeScalars.first(where: \.isUnfitForNames) {
            let number = String(hidden.value, radix: 16, uppercase: true)
            throw .invalidValue(field: field, reason: "holds U+\(number), which is not seen or turns the text around")
        }
        if Self.countries.contains(type) {
            let isCode = text.utf8.count == 2 && text.utf8.allSatisfy(\.isASCIILetter)
            guard isCode else { throw .invalidValue(field: field, reason: "'\(text.prefix(20))' is not two letters") }
        }
        if let upperBound, text.unicodeScalars.count > upperBound { throw .limitExceeded(field, limit: upperBound) }
        let problem: String? =
            switch type {
            case .domainComponent where text.contains("."): "holds a dot; write one component a label"
            case .domainComponent: NameSyntax.hostProblems("x.\(text).example").first
            case .emailAddress: NameSyntax.mailProblems(text).first
            // Source: RFC 3739, section 3.2.2.
            case .gender where !["M", "F", "m", "f"].contains(text): "is neither M nor F"
            default: nil
            }
        if let problem { throw .invalidValue(field: field, reason: problem) }
    }

    /// Types whose values are country codes.
    private static let countries: Set<OID> = [.countryName, .countryOfCitizenship, .countryOfResidence]

    /// The string type to write: the received one when the attribute may have it and it can hold the text.
    ///
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when the only allowed type cannot hold the text.
    fileprivate func issuedTag(_ text: String, received: ASN1Tag) throws(FormatError) -> ASN1Tag {
        switch string {
        case .printable:
            guard text.isPrintableString else {
                throw .invalidValue(field: type.nameOrDotted, reason: "holds characters PrintableString has not")
            }
            return .printableString
        case .ia5:
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw .invalidValue(field: type.nameOrDotted, reason: "holds characters beyond ASCII")
            }
            return .ia5String
        case .directory, .any:
            return keeps(received, text) ? received : .utf8String
        }
    }

    private func keeps(_ tag: ASN1Tag, _ text: String) -> Bool {
        switch tag {
        case .utf8String: true
        case .printableString: text.isPrintableString
        case .bmpString: text.unicodeScalars.allSatisfy { $0.value < 0x1_0000 }
        case .ia5String: string == .any && text.utf8.allSatisfy { $0 < 0x80 }
        default: false
        }
    }
}
