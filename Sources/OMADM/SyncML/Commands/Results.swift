// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Brings what a Get asked for.
    ///
    /// ```
    /// Results: CmdID, MsgRef?, CmdRef, Meta?, TargetRef?, SourceRef?, Item+
    /// ```
    /// Devices leave TargetRef and SourceRef out, and some the CmdRef, so none of them is required.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.12; MS-MDM, section 2.2.7.
    public struct Results: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// The MsgID of the message with the Get.
        public var msgRef: String?
        /// The CmdID of the Get.
        public var cmdRef: String?
        /// Format and type for all items that name none.
        public var meta: Meta?
        /// The node that was asked for.
        public var targetRef: String?
        /// The source that was asked for.
        public var sourceRef: String?
        /// The nodes and their values.
        public var items: [Item]

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - msgRef: the MsgID of the message with the Get.
        ///   - cmdRef: the CmdID of the Get.
        ///   - meta: format and type for all items.
        ///   - items: the nodes and their values.
        public init(cmdID: String?, msgRef: String?, cmdRef: String?, meta: Meta? = nil, items: [Item]) {
            self.cmdID = cmdID
            self.msgRef = msgRef
            self.cmdRef = cmdRef
            self.meta = meta
            self.items = items
        }
    }
}

extension Command.Results {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        items = []
        while let child = try source.nextChild() {
            switch child {
            case .cmdID: cmdID = try source.readText(child, onceFor: cmdID)
            case .msgRef: msgRef = try source.readText(child, onceFor: msgRef)
            case .cmdRef: cmdRef = try source.readText(child, onceFor: cmdRef)
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            case .targetRef: targetRef = try source.readText(child, onceFor: targetRef)
            case .sourceRef: sourceRef = try source.readText(child, onceFor: sourceRef)
            case .item: try items.appendItem(from: &source)
            default: throw source.unexpected(child)
            }
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.results)
        try sink.element(.cmdID, ifPresent: cmdID)
        try sink.element(.msgRef, ifPresent: msgRef)
        try sink.element(.cmdRef, ifPresent: cmdRef)
        try meta?.write(to: &sink)
        try sink.element(.targetRef, ifPresent: targetRef)
        try sink.element(.sourceRef, ifPresent: sourceRef)
        for item in items { try item.write(to: &sink) }
        sink.close(.results)
    }
}
