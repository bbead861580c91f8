// SPDX-License-Identifier: Apache-2.0

extension SOAPFault {
    /// The Content-Type of ``versionMismatch11(reason:)``.
    ///
    /// Source: SOAP 1.1, section 6.
    static let mediaType11 = "text/xml; charset=utf-8"

    /// The answer to a message in SOAP 1.1, in its own words, with the version that is spoken here.
    ///
    /// Whoever speaks the older version only can read no other answer.
    ///
    /// Source: SOAP 1.2 Part 1, appendix A; SOAP 1.1, section 4.4.
    ///
    /// - Parameter reason: a sentence for the client's log.
    /// - Returns: the message in UTF-8; `nil` for text that XML has no form for.
    static func versionMismatch11(reason: String) -> [UInt8]? {
        func write() throws(OMADMError) -> [UInt8] {
            var writer = MarkupWriter()
            try writer.open(
                "s:Envelope", [(name: "xmlns:s", value: SOAPNamespace.envelope11), ("xmlns:v", SOAPNamespace.envelope)])
            try writer.open("s:Header")
            try writer.open("v:Upgrade")
            try writer.empty("v:SupportedEnvelope", [(name: "qname", value: "v:Envelope")])
            writer.close("v:Upgrade")
            writer.close("s:Header")
            try writer.open("s:Body")
            try writer.open("s:Fault")
            try writer.element("faultcode", text: "s:" + Code.versionMismatch.rawValue)
            try writer.element("faultstring", text: reason)
            writer.close("s:Fault")
            writer.close("s:Body")
            writer.close("s:Envelope")
            return writer.octets
        }
        return try? write()
    }
}
