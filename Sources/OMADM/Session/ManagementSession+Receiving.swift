// SPDX-License-Identifier: Apache-2.0

extension ManagementSession {
    /// Takes a message of the device.
    ///
    /// Judge the credential before: a message from somebody else is answered with
    /// ``refuse(_:octets:with:chal:)`` instead.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - octets: the body as it was received, by which a repetition is known.
    /// - Returns: the answer to give again, or what the message says.
    /// - Throws: ``ManagementSessionError``; the session is then as before.
    public mutating func received(
        _ message: SyncML, octets: some Collection<UInt8>
    ) throws(ManagementSessionError) -> Reception {
        let (again, exchange) = try judge(message, Array(octets))
        if let again { return .again(again) }
        guard owed.count <= limits.owedStatuses else {
            throw .limitExceeded("answers owed to the device", limit: limits.owedStatuses)
        }
        begin(exchange)
        note(message.hdr)
        return .package(take(message))
    }

    /// What the header says about the device.
    private mutating func note(_ hdr: SyncHdr) {
        if let size = hdr.meta?.maxMsgSize { maxMsgSize = size }
        if let size = hdr.meta?.maxObjSize { maxObjSize = size }
        if hdr.verDTD == "1.1" { (verDTD, verProto) = ("1.1", "DM/1.1") }
    }

    private mutating func take(_ message: SyncML) -> DevicePackage {
        var package = DevicePackage()
        package.isFirst = !hasBegun
        package.source = message.hdr.source.locURI
        package.cred = message.hdr.cred
        hasBegun = true
        var turn = Turn(hdr: message.hdr)
        let isContinuing = incoming != nil
        var round = Round(package: package, turn: turn)
        for command in message.body.commands { take(command, &round) }
        (package, turn) = (round.package, round.turn)
        package.isFinal = message.body.isFinal
        turn.isRequestPending = package.isRequestPending
        if isContinuing, incoming != nil, !round.continuesObject, !turn.isRequestPending { dropIncoming(&turn) }
        // A device that asks for more does not have more to say, whether or not it marks its package as final.
        turn.isOpen = incoming != nil || !(package.isFinal || round.asksForMore || isOutOfWords(round))
        turn.isLast = package.isAborted || package.isUnenrolling
        let isTurnOver = !turn.isOpen && !turn.isRequestPending
        if isTurnOver { endParts(round) }
        package.outcomes = ledger.takeEnded(isTurnOver: isTurnOver || turn.isLast)
        if package.loginStatus != nil { loginStatus = package.loginStatus }
        if let scope = package.sessionScope { self.scope = scope }
        self.turn = turn
        return package
    }

    /// Whether a device that was asked for the rest of its package has none, although it does not mark the end.
    ///
    /// Fleet's simulated Windows client marks its first message only as final; asked for more, it answers that it was
    /// asked, and would do so for ever.
    private func isOutOfWords(_ round: Round) -> Bool { hasAskedForMore && !round.saysMore }

    /// One message while it is read.
    private struct Round {
        var package: DevicePackage
        var turn: Turn
        var asksForMore = false
        /// Whether the message holds more than answers to what the server did not ask.
        var saysMore = false
        var continuesObject = false
        /// The device says that it misses the end of an object.
        var missesEnd = false
        /// Batches of which a part was refused.
        var failed: Set<Int> = []

        init(package: DevicePackage, turn: Turn) {
            self.package = package
            self.turn = turn
        }
    }

    private mutating func take(_ command: Command, _ round: inout Round) {
        if case .status = command {} else { round.saysMore = true }
        switch command {
        case .status(let status): take(status, &round)
        case .results(let results): take(results, &round)
        case .alert(let alert): owe(command, take(alert, &round), &round)
        case .replace(let edit):
            if incoming != nil { dropIncoming(&round.turn) }
            owe(command, take(edit, &round), &round)
        case .unknown:
            owe(command, .badRequest, &round)
        case .add, .copy, .get, .delete, .exec, .atomic, .sequence:
            // What servers ask of devices; a device that asks it of a server is not followed.
            if incoming != nil { dropIncoming(&round.turn) }
            for one in command.withDescendants { owe(one, .notExecuted, &round) }
        }
    }

    private mutating func take(_ status: Command.Status, _ round: inout Round) {
        if status.cmdRef == "0" { (round.package.headerStatus, round.package.chal) = (status.code, status.chal) }
        guard let ended = ledger.take(status) else { return }
        round.saysMore = true
        if !ended.code.isSuccess { round.failed.insert(ended.key) }
    }

