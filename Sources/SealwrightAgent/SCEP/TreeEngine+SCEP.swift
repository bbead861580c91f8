// SPDX-License-Identifier: Apache-2.0

import OMADM

extension TreeEngine {
    /// Accepts an Exec of Enroll: takes the settings as they are now and lets the enroller begin after the commit.
    ///
    /// - Throws: ``CommandFailure`` with status 500 when a node is missing or an enrolment is under way.
    func acceptEnrollment(
        _ installation: InstallationID, install: Place, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        var record = draft.state.scep[installation] ?? SCEPInstallation()
        guard record.run == nil else {
            throw CommandFailure(.commandFailed, "\(install.uri): an enrolment is under way")
        }
        let settings = try EnrollmentSettings { name in
            child(name, of: install).flatMap { draft.state.tree[$0.scope, $0.key]?.value }
        }
        record.run = SCEPInstallation.Run(number: draft.state.nextNumber(), settings: settings)
        record.status = .unknown
        record.failure = nil
        record.errorCode = record.errorCode ?? .ok
        record.respondentServerURL = ""
        draft.state.scep[installation] = record
        if let challenge = child("Challenge", of: install) {
            draft.state.tree[challenge.scope, challenge.key] = nil
        }
        draft.note(AgentEvent(.scepAccepted, "\(install.uri)"))
    }
}
