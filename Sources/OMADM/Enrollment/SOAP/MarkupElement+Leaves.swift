// SPDX-License-Identifier: Apache-2.0

extension MarkupElement {
    /// The one element directly inside with this name; `nil` when there is none.
    ///
    /// - Throws: ``OMADMError/repeated(_:)``.
    func onlyChild(_ name: String, namespace: String) throws(OMADMError) -> MarkupElement? {
        var found: MarkupElement?
        for case .element(let element) in content where element.isNamed(name, namespace: namespace) {
            guard found == nil else { throw .repeated(name) }
            found = element
        }
        return found
    }

    /// The one element directly inside with this name.
    ///
    /// - Throws: ``OMADMError/missing(_:)`` or ``OMADMError/repeated(_:)``.
    func mandatoryChild(_ name: String, namespace: String) throws(OMADMError) -> MarkupElement {
        guard let element = try onlyChild(name, namespace: namespace) else { throw .missing(name) }
        return element
    }

    /// The text of an element that holds only text, white space at its ends cut off: devices write line breaks there.
    ///
    /// - Parameter limit: octets it may have.
    /// - Returns: the text, which may be empty.
    /// - Throws: ``OMADMError/malformed(_:reason:)`` when elements stand inside,
    ///   ``OMADMError/limitExceeded(_:limit:)``.
    func leafText(limit: Int = MDELimits.text) throws(OMADMError) -> String {
        guard children.isEmpty else { throw .malformed(name, reason: "holds elements instead of text") }
        let text = trimmedText
        guard text.utf8.count <= limit else { throw .limitExceeded("octets of \(name)", limit: limit) }
        return text
    }

    /// The text of the one element of this name.
    ///
    /// - Throws: ``OMADMError/missing(_:)`` also when it is empty.
    func mandatoryText(
        _ name: String, namespace: String, limit: Int = MDELimits.text
    ) throws(OMADMError) -> String {
        let text = try mandatoryChild(name, namespace: namespace).leafText(limit: limit)
        guard !text.isEmpty else { throw .missing(name) }
        return text
    }

    /// The text of the one element of this name; `nil` when it is absent, empty or `xsi:nil`.
    func optionalText(
        _ name: String, namespace: String, limit: Int = MDELimits.text
    ) throws(OMADMError) -> String? {
        guard let element = try onlyChild(name, namespace: namespace), !element.isNil else { return nil }
        let text = try element.leafText(limit: limit)
        return text.isEmpty ? nil : text
    }

    /// The number in the one element of this name; `nil` when it is absent, empty or `xsi:nil`.
    func optionalNumber<Number: FixedWidthInteger>(
        _ name: String, namespace: String, as type: Number.Type = Number.self
    ) throws(OMADMError) -> Number? {
        guard let text = try optionalText(name, namespace: namespace) else { return nil }
        guard let number = Number(text) else { throw .malformed(name, reason: "is no number in its range") }
        return number
    }

    /// The number in the one element of this name.
    func mandatoryNumber<Number: FixedWidthInteger>(
        _ name: String, namespace: String, as type: Number.Type = Number.self
    ) throws(OMADMError) -> Number {
        guard let number = try optionalNumber(name, namespace: namespace, as: type) else { throw .missing(name) }
        return number
    }

    /// Whether the element says that it has no value.
    ///
    /// Source: XML Schema Part 1, section 2.6.2.
    fileprivate var isNil: Bool {
        ["true", "1"].contains(attribute("nil", namespace: SOAPNamespace.schemaInstance) ?? "")
    }

    /// Makes an element that says that it has no value.
    static func absent(_ name: String, namespace: String) -> MarkupElement {
        let attribute = MarkupAttribute("nil", namespace: SOAPNamespace.schemaInstance, "true")
        return MarkupElement(name, namespace: namespace, attributes: [attribute])
    }

    /// An element with text, or one that says that it has no value.
    static func optional(_ name: String, namespace: String, text: String?) -> MarkupElement {
        guard let text else { return absent(name, namespace: namespace) }
        return MarkupElement(name, namespace: namespace, text: text)
    }
}
