// SPDX-License-Identifier: Apache-2.0

extension SOAPEnvelope {
    /// Writes the message in SOAP 1.2.
    ///
    /// The prefixes are those of published messages: `s` and `a` at the envelope, `o` and `u` at the security header.
    ///
    /// - Parameter prefixes: prefixes by namespace, declared at the element in the body.
    /// - Returns: the message in UTF-8, without XML declaration, as the servers write it that Windows is known to take.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for text that XML has no form for.
    public func serialize(
        bodyPrefixes prefixes: [(namespace: String, prefix: String)] = []
    ) throws(OMADMError) -> [UInt8] {
        var writer = MarkupWriter()
        try writer.open(
            "s:Envelope", [(name: "xmlns:s", value: SOAPNamespace.envelope), ("xmlns:a", SOAPNamespace.addressing)])
        try writer.open("s:Header")
        try writeHeader(to: &writer)
        writer.close("s:Header")
        try writer.open("s:Body")
        try body.write(to: &writer, prefixes: prefixes)
        writer.close("s:Body")
        writer.close("s:Envelope")
        return writer.octets
    }

    private static let mandatory = [(name: "s:mustUnderstand", value: "1")]

    private func writeHeader(to writer: inout MarkupWriter) throws(OMADMError) {
        if offersUpgrade {
            try writer.open("s:Upgrade")
            try writer.element("s:SupportedEnvelope", [(name: "qname", value: "s:Envelope")], text: "")
            writer.close("s:Upgrade")
        }
        for header in notUnderstood where header.isShort {
            let attributes =
                header.namespace.isEmpty
                ? [(name: "qname", value: header.name)]
                : [(name: "qname", value: "h:" + header.name), ("xmlns:h", header.namespace)]
            try writer.element("s:NotUnderstood", attributes, text: "")
        }
        if let action { try writer.element("a:Action", Self.mandatory, text: action) }
        if let activityID {
            let attributes = [(name: "CorrelationId", value: activityID), ("xmlns", SOAPNamespace.diagnostics)]
            try writer.element("ActivityId", attributes, text: activityID)
        }
        if let messageID { try writer.element("a:MessageID", text: messageID) }
        if let relatesTo { try writer.element("a:RelatesTo", text: relatesTo) }
        if let replyTo {
            try writer.open("a:ReplyTo")
            try writer.element("a:Address", text: replyTo)
            writer.close("a:ReplyTo")
        }
        if let to { try writer.element("a:To", Self.mandatory, text: to) }
        try security?.write(
            to: &writer,
            prefixes: [
                (SOAPNamespace.security, "o"), (SOAPNamespace.utility, "u"), (SOAPNamespace.envelope, "s"),
            ])
    }
}
