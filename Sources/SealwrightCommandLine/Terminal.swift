// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where commands write: results on standard output, everything else on standard error.
package enum Terminal {
    /// Writes a line of the result.
    package static func result(_ text: String) { write(text + "\n", to: FileHandle.standardOutput) }

    /// Writes octets of the result as they are.
    package static func result(octets: [UInt8]) { try? FileHandle.standardOutput.write(contentsOf: Data(octets)) }

    /// Writes a line of progress or trouble.
    package static func error(_ text: String) { write(text + "\n", to: FileHandle.standardError) }

    /// Whether standard error is a terminal that may be drawn on.
    package static let isInteractive = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Whether standard output is a terminal.
    package static let isResultInteractive = isatty(1) == 1

    /// Whether colours are welcome: a terminal, no `NO_COLOR`.
    package static let hasColor = isInteractive && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    /// Replaces the present line on a terminal; silent elsewhere.
    package static func progress(_ text: String) {
        guard isInteractive else { return }
        write("\r\u{1B}[2K" + text, to: FileHandle.standardError)
    }

    /// Removes a progress line.
    package static func progressDone() { progress("") }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed pipe is the reader's decision, not an error of ours.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
