// SPDX-License-Identifier: Apache-2.0

extension ManagementSession {
    /// Answers the message that was received last.
    ///
    /// First the Status of its header and of its commands, then as many batches as fit, in their order. A device that
    /// has more to say is asked for it and gets no commands yet. A batch that is too large for one message goes out
    /// over several, command by command; an Add or Replace of one item outside a group that is too large itself, in
    /// parts. The message is the last of its package unless more is to come, and without commands it ends the session.
    ///
    /// - Parameters:
    ///   - batches: what waits for this device, in order; those of an earlier answer that were not sent too.
    ///   - moreFollow: whether the caller has more than it offers, so that the package goes on.
    ///   - authentication: how the header is answered: 200, or 212 when credentials hold for the session.
    ///   - chal: the challenge for the next session, with 212.
    /// - Returns: the message, and what became of the batches; the message alone when it was given before.
    public mutating func answer(
        sending batches: [CommandBatch] = [], moreFollow: Bool = false, authentication: StatusCode = .ok,
        chal: Chal? = nil
    ) -> Answer {
        guard let turn else {
            return Answer(message: exchange?.answer ?? SyncML(hdr: nextHdr(), body: SyncBody()))
        }
        self.turn = nil
        hasAskedForMore = turn.isOpen && !turn.isRequestPending
        let hdr = nextHdr()
        var builder = MessageBuilder(hdr, limit: messageLimit)
        appendHeaderStatus(to: &builder, turn.hdr, authentication, chal)
        let emptyRoom = builder.room
        let owesMore = appendOwed(to: &builder)
        if turn.breaksObject { builder.append(.alert(Command.Alert(cmdID: nil, code: .noEndOfData))) }
        var parcel = Parcel(builder: builder, emptyRoom: emptyRoom)
        var isFinal = false
        if turn.isLast {
            isFinal = !owesMore
            isOver = isFinal
        } else if turn.isRequestPending {
            // The package of the device is under way; a Status is all it waits for.
        } else if turn.isOpen {
            parcel.builder.append(.alert(Command.Alert(cmdID: nil, code: .nextMessage)))
        } else if !owesMore {
            isFinal = fill(&parcel, batches) && !moreFollow
            isOver = isFinal && !parcel.hasCommands
        }
        let message = SyncML(hdr: hdr, body: SyncBody(commands: parcel.builder.commands, isFinal: isFinal))
        exchange?.answer = message
        return Answer(message: message, sent: parcel.sent, held: parcel.held, refused: parcel.refused)
    }

    /// Answers a message without taking it in: every command with the same code.
    ///
    /// With 401 and 407, and a challenge, the device sends the same again with credentials, as the next message of
    /// this session.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - octets: the body as it was received.
    ///   - code: the answer to its header and commands.
    ///   - chal: the challenge.
    /// - Returns: the message to send; the one given before when the message came before.
    /// - Throws: ``ManagementSessionError``; the session is then as before.
    public mutating func refuse(
        _ message: SyncML, octets: some Collection<UInt8>, with code: StatusCode, chal: Chal? = nil
    ) throws(ManagementSessionError) -> SyncML {
        let (again, exchange) = try judge(message, Array(octets))
        if let again { return again }
        begin(exchange)
        let hdr = nextHdr()
        var builder = MessageBuilder(hdr, limit: messageLimit)
        appendHeaderStatus(to: &builder, message.hdr, code, chal)
        for command in message.body.commands {
            switch command {
            case .status, .results: continue
            default: break
            }
            let cmdID = command.cmdID ?? ""
            guard !command.noResp, !message.hdr.noResp else { continue }
            guard !cmdID.isEmpty, cmdID.utf8.count <= ManagementSessionLimits.identifierOctets else { continue }
            _ = builder.appendFitting([
                .status(
                    Command.Status(cmdID: nil, msgRef: message.hdr.msgID, cmdRef: cmdID, cmd: command.name, code: code))
            ])
        }
        let answer = SyncML(hdr: hdr, body: SyncBody(commands: builder.commands))
        self.exchange?.answer = answer
        return answer
    }
}

// MARK: - Answers to the device

