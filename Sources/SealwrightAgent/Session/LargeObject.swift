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
    /// The Atomic that ends with it and waits for its last part; `nil` for an object outside one.
    var atomic: HeldAtomic?

    /// Octets of the largest object that is taken.
    static let limit = 8 << 20

    /// What is there so far of an Atomic, over all its messages.
    struct HeldAtomic: Hashable, Sendable {
        /// The Atomic commands it came in.
        var atomics: [CommandOrigin] = []
        /// The commands before the object.
        var children: [Command] = []
        /// Where commands came from that are known by numbers of the session now.
        var origins: [String: CommandOrigin] = [:]
    }
}

/// The message and the number of a command.
struct CommandOrigin: Hashable, Sendable {
    let msgRef: String
    let cmdRef: String
}

/// Takes the parts of large objects out of a message and puts the whole object in when its last part has come.
///
/// A part at the end of an Atomic holds the Atomic back: nothing of it is carried out, and only the part is answered,
/// until an Atomic that begins with the last part, or that part by itself, has come.
struct ObjectAssembly {
    /// The object that is not complete.
    private(set) var open: LargeObject?
    /// How the commands ended that brought parts.
    private(set) var outcomes: [CommandOutcome] = []
    /// Whether an object was given up because something else came.
    private(set) var isBroken = false
    /// Where commands came from that were put together from several messages.
    private(set) var origins: [String: CommandOrigin] = [:]
    /// Further Atomics that an Atomic was put together from, by its number.
    private(set) var twins: [String: [CommandOrigin]] = [:]
    private let msgID: String

    init(open: LargeObject?, msgID: String) {
        self.open = open
        self.msgID = msgID
    }

    /// The commands to carry out.
    mutating func assemble(_ commands: [Command]) -> [Command] {
        commands.compactMap { command in
            guard command.isRequest else { return command }
            if case .atomic(let atomic) = command { return assemble(command, atomic) }
            guard let (edit, item) = Self.part(of: command) else {
                // A request for more does not interrupt an object.
                if case .alert = command { return command }
                giveUp()
                return command
            }
            guard open != nil || item.moreData else { return command }
            let held = open?.atomic
            guard let whole = take(command, edit, item) else { return nil }
            guard var held, open == nil, whole != command else { return whole }
            return join(&held, [whole], command)
        }
    }

    /// Puts outcomes into the order of the commands of the message, which that of Status elements has to match.
    ///
    /// An Atomic of several messages is told as it was put together.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 6.6.16; MS-MDM, section 2.2.6.1.
    func ordered(_ all: [CommandOutcome], as commands: [Command]) -> [CommandOutcome] {
        guard !outcomes.isEmpty, origins.isEmpty else { return all }
        var positions: [String: Int] = [:]
        for command in commands.flatMap(\.withChildren) {
            let cmdID = command.cmdID ?? ""
            positions[cmdID] = positions[cmdID] ?? positions.count
        }
        let placed = all.enumerated().map { (place: positions[$1.cmdRef] ?? -1, number: $0, outcome: $1) }
        return placed.sorted { ($0.place, $0.number) < ($1.place, $1.number) }.map(\.outcome)
    }

    /// Drops the object; an Atomic that waited for it failed, and nothing of it was carried out.
    private mutating func giveUp() {
        guard let object = open else { return }
        open = nil
        isBroken = true
        fail(object.atomic)
    }

    private mutating func fail(_ held: LargeObject.HeldAtomic?) {
        guard let held else { return }
        origins.merge(held.origins) { $1 }
        for atomic in held.atomics {
            outcomes.append(CommandOutcome(cmdRef: number(atomic), cmd: "Atomic", code: .atomicFailed))
        }
        outcomes += held.children.map { CommandOutcome($0, .notExecuted) }
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
        if let size = object.meta?.size, size != UInt64(object.text.utf8.count) {
            return refuse(command, .sizeMismatch)
        }
        open = nil
        return whole(command, edit, object)
    }

