// SPDX-License-Identifier: Apache-2.0

import OMADM

/// An object that arrives in parts, one a message.
///
/// Source: OMA Device Management Protocol 1.2, section 8.5.
struct LargeObject: Hashable, Sendable {
    /// The node it is for.
    let target: String
    /// Add or Replace.
    let cmd: String
    /// What was said about it with its first part.
    let meta: Meta?
    /// The parts so far.
    var text: String

    /// Octets of the largest object that is taken.
    static let limit = 8 << 20
}

/// Takes the parts of large objects out of a message and puts the whole object in when its last part has come.
struct ObjectAssembly {
    /// The object that is not complete.
    private(set) var open: LargeObject?
    /// How the commands ended that brought parts.
    private(set) var outcomes: [CommandOutcome] = []
    /// Whether an object was given up because something else came.
    private(set) var isBroken = false

    init(open: LargeObject?) { self.open = open }

    /// The commands to carry out.
    mutating func assemble(_ commands: [Command]) -> [Command] {
        commands.compactMap { command in
            guard command.isRequest else { return command }
            guard let (edit, item) = Self.part(of: command) else {
                // A request for more does not interrupt an object.
                if case .alert = command { return command }
                giveUp()
                return command
            }
            guard open != nil || item.moreData else { return command }
            return take(command, edit, item)
        }
    }

    private mutating func giveUp() {
        guard open != nil else { return }
        open = nil
        isBroken = true
    }

    /// The only item of an Add or Replace.
    private static func part(of command: Command) -> (Command.Edit, Item)? {
        switch command {
        case .add(let edit), .replace(let edit):
            guard edit.items.count == 1, let item = edit.items.first else { return nil }
            return (edit, item)
        default: return nil
        }
    }

    /// Takes one part; gives the whole command back with the last one.
    private mutating func take(_ command: Command, _ edit: Command.Edit, _ item: Item) -> Command? {
        let target = item.target?.locURI ?? ""
        if let current = open, current.target != target || current.cmd != command.name { giveUp() }
        guard open != nil || item.moreData else { return command }
        let meta = item.meta ?? edit.meta
        var object = open ?? LargeObject(target: target, cmd: command.name, meta: meta, text: "")
        guard case .text(let text)? = item.data else { return refuse(command, .unsupportedTypeOrFormat) }
        let (size, isTooLong) = object.text.utf8.count.addingReportingOverflow(text.utf8.count)
        guard !isTooLong, size <= LargeObject.limit, object.meta?.size ?? 0 <= UInt64(LargeObject.limit) else {
            return refuse(command, .requestEntityTooLarge)
        }
        object.text += text
        guard !item.moreData else {
            open = object
            outcomes.append(CommandOutcome(command, .chunkedItemAccepted))
            return nil
        }
        open = nil
        if let size = object.meta?.size, size != UInt64(object.text.utf8.count) {
            return refuse(command, .sizeMismatch)
        }
        return whole(command, edit, object)
    }

    private mutating func refuse(_ command: Command, _ code: StatusCode) -> Command? {
        open = nil
        outcomes.append(CommandOutcome(command, code))
        return nil
    }

    private func whole(_ command: Command, _ edit: Command.Edit, _ object: LargeObject) -> Command {
        var edit = edit
        var meta = object.meta
        meta?.size = nil
        edit.items = [Item(target: Location(object.target), meta: meta, data: .text(object.text))]
        if case .replace = command { return .replace(edit) }
        return .add(edit)
    }
}
