// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// An Add, Replace or Copy.
    ///
    /// ```
    /// Add, Replace, Copy: CmdID, NoResp?, Cred?, Meta?, Item+
    /// ```
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, sections 6.6.1, 6.6.4 and 6.6.14; MS-MDM, section 2.2.7.
    public struct Edit: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// Whether the command shall not be answered.
        public var noResp = false
        /// Format and type for all items that name none.
        public var meta: Meta?
        /// The nodes.
        public var items: [Item]
        private var outlinedCred: Outlined<Cred>?

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - meta: format and type for all items.
        ///   - items: the nodes.
        public init(cmdID: String?, meta: Meta? = nil, items: [Item]) {
            self.cmdID = cmdID
            self.meta = meta
            self.items = items
        }

        /// What the sender proves itself with for this command.
        public var cred: Cred? {
            get { outlinedCred?.value }
            set { outlinedCred = Outlined(newValue) }
        }
    }
}

extension Command.Edit: ItemCommand {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        items = []
        while let child = try source.nextChild() {
            switch child {
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            default: try readCommon(child, from: &source)
            }
        }
    }

    func write(_ tag: SyncMLTag, to sink: inout some SyncMLSink) throws(OMADMError) {
        try writeStart(tag, to: &sink)
        try cred?.write(to: &sink, isObject: tag != .copy)
        try meta?.write(to: &sink)
        try writeItemsAndEnd(tag, to: &sink, isObject: tag != .copy)
    }
}
