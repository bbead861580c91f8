// SPDX-License-Identifier: Apache-2.0

extension PollSchedule {
    /// Every hour: what an agent needs that is woken by other means.
    public static let hourly = every(minutes: 60)

    /// Once a day at least, for devices that are woken by push; the long interval is over 1440 minutes as Microsoft
    /// asks for then.
    public static let withPush = every(minutes: 1560)

    /// Often at first, as the other schedules, and then at equal distances without end.
    ///
    /// - Parameter minutes: the distance, 1 at least.
    /// - Returns: the schedule.
    public static func every(minutes: Int) -> PollSchedule {
        PollSchedule(
            first: Polls(number: 5, interval: 3), second: Polls(number: 8, interval: 15),
            remaining: Polls(number: 0, interval: max(1, minutes)))
    }

    /// The schedule as a device carries it out: sets behind one without end are off, and so are negative numbers.
    public var corrected: PollSchedule {
        var schedule = self
        var isEndless = false
        func correct(_ polls: Polls) -> Polls {
            guard !isEndless, polls.interval > 0, polls.number >= 0 else { return .off }
            isEndless = polls.number == 0
            return polls
        }
        schedule.first = correct(first)
        schedule.second = correct(second)
        schedule.remaining = correct(remaining)
        return schedule
    }

    /// Whether the device never polls by itself, so that nothing but a push or a login brings it back.
    public var isSilentInTheEnd: Bool {
        let sets = [corrected.first, corrected.second, corrected.remaining]
        return !sets.contains { $0.interval > 0 && $0.number == 0 }
    }

    /// The commands that set the schedule: a Replace for each node.
    ///
    /// - Parameter providerID: the PROVIDER-ID of the enrolment.
    /// - Returns: the commands, without CmdIDs, which the session gives them.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for a negative number, and for polls behind a set without end,
    ///   which the device would drop without a word.
    public func commands(providerID: String) throws(OMADMError) -> [Command] {
        // The provisioning document has the same rules.
        _ = try characteristic()
        func replace(_ name: String, _ format: MetaFormat, _ text: String) -> Command {
            NodeCommand.replace(DMClientNode.locURI(providerID, "Poll/" + name), format, text)
        }
        var commands: [Command] = []
        for (polls, names) in zip([first, second, remaining], Self.names) {
            commands.append(replace(names.1, .int, String(polls.interval)))
            commands.append(replace(names.0, .int, String(polls.number)))
        }
        commands.append(replace("PollOnLogin", .bool, pollOnLogin ? "true" : "false"))
        commands.append(replace("AllUsersPollOnFirstLogin", .bool, allUsersPollOnFirstLogin ? "true" : "false"))
        return commands
    }
}
