// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import SealwrightCommandLine

/// What the service answers on its socket: a line of JSON for a line of JSON.
///
/// ```json
/// {"command":"sync"}
/// {"exitStatus":0,"report":{"sessions":[…],"enrollments":[…]}}
/// ```
struct ControlAnswer: Codable {
    /// As the command ends with it.
    let exitStatus: Int32
    let report: ManagementCycle.Report?
    let code: String?
    let message: String?
    let hint: String?

    init(_ result: Result<ManagementCycle.Report, AgentServiceError>) {
        switch result {
        case .success(let report): self.init(report: report)
        case .failure(let error): self.init(CommandFailure(error))
        }
    }

    init(_ failure: CommandFailure) {
        self.init(
            exitStatus: failure.status.rawValue, code: failure.code, message: failure.message, hint: failure.hint)
    }

    private init(
        exitStatus: Int32 = 0, report: ManagementCycle.Report? = nil, code: String? = nil, message: String? = nil,
        hint: String? = nil
    ) {
        self.exitStatus = exitStatus
        self.report = report
        self.code = code
        self.message = message
        self.hint = hint
    }
}

/// What is asked on the socket.
struct ControlRequest: Codable {
    let command: String
}
