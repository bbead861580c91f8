// SPDX-License-Identifier: Apache-2.0

/// The namespaces of a document and the prefixes in force at one place of it.
///
/// A namespace is a number into ``names``, so that elements compare numbers and not texts.
///
/// Source: Namespaces in XML 1.0 (third edition), sections 2.2, 3 and 6.
struct NamespaceScope {
    /// One prefix that stands for a namespace.
    private struct Binding {
        let prefix: [UInt8]
        let namespace: Int
    }

    /// In no namespace.
    static let none = 0
    /// The namespace of the prefix `xml`, which needs no declaration.
    private static let xml = 1
    private static let xmlName = "http://www.w3.org/XML/1998/namespace"
    private static let xmlnsName = "http://www.w3.org/2000/xmlns/"

    /// The names that the document has used so far.
    private(set) var names = ["", NamespaceScope.xmlName]
    /// What an element without prefix is in.
    private(set) var defaultNamespace = NamespaceScope.none
    private var bindings = [Binding(prefix: Array("xml".utf8), namespace: NamespaceScope.xml)]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// What has to be kept to leave an element again.
    struct Mark {
        fileprivate let bindings: Int
        fileprivate let defaultNamespace: Int
    }

    /// The state before an element's declarations.
    var mark: Mark { Mark(bindings: bindings.count, defaultNamespace: defaultNamespace) }

    /// Forgets what was declared since the mark was made.
    mutating func restore(_ mark: Mark) {
        defaultNamespace = mark.defaultNamespace
        if bindings.count > mark.bindings { bindings.removeLast(bindings.count - mark.bindings) }
    }

    /// Takes `xmlns="…"`.
    mutating func declareDefault(_ name: String, at offset: Int) throws(OMADMError) {
        defaultNamespace = try number(of: name, at: offset)
    }

    /// Takes `xmlns:prefix="…"`.
    mutating func declare(_ prefix: [UInt8], _ name: String, at offset: Int) throws(OMADMError) {
        guard !name.isEmpty else {
            throw .malformedXML(reason: "a prefix is declared without a namespace", at: offset)
        }
        guard prefix != Array("xmlns".utf8), (prefix == Array("xml".utf8)) == (name == Self.xmlName) else {
            throw .malformedXML(reason: "a reserved prefix is declared", at: offset)
        }
        guard bindings.count < limit else { throw .limitExceeded("prefixes in force", limit: limit) }
        bindings.append(Binding(prefix: prefix, namespace: try number(of: name, at: offset)))
    }

    /// The namespace that a prefix stands for here; `nil` when it was not declared.
    func namespace(of prefix: ArraySlice<UInt8>) -> Int? {
        bindings.last { $0.prefix.elementsEqual(prefix) }?.namespace
    }

    /// The namespace name of a number.
    func name(_ number: Int) -> String { names.indices.contains(number) ? names[number] : "" }

    private mutating func number(of name: String, at offset: Int) throws(OMADMError) -> Int {
        // Namespaces in XML 1.0, section 2.3: names are the same when their characters are, without normalisation.
        // What Swift takes for equal and is another name (a Kelvin sign for a K) is longer in UTF-8.
        if let known = names.firstIndex(where: { $0 == name && $0.utf8.count == name.utf8.count }) { return known }
        guard name != Self.xmlnsName else {
            throw .malformedXML(reason: "the namespace of declarations is declared", at: offset)
        }
        guard names.count < limit else { throw .limitExceeded("namespaces of a document", limit: limit) }
        names.append(name)
        return names.count - 1
    }
}
