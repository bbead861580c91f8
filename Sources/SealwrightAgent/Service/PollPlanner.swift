// SPDX-License-Identifier: Apache-2.0

import OMADM
public import PKIFormats

/// When the device polls next, by the schedule that its server set.
///
/// Source: DMClient CSP, Provider/{ProviderID}/Poll.
public struct PollPlanner: Hashable, Sendable {
    /// The schedule.
    let schedule: PollSchedule

    /// What an agent does whose server set nothing: often after the enrolment, then every hour.
    static let standard = PollSchedule(
        first: PollSchedule.Polls(number: 5, interval: 3), second: PollSchedule.Polls(number: 8, interval: 15),
        remaining: PollSchedule.Polls(number: 0, interval: 60))

    /// Takes the schedule of the tree, or the standard one.
    init(_ state: AgentState) { schedule = state.pollSchedule ?? Self.standard }

    init(_ schedule: PollSchedule) { self.schedule = schedule }

    /// Minutes between a number of polls and the next one; `nil` when the schedule is over.
    ///
    /// A set of interval 0 is off. A set of number 0 with an interval never ends, so that those behind it never come.
    func interval(after polls: Int) -> Int? {
        var rest = polls
        for set in [schedule.first, schedule.second, schedule.remaining] where set.interval > 0 {
            guard set.number > 0, rest >= set.number else { return min(set.interval, Self.intervalLimit) }
            rest -= set.number
        }
        return nil
    }

    /// A year in minutes, so that sums stay within numbers.
    private static let intervalLimit = 525_600

    /// When the next poll is due; `nil` when the schedule is over.
    static func next(_ state: AgentState) -> Timestamp? {
        guard let record = state.enrollment else { return nil }
        guard let minutes = PollPlanner(state).interval(after: record.polls.count) else { return nil }
        return (record.polls.last ?? record.enrolledAt).adding(seconds: Int64(minutes) * 60)
    }
}

extension AgentState {
    /// When the device polls its server next by schedule; `nil` when it is not enrolled or the schedule is over.
    public var nextPoll: Timestamp? { PollPlanner.next(self) }

    /// Whether the device is enrolled and has not spoken with its server since.
    public var awaitsFirstSession: Bool { enrollment.map { $0.lastSession == nil } ?? false }
}
