// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// The command with CmdIDs of a message, its own first, then those inside in the order of the document.
    ///
    /// - Parameter last: the last CmdID that was given; afterwards the last of this command.
    /// - Returns: the command and its CmdIDs.
    func numbered(behind last: inout Int) -> (command: Command, cmdIDs: [String]) {
        last += 1
        let own = String(last)
        var cmdIDs = [own]
        func inside(_ group: Command.Group) -> Command.Group {
            var group = group
            group.commands = group.commands.map { child in
                let child = child.numbered(behind: &last)
                cmdIDs += child.cmdIDs
                return child.command
            }
            return group
        }
        let command: Command =
            switch self {
            case .atomic(let group): .atomic(inside(group))
            case .sequence(let group): .sequence(inside(group))
            default: self
            }
        return (command.numbered(own), cmdIDs)
    }

    /// Octets of the command in XML.
    func octetCount() throws(OMADMError) -> Int {
        var sink = SyncMLXMLSink(namespace: SyncMLNamespace.of(verDTD: "1.2"))
        try write(to: &sink)
        return sink.writer.octets.count
    }
}
