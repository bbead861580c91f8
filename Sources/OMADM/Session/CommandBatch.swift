// SPDX-License-Identifier: Apache-2.0

/// Commands that a server sends together and whose end it learns together.
///
/// A batch is the unit of a queue: it has a name there, goes out in the order of the queue, and comes back as one
/// ``BatchOutcome``. What has to be done all or none stands in an Atomic inside.
///
/// Source: OMA Device Management Protocol 1.2, section 8; MS-MDM, section 3.1.5.
public struct CommandBatch: Hashable, Sendable {
    /// The name by which the caller knows the batch again.
    public var id: String
    /// The commands; ``ManagementSession`` gives them their CmdIDs, those inside groups too.
    public var commands: [Command]
    /// Codes that count as success for commands outside an Atomic.
    ///
    /// 418 for an Add of what may be there already, 404 for a Delete or Get of what may be absent.
    public var toleratedCodes: Set<StatusCode>

    /// Makes a batch.
    ///
    /// - Parameters:
    ///   - id: the name of the batch.
    ///   - commands: the commands.
    ///   - toleratedCodes: codes that count as success for commands outside an Atomic.
    public init(id: String, commands: [Command], toleratedCodes: Set<StatusCode> = []) {
        self.id = id
        self.commands = commands
        self.toleratedCodes = toleratedCodes
    }

    /// Whether a node of the user's tree is concerned, which exists only while that user is logged in.
    public var needsUser: Bool {
        commands.contains { command in
            command.withDescendants.contains { $0.items.contains { $0.target?.isInUserTree ?? false } }
        }
    }
}

extension Location {
    /// Whether the address begins with `./User/`, in any case.
    fileprivate var isInUserTree: Bool {
        let start = locURI.prefix(7).lowercased()
        return start.hasPrefix("./user/") || start.hasPrefix("user/")
    }
}

extension Command {
    /// The commands inside an Atomic or Sequence.
    var children: [Command] {
        switch self {
        case .atomic(let group), .sequence(let group): group.commands
        default: []
        }
    }

    /// The command and all inside it, in the order of the document.
    var withDescendants: [Command] {
        var found: [Command] = []
        var waiting = [self]
        while let command = waiting.popLast() {
            found.append(command)
            waiting += command.children.reversed()
        }
        return found
    }
}
