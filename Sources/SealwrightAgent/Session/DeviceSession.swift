// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// The device's side of one management session: a message of the server in, the answer out.
///
/// ```swift
/// var session = DeviceSession(store: store, context: context, sessionID: "1", device: id, server: url)
/// var message: SyncML? = session.firstMessage()
/// while let next = message { message = session.answer(to: try await post(next)) }
/// ```
///
/// No connection is opened here. Each message of the server is one change of the ``AgentStore``, together with its
/// answer: after a crash the server's message was carried out and is answered as before, or nothing of it was.
///
/// Source: OMA Device Management Protocol 1.2, sections 6 and 8; MS-MDM, section 3.2.
public struct DeviceSession: Sendable {
    let store: AgentStore
    /// Policy, user and time; move the time before each message.
    public var context: ManagementContext
    private let sessionID: String
    private let device: Location
    private let server: Location
    /// The number of the next message of the device.
    private var msgID = 1
    /// The large object that arrives in parts.
    private var incoming: LargeObject?
    /// What did not fit into the last message.
    private var outgoing = OutgoingCommands()
    /// What the server said it takes: octets of a message and of an object.
    private var serverLimits: (message: UInt64?, object: UInt64?) = (nil, nil)
    /// Alerts of the first message by their CmdID, until the server has taken them.
    private var sentAlerts: [String: UInt64] = [:]
    /// The last message and its answer.
    private var exchange: AnsweredMessage?
    /// Whether the server has broken the session off: the message that says so is answered, and nothing after it.
    private var isAborted = false
    /// Messages in a row that did not take the session on: the last one once more, one of another session or for
    /// another device, one that only has the device ask for the next.
    public private(set) var setbacks = 0
    /// Why commands of the last message were not done, by their CmdID.
    private(set) var reasons: [String: String] = [:]
    /// Why nothing of the last message could be kept; `nil` when it was.
    private(set) var storeFailure: String?

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - store: the state of the agent.
    ///   - context: policy, user and time.
    ///   - sessionID: the number of the session; a later session has another one.
    ///   - device: the identifier of the device.
    ///   - server: the address of the server.
    ///   - isResumed: whether the session of this number was cut off by the end of the process. Its last message is then
    ///     answered as before when it comes again; numbers of sessions come again too, so this is not done otherwise.
    public init(
        store: AgentStore, context: ManagementContext, sessionID: String, device: String, server: String,
        isResumed: Bool = false
    ) {
        self.store = store
        self.context = context
        self.sessionID = sessionID
        self.device = Location(device)
        self.server = Location(server)
        guard isResumed, let exchange = store.state.exchange, exchange.sessionID == sessionID else { return }
        self.exchange = exchange
        msgID = (exchange.message.flatMap { Int($0.hdr.msgID) } ?? 0) &+ 1
    }

    /// The first package: who is there and logged in, what happened since, and the facts of DevInfo.
    ///
    /// - Parameter trigger: who wanted the session.
    /// - Returns: the message to send.
    public mutating func firstMessage(trigger: AlertCode = .clientInitiated) -> SyncML {
        var commands: [Command] = [.alert(Command.Alert(cmdID: "1", code: trigger)), loginStatus(cmdID: "2")]
        var number = 3
        for alert in store.state.alerts {
            sentAlerts[String(number)] = alert.number
            commands.append(alert.command(cmdID: String(number)))
            number += 1
        }
        let facts = context.policy.facts.filter { $0.key.hasPrefix("DevInfo/") }.sorted { $0.key < $1.key }
        if !facts.isEmpty {
            let items = facts.map { Item(source: Location("./" + $0.key), data: .text($0.value)) }
            commands.append(.replace(Command.Edit(cmdID: String(number), items: items)))
        }
        return message(commands)
    }

    /// Tells whether `./User` is there: what is the user's waits for a session in which it is.
    private func loginStatus(cmdID: String) -> Command {
        let status = context.user == nil ? LoginStatus.none : .user
        let item = Item(
            meta: Meta(format: .chr, type: DeviceAlert.loginStatus), data: .text(status.rawValue))
        return .alert(Command.Alert(cmdID: cmdID, code: .clientEvent, items: [item]))
    }

