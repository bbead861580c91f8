// SPDX-License-Identifier: Apache-2.0

/// What all commands on items have.
///
/// ```
/// CmdID, NoResp?, …, Cred?, …, Item+
/// ```
protocol ItemCommand {
    /// The number of the command in its message.
    var cmdID: String? { get set }
    /// Whether the command shall not be answered.
    var noResp: Bool { get set }
    /// What the sender proves itself with for this command.
    var cred: Cred? { get set }
    /// What the command is about.
    var items: [Item] { get set }
}

extension ItemCommand {
    /// Reads a child that every command on items may have, and refuses any other.
    mutating func readCommon(_ child: SyncMLTag, from source: inout some SyncMLSource) throws(OMADMError) {
        switch child {
        case .cmdID: cmdID = try source.readText(child, onceFor: cmdID)
        case .noResp: noResp = try source.readFlag()
        case .cred: cred = try Cred(from: &source, onceFor: cred)
        case .item: try items.appendItem(from: &source)
        default: throw source.unexpected(child)
        }
    }

    /// Writes the start of the command.
    func writeStart(_ tag: SyncMLTag, to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(tag)
        try sink.element(.cmdID, ifPresent: cmdID)
        sink.flag(.noResp, noResp)
    }

    /// Writes the items and the end of the command.
    ///
    /// - Parameters:
    ///   - tag: the command's.
    ///   - sink: what is written to.
    ///   - isObject: whether the items belong to an Add or Replace.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for data that the form cannot carry.
    func writeItemsAndEnd(
        _ tag: SyncMLTag, to sink: inout some SyncMLSink, isObject: Bool = false
    ) throws(OMADMError) {
        for item in items { try item.write(to: &sink, isObject: isObject) }
        sink.close(tag)
    }
}
