// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// An Atomic or a Sequence: commands that run together.
    ///
    /// ```
    /// Atomic, Sequence: CmdID, NoResp?, Meta?, command+
    /// ```
    /// Answered with a Status for itself and one for each command inside. Of an Atomic all are done or none; a command
    /// of a Sequence that fails does not stop those behind it.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, sections 6.6.3 and 6.6.15; MS-MDM, section 2.2.7.
    public struct Group: Hashable, Sendable {
        /// The number of the command in its message; `nil` when the sender left it out.
        public var cmdID: String?
        /// Whether the command shall not be answered.
        public var noResp = false
        /// Format and type for all commands that name none.
        public var meta: Meta?
        /// The commands, each with its own CmdID.
        public var commands: [Command]

        /// Makes a command.
        ///
        /// - Parameters:
        ///   - cmdID: the number of the command in its message.
        ///   - commands: the commands.
        public init(cmdID: String?, commands: [Command]) {
            self.cmdID = cmdID
            self.commands = commands
        }
    }

    /// Commands that are done all or none.
    public typealias Atomic = Group
    /// Commands that are done in the order they stand in.
    public typealias Sequence = Group
}

extension Command.Group {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        commands = []
        while let child = try source.nextChild() {
            switch child {
            case .cmdID: cmdID = try source.readText(child, onceFor: cmdID)
            case .noResp: noResp = try source.readFlag()
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            default: commands.append(try Command(child, from: &source))
            }
        }
    }

    func write(_ tag: SyncMLTag, to sink: inout some SyncMLSink) throws(OMADMError) {
        guard cmdID != nil || noResp || meta != nil || !commands.isEmpty else { return sink.empty(tag) }
        sink.open(tag)
        try sink.element(.cmdID, ifPresent: cmdID)
        sink.flag(.noResp, noResp)
        try meta?.write(to: &sink)
        for command in commands { try command.write(to: &sink) }
        sink.close(tag)
    }
}
