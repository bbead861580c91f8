// SPDX-License-Identifier: Apache-2.0

/// When a device asks for work by itself: three sets of polls, one after the other.
///
/// A set of interval 0 is off. A set of number 0 never ends, so that nothing may follow it.
///
/// Source: DMClient CSP, Provider/{ProviderID}/Poll.
public struct PollSchedule: Hashable, Sendable {
    /// Polls at equal distances.
    public struct Polls: Hashable, Sendable {
        /// How many; 0 for without end.
        public var number: Int
        /// Minutes between two; 0 turns the set off.
        public var interval: Int

        /// Makes a set.
        public init(number: Int, interval: Int) {
            self.number = number
            self.interval = interval
        }

        /// No polls.
        public static let off = Polls(number: 0, interval: 0)
    }

    /// The polls after enrolment.
    public var first: Polls
    /// The polls after those.
    public var second: Polls
    /// The polls from then on.
    public var remaining: Polls
    /// Whether the device polls when a user signs in.
    public var pollOnLogin: Bool
    /// Whether it polls at the first sign-in of every user.
    public var allUsersPollOnFirstLogin: Bool

    /// Makes a schedule.
    public init(
        first: Polls, second: Polls, remaining: Polls, pollOnLogin: Bool = true, allUsersPollOnFirstLogin: Bool = false
    ) {
        self.first = first
        self.second = second
        self.remaining = remaining
        self.pollOnLogin = pollOnLogin
        self.allUsersPollOnFirstLogin = allUsersPollOnFirstLogin
    }

    /// Five times every three minutes, eight times every quarter of an hour, then every eight hours.
    public static let standard = PollSchedule(
        first: Polls(number: 5, interval: 3), second: Polls(number: 8, interval: 15),
        remaining: Polls(number: 0, interval: 480))

    /// The nodes of number and interval of each set.
    static let names = [
        ("NumberOfFirstRetries", "IntervalForFirstSetOfRetries"),
        ("NumberOfSecondRetries", "IntervalForSecondSetOfRetries"),
        ("NumberOfRemainingScheduledRetries", "IntervalForRemainingScheduledRetries"),
    ]

    /// Reads a schedule; absent numbers are those of the CSP.
    init(parsing poll: Characteristic) throws(OMADMError) {
        var sets = [Polls(number: 10, interval: 15), .off, .off]
        for (index, names) in Self.names.enumerated() where sets.indices.contains(index) {
            if let number: Int = try poll.number(names.0) { sets[index].number = number }
            if let interval: Int = try poll.number(names.1) { sets[index].interval = interval }
        }
        self.init(
            first: sets[0], second: sets[1], remaining: sets[2],
            pollOnLogin: try poll.boolean("PollOnLogin") ?? false,
            allUsersPollOnFirstLogin: try poll.boolean("AllUsersPollOnFirstLogin") ?? false)
    }

    /// The node.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for a negative number, and for polls after a set without end, which
    ///   the device would drop without a word.
    func characteristic() throws(OMADMError) -> Characteristic {
        let sets = [first, second, remaining]
        guard sets.allSatisfy({ $0.number >= 0 && $0.interval >= 0 }) else {
            throw .unwritable("Poll", reason: "holds a negative number")
        }
        if let endless = sets.firstIndex(where: { $0.number == 0 && $0.interval > 0 }),
            sets.dropFirst(endless + 1).contains(where: { $0.interval > 0 })
        {
            throw .unwritable("Poll", reason: "has polls after a set without end")
        }
        var parms: [Parm] = []
        for (set, names) in zip(sets, Self.names) {
            parms.append(Parm(names.0, integer: set.number))
            parms.append(Parm(names.1, integer: set.interval))
        }
        parms.append(Parm("PollOnLogin", boolean: pollOnLogin))
        if allUsersPollOnFirstLogin { parms.append(Parm("AllUsersPollOnFirstLogin", boolean: true)) }
        return Characteristic("Poll", parms: parms)
    }
}
