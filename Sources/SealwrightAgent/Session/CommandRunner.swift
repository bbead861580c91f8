// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Carries out the commands of a message on a draft and tells how each ended, in the order of the message.
///
/// Source: OMA Device Management Protocol 1.2, section 8; OMA SyncML Representation Protocol 1.2, section 6.6; MS-MDM,
/// section 3.2.5.
struct CommandRunner {
    let engine: TreeEngine
    /// The change under way.
    var draft: AgentDraft
    /// How the commands ended.
    private(set) var outcomes: [CommandOutcome] = []
    /// Why commands were not done, by their CmdID; of several items that of the first.
    private(set) var reasons: [String: String] = [:]
    /// Nodes that were read so far.
    private var readingCount = 0
    /// The CmdIDs so far.
    private var cmdIDs: Set<String> = []

    /// Nodes that the commands of one message may read.
    private static let readingLimit = 100_000

    init(_ context: ManagementContext, _ draft: AgentDraft) {
        engine = TreeEngine(context: context)
        self.draft = draft
    }

    /// Carries out commands in order; one that fails does not stop those behind it.
    mutating func run(_ commands: [Command]) {
        for command in commands { run(command) }
    }

    private mutating func run(_ command: Command) {
        guard isNumbered(command) else {
            outcomes.append(CommandOutcome(command, .badRequest))
            return skip(command.children)
        }
        switch command {
        case .status, .results: return
        case .atomic(let atomic): runAtomic(command, atomic)
        case .sequence(let sequence):
            outcomes.append(CommandOutcome(command, .ok))
            run(sequence.commands)
        default: outcomes.append(runSingle(command))
        }
    }

    /// A CmdID that is missing, `0` or that of an earlier command of the message cannot be referred to.
    private mutating func isNumbered(_ command: Command) -> Bool {
        guard let cmdID = command.cmdID, !cmdID.isEmpty, cmdID != "0" else { return false }
        return !command.isRequest || cmdIDs.insert(cmdID).inserted
    }

    /// Tells that commands were not carried out, those inside others too.
    private mutating func skip(_ commands: [Command]) {
        var waiting = Array(commands.reversed())
        while let command = waiting.popLast() {
            outcomes.append(CommandOutcome(command, .notExecuted))
            waiting += command.children.reversed()
        }
    }

    /// A command outside an Atomic.
    private mutating func runSingle(_ command: Command) -> CommandOutcome {
        switch command {
        case .get(let get): return runGet(command, get.items)
        case .add, .replace, .delete, .exec:
            var none: AtomicRun?
            return CommandOutcome(command, items: change(command, &none))
        case .copy: return CommandOutcome(command, .commandNotAllowed)
        // User interaction is for devices with a screen and somebody before it.
        case .alert(let alert):
            return CommandOutcome(command, alert.isUserInteraction ? .optionalFeatureNotSupported : .ok)
        default: return CommandOutcome(command, .badRequest)
        }
    }

    private mutating func runGet(_ command: Command, _ items: [Item]) -> CommandOutcome {
        var ended: [CommandOutcome.ItemOutcome] = []
        var results: [[NodeReading]] = []
        for item in items {
            let target = item.target?.locURI
            do throws(CommandFailure) {
                // A list that would be thrown away is not read either.
                try checkReadings()
                let readings = try engine.get(try LocURI(target ?? ""), draft)
                readingCount += readings.count
                try checkReadings()
                results.append(readings)
                ended.append(.init(target: target, code: .ok))
            } catch {
                note(error, of: command)
                ended.append(.init(target: target, code: error.status))
            }
        }
        return CommandOutcome(command, items: ended, results: results)
    }

    private func checkReadings() throws(CommandFailure) {
        guard readingCount <= Self.readingLimit else {
            throw CommandFailure(.requestedSizeTooBig, "more than \(Self.readingLimit) nodes in one message")
        }
    }

    private mutating func note(_ failure: CommandFailure, of command: Command) {
        let cmdID = command.cmdID ?? ""
        reasons[cmdID] = reasons[cmdID] ?? failure.reason
    }

