// SPDX-License-Identifier: Apache-2.0

public import OMADM
import PKIFormats

/// One round of work with the server: a session, what it started, and a session that tells how enrolments ended.
///
/// Windows opens that second session at once; so does this.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP.
public struct ManagementCycle: Sendable {
    /// What a round did.
    public struct Report: Hashable, Sendable, Codable {
        /// The sessions, in order.
        public internal(set) var sessions: [SessionReport] = []
        /// How the SCEP enrolments stand that were worked on, each once.
        public internal(set) var enrollments: [StatusReport.Installation] = []
        /// How the renewal of the device's certificate went, when the server asked for one.
        public internal(set) var renewal: RenewalReport?
        /// Whether a server told the device to leave its management, and it did.
        public internal(set) var isUnenrolled = false
    }

    let store: AgentStore
    let runner: SessionRunner
    let enroller: SCEPEnroller
    /// Waits, in milliseconds; replaced in tests.
    public var pause: @Sendable (Int) async -> Void = { try? await Task.sleep(for: .milliseconds($0)) }
    /// Whether somebody waits for a session of his own, or for the end of the process: then none is tried again.
    public var isWoken: @Sendable () -> Bool = { false }

    /// Sessions of one round: the results of an enrolment may start another one, but not for ever.
    private static let sessionLimit = 4

    /// Joins the parts.
    public init(store: AgentStore, runner: SessionRunner, enroller: SCEPEnroller) {
        self.store = store
        self.runner = runner
        self.enroller = enroller
    }

    /// Runs a round.
    ///
    /// - Parameters:
    ///   - form: how messages are written; `nil` for what the account says.
    ///   - retries: whether a server that cannot be reached is tried again as the account says.
    /// - Returns: what was done.
    /// - Throws: ``AgentServiceError`` of the session that failed.
    public func run(form: SyncMLForm? = nil, retries: Bool = false) async throws(AgentServiceError) -> Report {
        var report = Report()
        var enrollments: Set<InstallationID> = []
        for _ in 0..<Self.sessionLimit {
            store.tighten()
            report.sessions.append(try await session(form, retries: retries))
            if store.state.unenrollment != nil {
                // What the server is told last matters less than that the device leaves.
                _ = try await Unenrollment(store: store, runner: runner).run()
                report.isUnenrolled = true
                break
            }
            if store.state.renewal?.isRequested == true { report.renewal = try await renewed() }
            let alerts = store.state.alerts.last?.number
            enrollments.formUnion(try await runEnrollments())
            guard let last = store.state.alerts.last?.number, last != alerts else { break }
        }
        report.enrollments = StatusReport.Installation.of(enrollments, store.state)
        return report
    }

    /// Renews the certificate as the server asked; a failure is told, and ends nothing else.
    private func renewed() async throws(AgentServiceError) -> RenewalReport? {
        let renewer = CertificateRenewer(store: store, transport: runner.transport, pool: runner.pool)
        do throws(AgentServiceError) {
            try await renewer.run(at: runner.clock())
        } catch {
            if case .store = error { throw error }
            guard error != .transport(.stopped) else { return nil }
        }
        return store.state.enrollment?.lastRenewal
    }

    /// Takes every SCEP enrolment that is due as far as it goes.
    ///
    /// - Parameter wanted: picks among them; all without it.
    /// - Returns: those that were worked on.
    /// - Throws: ``AgentServiceError/store(_:)``.
    @discardableResult
    public func runEnrollments(
        where wanted: (InstallationID) -> Bool = { _ in true }
    ) async throws(AgentServiceError) -> [InstallationID] {
        let due = enroller.due(at: runner.clock()).filter(wanted)
        for installation in due {
            do throws(AgentError) {
                try await enroller.run(installation, at: runner.clock())
            } catch {
                throw .store(error)
            }
        }
        return due
    }

    private func session(_ form: SyncMLForm?, retries: Bool) async throws(AgentServiceError) -> SessionReport {
        let settings = store.state.enrollment?.retries
        var attempt = 0
        while true {
            do throws(AgentServiceError) {
                return try await runner.run(form: form)
            } catch {
                attempt += 1
                guard retries, error.isRetryable, error != .stopped, let settings, attempt < settings.attempts,
                    !runner.isStopping()
                else { throw error }
                await pause(settings.wait(before: attempt))
                guard !runner.isStopping(), !isWoken() else { throw error }
            }
        }
    }
}
