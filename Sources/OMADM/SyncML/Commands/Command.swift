// SPDX-License-Identifier: Apache-2.0

/// A command of a message.
///
/// Status and Results are commands too: each has its own CmdID.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.6.
public enum Command: Hashable, Sendable {
    /// Creates nodes.
    case add(Edit)
    /// Overwrites nodes.
    case replace(Edit)
    /// Copies nodes.
    case copy(Edit)
    /// Reads nodes.
    case get(Get)
    /// Removes nodes.
    case delete(Delete)
    /// Starts what a node stands for.
    case exec(Exec)
    /// Tells an event.
    case alert(Alert)
    /// Answers a command.
    case status(Status)
    /// Brings what a Get asked for.
    case results(Results)
    /// Runs commands all or none.
    case atomic(Group)
    /// Runs commands in order.
    case sequence(Group)
    /// An element that is no command of OMA-DM; it is answered with status 400.
    case unknown(Unknown)

    /// The CmdID; `nil` when the sender left it out, which is answered with status 400.
    public var cmdID: String? {
        switch self {
        case .add(let command), .replace(let command), .copy(let command): command.cmdID
        case .get(let command): command.cmdID
        case .delete(let command): command.cmdID
        case .exec(let command): command.cmdID
        case .alert(let command): command.cmdID
        case .status(let command): command.cmdID
        case .results(let command): command.cmdID
        case .atomic(let command), .sequence(let command): command.cmdID
        case .unknown(let command): command.cmdID
        }
    }

    /// The name of the element, as a Status repeats it in Cmd.
    public var name: String {
        switch self {
        case .add: "Add"
        case .replace: "Replace"
        case .copy: "Copy"
        case .get: "Get"
        case .delete: "Delete"
        case .exec: "Exec"
        case .alert: "Alert"
        case .status: "Status"
        case .results: "Results"
        case .atomic: "Atomic"
        case .sequence: "Sequence"
        case .unknown(let command): command.name
        }
    }

    /// The items; none for Atomic, Sequence and what is unknown.
    public var items: [Item] {
        switch self {
        case .add(let command), .replace(let command), .copy(let command): command.items
        case .get(let command): command.items
        case .delete(let command): command.items
        case .exec(let command): command.items
        case .alert(let command): command.items
        case .status(let command): command.items
        case .results(let command): command.items
        case .atomic, .sequence, .unknown: []
        }
    }
}

extension Command {
    /// Reads the command whose start tag was read last.
    init(_ tag: SyncMLTag, from source: inout some SyncMLSource) throws(OMADMError) {
        try source.countCommand()
        switch tag {
        case .add: self = .add(try Edit(from: &source))
        case .replace: self = .replace(try Edit(from: &source))
        case .copy: self = .copy(try Edit(from: &source))
        case .get: self = .get(try Get(from: &source))
        case .delete: self = .delete(try Delete(from: &source))
        case .exec: self = .exec(try Exec(from: &source))
        case .alert: self = .alert(try Alert(from: &source))
        case .status: self = .status(try Status(from: &source))
        case .results: self = .results(try Results(from: &source))
        case .atomic: self = .atomic(try Group(from: &source))
        case .sequence: self = .sequence(try Group(from: &source))
        default: self = .unknown(try Unknown(tag, from: &source))
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        switch self {
        case .add(let command): try command.write(.add, to: &sink)
        case .replace(let command): try command.write(.replace, to: &sink)
        case .copy(let command): try command.write(.copy, to: &sink)
        case .get(let command): try command.write(to: &sink)
        case .delete(let command): try command.write(to: &sink)
        case .exec(let command): try command.write(to: &sink)
        case .alert(let command): try command.write(to: &sink)
        case .status(let command): try command.write(to: &sink)
        case .results(let command): try command.write(to: &sink)
        case .atomic(let command): try command.write(.atomic, to: &sink)
        case .sequence(let command): try command.write(.sequence, to: &sink)
        case .unknown(let command): try sink.unknown(command)
        }
    }
}
