// SPDX-License-Identifier: Apache-2.0

extension Meta {
    init(from source: inout some SyncMLSource, onceFor old: Meta?) throws(OMADMError) {
        guard old == nil else { throw .repeated("Meta") }
        var rare: Rare?
        while let child = try source.nextChild() {
            switch child {
            case .format: format = MetaFormat(rawValue: try source.readText(child, onceFor: format?.rawValue))
            case .type: type = EmbeddedDocument.markupType(try source.readText(child, onceFor: type))
            default:
                var fields = rare ?? Rare()
                try fields.read(child, from: &source)
                rare = fields
            }
        }
        if let rare, rare != Rare() { outlined = Outlined(rare) }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        let rare = rare
        guard format != nil || type != nil || rare != nil else { return sink.empty(.meta) }
        sink.open(.meta)
        try sink.element(.format, ifPresent: format?.rawValue)
        try sink.element(.type, ifPresent: type)
        try rare?.write(to: &sink)
        sink.close(.meta)
    }
}

extension Meta.Rare {
    mutating func read(_ child: SyncMLTag, from source: inout some SyncMLSource) throws(OMADMError) {
        switch child {
        case .fieldLevel: fieldLevel = try source.readFlag()
        case .mark: mark = try source.readText(child, onceFor: mark)
        case .size: size = try source.readNumber(child, onceFor: size)
        case .version: version = try source.readText(child, onceFor: version)
        case .nextNonce: nextNonce = try source.readText(child, onceFor: nextNonce)
        case .maxMsgSize: maxMsgSize = try source.readNumber(child, onceFor: maxMsgSize)
        case .maxObjSize: maxObjSize = try source.readNumber(child, onceFor: maxObjSize)
        case .emi: emi.append(try source.readText())
        case .anchor:
            guard anchor == nil else { throw .repeated(child.name) }
            anchor = try Anchor(from: &source)
        case .mem:
            guard mem == nil else { throw .repeated(child.name) }
            mem = try Mem(from: &source)
        default: try Self.skipVendorMetaInformation(child, from: &source)
        }
    }

    /// Passes over an element that the metinf DTD does not have.
    ///
    /// Vendors say more about an item than the DTD knows; what is said beside the format changes nothing for a receiver
    /// that does not know it. An element of SyncML itself is misplaced here.
    private static func skipVendorMetaInformation(
        _ child: SyncMLTag, from source: inout some SyncMLSource
    ) throws(OMADMError) {
        guard child == .unknown else { throw source.unexpected(child) }
        try source.skip()
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.flag(.fieldLevel, fieldLevel)
        try sink.element(.mark, ifPresent: mark)
        try sink.element(.size, ifPresent: size)
        try anchor?.write(to: &sink)
        try sink.element(.version, ifPresent: version)
        try sink.element(.nextNonce, ifPresent: nextNonce)
        try sink.element(.maxMsgSize, ifPresent: maxMsgSize)
        try sink.element(.maxObjSize, ifPresent: maxObjSize)
        for text in emi { try sink.element(.emi, text) }
        try mem?.write(to: &sink)
    }
}

extension Anchor {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        var last: String?
        var next: String?
        while let child = try source.nextChild() {
            switch child {
            case .last: last = try source.readText(child, onceFor: last)
            case .next: next = try source.readText(child, onceFor: next)
            default: throw source.unexpected(child)
            }
        }
        guard let next else { throw .missing("Next") }
        self.init(last: last, next: next)
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.anchor)
        try sink.element(.last, ifPresent: last)
        try sink.element(.next, next)
        sink.close(.anchor)
    }
}

extension Mem {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        var isShared = false
        var freeMem: UInt64?
        var freeID: UInt64?
        while let child = try source.nextChild() {
            switch child {
            case .sharedMem: isShared = try source.readFlag()
            case .freeMem: freeMem = try source.readNumber(child, onceFor: freeMem)
            case .freeID: freeID = try source.readNumber(child, onceFor: freeID)
            default: throw source.unexpected(child)
            }
        }
        guard let freeMem else { throw .missing("FreeMem") }
        guard let freeID else { throw .missing("FreeID") }
        self.init(isShared: isShared, freeMem: freeMem, freeID: freeID)
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.mem)
        sink.flag(.sharedMem, isShared)
        try sink.element(.freeMem, String(freeMem))
        try sink.element(.freeID, String(freeID))
        sink.close(.mem)
    }
}
