// SPDX-License-Identifier: Apache-2.0

/// Writes a message as XML.
///
/// Each child of Meta declares `syncml:metinf`, as Windows does and as its clients expect.
struct SyncMLXMLSink: SyncMLSink {
    private(set) var writer: MarkupWriter
    private let namespace: String
    private let tags = SyncMLXMLTags.shared

    /// Prepares to write a message.
    ///
    /// - Parameter namespace: what the root element declares.
    init(namespace: String) {
        writer = MarkupWriter(capacity: 16384)
        self.namespace = namespace
    }

    mutating func open(_ tag: SyncMLTag) {
        guard tag == .syncML else { return writer.raw(tags.start(tag)) }
        writer.raw("<SyncML xmlns=\"" + namespace + "\">")
    }

    mutating func close(_ tag: SyncMLTag) { writer.raw(tags.end(tag)) }

    mutating func empty(_ tag: SyncMLTag) { writer.raw(tags.empty(tag)) }

    mutating func element(_ tag: SyncMLTag, _ text: String) throws(OMADMError) {
        guard !text.isEmpty else { return empty(tag) }
        writer.raw(tags.start(tag))
        try writer.text(text)
        writer.raw(tags.end(tag))
    }

    mutating func data(_ data: ItemData, isObject: Bool) throws(OMADMError) {
        switch data {
        case .text(let text): try element(.data, text)
        case .markup(let elements):
            open(.data)
            for element in elements { try element.write(to: &writer, inherited: namespace) }
            close(.data)
        case .octets: throw .unwritable("Data", reason: "octets stand in XML only as Base64 with the format b64")
        }
    }

    /// Writes an element of another name than those of SyncML, with its CmdID.
    mutating func element(named name: String, cmdID: String?) throws(OMADMError) {
        try writer.open(name)
        if let cmdID { try element(.cmdID, MarkupWriter.writable(cmdID)) }
        writer.close(name)
    }
}

/// The tags of SyncML as octets.
struct SyncMLXMLTags: Sendable {
    private struct Forms: Sendable {
        var start: [UInt8] = []
        var end: [UInt8] = []
        var empty: [UInt8] = []
    }

    static let shared = SyncMLXMLTags()

    private var forms = [Forms](repeating: Forms(), count: 256)

    private init() {
        for tag in SyncMLTag.allCases where tag != .unknown {
            let declared = tag.page == 1 && !Self.isInside(tag) ? " xmlns=\"\(SyncMLNamespace.metinf)\"" : ""
            forms[Int(tag.rawValue)] = Forms(
                start: Array("<\(tag.name)\(declared)>".utf8), end: Array("</\(tag.name)>".utf8),
                empty: Array("<\(tag.name)\(declared)/>".utf8))
        }
    }

    /// Whether an element stands inside another one of the meta information, which declares the namespace for it.
    private static func isInside(_ tag: SyncMLTag) -> Bool {
        [.last, .next, .sharedMem, .freeMem, .freeID].contains(tag)
    }

    func start(_ tag: SyncMLTag) -> [UInt8] { forms[Int(tag.rawValue)].start }
    func end(_ tag: SyncMLTag) -> [UInt8] { forms[Int(tag.rawValue)].end }
    func empty(_ tag: SyncMLTag) -> [UInt8] { forms[Int(tag.rawValue)].empty }
}
