// SPDX-License-Identifier: Apache-2.0

/// Reads a message from XML.
struct SyncMLXMLSource: SyncMLSource {
    var commandsLeft = MessageLimits.commands
    private var scanner: MarkupScanner
    private let table = SyncMLTagTable.shared
    private var name: Range<Int> = 0..<0
    /// Whether elements of the namespace with this number are those of SyncML.
    private var isSyncML: [Bool] = []

    /// Prepares to read a document.
    init(_ octets: [UInt8], limits: MessageLimits) throws(OMADMError) {
        scanner = try MarkupScanner(octets, limits: limits.markup)
    }

    var lastName: String { String(decoding: scanner.octets[name], as: UTF8.self) }

    mutating func nextRoot() throws(OMADMError) -> SyncMLTag {
        guard case .start(let name) = try scanner.next() else { throw .missing("the root element") }
        return tag(name)
    }

    mutating func finish() throws(OMADMError) {
        guard case .done = try scanner.next() else {
            throw .malformedXML(reason: "more behind the root element", at: scanner.position)
        }
    }

    mutating func nextChild(ignoringText: Bool) throws(OMADMError) -> SyncMLTag? {
        while true {
            switch try scanner.next() {
            case .start(let name): return tag(name)
            case .text(let text):
                guard text.isBlank || ignoringText else {
                    throw .malformedXML(reason: "text between elements", at: text.range.lowerBound)
                }
            case .end, .done: return nil
            }
        }
    }

    mutating func readText() throws(OMADMError) -> String {
        switch try scanner.next() {
        case .text(let first):
            let next = try scanner.next()
            if case .end = next { return try scanner.checked(scanner.trimmedString(first)) }
            return try readText(behind: try scanner.string(first), next)
        case .end, .done: return ""
        case .start(let name):
            let child = tag(name)
            throw unexpected(child)
        }
    }

    /// Reads text that consists of several runs, a CDATA section among them.
    private mutating func readText(behind start: String, _ next: MarkupScanner.Token) throws(OMADMError) -> String {
        var text = start
        var token = next
        while true {
            switch token {
            case .text(let run): text += try scanner.string(run)
            case .end, .done: return try scanner.checked(MarkupElement.trimmed(text))
            case .start(let name):
                let child = tag(name)
                throw unexpected(child)
            }
            token = try scanner.next()
        }
    }

    mutating func readData() throws(OMADMError) -> ItemData {
        var text = ""
        var elements: [MarkupElement] = []
        while true {
            switch try scanner.next() {
            case .text(let run):
                let more = try scanner.string(run)
                if text.isEmpty { text = more } else { text += more }
            case .start(let name):
                elements.append(try MarkupElement(name, from: &scanner))
            case .end, .done:
                guard !elements.isEmpty else { return .text(try scanner.checked(text)) }
                guard text.utf8.allSatisfy(\.isMarkupSpace) else {
                    throw .malformed("Data", reason: "text beside elements")
                }
                return .markup(elements)
            }
        }
    }

    mutating func skip() throws(OMADMError) { try scanner.skipElement() }

    private mutating func tag(_ name: MarkupName) -> SyncMLTag {
        self.name = name.local
        while isSyncML.count <= name.namespace {
            isSyncML.append(SyncMLNamespace.isReadAsSyncML(scanner.namespaces.name(isSyncML.count)))
        }
        return isSyncML[name.namespace] ? table.tag(name.local, in: scanner.octets) : .unknown
    }
}