    /// Carries out a message of the server.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - authentication: what its credentials are worth; anything but success answers every command with it and
    ///     carries out none.
    /// - Returns: the answer; `nil` when the server has ended the session or told the device to leave its management,
    ///   see ``AgentState/unenrollment``. When the change could not be written, an
    ///   Atomic is answered with 507, or with 516 when it is unknown how much of it was, and other changes with 510, or
    ///   with 420 when the state has no room for it. A message that names another session or device is answered with
    ///   400, and nothing of it is carried out: SessionID is one for all messages of a session, and Target is who a
    ///   message is for.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, SessionID, Target and Status.
    public mutating func answer(
        to message: SyncML, authentication: StatusCode = .authenticationAccepted
    ) -> SyncML? {
        if let exchange, exchange.isAnswer(to: message) {
            setbacks += 1
            return exchange.message
        }
        guard !isAborted else { return nil }
        guard isOfThisSession(message) else {
            setbacks += 1
            return refusal(of: message, .badRequest)
        }
        guard authentication.isSuccess else { return refusal(of: message, authentication) }
        var next = self
        next.storeFailure = nil
        do throws(AgentError) {
            let answer = try store.transaction(limit: context.policy.stateLimit) { draft -> SyncML? in
                let before = draft.state
                next.takeAlertStatuses(message, &draft)
                next.isAborted = message.body.commands.contains { $0.isSessionAbort }
                var answer = next.carryOut(message, authentication, &draft) { $0 }
                // A device that is told to leave answers no more; it tells the server in a session of its own.
                if draft.state.unenrollment != nil, before.unenrollment == nil { answer = nil }
                next.exchange = AnsweredMessage(message, answer: answer)
                if draft.state != before { draft.state.exchange = next.exchange }
                return answer
            }
            self = next
            return answer
        } catch {
            // What was to change is told as failed, what was only read as it is.
            var draft = store.lookingDraft()
            let answer = carryOut(message, authentication, &draft) { $0.afterStoreFailure(error) }
            storeFailure = error.description
            return answer
        }
    }

    /// Whether the header says that a message is of this session and for this device.
    private func isOfThisSession(_ message: SyncML) -> Bool {
        message.hdr.sessionID == sessionID && message.hdr.target.locURI == device.locURI
    }

    private mutating func carryOut(
        _ message: SyncML, _ authentication: StatusCode, _ draft: inout AgentDraft,
        _ outcome: (CommandOutcome) -> CommandOutcome
    ) -> SyncML? {
        if let size = message.hdr.meta?.maxMsgSize, size > 0 { serverLimits.message = size }
        if let size = message.hdr.meta?.maxObjSize, size > 0 { serverLimits.object = size }
        var object = ObjectAssembly(open: incoming, msgID: message.hdr.msgID)
        let commands = object.assemble(message.body.commands)
        incoming = object.open
        var runner = CommandRunner(context, draft)
        runner.run(commands)
        draft = runner.draft
        reasons = runner.reasons
        let asksNothing = runner.outcomes.isEmpty && object.outcomes.isEmpty
        setbacks = asksNothing && !message.body.isFinal && outgoing.isEmpty ? setbacks + 1 : 0
        guard !asksNothing || !message.body.isFinal || !outgoing.isEmpty else { return nil }
        var builder = AnswerBuilder(
            msgRef: message.hdr.msgID, isSilent: message.hdr.noResp, origins: object.origins,
            maxObjSize: serverLimits.object)
        builder.addHeaderStatus(authentication, server: message.hdr.source, device: message.hdr.target)
        let outcomes = object.outcomes + runner.outcomes.flatMap { object.withTwins($0) }.map(outcome)
        builder.add(object.ordered(outcomes, as: message.body.commands))
        if object.isBroken { builder.addAlert(.noEndOfData) }
        if object.open != nil || !message.body.isFinal { builder.addAlert(.nextMessage) }
        return self.message(builder.commands)
    }

    /// Nothing is carried out for a server whose credentials were not accepted.
    private mutating func refusal(of message: SyncML, _ status: StatusCode) -> SyncML {
        var builder = AnswerBuilder(msgRef: message.hdr.msgID, isSilent: false)
        builder.addHeaderStatus(status, server: message.hdr.source, device: message.hdr.target)
        builder.add(message.body.commands.filter(\.isRequest).map { CommandOutcome($0, status) })
        return self.message(builder.commands)
    }

    /// Alerts that the server has taken need not be sent again.
    private mutating func takeAlertStatuses(_ message: SyncML, _ draft: inout AgentDraft) {
        for case .status(let status) in message.body.commands where status.cmd == "Alert" && status.code.isSuccess {
            guard let number = sentAlerts.removeValue(forKey: status.cmdRef) else { continue }
            draft.state.alerts.removeAll { $0.number == number }
        }
    }

    private mutating func message(_ commands: [Command]) -> SyncML {
        let hdr = SyncHdr(sessionID: sessionID, msgID: String(msgID), target: server, source: device)
        msgID &+= 1
        outgoing.append(commands)
        let fitting = outgoing.next(within: serverLimits.message, hdr)
        return SyncML(hdr: hdr, body: SyncBody(commands: fitting, isFinal: outgoing.isEmpty))
    }
}

extension Command {
    /// Whether it is the alert 1223.
    ///
    /// Source: OMA Device Management Protocol 1.2, section 8.1.
    fileprivate var isSessionAbort: Bool {
        guard case .alert(let alert) = self else { return false }
        return alert.code == .sessionAbort
    }

    /// Itself and what it holds, in the order in which they stand.
    var withChildren: [Command] {
        switch self {
        case .atomic(let group), .sequence(let group): [self] + group.commands.flatMap(\.withChildren)
        default: [self]
        }
    }

    /// Whether it asks for something, unlike Status and Results.
    var isRequest: Bool {
        switch self {
        case .status, .results: false
        default: true
        }
    }
}