    private mutating func refuse(_ command: Command, _ code: StatusCode) -> Command? {
        let held = open?.atomic
        open = nil
        outcomes.append(CommandOutcome(command, code))
        fail(held)
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

// MARK: - Atomic

extension ObjectAssembly {
    /// Puts an Atomic together with what is held of it, and holds it when it ends with a part.
    private mutating func assemble(_ command: Command, _ atomic: Command.Atomic) -> Command? {
        var children = atomic.commands
        var held = open?.atomic ?? LargeObject.HeldAtomic()
        let isContinued = !held.atomics.isEmpty
        if isContinued {
            guard let first = children.first, let (edit, item) = Self.part(of: first),
                item.target?.locURI == open?.target, first.name == open?.cmd
            else {
                giveUp()
                return assemble(command, atomic)
            }
            guard let whole = take(first, edit, item) else {
                // Another part, or one that was refused with everything that waited.
                return hold(command, rest: Array(children.dropFirst()))
            }
            children[0] = whole
        } else {
            giveUp()
        }
        guard let last = children.last, let (edit, item) = Self.part(of: last), item.moreData else {
            return isContinued ? join(&held, children, command) : command
        }
        guard held.children.count + children.count <= MessageLimits.commands else {
            _ = refuse(last, .requestEntityTooLarge)
            return nil
        }
        held.atomics.append(CommandOrigin(msgRef: msgID, cmdRef: command.cmdID ?? ""))
        held.children += children.dropLast().map { renamed($0, &held) }
        _ = take(last, edit, item)
        open?.atomic = held
        if open == nil { fail(held) }
        return nil
    }

    /// Notes the Atomic around a part in the middle of an object; it may hold nothing else.
    private mutating func hold(_ command: Command, rest: [Command]) -> Command? {
        let origin = CommandOrigin(msgRef: msgID, cmdRef: command.cmdID ?? "")
        guard open != nil, rest.isEmpty else {
            giveUp()
            outcomes.append(CommandOutcome(command, .atomicFailed))
            outcomes += rest.map { CommandOutcome($0, .notExecuted) }
            return nil
        }
        open?.atomic?.atomics.append(origin)
        return nil
    }

    /// The whole Atomic, whose commands keep their numbers in the message they came in.
    private mutating func join(
        _ held: inout LargeObject.HeldAtomic, _ children: [Command], _ command: Command
    ) -> Command {
        origins.merge(held.origins) { $1 }
        guard let first = held.atomics.first else { return command }
        let cmdID = number(first)
        var others = Array(held.atomics.dropFirst())
        if case .atomic = command { others.append(CommandOrigin(msgRef: msgID, cmdRef: command.cmdID ?? "")) }
        twins[cmdID] = others
        for other in others { _ = number(other) }
        return .atomic(Command.Atomic(cmdID: cmdID, commands: held.children + children))
    }

    /// An outcome, and once more for each other Atomic it is the outcome of.
    func withTwins(_ outcome: CommandOutcome) -> [CommandOutcome] {
        guard let others = twins[outcome.cmdRef] else { return [outcome] }
        return [outcome]
            + others.map { origin in
                CommandOutcome(cmdRef: "\u{0}\(origin.msgRef)\u{0}\(origin.cmdRef)", cmd: "Atomic", code: outcome.code)
            }
    }

    /// A number that no message can hold, for a command of an earlier message.
    private mutating func number(_ origin: CommandOrigin) -> String {
        let number = "\u{0}\(origin.msgRef)\u{0}\(origin.cmdRef)"
        origins[number] = origin
        return number
    }

    private func renamed(_ command: Command, _ held: inout LargeObject.HeldAtomic) -> Command {
        guard let cmdID = command.cmdID, !cmdID.isEmpty, cmdID != "0" else { return command }
        let origin = CommandOrigin(msgRef: msgID, cmdRef: cmdID)
        let number = "\u{0}\(msgID)\u{0}\(cmdID)"
        held.origins[number] = origin
        return command.numbered(number)
    }
}
