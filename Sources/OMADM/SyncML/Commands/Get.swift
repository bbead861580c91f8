// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Reads nodes; each item is answered with its own Results.
    ///
    /// ```
    /// Get: CmdID, NoResp?, Lang?, Cred?, Meta?, Item+
    /// ```
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.7; MS-MDM, section 2.2.7.
    public struct Get: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// Whether the command shall not be answered.
        public var noResp = false
        /// The language wanted for results that are for people.
        public var lang: String?
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

extension Command.Get: ItemCommand {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        items = []
        while let child = try source.nextChild() {
            switch child {
            case .lang: lang = try source.readText(child, onceFor: lang)
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            default: try readCommon(child, from: &source)
            }
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        try writeStart(.get, to: &sink)
        try sink.element(.lang, ifPresent: lang)
        try cred?.write(to: &sink)
        try meta?.write(to: &sink)
        try writeItemsAndEnd(.get, to: &sink)
    }
}
