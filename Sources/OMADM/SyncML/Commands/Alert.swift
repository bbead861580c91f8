// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Tells an event.
    ///
    /// ```
    /// Alert: CmdID, NoResp?, Cred?, Data?, Correlator?, Item*
    /// ```
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.2; MS-MDM, section 2.2.7.
    public struct Alert: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// Whether the command shall not be answered.
        public var noResp = false
        /// What happened; the Data element.
        public var code: AlertCode?
        /// The correlator of the Exec whose result is told.
        public var correlator: String?
        /// The nodes concerned and what is said about them.
        public var items: [Item]
        private var outlinedCred: Outlined<Cred>?

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - code: what happened.
        ///   - correlator: the correlator of the Exec whose result is told.
        ///   - items: the nodes concerned.
        public init(cmdID: String?, code: AlertCode?, correlator: String? = nil, items: [Item] = []) {
            self.cmdID = cmdID
            self.code = code
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

extension Command.Alert: ItemCommand {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        items = []
        while let child = try source.nextChild() {
            switch child {
            case .data: code = AlertCode(rawValue: try source.readNumber(child, onceFor: code?.rawValue))
            case .correlator: correlator = try source.readText(child, onceFor: correlator)
            default: try readCommon(child, from: &source)
            }
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        try writeStart(.alert, to: &sink)
        try cred?.write(to: &sink)
        try sink.element(.data, ifPresent: code?.rawValue)
        try sink.element(.correlator, ifPresent: correlator)
        try writeItemsAndEnd(.alert, to: &sink)
    }
}
