// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The server's side of one management session: a message of the device in, an answer out.
///
/// A state machine without clock, keys or network. The caller finds out who the device is, keeps the queue of batches
/// and decides what goes out; numbering, answers, splitting, repetition and the ends of batches are seen to here.
///
/// ```swift
/// var session = ManagementSession(sessionID: hdr.sessionID, device: hdr.source.locURI, server: url)
/// switch try session.received(message, octets: body) {
/// case .again(let answer): return answer
/// case .package(let package):
///     queue.finish(package.outcomes)
///     let answer = session.answer(sending: queue.batches)
///     queue.markSent(answer.sent)
///     return answer.message
/// }
/// ```
///
/// The session is over with the answer that has no commands (``isOver``). It is a value: keep it with the enrolment
/// until then, and give up one in which nothing has come for ten minutes; ``takeUnanswered()`` tells what became of the
/// batches that were under way. A first message with another MsgID than 1 is taken: after a restart a server goes on
/// with a session that it does not know any more, and batches that were under way then are sent again.
///
/// Source: OMA Device Management Protocol 1.2, sections 6 to 8; MS-MDM, section 3.1.
public struct ManagementSession: Sendable {
    /// What came of a message.
    public enum Reception: Hashable, Sendable {
        /// The same message came before; this answer was given, and is to be given again.
        case again(SyncML)
        /// A new message; ``ManagementSession/answer(sending:moreFollow:authentication:chal:)`` answers it.
        case package(DevicePackage)
    }

    /// An answer and what it means for the queue.
    public struct Answer: Hashable, Sendable {
        /// The message to send.
        public let message: SyncML
        /// Names of the batches that have begun to go out, in order; each ends in a ``DevicePackage/outcomes``.
        public var sent: [String] = []
        /// Batches that have to wait for another session: for `./User` when the device did not say that this user is
        /// logged in, and those that are not what the session is for.
        public var held: [String] = []
        /// Batches that can never be sent.
        public var refused: [BatchOutcome] = []
    }

    /// The session, chosen by the device; numbers come again in later sessions.
    public let sessionID: String
    /// Who the messages of the device are from.
    public let device: String
    /// Who the messages of the server are from.
    public let server: String
    /// Where the device is to send its next messages, when that is another address than the one it knows.
    public var respURI: String?
    /// What the server proves itself with; `nil` where the transport has done that.
    public var cred: Cred?
    /// The name that the server's Cred is made under.
    public var locName: String?
    /// What the session may cost.
    public let limits: ManagementSessionLimits
    /// Whether the last answer ended the session.
    public internal(set) var isOver = false
    /// Who is logged in, as the device said last.
    public internal(set) var loginStatus: LoginStatus?
    /// Whose settings the session is for, as the device said last.
    public internal(set) var scope = SessionScope.mixed

    /// The last message and its answer.
    struct Exchange: Sendable {
        let msgID: UInt32
        let digest: [UInt8]
        var answer: SyncML?
    }

    /// An answer that is owed for a command of the device.
    struct OwedStatus: Sendable {
        let msgRef: String
        let cmdRef: String
        let cmd: String
        let code: StatusCode
    }

    /// What the message to be answered was like.
    struct Turn: Sendable {
        var hdr: SyncHdr
        /// Whether the device has more to say before it listens.
        var isOpen = false
        var isRequestPending = false
        /// Whether nothing more is to be sent.
        var isLast = false
        /// Whether a value in parts was given up.
        var breaksObject = false
    }

    /// A batch that goes out over several messages.
    struct Delivery: Sendable {
        let key: Int
        var commands: ArraySlice<Command>
        var object: OutgoingObject?
    }

