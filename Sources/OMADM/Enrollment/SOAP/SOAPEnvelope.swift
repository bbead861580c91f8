// SPDX-License-Identifier: Apache-2.0

/// A SOAP message with the addressing headers that enrolment uses.
///
/// ```
/// s:Envelope
///   s:Header
///     a:Action, a:MessageID?, a:RelatesTo?, a:ReplyTo/a:Address?, a:To?, ActivityId?, wsse:Security?
///   s:Body
///     exactly one element
/// ```
///
/// Elements are found by namespace and local name, whatever the prefixes. Header blocks that are not known are read
/// over; a message of a device with one that has to be understood is refused. Servers' replies are read whatever they
/// mark so.
///
/// Source: SOAP 1.2 Part 1, section 5; WS-Addressing 1.0 SOAP Binding, section 3; MS-MDE2, section 2.1.
public struct SOAPEnvelope: Hashable, Sendable {
    /// What the message asks for or answers.
    public var action: String?
    /// The name of this message, for the reply to refer to.
    public var messageID: String?
    /// The name of the message this one answers.
    public var relatesTo: String?
    /// Where the reply goes.
    public var replyTo: String?
    /// Where the message goes.
    public var to: String?
    /// The activity in the sender's log.
    public var activityID: String?
    /// The security header, not yet read.
    public var security: MarkupElement?
    /// The blocks that a fault says were not understood.
    public var notUnderstood: [SOAPHeaderName] = []
    /// Whether a fault says that SOAP 1.2 is spoken here.
    public var offersUpgrade = false
    /// The element in the body.
    public var body: MarkupElement

    /// Makes a message with nothing but an action and a body.
    public init(action: String?, body: MarkupElement) {
        self.action = action
        self.body = body
    }

    /// Who wrote a message that is read.
    public enum Sender: Sendable {
        /// A device: SOAP 1.2.
        case device
        /// A server: samples of Microsoft's replies are in SOAP 1.1, and Windows takes either.
        case server
    }

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - octets: the message.
    ///   - sender: which side wrote it.
    /// - Throws: ``MDEError/unreadable(_:)``, ``MDEError/notSOAP(namespace:)``,
    ///   ``MDEError/headersNotUnderstood(_:)`` or ``MDEError/unexpectedBody(_:)``.
    public init(parsing octets: [UInt8], from sender: Sender) throws(MDEError) {
        let root = try MDEError.reading { () throws(OMADMError) in
            try MarkupElement(parsing: octets, limits: MDELimits.markup)
        }
        try self.init(root, from: sender)
    }

    /// Reads a message whose XML was read already.
    init(_ root: MarkupElement, from sender: Sender) throws(MDEError) {
        guard root.name == "Envelope", Self.isEnvelope(root.namespace, from: sender) else {
            throw .notSOAP(namespace: String(root.namespace.prefix(128)))
        }
        let (header, body) = try MDEError.reading { () throws(OMADMError) in
            (
                try root.onlyChild("Header", namespace: root.namespace),
                try root.mandatoryChild("Body", namespace: root.namespace)
            )
        }
        if sender == .device, let header {
            let names = SOAPHeaderName.notUnderstood(in: header)
            guard names.isEmpty else { throw .headersNotUnderstood(Array(names.prefix(MDELimits.headersNamed))) }
        }
        let content = try Self.content(of: body)
        self = try MDEError.reading { () throws(OMADMError) in
            try SOAPEnvelope(header: header, body: content)
        }
    }

    private init(header: MarkupElement?, body: MarkupElement) throws(OMADMError) {
        self.init(action: nil, body: body)
        guard let header else { return }
        action = try header.optionalText("Action", namespace: SOAPNamespace.addressing)
        messageID = try header.optionalText("MessageID", namespace: SOAPNamespace.addressing)
        relatesTo = try header.optionalText("RelatesTo", namespace: SOAPNamespace.addressing)
        to = try header.optionalText("To", namespace: SOAPNamespace.addressing)
        replyTo = try header.onlyChild("ReplyTo", namespace: SOAPNamespace.addressing)?
            .mandatoryText("Address", namespace: SOAPNamespace.addressing)
        activityID = try header.optionalText("ActivityId", namespace: SOAPNamespace.diagnostics)
        security = header.child("Security", namespace: SOAPNamespace.security)
        if header.children("Security", namespace: SOAPNamespace.security).count > 1 { throw .repeated("Security") }
    }

    private static func content(of body: MarkupElement) throws(MDEError) -> MarkupElement {
        let children = body.children
        guard let first = children.first, children.count == 1 else {
            throw .unexpectedBody("\(children.count) elements instead of one")
        }
        return first
    }

    private static func isEnvelope(_ namespace: String, from sender: Sender) -> Bool {
        switch sender {
        case .device: namespace == SOAPNamespace.envelope
        case .server: namespace == SOAPNamespace.envelope || isEnvelopeOfMicrosoftSamples(namespace)
        }
    }

    /// Replies in SOAP 1.1.
    ///
    /// Microsoft's published RequestSecurityTokenResponse samples print its namespace around WS-Addressing headers;
    /// servers written after them answer so, and Windows 10 and 11 go on.
    private static func isEnvelopeOfMicrosoftSamples(_ namespace: String) -> Bool {
        namespace == SOAPNamespace.envelope11
    }

    /// The MessageID of a message that may be broken elsewhere, so that the fault can refer to it.
    static func messageID(in root: MarkupElement) -> String? {
        let header = root.child("Header")
        let element = header?.child("MessageID", namespace: SOAPNamespace.addressing)
        return (try? element?.leafText()).flatMap { $0.isEmpty ? nil : $0 }
    }
}
