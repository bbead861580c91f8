// SPDX-License-Identifier: Apache-2.0

/// A command that cannot go on: what, why and what to do, in two lines at most.
package struct CommandFailure: Error {
    package let status: ExitStatus
    /// The stable code, told with `--json` and to `sealwright explain`.
    package let code: String
    package let message: String
    package let hint: String?

    package init(_ status: ExitStatus, code: String, _ message: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Tells it on standard error, in the name of a program, and ends the process.
    ///
    /// The words of a server may be in it, and they may neither begin a line nor steer the terminal.
    ///
    /// - Parameters:
    ///   - program: its name.
    ///   - remedy: what is to be done about a code, where this failure has no hint of its own.
    package func report(as program: String, remedy: (String) -> String? = { _ in nil }) -> Never {
        Terminal.error(Table.printable("\(program): error: \(message) [\(code)]"))
        if let hint = hint ?? remedy(code) { Terminal.error(Table.printable("\(program): hint: \(hint)")) }
        status.exit()
    }
}
