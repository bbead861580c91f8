// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How a command ends; scripts rely on these numbers.
enum ExitStatus: Int32 {
    case ok = 0
    /// The thing checked is bad.
    case bad = 1
    /// The command line is wrong.
    case usage = 2
    case notFound = 3
    /// Refused or not authorised.
    case refused = 4
    case conflict = 5
    /// The server or something else needed is not there now.
    case unavailable = 6
    /// Our own fault.
    case internalError = 7

    func exit() -> Never { Foundation.exit(rawValue) }
}

/// A command that cannot go on: what, why and what to do, in two lines at most.
struct CommandFailure: Error {
    let status: ExitStatus
    /// The stable code, told with `--json` and to `sealwright explain`.
    let code: String
    let message: String
    let hint: String?

    init(_ status: ExitStatus, code: String, _ message: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Tells it on standard error and ends the process.
    func report() -> Never {
        Terminal.error("sealwright: error: \(message) [\(code)]")
        if let hint { Terminal.error("sealwright: hint: \(hint)") }
        status.exit()
    }
}
