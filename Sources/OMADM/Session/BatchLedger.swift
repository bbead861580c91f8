// SPDX-License-Identifier: Apache-2.0

/// What was sent to a device and is not answered yet.
struct BatchLedger: Sendable {
    /// A command of a batch.
    private struct Slot: Sendable {
        let command: String
        let locURIs: [String]
        /// The slot of the Atomic or Sequence around it.
        let group: Int?
        let isInAtomic: Bool
        let wantsAnswer: Bool
        var statuses: [CommandStatus] = []
        /// Values that came for it.
        var valueCount = 0

        /// Whether the values that were asked for have come; a device that sends no Status with them has answered.
        var isBrought: Bool { command == "Get" && valueCount >= max(1, locURIs.count) }

        /// The statement while the device has said nothing but what it brought.
        var silence: CommandStatus {
            CommandStatus(
                command: command, locURI: locURIs.count == 1 ? locURIs.first : nil, code: isBrought ? .ok : nil,
                isInAtomic: isInAtomic)
        }
    }

    private struct Entry: Sendable {
        let batch: CommandBatch
        var slots: [Slot]
        var results: [ResultsItem] = []
        /// Values that could not be received.
        var failures: [CommandStatus] = []
        /// Slots whose commands have gone out.
        var sentSlots = 0
        /// Whether parts of an object are still to come, in either direction.
        var isHeld = false

        var isSent: Bool { sentSlots == slots.count && !isHeld }
        var isAnswered: Bool { slots.allSatisfy { !$0.wantsAnswer || !$0.statuses.isEmpty } }

        /// Whether what the device left unanswered is answered by what it did answer.
        ///
        /// Some devices answer an Atomic alone: its answer then stands for all inside. A group that failed was not
        /// carried out, whatever else is said about it; an Atomic that succeeded counts only where the device says
        /// nothing of its commands or everything, since no single code is trusted.
        private var isSettled: Bool {
            let spokenOf = Set(slots.compactMap { $0.statuses.isEmpty ? nil : $0.group })
            return slots.allSatisfy { slot in
                !slot.wantsAnswer || !slot.statuses.isEmpty || slot.isBrought || isAnswered(by: slot.group, spokenOf)
            }
        }

        /// Whether the answer to a group, or to one around it, is one to its silent commands.
        private func isAnswered(by group: Int?, _ spokenOf: Set<Int>) -> Bool {
            var next = group
            while let index = next, slots.indices.contains(index) {
                if let code = slots[index].statuses.first?.code {
                    return !code.isSuccess || (slots[index].command == "Atomic" && !spokenOf.contains(index))
                }
                next = slots[index].group
            }
            return false
        }

        var outcome: BatchOutcome {
            BatchOutcome(
                id: batch.id, statuses: slots.flatMap { $0.statuses.isEmpty ? [$0.silence] : $0.statuses } + failures,
                results: results, isComplete: isSent && isSettled, toleratedCodes: batch.toleratedCodes)
        }
    }

    private struct Reference: Hashable, Sendable {
        let msgRef: String
        let cmdRef: String
    }

    private struct Place: Sendable {
        let key: Int
        let slot: Int
    }

    private var entries: [Int: Entry] = [:]
    private var references: [Reference: Place] = [:]
    private var nextKey = 0
    /// Octets of the results that are kept.
    private var resultOctets = 0
}

// MARK: - Sending

extension BatchLedger {
    /// Takes a batch that begins to go out.
    ///
    /// - Returns: the key by which it is named here.
    mutating func open(_ batch: CommandBatch) -> Int {
        var slots: [Slot] = []
        func add(_ command: Command, in group: Int?, isInAtomic: Bool, isSilent: Bool) {
            let (index, isSilent) = (slots.count, isSilent || command.noResp)
            slots.append(
                Slot(
                    command: command.name, locURIs: command.items.compactMap { $0.target?.locURI }, group: group,
                    isInAtomic: isInAtomic, wantsAnswer: !isSilent))
            var isAtomic = isInAtomic
            if case .atomic = command { isAtomic = true }
            for child in command.children { add(child, in: index, isInAtomic: isAtomic, isSilent: isSilent) }
        }
        for command in batch.commands { add(command, in: nil, isInAtomic: false, isSilent: false) }
        // The batch without its commands: they are of no use once they are out, and may be large.
        let kept = CommandBatch(id: batch.id, commands: [], toleratedCodes: batch.toleratedCodes)
        entries[nextKey] = Entry(batch: kept, slots: slots)
        nextKey += 1
        return nextKey - 1
    }

    /// Notes that the next commands of a batch have gone out.
    ///
    /// - Parameters:
    ///   - key: the batch.
    ///   - cmdIDs: their CmdIDs, those inside groups too.
    ///   - msgID: the message.
    mutating func sent(_ key: Int, cmdIDs: [String], msgID: String) {
        guard var entry = entries[key] else { return }
        for cmdID in cmdIDs {
            references[Reference(msgRef: msgID, cmdRef: cmdID)] = Place(key: key, slot: entry.sentSlots)
            entry.sentSlots += 1
        }
        entries[key] = entry
    }

