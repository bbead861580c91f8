// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import OMADM
public import PKIFormats

/// Runs management sessions with the server of the enrolment, each to its end.
///
/// Source: OMA Device Management Protocol 1.2, sections 6 and 8; MS-MDM, section 2.1.
public struct SessionRunner: Sendable {
    /// What one session may cost.
    public struct Limits: Hashable, Sendable {
        /// Messages of the device.
        public var messages = 1_000
        /// Messages in a row that do not take the session on; see ``DeviceSession/setbacks``.
        public var setbacks = 3
        /// Octets of one message of the server.
        public var messageOctets = 8 << 20
        /// Octets of all messages of the server.
        public var sessionOctets = 256 << 20

        /// The limits in use.
        public init() {}
    }

    let store: AgentStore
    let transport: any AgentTransport
    let policy: AgentPolicy
    let pool: CryptoPool
    let clock: @Sendable () -> Timestamp
    /// What one session may cost.
    public var limits = Limits()
    /// The user who is logged in, for `./User`.
    public var user: String?
    /// The TPM of the device; `nil` for a device without one, and then keys are in software.
    public var tpm: (any KeyTPM)?
    /// Judges certificates that are asked for.
    public var judge: any CertificateJudge = StoreJudge()
    /// Whether the process is ending: asked between two messages.
    public var isStopping: @Sendable () -> Bool = { false }

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - store: the state of the agent.
    ///   - transport: carries messages.
    ///   - policy: what the agent does where there is a choice; the facts of DevInfo.
    ///   - pool: where keys calculate.
    ///   - clock: tells the moment.
    public init(
        store: AgentStore, transport: any AgentTransport, policy: AgentPolicy, pool: CryptoPool,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.transport = transport
        self.policy = policy
        self.pool = pool
        self.clock = clock
    }

    /// Runs one session.
    ///
    /// - Parameters:
    ///   - trigger: who wanted it.
    ///   - form: how messages are written; `nil` for what the account says.
    /// - Returns: how it went; it is kept with the enrolment too.
    /// - Throws: ``AgentServiceError``, after which the report of the failure is kept.
    @discardableResult
    public func run(
        trigger: AlertCode = .clientInitiated, form: SyncMLForm? = nil
    ) async throws(AgentServiceError) -> SessionReport {
        guard let record = store.state.enrollment else { throw .notEnrolled }
        let number = try AgentServiceError.storing { () throws(AgentError) in
            try store.transaction { draft -> UInt64 in
                let number = (draft.state.enrollment?.sessions ?? 0) &+ 1
                draft.state.enrollment?.sessions = number
                return number
            }
        }
        var report = SessionReport(sessionID: String(number), startedAt: clock())
        do throws(AgentServiceError) {
            try await converse(record, trigger, form ?? (record.prefersWBXML ? .wbxml : .xml), &report)
            try keep(report)
            return report
        } catch {
            report.result = error.code
            report.detail = error.description
            try keep(report)
            throw error
        }
    }

    private func keep(_ report: SessionReport) throws(AgentServiceError) {
        var report = report
        report.endedAt = clock()
        try AgentServiceError.storing { () throws(AgentError) in
            try store.transaction { draft in draft.state.enrollment?.lastSession = report }
        }
    }
}

extension SessionRunner {
    private func converse(
        _ record: EnrollmentRecord, _ trigger: AlertCode, _ form: SyncMLForm, _ report: inout SessionReport
    ) async throws(AgentServiceError) {
        var link = try SessionLink(self, record, form)
        var session = DeviceSession(
            store: store, context: context(record), sessionID: report.sessionID, device: record.deviceID,
            server: link.address)
        var message = session.firstMessage(trigger: trigger)
        var isFirst = true
        while report.messages < limits.messages {
            guard !isStopping() else { throw .stopped }
            var reply = try await link.exchange(message, &report)
            if isFirst, let digest = link.digest(answering: reply) {
                // A server that asks for a digest besides the certificate gets the same package with it.
                link.digest = digest
                reply = try await link.exchange(message, &report)
            }
            isFirst = false
            try link.checkStatus(of: reply)
            link.takeNonce(of: reply)
            report.commands += reply.body.commands.reduce(0) { $0 + $1.requests }
            session.context.now = clock()
            guard let answer = session.answer(to: reply) else { return try keepNonce(link) }
            guard session.setbacks <= limits.setbacks else { throw .sessionStuck(messages: session.setbacks) }
            report.failedCommands += answer.failures
            message = answer
        }
        throw .sessionTooLong(messages: limits.messages)
    }

    private func context(_ record: EnrollmentRecord) -> ManagementContext {
        var policy = policy
        policy.facts["DevInfo/DevId"] = record.deviceID
        return ManagementContext(
            policy: policy, user: user, server: record.providerID, now: clock(), pool: pool, judge: judge,
            tpm: tpm)
    }

    /// A server that took a digest hands out the nonce of the next session.
    private func keepNonce(_ link: SessionLink) throws(AgentServiceError) {
        guard let digest = link.digest else { return }
        try AgentServiceError.storing { () throws(AgentError) in
            try store.transaction { draft in draft.state.enrollment?.digest = digest }
        }
    }
}

extension Command {
    /// How many commands this is that ask for something, those inside it counted too.
    fileprivate var requests: Int {
        guard isRequest else { return 0 }
        return 1 + children.reduce(0) { $0 + $1.requests }
    }
}

extension SyncML {
    /// How many Status say that something was not done.
    fileprivate var failures: Int {
        body.commands.count { command in
            guard case .status(let status) = command, status.cmdRef != "0" else { return false }
            return !status.code.isSuccess
        }
    }
}
