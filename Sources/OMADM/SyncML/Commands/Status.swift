// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Answers a command.
    ///
    /// ```
    /// Status: CmdID, MsgRef, CmdRef, Cmd, TargetRef*, SourceRef*, Cred?, Chal?, Data, Item*
    /// ```
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.16; MS-MDM, section 2.2.6.
    public struct Status: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// The MsgID of the message that is answered.
        public var msgRef: String
        /// The CmdID of the command that is answered: `0` for the SyncHdr, empty for a command without CmdID.
        public var cmdRef: String
        /// The name of the command that is answered.
        public var cmd: String
        /// The nodes that are answered when not all items ended alike.
        public var targetRefs: [String] = []
        /// The sources that are answered when not all items ended alike.
        public var sourceRefs: [String] = []
        /// How the command ended; the Data element.
        public var code: StatusCode
        /// What more is to be said about single items.
        public var items: [Item] = []
        private var outlinedCred: Outlined<Cred>?
        private var outlinedChal: Outlined<Chal>?

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - msgRef: the MsgID of the message that is answered.
        ///   - cmdRef: the CmdID of the command that is answered.
        ///   - cmd: the name of the command that is answered.
        ///   - code: how it ended.
        public init(cmdID: String?, msgRef: String, cmdRef: String, cmd: String, code: StatusCode) {
            self.cmdID = cmdID
            self.msgRef = msgRef
            self.cmdRef = cmdRef
            self.cmd = cmd
            self.code = code
        }

        /// What the sender proves itself with with this answer.
        public var cred: Cred? {
            get { outlinedCred?.value }
            set { outlinedCred = Outlined(newValue) }
        }

        /// What the receiver has to prove itself with.
        public var chal: Chal? {
            get { outlinedChal?.value }
            set { outlinedChal = Outlined(newValue) }
        }
    }
}

extension Command.Status {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        (self.msgRef, self.cmdRef, self.cmd, self.code) = ("", "", "", .ok)
        var msgRef: String?, cmdRef: String?, cmd: String?, code: UInt16?
        while let child = try source.nextChild() {
            switch child {
            case .cmdID: cmdID = try source.readText(child, onceFor: cmdID)
            case .msgRef: msgRef = try source.readText(child, onceFor: msgRef)
            case .cmdRef: cmdRef = try source.readText(child, onceFor: cmdRef)
            case .cmd: cmd = try source.readText(child, onceFor: cmd)
            case .targetRef: targetRefs.append(try source.readText())
            case .sourceRef: sourceRefs.append(try source.readText())
            case .cred: cred = try Cred(from: &source, onceFor: cred)
            case .chal: chal = try Chal(from: &source, onceFor: chal)
            case .data: code = try source.readNumber(child, onceFor: code)
            case .item: try items.appendItem(from: &source)
            default: throw source.unexpected(child)
            }
        }
        guard let msgRef else { throw .missing("MsgRef") }
        guard let cmdRef else { throw .missing("CmdRef") }
        guard let cmd else { throw .missing("Cmd") }
        guard let code else { throw .missing("Data") }
        (self.msgRef, self.cmdRef, self.cmd, self.code) = (msgRef, cmdRef, cmd, StatusCode(rawValue: code))
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.status)
        try sink.element(.cmdID, ifPresent: cmdID)
        try sink.element(.msgRef, msgRef)
        try sink.element(.cmdRef, cmdRef)
        try sink.element(.cmd, cmd)
        for reference in targetRefs { try sink.element(.targetRef, reference) }
        for reference in sourceRefs { try sink.element(.sourceRef, reference) }
        try cred?.write(to: &sink)
        try chal?.write(to: &sink)
        try sink.element(.data, String(code.rawValue))
        for item in items { try item.write(to: &sink) }
        sink.close(.status)
    }
}
