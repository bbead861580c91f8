// SPDX-License-Identifier: Apache-2.0

public import Logging
public import PKIFormats

/// What runs for long: polls by schedule, SCEP enrolments at their time, renewal of the certificate in its window.
///
/// One thing is done at a time. What is due is worked out anew from the state after each, so that a restart or a
/// changed schedule needs no memory of its own.
public struct AgentService: Sendable {
    let store: AgentStore
    let cycle: ManagementCycle
    let renewal: CertificateRenewer
    let clock: @Sendable () -> Timestamp
    let signal: WakeSignal
    let log: Logger

    /// Seconds without a look at what is due: a clock that was set must not leave the device asleep.
    private static let longestSleep: Int64 = 900
    /// Seconds before what is due is tried again when the state could not be kept.
    private static let holdUp: Int64 = 60

    /// Joins the parts.
    public init(
        store: AgentStore, cycle: ManagementCycle, renewal: CertificateRenewer, signal: WakeSignal,
        clock: @escaping @Sendable () -> Timestamp, log: Logger
    ) {
        self.store = store
        self.cycle = cycle
        self.renewal = renewal
        self.signal = signal
        self.clock = clock
        self.log = log
    }

    /// Works until ``WakeSignal/stop()``.
    ///
    /// - Throws: ``AgentServiceError/store(_:)`` when the state is damaged; everything else, a full disk too, is logged
    ///   and tried again.
    public func run() async throws(AgentServiceError) {
        log.info("agent started", metadata: ["server": "\(store.state.enrollment?.managementURL ?? "none")"])
        var wakes = signal.wakes.makeAsyncIterator()
        while !signal.isStopping {
            var shortest: Int64 = 1
            do throws(AgentServiceError) {
                try await work()
            } catch {
                try holdUp(error)
                shortest = Self.holdUp
            }
            guard let wake = try await sleep(&wakes, atLeast: shortest) else { break }
            if case .sync(let done) = wake { try await answer(done) }
        }
        log.info("agent ended")
    }

    private func answer(
        _ done: @Sendable (Result<ManagementCycle.Report, AgentServiceError>) -> Void
    ) async throws(AgentServiceError) {
        signal.taken()
        do throws(AgentServiceError) {
            done(try await sync(isPoll: false))
        } catch {
            done(.failure(error))
            try holdUp(error)
        }
    }

    /// A state that cannot be kept now may be later; nothing is done before it is.
    private func holdUp(_ error: AgentServiceError) throws(AgentServiceError) {
        guard case .store(let reason) = error, reason.mayPass else { throw error }
        log.error("the state cannot be kept", metadata: ["code": "\(error.code)", "reason": "\(error)"])
    }

    /// Does what is due now.
    func work() async throws(AgentServiceError) {
        if try renewalDue().map({ $0 <= clock() }) ?? false { try await renew() }
        // A device that was told to leave and ended before it did leaves now.
        if store.state.unenrollment != nil, store.state.enrollment != nil { try await sync(isPoll: false) }
        if let poll = nextPoll, poll <= clock(), !signal.isStopping { try await sync(isPoll: true) }
        if let due = cycle.enroller.nextDue(at: clock()), due <= clock(), !signal.isStopping {
            let alerts = store.state.alerts.last?.number
            try await cycle.runEnrollments()
            // The end of an enrolment is told at once.
            if let last = store.state.alerts.last?.number, last != alerts, store.state.enrollment != nil {
                try await sync(isPoll: false)
            }
        }
    }

    /// When something is due next.
    func nextDue() throws(AgentServiceError) -> Timestamp? {
        [nextPoll, cycle.enroller.nextDue(at: clock()), try renewalDue()].compactMap { $0 }.min()
    }

    /// The next poll by schedule.
    ///
    /// One behind a poll that lies ahead is due now: the clock was wrong then, or is since.
    private var nextPoll: Timestamp? {
        let now = clock()
        guard let record = store.state.enrollment, let poll = store.state.nextPoll else { return nil }
        return (record.polls.last ?? record.enrolledAt) > now ? now : poll
    }

    private func renewalDue() throws(AgentServiceError) -> Timestamp? {
        do throws(AgentServiceError) {
            return try CertificateRenewer.due(store.state, at: clock())
        } catch {
            switch error {
            case .notEnrolled, .renewalOver: return nil
            default: throw error
            }
        }
    }

    /// Waits until something is due, or somebody wakes the service; `nil` when it is to end.
    private func sleep(
        _ wakes: inout AsyncStream<WakeSignal.Wake>.AsyncIterator, atLeast shortest: Int64
    ) async throws(AgentServiceError) -> WakeSignal.Wake? {
        let wait = try nextDue().map { $0.seconds(since: clock()) } ?? Self.longestSleep
        let seconds = min(max(wait, shortest), Self.longestSleep)
        log.debug("waiting", metadata: ["seconds": "\(seconds)"])
        let signal = signal
        let timer = Task {
            try await Task.sleep(for: .seconds(seconds))
            signal.timer()
        }
        defer { timer.cancel() }
        return await wakes.next()
    }

    @discardableResult
    private func sync(isPoll: Bool) async throws(AgentServiceError)
        -> Result<ManagementCycle.Report, AgentServiceError>
    {
        if isPoll { try countPoll() }
        do throws(AgentServiceError) {
            let report = try await cycle.run(retries: isPoll)
            for session in report.sessions {
                log.info(
                    "session ended",
                    metadata: [
                        "session.id": "\(session.sessionID)", "messages": "\(session.messages)",
                        "commands": "\(session.commands)", "failed": "\(session.failedCommands)",
                    ])
            }
            if let renewal = report.renewal { tell(renewal) }
            if report.isUnenrolled { log.notice("the server ended the management of this device") }
            return .success(report)
        } catch {
            if case .store = error { throw error }
            log.warning("session failed", metadata: ["code": "\(error.code)", "reason": "\(error)"])
            return .failure(error)
        }
    }

    private func countPoll() throws(AgentServiceError) {
        let now = clock()
        try AgentServiceError.storing { () throws(AgentError) in
            try store.transaction { draft in
                draft.state.enrollment?.polls.count += 1
                draft.state.enrollment?.polls.last = now
            }
        }
    }

    private func renew() async throws(AgentServiceError) {
        do throws(AgentServiceError) {
            try await renewal.run(at: clock())
        } catch {
            if case .store = error { throw error }
            guard error != .transport(.stopped) else { return }
        }
        if let report = store.state.enrollment?.lastRenewal { tell(report) }
    }

    private func tell(_ renewal: RenewalReport) {
        guard let reason = renewal.detail else { return log.info("certificate renewed") }
        log.warning("renewal failed", metadata: ["code": "\(renewal.result)", "reason": "\(reason)"])
    }
}
