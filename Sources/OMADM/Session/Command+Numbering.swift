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
        func group(_ group: Command.Group) -> Command.Group {
            var group = group
            group.cmdID = own
            group.commands = group.commands.map { child in
                let child = child.numbered(behind: &last)
                cmdIDs += child.cmdIDs
                return child.command
            }
            return group
        }
        switch self {
        case .add(var edit):
            edit.cmdID = own
            return (.add(edit), cmdIDs)
        case .replace(var edit):
            edit.cmdID = own
            return (.replace(edit), cmdIDs)
        case .copy(var edit):
            edit.cmdID = own
            return (.copy(edit), cmdIDs)
        case .get(var get):
            get.cmdID = own
            return (.get(get), cmdIDs)
        case .delete(var delete):
            delete.cmdID = own
            return (.delete(delete), cmdIDs)
        case .exec(var exec):
            exec.cmdID = own
            return (.exec(exec), cmdIDs)
        case .alert(var alert):
            alert.cmdID = own
            return (.alert(alert), cmdIDs)
        case .status(var status):
            status.cmdID = own
            return (.status(status), cmdIDs)
        case .results(var results):
            results.cmdID = own
            return (.results(results), cmdIDs)
        case .atomic(let atomic):
            let numbered = group(atomic)
            return (.atomic(numbered), cmdIDs)
        case .sequence(let sequence):
            let numbered = group(sequence)
            return (.sequence(numbered), cmdIDs)
        case .unknown(var unknown):
            unknown.cmdID = own
            return (.unknown(unknown), cmdIDs)
        }
    }

    /// Octets of the command in XML.
    func octetCount() throws(OMADMError) -> Int {
        var sink = SyncMLXMLSink(namespace: SyncMLNamespace.of(verDTD: "1.2"))
        try write(to: &sink)
        return sink.writer.octets.count
    }
}
