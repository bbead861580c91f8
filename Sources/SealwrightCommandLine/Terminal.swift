// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where commands write: results on standard output, everything else on standard error.
package enum Terminal {
    /// Writes a line of the result.
    package static func result(_ text: String) { result(octets: Array((text + "\n").utf8)) }

    /// Writes octets of the result as they are.
    ///
    /// A result that cannot be written ends the process, because a script would take half of it for the whole. A closed
    /// pipe is the reader's decision, not an error of ours.
    package static func result(octets: [UInt8]) {
        let fault = DescriptorOutput.write(octets, to: STDOUT_FILENO)
        guard fault != 0, fault != EPIPE else { return }
        let reason = String(cString: strerror(fault))
        CommandFailure(.unavailable, code: "cli.cannot-write", "cannot write to standard output: \(reason)")
            .report(as: ProcessInfo.processInfo.processName)
    }

    /// Writes a line of the result of something that goes on whether it can be read or not, such as a server.
    package static func announcement(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// Writes a line of progress or trouble.
    package static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Writes progress or a question, after which the line goes on.
    package static func prompt(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Whether standard error is a terminal that may be drawn on.
    package static let isInteractive = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Whether standard output is a terminal.
    package static let isResultInteractive = isatty(1) == 1

    /// Replaces the present line on a terminal; silent elsewhere.
    package static func progress(_ text: String) {
        guard isInteractive else { return }
        write("\r\u{1B}[2K" + text, to: STDERR_FILENO)
    }

    /// Removes a progress line.
    package static func progressDone() { progress("") }

    private static func write(_ text: String, to descriptor: Int32) {
        _ = DescriptorOutput.write(Array(text.utf8), to: descriptor)
    }
}
