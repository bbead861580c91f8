// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Starts what a node stands for.
    ///
    /// ```
    /// Exec: CmdID, NoResp?, Cred?, Meta?, Correlator?, Item
    /// ```
    /// More than one item is read, since the node decides what it takes.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.6; MS-MDM, section 2.2.7.
    public struct Exec: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// Whether the command shall not be answered.
        public var noResp = false
        /// Format and type for all items that name none.
        public var meta: Meta?
        /// What an alert repeats that tells the result later.
        public var correlator: String?
        /// The node, and data for it.
        public var items: [Item]
        private var outlinedCred: Outlined<Cred>?

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - correlator: what an alert repeats that tells the result later.
        ///   - items: the node, and data for it.
        public init(cmdID: String?, correlator: String? = nil, items: [Item]) {
            self.cmdID = cmdID
            self.correlator = correlator
            self.items = items
        }

        /// What the sender proves itself with for this command.
        public var cred: Cred? {
            get { outlinedCred?.value }
            set { outlinedCred = Outlined(newValue) }
        }
    }
}

extension Command.Exec: ItemCommand {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        items = []
        while let child = try source.nextChild() {
            switch child {
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            case .correlator: correlator = try source.readText(child, onceFor: correlator)
            default: try readCommon(child, from: &source)
            }
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        try writeStart(.exec, to: &sink)
        try cred?.write(to: &sink)
        try meta?.write(to: &sink)
        try sink.element(.correlator, ifPresent: correlator)
        try writeItemsAndEnd(.exec, to: &sink)
    }
}
