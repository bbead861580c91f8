// SPDX-License-Identifier: Apache-2.0

/// Writes a message as WBXML.
///
/// Chooses among the forms WBXML allows as libwbxml does without a string table: text as inline strings, the data of an
/// item of Add or Replace as an opaque block, device information and management tree descriptions as documents of their
/// own in an opaque block.
struct SyncMLWBXMLSink: SyncMLSink {
    private(set) var octets: [UInt8] = []
    private let version: WBXMLVersion
    private var page: UInt8 = 0
    /// Where the content of the element opened last begins.
    private var contentStart = -1

    /// Writes the header of a document.
    init(version: WBXMLVersion, type: WBXMLDocumentType) {
        self.version = version
        octets.reserveCapacity(16384)
        WBXMLWriter.appendHeader(version, type, to: &octets)
    }

    mutating func open(_ tag: SyncMLTag) {
        start(tag, WBXMLToken.hasContent)
        contentStart = octets.count
    }

    mutating func close(_ tag: SyncMLTag) {
        guard octets.count == contentStart else { return octets.append(WBXMLToken.end) }
        // Nothing was written inside, so the tag says that nothing follows.
        if let open = octets.popLast() { octets.append(open & ~WBXMLToken.hasContent) }
        // This element is what its parent holds.
        contentStart = -1
    }

    mutating func empty(_ tag: SyncMLTag) { start(tag, 0) }

    mutating func element(_ tag: SyncMLTag, _ text: String) throws(OMADMError) {
        guard !text.isEmpty else { return empty(tag) }
        start(tag, WBXMLToken.hasContent)
        try WBXMLWriter.append(tag == .type ? EmbeddedDocument.binaryType(text) : text, to: &octets)
        octets.append(WBXMLToken.end)
    }

    mutating func data(_ data: ItemData, isObject: Bool) throws(OMADMError) {
        switch data {
        case .text(let text):
            guard isObject, !text.isEmpty else { return try element(.data, text) }
            opaque(text.utf8)
        case .octets(let octets): opaque(octets)
        case .markup(let elements): opaque(try EmbeddedDocument.write(elements, version: version))
        }
    }

    private mutating func opaque(_ block: some Collection<UInt8>) {
        start(.data, WBXMLToken.hasContent)
        octets.append(WBXMLToken.opaque)
        WBXMLHeader.append(block.count, to: &octets)
        octets.append(contentsOf: block)
        octets.append(WBXMLToken.end)
    }

    private mutating func start(_ tag: SyncMLTag, _ flags: UInt8) {
        if tag.page != page {
            page = tag.page
            octets.append(WBXMLToken.switchPage)
            octets.append(page)
        }
        octets.append(tag.token | flags)
    }
}

extension SyncML {
    /// Writes the message as WBXML of a version.
    ///
    /// - Parameter version: the version that the header names; ``serialize(as:)`` names 1.2, as Windows does.
    /// - Returns: the document.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for an unknown command and for text with a zero octet.
    public func serializeWBXML(version: WBXMLVersion) throws(OMADMError) -> [UInt8] {
        var sink = SyncMLWBXMLSink(version: version, type: hdr.verDTD == "1.1" ? .syncML11 : .syncML12)
        try write(to: &sink)
        return sink.octets
    }
}