    /// Carries out a command that changes something, item by item.
    private mutating func change(
        _ command: Command, _ atomic: inout AtomicRun?
    ) -> [CommandOutcome.ItemOutcome] {
        var ended: [CommandOutcome.ItemOutcome] = []
        for item in command.items {
            let target = item.target?.locURI
            do throws(CommandFailure) {
                guard !item.moreData else {
                    throw CommandFailure(
                        .optionalFeatureNotSupported, "a part of a large object that is not the last of its Atomic")
                }
                try engine.change(try LocURI(target ?? ""), try verb(command, item), &draft, &atomic)
                ended.append(.init(target: target, code: .ok))
            } catch {
                note(error, of: command)
                draft.note(AgentEvent(.commandFailed, target ?? "", "\(error.status.rawValue): \(error.reason)"))
                ended.append(.init(target: target, code: error.status))
            }
        }
        return ended
    }

    private func verb(_ command: Command, _ item: Item) throws(CommandFailure) -> TreeEngine.Verb {
        switch command {
        case .add(let add): return .add(item.data, item.meta?.format ?? add.meta?.format)
        case .replace(let replace): return .replace(item.data, item.meta?.format ?? replace.meta?.format)
        case .delete: return .delete
        case .exec: return .exec(item.data)
        default: throw CommandFailure(.commandNotAllowed, command.name)
        }
    }
}

// MARK: - Atomic

extension CommandRunner {
    /// The child of an Atomic that failed, and why its end did.
    private struct Failure {
        let child: Int
        var finish: (TreeEngine.Place, CommandFailure)?
    }

    /// All or nothing: the first child that fails takes back those before it, and those behind it are not executed.
    ///
    /// Imports of PFX run behind the last child, so that the order in which the nodes come does not matter; one that
    /// fails counts as the failure of its PFXCertBlob command.
    private mutating func runAtomic(_ command: Command, _ atomic: Command.Atomic) {
        let savepoint = draft
        let position = outcomes.count
        outcomes.append(CommandOutcome(command, .ok))
        var run: AtomicRun? = AtomicRun()
        var codes: [CommandOutcome] = []
        var failure: Failure?
        for (index, child) in atomic.commands.enumerated() {
            run?.command = index
            run?.isLast = index == atomic.commands.count - 1
            let outcome = runChild(child, &run)
            codes.append(outcome)
            guard outcome.code.isSuccess else {
                failure = Failure(child: index)
                break
            }
        }
        if failure == nil { failure = runFinishes(run, &codes) }
        guard let failure else {
            for index in codes.indices { codes[index].isInAtomic = true }
            return outcomes += codes
        }
        let events = draft.events
        draft = savepoint
        for event in events.dropFirst(savepoint.events.count) where event.kind == .commandFailed { draft.note(event) }
        if let (place, reason) = failure.finish { engine.recordFailure(reason, of: place, &draft) }
        outcomes[position].code = .atomicFailed
        for (index, child) in atomic.commands.enumerated() {
            if index == failure.child, codes.indices.contains(index) {
                outcomes.append(codes[index])
            } else {
                outcomes.append(CommandOutcome(child, index < failure.child ? .atomicRollBackOK : .notExecuted))
            }
            skip(child.children)
        }
    }

    private mutating func runChild(_ child: Command, _ run: inout AtomicRun?) -> CommandOutcome {
        guard isNumbered(child) else { return CommandOutcome(child, .badRequest) }
        switch child {
        case .add, .replace, .delete, .exec: return CommandOutcome(child, items: change(child, &run))
        case .alert: return runSingle(child)
        // A Get, another Atomic or a Sequence is not supported inside an Atomic.
        case .get, .atomic, .sequence: return CommandOutcome(child, .commandFailed)
        default: return CommandOutcome(child, child.name == "Copy" ? .commandNotAllowed : .badRequest)
        }
    }

    /// What waits for the end; a failure counts as that of the command that asked for it.
    private mutating func runFinishes(_ run: AtomicRun?, _ codes: inout [CommandOutcome]) -> Failure? {
        for (place, command) in run?.finishes ?? [] {
            do throws(CommandFailure) {
                try engine.provider(of: place).finish(place, engine, &draft)
            } catch {
                draft.note(AgentEvent(.commandFailed, "\(place.uri)", error.reason))
                if codes.indices.contains(command) {
                    codes[command].code = error.status
                    reasons[codes[command].cmdRef] = error.reason
                }
                return Failure(child: command, finish: (place, error))
            }
        }
        return nil
    }
}

extension Command {
    /// The commands inside an Atomic or Sequence.
    var children: [Command] {
        switch self {
        case .atomic(let atomic): atomic.commands
        case .sequence(let sequence): sequence.commands
        default: []
        }
    }
}

extension Command.Alert {
    /// Whether it asks for a display, a confirmation, an input or a choice.
    fileprivate var isUserInteraction: Bool { (1100...1104).contains(code?.rawValue ?? 0) }
}
