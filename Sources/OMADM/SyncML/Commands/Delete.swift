// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Removes nodes and what is below them.
    ///
    /// ```
    /// Delete: CmdID, NoResp?, Archive?, SftDel?, Cred?, Meta?, Item+
    /// ```
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.5; MS-MDM, section 2.2.7.
    public struct Delete: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// Whether the command shall not be answered.
        public var noResp = false
        /// Whether the data shall be archived first; data synchronisation only.
        public var archive = false
        /// Whether the data may come back; data synchronisation only.
        public var sftDel = false
        /// Format and type for all items that name none.
        public var meta: Meta?
        /// The nodes.
        public var items: [Item]
        private var outlinedCred: Outlined<Cred>?

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - items: the nodes.
        public init(cmdID: String?, items: [Item]) {
            self.cmdID = cmdID
            self.items = items
        }

        /// What the sender proves itself with for this command.
        public var cred: Cred? {
            get { outlinedCred?.value }
            set { outlinedCred = Outlined(newValue) }
        }
    }
}

extension Command.Delete: ItemCommand {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        items = []
        while let child = try source.nextChild() {
            switch child {
            case .archive: archive = try source.readFlag()
            case .sftDel: sftDel = try source.readFlag()
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            default: try readCommon(child, from: &source)
            }
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        try writeStart(.delete, to: &sink)
        sink.flag(.archive, archive)
        sink.flag(.sftDel, sftDel)
        try cred?.write(to: &sink)
        try meta?.write(to: &sink)
        try writeItemsAndEnd(.delete, to: &sink)
    }
}
