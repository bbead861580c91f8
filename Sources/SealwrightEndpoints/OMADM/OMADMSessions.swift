// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore
import Synchronization

/// The sessions that devices are in.
///
/// A device may have some under way at the same time, such as one for itself and one for a user who has just logged in;
/// they are told apart by the number that the device gives them. Kept in memory: a device whose session is gone goes on
/// as if it were new, and commands that were under way are sent again.
///
/// Source: MS-MDM, section 3.2.5.1.5 (sessions for the device and for its user).
final class OMADMSessions: Sendable {
    /// A session with what the server remembers of it.
    struct Entry: Sendable {
        var session: ManagementSession
        /// The server's own name for it, unique over time.
        var name: String
        /// What the device told of itself.
        var facts = OMADMDeviceFacts()
        /// What the session asks the device, before anything else.
        var questions: [CommandBatch] = []
        /// What the device shows instead of a digest, once one was accepted.
        var ticket: OMADMSessionTicket?
        /// How the device took the server's own digest.
        var serverAuthentication = ServerAuthentication.pending
        var lastUsed: Timestamp
    }

    /// How a device took the server's own digest.
    enum ServerAuthentication: Sendable {
        /// It has said nothing of it.
        case pending
        /// It has refused a digest, or missed it; the next one is made with the nonce it told.
        case challenged
        /// It has accepted a digest, for the session.
        case accepted
    }

    private struct State {
        /// Those of a device, the one that was spoken in last first.
        var entries: [DeviceID: [Entry]] = [:]
        var busy: Set<DeviceID> = []
        var begun: [DeviceID: (minute: Int64, count: Int)] = [:]
        var lastSweep = Timestamp(seconds: 0)
    }

    /// Held for moments only, which costs less than a turn on an actor.
    private let state = Mutex(State())

    /// Seconds after which a session in which nothing came is given up.
    static let idleLimit: Int64 = 600
    /// Sessions a device may begin within a minute.
    private static let sessionsPerMinute = 30

    /// Sessions of a device that are kept; of more, the one in which nothing came for longest is forgotten.
    private static let sessionsAtOnce = 3

    /// Takes a device's session out, so that no other message of the device is worked on meanwhile.
    ///
    /// - Returns: the session; `nil` when there is none of this number.
    /// - Throws: ``OMADMRefusal/busy``. Otherwise ``putBack(_:_:)`` or ``release(_:)`` must follow.
    func take(_ device: DeviceID, in sessionID: String, at now: Timestamp) throws(OMADMRefusal) -> Entry? {
        try state.withLock { state throws(OMADMRefusal) in
            guard state.busy.insert(device).inserted else { throw .busy }
            Self.sweep(&state, at: now)
            return Self.entry(of: device, in: sessionID, at: now, state)
        }
    }

    private static func entry(
        of device: DeviceID, in sessionID: String, at now: Timestamp, _ state: borrowing State
    ) -> Entry? {
        state.entries[device]?.first { $0.session.sessionID == sessionID && isAlive($0, at: now) }
    }

    private static func isAlive(_ entry: Entry, at now: Timestamp) -> Bool {
        now.seconds(since: entry.lastUsed) <= idleLimit
    }

    /// The ticket of a session that goes on; `nil` when the device is in another one, or in none.
    func ticket(of device: DeviceID, in sessionID: String, at now: Timestamp) -> OMADMSessionTicket? {
        state.withLock { state in Self.entry(of: device, in: sessionID, at: now, state)?.ticket }
    }

    /// Ends the work on a device's message.
    ///
    /// Of its other sessions those that have ended are forgotten.
    func putBack(_ entry: Entry, _ device: DeviceID) {
        state.withLock { state in
            state.busy.remove(device)
            let others = (state.entries[device] ?? []).filter {
                $0.session.sessionID != entry.session.sessionID && !$0.session.isOver
            }
            state.entries[device] = [entry] + others.prefix(Self.sessionsAtOnce - 1)
        }
    }

    /// Ends the work on a device's message and leaves its sessions as they were.
    func release(_ device: DeviceID) { state.withLock { _ = $0.busy.remove(device) } }

    /// Counts a session that begins.
    ///
    /// - Throws: ``OMADMRefusal/tooManySessions``.
    func begin(_ device: DeviceID, at now: Timestamp) throws(OMADMRefusal) {
        let minute = now.seconds / 60
        try state.withLock { state throws(OMADMRefusal) in
            let count = state.begun[device].map { $0.minute == minute ? $0.count : 0 } ?? 0
            guard count < Self.sessionsPerMinute else { throw .tooManySessions }
            state.begun[device] = (minute, count + 1)
        }
    }

    /// Forgets what nobody came back to; once a minute, so that a message does not pay for all others.
    private static func sweep(_ state: inout State, at now: Timestamp) {
        guard now.seconds(since: state.lastSweep) >= 60 else { return }
        state.lastSweep = now
        state.entries = state.entries.compactMapValues { entries in
            guard !entries.allSatisfy({ isAlive($0, at: now) }) else { return entries }
            let alive = entries.filter { isAlive($0, at: now) }
            return alive.isEmpty ? nil : alive
        }
        state.begun = state.begun.filter { $0.value.minute == now.seconds / 60 }
    }
}