    /// Notes that a part of an object has gone out; only the answer to the last one is the answer to the command.
    mutating func sentPart(_ key: Int, cmdID: String, msgID: String, isLast: Bool) {
        guard var entry = entries[key] else { return }
        references[Reference(msgRef: msgID, cmdRef: cmdID)] = Place(key: key, slot: entry.sentSlots)
        if isLast { entry.sentSlots += 1 }
        entries[key] = entry
    }

    /// Notes that the rest of a batch does not go out.
    mutating func giveUp(_ key: Int) {
        guard var entry = entries[key] else { return }
        entry.sentSlots = entry.slots.count
        entries[key] = entry
    }
}

// MARK: - Receiving

extension BatchLedger {
    /// Takes the answer to a command.
    ///
    /// - Returns: the batch whose command ended with it; `nil` when it answers nothing that was sent, or a part only.
    @discardableResult
    mutating func take(_ status: Command.Status) -> (key: Int, code: StatusCode)? {
        let reference = Reference(msgRef: status.msgRef, cmdRef: status.cmdRef)
        guard let place = references[reference], var entry = entries[place.key],
            entry.slots.indices.contains(place.slot)
        else { return nil }
        guard status.code != .chunkedItemAccepted else { return nil }
        // A part that is taken like a whole is taken.
        guard place.slot < entry.sentSlots || !status.code.isSuccess else { return nil }
        var slot = entry.slots[place.slot]
        let isFirst = slot.statuses.isEmpty
        let isForOneItem = !status.targetRefs.isEmpty && slot.statuses.count < slot.locURIs.count
        guard isFirst || isForOneItem else { return nil }
        let locURI = slot.locURIs.count == 1 ? slot.locURIs.first : status.targetRefs.first
        slot.statuses.append(
            CommandStatus(
                command: slot.command, locURI: locURI, code: status.code, isInAtomic: slot.isInAtomic))
        entry.slots[place.slot] = slot
        entries[place.key] = entry
        return (place.key, status.code)
    }

    /// Takes values.
    ///
    /// - Parameters:
    ///   - results: the values.
    ///   - latest: the last message of the server, for devices that do not name it.
    ///   - limit: octets that may be kept.
    /// - Returns: whether they were kept or belong to nothing that was asked.
    mutating func take(_ results: Command.Results, latest: String, limit: Int) -> Bool {
        guard let place = place(of: results, latest: latest), var entry = entries[place.key] else { return true }
        let items = results.items.map { ResultsItem($0, in: results) }
        let octets = items.reduce(0) { $0 + $1.octetCount }
        guard octets <= limit - resultOctets else { return false }
        resultOctets += octets
        let wanted = entry.slots.indices.contains(place.slot) ? entry.slots[place.slot].locURIs : []
        for var item in items {
            if item.locURI == nil, wanted.count == 1 { item.locURI = wanted.first }
            entry.results.append(item)
        }
        if entry.slots.indices.contains(place.slot) { entry.slots[place.slot].valueCount += items.count }
        entries[place.key] = entry
        return true
    }

    /// Notes that a value could not be received.
    mutating func fail(_ results: Command.Results, latest: String, _ code: StatusCode) {
        guard let place = place(of: results, latest: latest) else { return }
        let locURI = results.items.first.flatMap { ResultsItem($0, in: results).locURI }
        entries[place.key]?.failures.append(CommandStatus(command: "Results", locURI: locURI, code: code))
    }

    /// Keeps the batch of a value open while further parts of it are to come.
    mutating func hold(_ results: Command.Results, latest: String, whileIncomplete isIncomplete: Bool) {
        guard let place = place(of: results, latest: latest) else { return }
        entries[place.key]?.isHeld = isIncomplete
    }

    /// Where the Get of a value stands; found by its address when the device leaves the references out.
    private func place(of results: Command.Results, latest: String) -> Place? {
        if let cmdRef = results.cmdRef {
            return references[Reference(msgRef: results.msgRef ?? latest, cmdRef: cmdRef)]
        }
        guard let locURI = results.items.first.flatMap({ ResultsItem($0, in: results).locURI }) else { return nil }
        let wanted = LocURIText.key(locURI)
        for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let slot = entry.slots.firstIndex { $0.command == "Get" && $0.locURIs.map(LocURIText.key).contains(wanted) }
            if let slot { return Place(key: key, slot: slot) }
        }
        return nil
    }
}

// MARK: - Ending

extension BatchLedger {
    /// Takes out the batches that have ended.
    ///
    /// - Parameter isTurnOver: whether the device has said all it will say about what was sent, so that what it left
    ///   unanswered stays so.
    /// - Returns: how they ended.
    mutating func takeEnded(isTurnOver: Bool) -> [BatchOutcome] {
        takeOut { $0.isSent && (isTurnOver || $0.isAnswered) }
    }

    /// Takes out all batches.
    mutating func takeAll() -> [BatchOutcome] { takeOut { _ in true } }

    private mutating func takeOut(_ isWanted: (Entry) -> Bool) -> [BatchOutcome] {
        let ended = entries.filter { isWanted($0.value) }.sorted { $0.key < $1.key }
        for (key, entry) in ended {
            entries[key] = nil
            resultOctets -= entry.results.reduce(0) { $0 + $1.octetCount }
        }
        if !ended.isEmpty { references = references.filter { entries[$0.value.key] != nil } }
        return ended.map(\.value.outcome)
    }
}
