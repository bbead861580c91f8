// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Writes a message as XML for people, whatever the sender put into it.
///
/// Where the message holds what XML, or OMA-DM, has no form for, something legible stands in its place: a device that
/// could keep a message out of the record by one such character would do so.
struct SyncMLTranscriptSink: SyncMLSink {
    private var sink: SyncMLXMLSink

    /// Prepares to write a message.
    ///
    /// - Parameter namespace: what the root element declares.
    init(namespace: String) { sink = SyncMLXMLSink(namespace: namespace) }

    /// What was written so far.
    var octets: [UInt8] { sink.writer.octets }

    mutating func open(_ tag: SyncMLTag) { sink.open(tag) }
    mutating func close(_ tag: SyncMLTag) { sink.close(tag) }
    mutating func empty(_ tag: SyncMLTag) { sink.empty(tag) }

    mutating func element(_ tag: SyncMLTag, _ text: String) throws(OMADMError) {
        try sink.element(tag, MarkupWriter.writable(text))
    }

    mutating func data(_ data: ItemData, isObject: Bool) throws(OMADMError) {
        switch data {
        case .text(let text): try element(.data, text)
        case .markup(let elements): try sink.data(.markup(elements.map(Self.legible)), isObject: isObject)
        case .octets(let octets): try element(.data, "(\(octets.count) octets)")
        }
    }

    mutating func unknown(_ command: Command.Unknown) throws(OMADMError) {
        try sink.element(named: Self.isName(command.name) ? command.name : "Unknown", cmdID: command.cmdID)
    }

    /// An element without characters that XML does not have, and without prefixes of attributes, which are not kept.
    ///
    /// Readers bound how deep elements stand inside one another.
    private static func legible(_ element: MarkupElement) -> MarkupElement {
        var element = element
        element.attributes = element.attributes.map { attribute in
            MarkupAttribute(attribute.name, MarkupWriter.writable(attribute.value))
        }
        element.content = element.content.map { part in
            switch part {
            case .text(let text): .text(MarkupWriter.writable(text))
            case .element(let child): .element(legible(child))
            }
        }
        return element
    }

    /// Whether a name of WBXML, where any text can be one, is a name of XML.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || $0.isASCIIDigit || $0 == 0x2D || $0 == 0x2E }
    }

    private static func isLetter(_ octet: UInt8) -> Bool {
        octet.isASCIILetter || octet == 0x5F
    }
}

extension SyncML {
    /// The message as people read it: in XML, without its secrets, and whole whatever the sender put into it.
    ///
    /// What XML has no form for is replaced; an unknown element is written with its name and its CmdID.
    public func transcript() -> [UInt8] {
        var sink = SyncMLTranscriptSink(namespace: SyncMLNamespace.of(verDTD: hdr.verDTD))
        // What comes behind something that cannot be written after all is left out.
        try? redacted().write(to: &sink)
        return sink.octets
    }
}