extension ManagementSession {
    private func appendHeaderStatus(
        to builder: inout MessageBuilder, _ hdr: SyncHdr, _ code: StatusCode, _ chal: Chal?
    ) {
        guard !hdr.noResp else { return }
        var status = Command.Status(cmdID: nil, msgRef: hdr.msgID, cmdRef: "0", cmd: "SyncHdr", code: code)
        // An address that is longer than one may be is not repeated.
        let references = [hdr.target.locURI, hdr.source.locURI]
        if references.allSatisfy({ $0.utf8.count <= Self.referenceOctets }) {
            status.targetRefs = [hdr.target.locURI]
            status.sourceRefs = [hdr.source.locURI]
        }
        status.chal = chal
        builder.append(.status(status))
    }

    private static let referenceOctets = 256

    /// Appends the answers that are owed, as many as fit and one at least.
    ///
    /// - Returns: whether some are left.
    private mutating func appendOwed(to builder: inout MessageBuilder) -> Bool {
        var count = 0
        for status in owed {
            let command = Command.status(
                Command.Status(
                    cmdID: nil, msgRef: status.msgRef, cmdRef: status.cmdRef, cmd: status.cmd, code: status.code))
            if builder.appendFitting([command]) == nil {
                guard count == 0 else { break }
                builder.append(command)
            }
            count += 1
        }
        owed.removeFirst(count)
        return !owed.isEmpty
    }
}

// MARK: - Batches

extension ManagementSession {
    /// A message while batches are put into it.
    private struct Parcel {
        var builder: MessageBuilder
        /// Octets that a message has for commands when it answers nothing but a header.
        let emptyRoom: Int
        var hasCommands = false
        var sent: [String] = []
        var held: [String] = []
        var refused: [BatchOutcome] = []

        init(builder: MessageBuilder, emptyRoom: Int) {
            self.builder = builder
            self.emptyRoom = emptyRoom
        }
    }

    /// Puts in what waits.
    ///
    /// - Returns: whether nothing is left.
    private mutating func fill(_ parcel: inout Parcel, _ batches: [CommandBatch]) -> Bool {
        guard goOn(&parcel) else { return false }
        for batch in batches {
            guard batch.needsUser ? reachesUser : reachesDevice else {
                parcel.held.append(batch.id)
                continue
            }
            if let refusal = BatchCheck(room: parcel.emptyRoom, objectLimit: maxObjSize).refusal(of: batch) {
                parcel.refused.append(refusal)
                continue
            }
            if let cmdIDs = parcel.builder.appendFitting(batch.commands) {
                let key = ledger.open(batch)
                ledger.sent(key, cmdIDs: cmdIDs, msgID: String(lastMsgID))
                parcel.hasCommands = true
                parcel.sent.append(batch.id)
                continue
            }
            // It may fit into the next message as a whole; else it begins there with all the room there is.
            guard !parcel.hasCommands else { return false }
            delivery = Delivery(key: ledger.open(batch), commands: batch.commands[...])
            parcel.sent.append(batch.id)
            guard goOn(&parcel) else { return false }
        }
        return true
    }

    /// Goes on with the batch that takes several messages.
    ///
    /// - Returns: whether nothing of it is left.
    private mutating func goOn(_ parcel: inout Parcel) -> Bool {
        while var current = delivery {
            if current.object == nil {
                guard let command = current.commands.first else {
                    delivery = nil
                    return true
                }
                if let cmdIDs = parcel.builder.appendFitting([command]) {
                    ledger.sent(current.key, cmdIDs: cmdIDs, msgID: String(lastMsgID))
                    parcel.hasCommands = true
                    current.commands = current.commands.dropFirst()
                    delivery = current
                    continue
                }
                // A command that fits into an empty message waits for one.
                guard !parcel.hasCommands, let object = OutgoingObject(command),
                    (try? command.octetCount()).map({ $0 + BatchCheck.numberRoom > parcel.emptyRoom }) ?? false
                else { return false }
                current.object = object
            }
            guard var object = current.object, let part = object.next(room: parcel.builder.room) else { return false }
            let cmdIDs = parcel.builder.append(part)
            parcel.hasCommands = true
            ledger.sentPart(
                current.key, cmdID: cmdIDs.first ?? "", msgID: String(lastMsgID), isLast: object.isAtEnd)
            current.object = object.isAtEnd ? nil : object
            if object.isAtEnd { current.commands = current.commands.dropFirst() }
            delivery = current
            // One part a message; the device asks for the next.
            guard object.isAtEnd else { return false }
        }
        return true
    }
}