    var exchange: Exchange?
    var turn: Turn?
    var owed: [OwedStatus] = []
    var ledger = BatchLedger()
    var delivery: Delivery?
    var incoming: IncomingObject?
    /// Whether the last answer asked the device for the rest of its package.
    var hasAskedForMore = false
    /// Whether a message was taken in.
    var hasBegun = false
    /// Messages received.
    var count = 0
    /// The MsgID of the last answer.
    var lastMsgID: UInt32 = 0
    /// Octets that the device takes in a message and as an object, as it said.
    var maxMsgSize: UInt64?
    var maxObjSize: UInt64?
    /// The version that the device writes.
    var verDTD = "1.2"
    var verProto = "DM/1.2"

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - sessionID: the SessionID of the device's first message.
    ///   - device: the Source LocURI of its SyncHdr.
    ///   - server: the address of the server, as devices know it.
    ///   - limits: what the session may cost.
    public init(
        sessionID: String, device: String, server: String, limits: ManagementSessionLimits = ManagementSessionLimits()
    ) {
        self.sessionID = sessionID
        self.device = device
        self.server = server
        self.limits = limits
    }

    /// Takes out the batches that are under way, for when the session is given up.
    ///
    /// - Returns: what is known of them; ``BatchOutcome/isComplete`` is `false` but for the last instant.
    public mutating func takeUnanswered() -> [BatchOutcome] {
        delivery = nil
        incoming = nil
        return ledger.takeAll()
    }
}

// MARK: - Reach

extension ManagementSession {
    /// Whether commands for `./User` can be sent.
    ///
    /// A device that does not say who is logged in has no tree of a user, unless the session is that user's; Windows
    /// says it in each session.
    public var reachesUser: Bool {
        switch scope {
        case .user: loginStatus == nil || loginStatus == .user
        case .device: false
        case .mixed: loginStatus == .user
        }
    }

    /// Whether commands for the device itself can be sent.
    public var reachesDevice: Bool { scope != .user }
}

// MARK: - Numbers

extension ManagementSession {
    /// Octets that the next answer may have, in XML.
    var messageLimit: Int {
        guard let maxMsgSize else { return limits.messageOctets }
        return min(limits.messageOctets, max(Int(clamping: maxMsgSize), ManagementSessionLimits.smallestMessageOctets))
    }

    /// Sees whether a message is the next of this session.
    ///
    /// - Returns: the answer to give again, or the number and digest of a new message.
    func judge(
        _ message: SyncML, _ octets: [UInt8]
    ) throws(ManagementSessionError) -> (again: SyncML?, next: Exchange) {
        let hdr = message.hdr
        guard hdr.sessionID == sessionID, sessionID.utf8.count <= ManagementSessionLimits.identifierOctets else {
            let shown = hdr.sessionID.utf8.prefix(ManagementSessionLimits.identifierOctets)
            throw .anotherSession(String(decoding: shown, as: UTF8.self))
        }
        guard hdr.msgID.utf8.count <= ManagementSessionLimits.identifierOctets, let msgID = UInt32(hdr.msgID), msgID > 0
        else { throw .malformedMsgID }
        let next = Exchange(msgID: msgID, digest: DigestAlgorithm.sha256.hash(octets))
        guard let exchange else { return (nil, next) }
        if msgID == exchange.msgID, next.digest == exchange.digest {
            guard let answer = exchange.answer else { throw .unanswered }
            return (answer, next)
        }
        guard msgID != 1 else { throw .startsAnew }
        guard msgID != exchange.msgID else { throw .repeatedDifferently(msgID: msgID) }
        guard msgID > exchange.msgID else { throw .outOfOrder(msgID: msgID, last: exchange.msgID) }
        guard exchange.answer != nil else { throw .unanswered }
        guard !isOver else { throw .over }
        guard count < limits.messages else { throw .limitExceeded("messages of a session", limit: limits.messages) }
        return (nil, next)
    }

    /// Takes a message as the last one.
    ///
    /// Where the session goes on after a refusal or a restart, the answers keep the device's count, so that no number of
    /// an earlier answer comes again.
    mutating func begin(_ next: Exchange) {
        if exchange == nil { lastMsgID = next.msgID - 1 }
        exchange = next
        count += 1
    }

    /// The header of the next answer.
    mutating func nextHdr() -> SyncHdr {
        lastMsgID &+= 1
        var hdr = SyncHdr(
            sessionID: sessionID, msgID: String(lastMsgID), target: Location(device), source: Location(server))
        hdr.verDTD = verDTD
        hdr.verProto = verProto
        hdr.respURI = respURI
        hdr.source.locName = locName
        hdr.cred = cred
        return hdr
    }
}
