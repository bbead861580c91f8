// SPDX-License-Identifier: Apache-2.0

/// Builds commands on one node; they get their CmdIDs when a session sends them.
enum NodeCommand {
    /// Creates an interior node.
    static func addNode(_ locURI: String) -> Command {
        .add(Command.Edit(cmdID: nil, items: [Item(target: Location(locURI), meta: Meta(format: .node))]))
    }

    /// Creates a leaf.
    static func add(_ locURI: String, _ format: MetaFormat, _ text: String) -> Command {
        .add(Command.Edit(cmdID: nil, items: [item(locURI, format, text)]))
    }

    /// Overwrites a leaf.
    static func replace(_ locURI: String, _ format: MetaFormat, _ text: String) -> Command {
        .replace(Command.Edit(cmdID: nil, items: [item(locURI, format, text)]))
    }

    /// Removes a node.
    static func delete(_ locURI: String) -> Command {
        .delete(Command.Delete(cmdID: nil, items: [Item(target: Location(locURI))]))
    }

    /// Reads a node.
    static func get(_ locURI: String) -> Command {
        .get(Command.Get(cmdID: nil, items: [Item(target: Location(locURI))]))
    }

    /// Starts a node.
    static func exec(_ locURI: String) -> Command {
        .exec(Command.Exec(cmdID: nil, items: [Item(target: Location(locURI))]))
    }

    /// All or none.
    static func atomic(_ commands: [Command]) -> Command { .atomic(Command.Group(cmdID: nil, commands: commands)) }

    private static func item(_ locURI: String, _ format: MetaFormat, _ text: String) -> Item {
        Item(target: Location(locURI), meta: Meta(format: format, type: "text/plain"), data: .text(text))
    }
}
