// SPDX-License-Identifier: Apache-2.0

/// Why a message does not continue a session.
///
/// The session is as it was before the message.
public enum ManagementSessionError: Error, Hashable, Sendable {
    // The peer
    /// The message has MsgID 1 and is not the first of this session: the device has begun another with the same number.
    case startsAnew
    /// The message names another session; its SessionID is given, cut to 64 octets.
    case anotherSession(String)
    /// The MsgID is no number from 1 on.
    case malformedMsgID
    /// The MsgID was answered already, and the message is another one.
    case repeatedDifferently(msgID: UInt32)
    /// The MsgID is lower than that of the message before.
    case outOfOrder(msgID: UInt32, last: UInt32)
    /// The session has ended.
    case over
    /// A named limit was passed; the limit is in the unit its name says.
    case limitExceeded(String, limit: Int)

    // The caller
    /// The message before has no answer yet.
    case unanswered
}

extension ManagementSessionError {
    /// The stable code of this error.
    public var code: String {
        switch self {
        case .startsAnew: "omadm.session-starts-anew"
        case .anotherSession: "omadm.session-another"
        case .malformedMsgID: "omadm.session-malformed-msgid"
        case .repeatedDifferently: "omadm.session-repeated-differently"
        case .outOfOrder: "omadm.session-out-of-order"
        case .over: "omadm.session-over"
        case .limitExceeded: "omadm.session-limit-exceeded"
        case .unanswered: "omadm.session-unanswered"
        }
    }
}

extension ManagementSessionError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .startsAnew: "the device has begun a new session with the same SessionID"
        case .anotherSession(let id): "the message belongs to session \(id)"
        case .malformedMsgID: "the MsgID is no number from 1 on"
        case .repeatedDifferently(let msgID): "message \(msgID) came again with other content"
        case .outOfOrder(let msgID, let last): "message \(msgID) came after message \(last)"
        case .over: "the session has ended"
        case .limitExceeded(let name, let limit): "\(name): more than \(limit)"
        case .unanswered: "the message before has no answer yet"
        }
    }
}
