// SPDX-License-Identifier: Apache-2.0

/// A SOAP fault with the detail MS-MDE2 puts into it.
///
/// ```
/// s:Fault
///   s:Code      (s:Value "s:Receiver", s:Subcode/s:Value "s:Authorization")
///   s:Reason    (s:Text xml:lang="en-us")
///   s:Detail?   (DeviceEnrollmentServiceError: ErrorType, Message, TraceId)
/// ```
///
/// Source: SOAP 1.2 Part 1, section 5.4; MS-MDE2, section 2.2.9.
public struct SOAPFault: Hashable, Sendable {
    /// The fault that subcode and ErrorType name; `nil` when neither is known.
    public var fault: MDEFault?
    /// The text for people; Windows writes it into its log.
    public var reason: String
    /// What the server's log calls this refusal.
    public var traceID: String?
    /// The local name of the subcode, when one was read that is not known.
    public var unknownSubcode: String?
    /// Whose fault it is, in SOAP's words.
    public var code = Code.receiver

    /// Whose fault it is: the server's, as MS-MDE2 has it for all of its own, or what SOAP has words of its own for.
    ///
    /// Source: SOAP 1.2 Part 1, section 5.4.6; MS-MDE2, section 2.2.9.
    public enum Code: String, CaseIterable, Sendable {
        /// The server refuses or fails.
        case receiver = "Receiver"
        /// A header block was not understood.
        case mustUnderstand = "MustUnderstand"
        /// The root is no envelope of SOAP 1.2.
        case versionMismatch = "VersionMismatch"
    }

    /// Makes a fault.
    public init(_ fault: MDEFault, reason: String, traceID: String? = nil) {
        self.fault = fault
        self.reason = reason
        self.traceID = traceID
    }

    /// Reads a fault; a missing text is read as empty.
    ///
    /// - Throws: ``OMADMError`` when the element is no fault of SOAP 1.2.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        let soap = element.namespace
        guard element.name == "Fault", soap == SOAPNamespace.envelope || soap == SOAPNamespace.envelope11 else {
            throw .unexpectedElement(element.name)
        }
        let code = try element.mandatoryChild("Code", namespace: soap)
        let value = try code.optionalText("Value", namespace: soap).map(Self.localName)
        self.code = value.flatMap { Code(rawValue: $0) } ?? .receiver
        let subcode = try code.onlyChild("Subcode", namespace: soap)?.optionalText("Value", namespace: soap)
            .map(Self.localName)
        reason = element.child("Reason", namespace: soap)?.child("Text", namespace: soap)?.trimmedText ?? ""
        let detail = element.child("Detail", namespace: soap)?
            .child("DeviceEnrollmentServiceError", namespace: SOAPNamespace.enrollment)
        let errorType = try detail?.optionalText("ErrorType", namespace: SOAPNamespace.enrollment)
        traceID = try detail?.optionalText("TraceId", namespace: SOAPNamespace.enrollment)
        fault = MDEFault(subcode: subcode, errorType: errorType)
        if fault == nil { unknownSubcode = errorType ?? subcode ?? "" }
    }

    /// What stands behind the prefix of a qualified name in text.
    private static func localName(_ text: String) -> String {
        text.split(separator: ":").last.map(String.init) ?? text
    }

    /// The fault as an element; written with the prefixes of ``prefixes``.
    var markup: MarkupElement {
        let fault = fault ?? .internalServiceFault
        let language = MarkupAttribute("lang", namespace: SOAPNamespace.xml, "en-us")
        var children = [
            Self.element(
                "Code",
                [
                    Self.element("Value", text: "s:" + code.rawValue),
                    Self.element("Subcode", [Self.element("Value", text: "\(fault.subcodePrefix):\(fault.subcode)")]),
                ]),
            Self.element(
                "Reason",
                [
                    MarkupElement("Text", namespace: SOAPNamespace.envelope, attributes: [language], text: reason)
                ]),
        ]
        if let errorType = fault.errorType { children.append(Self.element("Detail", [detail(errorType)])) }
        return Self.element("Fault", children)
    }

    /// The prefixes of the fault's element; its text relies on `s` and `a` of the envelope too.
    static let prefixes = [(namespace: SOAPNamespace.envelope, prefix: "s")]

    private func detail(_ errorType: String) -> MarkupElement {
        let namespace = SOAPNamespace.enrollment
        var children = [
            MarkupElement("ErrorType", namespace: namespace, text: errorType),
            MarkupElement("Message", namespace: namespace, text: reason),
        ]
        if let traceID { children.append(MarkupElement("TraceId", namespace: namespace, text: traceID)) }
        return MarkupElement("DeviceEnrollmentServiceError", namespace: namespace, children: children)
    }

    private static func element(_ name: String, _ children: [MarkupElement]) -> MarkupElement {
        MarkupElement(name, namespace: SOAPNamespace.envelope, children: children)
    }

    private static func element(_ name: String, text: String) -> MarkupElement {
        MarkupElement(name, namespace: SOAPNamespace.envelope, text: text)
    }
}

extension SOAPFault: CustomStringConvertible {
    /// The fault's name and text.
    public var description: String {
        let name = fault?.errorType ?? fault?.subcode ?? unknownSubcode ?? "fault"
        return reason.isEmpty ? name : "\(name) (\(reason))"
    }
}
