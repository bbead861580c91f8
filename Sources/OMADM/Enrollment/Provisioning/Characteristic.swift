// SPDX-License-Identifier: Apache-2.0

/// A node of a provisioning document.
///
/// ```
/// characteristic type="…"
///   parm*
///   characteristic*
/// ```
///
/// Source: OMA Provisioning Content 1.1, section 5; MS-MDE2, section 3.4.4.1.1.2.
public struct Characteristic: Hashable, Sendable {
    /// The node's name.
    public var type: String
    /// The values, in order.
    public var parms: [Parm]
    /// The nodes below, in order.
    public var characteristics: [Characteristic]

    /// Makes a node.
    public init(_ type: String, parms: [Parm] = [], characteristics: [Characteristic] = []) {
        self.type = type
        self.parms = parms
        self.characteristics = characteristics
    }

    init(parsing element: MarkupElement) throws(OMADMError) {
        guard element.name == "characteristic" else { throw .unexpectedElement(element.name) }
        guard let type = element.attribute("type"), !type.isEmpty else { throw .missing("type of characteristic") }
        guard type.utf8.count <= MDELimits.text else {
            throw .limitExceeded("octets of type", limit: MDELimits.text)
        }
        self.init(type)
        // The reader of the document has bounded how deep this goes.
        for child in element.children {
            switch child.name {
            case "parm": parms.append(try Parm(parsing: child))
            case "characteristic": characteristics.append(try Characteristic(parsing: child))
            default: throw .unexpectedElement(child.name)
            }
        }
    }

    var markup: MarkupElement {
        MarkupElement(
            "characteristic", attributes: [MarkupAttribute("type", type)],
            content: parms.map { .element($0.markup) } + characteristics.map { .element($0.markup) })
    }

    /// The values of the first parameter with this name.
    func value(_ name: String) -> String? { parms.first { $0.name == name }?.value }

    /// Whether there is a parameter with this name.
    func has(_ name: String) -> Bool { parms.contains { $0.name == name } }

    /// The nodes below with this name; the letters of store names differ in case between documents.
    func below(_ type: String) -> [Characteristic] {
        characteristics.filter { $0.type.lowercased() == type.lowercased() }
    }

    /// The number in a parameter; `nil` when it is absent.
    func number<Number: FixedWidthInteger>(_ name: String) throws(OMADMError) -> Number? {
        guard let text = value(name) else { return nil }
        guard let number = Number(text) else { throw .malformed(name, reason: "is no number in its range") }
        return number
    }

    /// The truth value in a parameter; `nil` when it is absent.
    func boolean(_ name: String) throws(OMADMError) -> Bool? {
        switch value(name)?.lowercased() {
        case nil: nil
        case "true", "1": true
        case "false", "0": false
        default: throw .malformed(name, reason: "is neither true nor false")
        }
    }
}

/// A value of a provisioning document.
///
/// ```
/// parm name="…" value="…" datatype="boolean"
/// ```
///
/// Source: OMA Provisioning Content 1.1, section 5.
public struct Parm: Hashable, Sendable {
    /// The name; upper case inside APPLICATION.
    public var name: String
    /// The value; `nil` for one whose presence is its meaning.
    public var value: String?
    /// What the value is: `boolean`, `integer` or `string`.
    ///
    /// Where it is given it must be right, or Windows drops the value.
    public var datatype: String?

    /// Makes a value without a type.
    public init(_ name: String, _ value: String?, datatype: String? = nil) {
        self.name = name
        self.value = value
        self.datatype = datatype
    }

    /// Makes a truth value with its type.
    public init(_ name: String, boolean: Bool) { self.init(name, boolean ? "true" : "false", datatype: "boolean") }

    /// Makes a number with its type.
    public init(_ name: String, integer: Int) { self.init(name, String(integer), datatype: "integer") }

    /// Makes a text with its type.
    public init(_ name: String, string: String) { self.init(name, string, datatype: "string") }

    init(parsing element: MarkupElement) throws(OMADMError) {
        guard let name = element.attribute("name"), !name.isEmpty else { throw .missing("name of parm") }
        guard name.utf8.count <= MDELimits.text else {
            throw .limitExceeded("octets of name", limit: MDELimits.text)
        }
        self.init(name, element.attribute("value"), datatype: element.attribute("datatype"))
    }

    var markup: MarkupElement {
        var attributes = [MarkupAttribute("name", name)]
        if let value { attributes.append(MarkupAttribute("value", value)) }
        if let datatype { attributes.append(MarkupAttribute("datatype", datatype)) }
        return MarkupElement("parm", attributes: attributes)
    }
}
