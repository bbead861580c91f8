// SPDX-License-Identifier: Apache-2.0

/// What a command works on.
///
/// ```
/// Item: Target?, Source?, SourceParent?, TargetParent?, Meta?, Data?, MoreData?
/// ```
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.4.1; MS-MDM, section 2.2.5.2.
public struct Item: Hashable, Sendable {
    /// The node that the command changes or reads.
    public var target: Location?
    /// The node that the data comes from, in Results and Alerts and in a device's Replace.
    public var source: Location?
    /// Format and type of the data.
    public var meta: Meta?
    /// The data.
    public var data: ItemData?
    /// Whether more of the same object follows in the next message.
    public var moreData = false
    private var parents: Outlined<Parents>?

    private struct Parents: Hashable, Sendable {
        var source: Location?
        var target: Location?
    }

    /// Makes an item.
    ///
    /// - Parameters:
    ///   - target: the node that the command changes or reads.
    ///   - source: the node that the data comes from.
    ///   - meta: format and type of the data.
    ///   - data: the data.
    public init(target: Location? = nil, source: Location? = nil, meta: Meta? = nil, data: ItemData? = nil) {
        self.target = target
        self.source = source
        self.meta = meta
        self.data = data
    }

    /// Where the source stands in a hierarchy; data synchronisation only.
    public var sourceParent: Location? {
        get { parents?.value.source }
        set { parents = Self.outlined(newValue, targetParent) }
    }

    /// Where the target stands in a hierarchy; data synchronisation only.
    public var targetParent: Location? {
        get { parents?.value.target }
        set { parents = Self.outlined(sourceParent, newValue) }
    }

    private static func outlined(_ source: Location?, _ target: Location?) -> Outlined<Parents>? {
        source == nil && target == nil ? nil : .value(Parents(source: source, target: target))
    }
}

extension Item {
    /// Reads the parts of an item into this one, which has none yet.
    ///
    /// In place, because an item is large and a value that an initialiser returns is copied.
    fileprivate mutating func read(from source: inout some SyncMLSource) throws(OMADMError) {
        var strayType: String?
        while let child = try source.nextChild() {
            switch child {
            case .target: target = try Location(child, from: &source, onceFor: target)
            case .source: self.source = try Location(child, from: &source, onceFor: self.source)
            case .sourceParent: sourceParent = try Location(child, from: &source, onceFor: sourceParent)
            case .targetParent: targetParent = try Location(child, from: &source, onceFor: targetParent)
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            case .data:
                guard data == nil else { throw .repeated("Data") }
                data = try source.readData()
            case .moreData: moreData = try source.readFlag()
            case .type: strayType = try source.readText(child, onceFor: strayType)
            default: throw source.unexpected(child)
            }
        }
        if let strayType { take(strayType: strayType) }
    }

    /// Takes a Type that stands beside Meta instead of in it, as the published message of the sync type alert has it.
    ///
    /// Source: MS-MDM, section 3.2.5.1.5.
    private mutating func take(strayType type: String) {
        var meta = meta ?? Meta()
        if meta.type == nil { meta.type = EmbeddedDocument.markupType(type) }
        self.meta = meta
    }

    /// Writes the item.
    ///
    /// - Parameters:
    ///   - sink: what is written to.
    ///   - isObject: whether it belongs to an Add or Replace.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for data that the form cannot carry.
    func write(to sink: inout some SyncMLSink, isObject: Bool = false) throws(OMADMError) {
        sink.open(.item)
        try target?.write(.target, to: &sink)
        try source?.write(.source, to: &sink)
        if parents != nil {
            try sourceParent?.write(.sourceParent, to: &sink)
            try targetParent?.write(.targetParent, to: &sink)
        }
        try meta?.write(to: &sink)
        if let data { try sink.data(data, isObject: isObject) }
        sink.flag(.moreData, moreData)
        sink.close(.item)
    }
}

extension [Item] {
    /// Reads an item to the end of the list.
    mutating func appendItem(from source: inout some SyncMLSource) throws(OMADMError) {
        append(Item())
        try self[endIndex - 1].read(from: &source)
    }
}
