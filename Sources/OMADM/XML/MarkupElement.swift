// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// An element of XML with what is inside it: names resolved to namespaces, references and sections to text.
///
/// Comments and processing instructions are not kept, and neighbouring runs of text are one.
///
/// Source: XML 1.0 (fifth edition), section 3; Namespaces in XML 1.0 (third edition), section 2.
public struct MarkupElement: Hashable, Sendable {
    /// The namespace name; empty for an element in no namespace.
    public var namespace: String
    /// The local name, without prefix.
    public var name: String
    /// The attributes in document order, without namespace declarations.
    public var attributes: [MarkupAttribute]
    /// Text and elements in document order.
    public var content: [MarkupContent]

    /// Makes an element.
    ///
    /// - Parameters:
    ///   - name: the local name.
    ///   - namespace: the namespace name; empty for none.
    ///   - attributes: the attributes.
    ///   - content: text and elements.
    public init(
        _ name: String, namespace: String = "", attributes: [MarkupAttribute] = [], content: [MarkupContent] = []
    ) {
        self.namespace = namespace
        self.name = name
        self.attributes = attributes
        self.content = content
    }

    /// Makes an element that holds only text.
    public init(_ name: String, namespace: String = "", attributes: [MarkupAttribute] = [], text: String) {
        self.init(
            name, namespace: namespace, attributes: attributes, content: text.isEmpty ? [] : [.text(text)])
    }

    /// Makes an element that holds only elements.
    public init(
        _ name: String, namespace: String = "", attributes: [MarkupAttribute] = [], children: [MarkupElement]
    ) {
        self.init(name, namespace: namespace, attributes: attributes, content: children.map { .element($0) })
    }
}

/// An attribute of an element.
public struct MarkupAttribute: Hashable, Sendable {
    /// The namespace name; empty for an attribute without prefix, which is in no namespace.
    public var namespace: String
    /// The local name, without prefix.
    public var name: String
    /// The value, references resolved and white space normalised as for CDATA attributes.
    public var value: String

    /// Makes an attribute.
    public init(_ name: String, namespace: String = "", _ value: String) {
        self.namespace = namespace
        self.name = name
        self.value = value
    }
}

/// What stands between the tags of an element.
public enum MarkupContent: Hashable, Sendable {
    /// An element.
    case element(MarkupElement)
    /// A run of text, white space included.
    case text(String)
}

extension MarkupElement {
    /// The elements directly inside.
    public var children: [MarkupElement] {
        content.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The text directly inside, joined; without that of elements inside.
    public var text: String {
        content.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }

    /// The text directly inside without white space at its ends.
    public var trimmedText: String { Self.trimmed(text) }

    /// A text without white space at its ends.
    static func trimmed(_ text: String) -> String {
        let octets = text.utf8.trimming { $0.isMarkupSpace }
        return octets.count == text.utf8.count ? text : String(Substring(octets))
    }

    /// Whether the element has this local name and, when one is given, this namespace.
    public func isNamed(_ name: String, namespace: String? = nil) -> Bool {
        self.name == name && (namespace == nil || self.namespace == namespace)
    }

    /// The first element directly inside with this local name and, when one is given, this namespace.
    public func child(_ name: String, namespace: String? = nil) -> MarkupElement? {
        for case .element(let element) in content where element.isNamed(name, namespace: namespace) { return element }
        return nil
    }

    /// All elements directly inside with this local name and, when one is given, this namespace.
    public func children(_ name: String, namespace: String? = nil) -> [MarkupElement] {
        children.filter { $0.isNamed(name, namespace: namespace) }
    }

    /// The value of an attribute; in no namespace when none is given.
    public func attribute(_ name: String, namespace: String = "") -> String? {
        attributes.first { $0.name == name && $0.namespace == namespace }?.value
    }
}
