// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// Runs commands in the order they stand in.
    ///
    /// ```
    /// Sequence: CmdID, NoResp?, Meta?, command+
    /// ```
    /// A command that fails does not stop those behind it.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.15; MS-MDM, section 2.2.7.
    public struct Sequence: Hashable, Sendable {
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
}

extension Command.Sequence {
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

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        guard cmdID != nil || noResp || meta != nil || !commands.isEmpty else { return sink.empty(.sequence) }
        sink.open(.sequence)
        try sink.element(.cmdID, ifPresent: cmdID)
        sink.flag(.noResp, noResp)
        try meta?.write(to: &sink)
        for command in commands { try command.write(to: &sink) }
        sink.close(.sequence)
    }
}
