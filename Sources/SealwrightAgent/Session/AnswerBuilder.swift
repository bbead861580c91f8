// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Collects the commands of an answer and numbers them.
///
/// Source: OMA SyncML Representation Protocol 1.2, sections 6.6.12 and 6.6.16.
struct AnswerBuilder {
    private(set) var commands: [Command] = []
    private let msgRef: String
    /// Whether the sender wants no Status at all.
    private let isSilent: Bool
    /// Where commands came from that are not of this message.
    private let origins: [String: CommandOrigin]
    /// Octets of the largest object the server takes; `nil` for any.
    private let maxObjSize: UInt64?

    init(msgRef: String, isSilent: Bool, origins: [String: CommandOrigin] = [:], maxObjSize: UInt64? = nil) {
        self.msgRef = msgRef
        self.origins = origins
        self.maxObjSize = maxObjSize
        self.isSilent = isSilent
    }

    private var nextID: String { String(commands.count + 1) }

    /// The Status of the SyncHdr.
    mutating func addHeaderStatus(_ code: StatusCode, server: Location, device: Location) {
        var status = Command.Status(cmdID: nextID, msgRef: msgRef, cmdRef: "0", cmd: "SyncHdr", code: code)
        status.targetRefs = [device.locURI]
        status.sourceRefs = [server.locURI]
        commands.append(.status(status))
    }

    /// The Status of every command, then the Results.
    mutating func add(_ outcomes: [CommandOutcome]) {
        let outcomes = outcomes.map(withoutLargeResults)
        for outcome in outcomes where !isSilent && !outcome.isSilent { addStatus(outcome) }
        for outcome in outcomes {
            for readings in outcome.results {
                commands.append(
                    .results(
                        Command.Results(
                            cmdID: nextID, msgRef: msgRef, cmdRef: outcome.cmdRef, items: readings.map(\.item))))
            }
        }
    }

    /// An alert of the session itself.
    mutating func addAlert(_ code: AlertCode) {
        commands.append(.alert(Command.Alert(cmdID: nextID, code: code)))
    }

    /// Results that the server cannot take are not sent; it is told so.
    private func withoutLargeResults(_ outcome: CommandOutcome) -> CommandOutcome {
        guard let maxObjSize else { return outcome }
        func isTooLarge(_ readings: [NodeReading]) -> Bool {
            readings.contains { UInt64($0.data?.utf8.count ?? 0) > maxObjSize }
        }
        guard outcome.results.contains(where: isTooLarge) else { return outcome }
        var smaller = outcome
        smaller.results.removeAll(where: isTooLarge)
        smaller.items = []
        smaller.code = .requestedSizeTooBig
        return smaller
    }

    /// One Status, or one for each item when they did not end alike.
    private mutating func addStatus(_ outcome: CommandOutcome) {
        let origin = origins[outcome.cmdRef] ?? CommandOrigin(msgRef: msgRef, cmdRef: outcome.cmdRef)
        guard !outcome.items.isEmpty else {
            commands.append(
                .status(
                    Command.Status(
                        cmdID: nextID, msgRef: origin.msgRef, cmdRef: origin.cmdRef, cmd: outcome.cmd,
                        code: outcome.code)))
            return
        }
        for item in outcome.items {
            var status = Command.Status(
                cmdID: nextID, msgRef: origin.msgRef, cmdRef: origin.cmdRef, cmd: outcome.cmd, code: item.code)
            status.targetRefs = [item.target].compactMap { $0 }
            commands.append(.status(status))
        }
    }
}