    private func take(_ alert: Command.Alert, _ round: inout Round) -> StatusCode {
        guard let code = alert.code else { return .badRequest }
        let told = alert.items.isEmpty ? [DeviceAlert(alert, nil)] : alert.items.map { DeviceAlert(alert, $0) }
        round.package.alerts += told
        for alert in told {
            if alert.isRequestPending { round.package.isRequestPending = true }
            if let status = alert.loginStatus { round.package.loginStatus = status }
            if let scope = alert.sessionScope { round.package.sessionScope = scope }
        }
        switch code {
        case .display, .confirm, .userInput, .singleChoice, .multipleChoice: return .optionalFeatureNotSupported
        case .nextMessage: round.asksForMore = true
        case .sessionAbort: round.package.isAborted = true
        case .noEndOfData: round.missesEnd = true
        default: break
        }
        return .ok
    }

    /// Facts of the device: its items name their source.
    private func take(_ edit: Command.Edit, _ round: inout Round) -> StatusCode {
        var code: StatusCode = edit.items.isEmpty ? .badRequest : .ok
        for item in edit.items {
            guard let locURI = item.source?.locURI ?? item.target?.locURI,
                locURI.utf8.count <= Location.locURILimit
            else {
                code = .badRequest
                continue
            }
            round.package.facts[locURI] = item.data?.text ?? ""
        }
        return code
    }

    /// Notes the answer to a command of the device.
    private mutating func owe(_ command: Command, _ code: StatusCode, _ round: inout Round) {
        guard !command.noResp, !round.turn.hdr.noResp else { return }
        let cmdID = command.cmdID ?? ""
        // What cannot be referred to is answered without a reference; 0 refers to the header.
        let isNumbered =
            !cmdID.isEmpty && cmdID != "0" && cmdID.utf8.count <= ManagementSessionLimits.identifierOctets
        owed.append(
            OwedStatus(
                msgRef: round.turn.hdr.msgID, cmdRef: isNumbered ? cmdID : "", cmd: command.name,
                code: isNumbered ? code : .badRequest))
    }
}

// MARK: - Values in parts

extension ManagementSession {
    private var latest: String { String(lastMsgID) }

    private mutating func take(_ results: Command.Results, _ round: inout Round) {
        let command = Command.results(results)
        var whole = results
        whole.items = []
        for item in results.items {
            if let open = incoming, !open.isContinued(by: item, in: results) { dropIncoming(&round.turn) }
            guard incoming != nil || item.moreData else {
                whole.items.append(item)
                continue
            }
            round.continuesObject = true
            owe(command, takePart(item, of: results), &round)
        }
        guard !whole.items.isEmpty else { return }
        // Whole values are answered only when they cannot be kept.
        if !ledger.take(whole, latest: latest, limit: limits.objectOctets) {
            ledger.fail(whole, latest: latest, .requestEntityTooLarge)
            owe(command, .requestEntityTooLarge, &round)
        }
    }

    private mutating func takePart(_ item: Item, of results: Command.Results) -> StatusCode {
        var object = incoming ?? IncomingObject(results, item, limit: limits.objectOctets)
        // Held here alone, the value grows in place; shared, each of its parts would copy all that came before.
        incoming = nil
        var code = object.take(item)
        incoming = code == .chunkedItemAccepted ? object : nil
        let place = object.whole
        ledger.hold(place, latest: latest, whileIncomplete: incoming != nil)
        if code == .ok, !ledger.take(place, latest: latest, limit: limits.objectOctets) {
            code = .requestEntityTooLarge
        }
        if !code.isSuccess { ledger.fail(place, latest: latest, code) }
        return code
    }

    /// Gives up a value whose next part did not come.
    private mutating func dropIncoming(_ turn: inout Turn) {
        guard let object = incoming else { return }
        incoming = nil
        turn.breaksObject = true
        ledger.hold(object.whole, latest: latest, whileIncomplete: false)
        ledger.fail(object.whole, latest: latest, .sizeMismatch)
    }

    /// Gives up an object of the server of which the device does not want the rest.
    private mutating func endParts(_ round: Round) {
        guard let delivery, delivery.object != nil else { return }
        guard round.missesEnd || round.failed.contains(delivery.key) else { return }
        ledger.giveUp(delivery.key)
        self.delivery = nil
    }
}
