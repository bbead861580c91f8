// SPDX-License-Identifier: Apache-2.0

extension MarkupElement {
    /// Writes the element as a document in UTF-8.
    ///
    /// An element in the namespace around it stands without prefix; one whose namespace has a prefix uses it; any other
    /// declares its namespace as the default. Attributes in a namespace need a prefix.
    ///
    /// - Parameters:
    ///   - prefixes: prefixes by namespace, declared at the root.
    ///   - declaration: whether `<?xml …?>` stands in front.
    /// - Returns: the document.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for text that XML has no form for, and for an attribute whose
    ///   namespace has no prefix.
    ///
    /// Source: Namespaces in XML 1.0 (third edition), sections 3 and 6.
    public func serialize(
        prefixes: [(namespace: String, prefix: String)] = [], declaration: Bool = false
    ) throws(OMADMError) -> [UInt8] {
        var writer = MarkupWriter()
        if declaration { writer.declaration() }
        try write(to: &writer, prefixes: prefixes)
        return writer.octets
    }

    /// Writes the element where the writer stands.
    ///
    /// - Parameters:
    ///   - writer: what is written to.
    ///   - prefixes: prefixes by namespace, declared at this element.
    ///   - inherited: the default namespace at this place.
    /// - Throws: what ``serialize(prefixes:declaration:)`` throws.
    public func write(
        to writer: inout MarkupWriter, prefixes: [(namespace: String, prefix: String)] = [], inherited: String = ""
    ) throws(OMADMError) {
        let declarations = prefixes.map { (name: "xmlns:" + $0.prefix, value: $0.namespace) }
        try write(to: &writer, prefixes, inherited, declarations, depth: 0)
    }

    /// Elements inside one another that are written: more than any reader takes.
    private static let depthLimit = 256
    private static let xml = "http://www.w3.org/XML/1998/namespace"

    private func write(
        to writer: inout MarkupWriter, _ prefixes: [(namespace: String, prefix: String)], _ inherited: String,
        _ declarations: [(name: String, value: String)], depth: Int
    ) throws(OMADMError) {
        guard depth < Self.depthLimit else {
            throw .limitExceeded("elements inside one another", limit: Self.depthLimit)
        }
        var tag = name
        var defaultNamespace = inherited
        var written = declarations
        if namespace != inherited {
            if let prefix = prefixes.first(where: { $0.namespace == namespace })?.prefix {
                tag = prefix + ":" + name
            } else {
                written.append((name: "xmlns", value: namespace))
                defaultNamespace = namespace
            }
        }
        for attribute in attributes {
            written.append((name: try qualified(attribute, prefixes), value: attribute.value))
        }
        guard !content.isEmpty else { return try writer.empty(tag, written) }
        try writer.open(tag, written)
        for part in content {
            switch part {
            case .text(let text): try writer.text(text)
            case .element(let element):
                try element.write(to: &writer, prefixes, defaultNamespace, [], depth: depth + 1)
            }
        }
        writer.close(tag)
    }

    private func qualified(
        _ attribute: MarkupAttribute, _ prefixes: [(namespace: String, prefix: String)]
    ) throws(OMADMError) -> String {
        if attribute.namespace.isEmpty { return attribute.name }
        if attribute.namespace == Self.xml { return "xml:" + attribute.name }
        guard let prefix = prefixes.first(where: { $0.namespace == attribute.namespace })?.prefix else {
            throw .unwritable(attribute.name, reason: "its namespace has no prefix")
        }
        return prefix + ":" + attribute.name
    }
}
