// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Takes the device out of the management of its server.
///
/// Source: Microsoft, "Disconnecting from the management infrastructure (unenrollment)"; DMClient CSP, Unenroll.
public struct Unenrollment: Sendable {
    let store: AgentStore
    let runner: SessionRunner

    /// Joins the two.
    public init(store: AgentStore, runner: SessionRunner) {
        self.store = store
        self.runner = runner
    }

    /// Tells the server in a last session, then takes back all that it did.
    ///
    /// - Parameter keepsCertificates: whether certificates and keys that the server brought stay.
    /// - Returns: why the server could not be told; `nil` when it was.
    /// - Throws: ``AgentServiceError/notEnrolled``, ``AgentServiceError/store(_:)``.
    public func run(keepsCertificates: Bool = false) async throws(AgentServiceError) -> AgentServiceError? {
        guard let record = store.state.enrollment else { throw .notEnrolled }
        try AgentServiceError.storing { () throws(AgentError) in
            try store.transaction { draft in draft.queueUnenrollment(record) }
        }
        var failure: AgentServiceError?
        do throws(AgentServiceError) {
            try await runner.run()
        } catch {
            if case .store = error { throw error }
            failure = error
        }
        try AgentServiceError.storing { () throws(AgentError) in
            try store.unenroll(keepsCertificates: keepsCertificates)
        }
        return failure
    }
}

extension AgentDraft {
    /// Tells the server that the user wants the device out of its management.
    fileprivate mutating func queueUnenrollment(_ record: EnrollmentRecord) {
        state.alerts.removeAll { $0.type == DeviceAlert.unenrollment }
        let provider = LocURI(in: .device, segments: ["Vendor", "MSFT", "DMClient", "Provider", record.providerID])
        state.alerts.append(
            QueuedAlert(
                number: state.nextNumber(), source: "\(provider)", type: DeviceAlert.unenrollment,
                mark: "informational", data: "1"))
    }
}
