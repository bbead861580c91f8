// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCommandLine

/// PINs come from a file, from standard input, or from a person at the terminal, never from arguments.
enum PINInput {
    /// The PIN of a container that is there.
    static func read(from path: String?) throws(CommandFailure) -> String {
        if let path { return try Password.read(path) }
        return try ask("PIN: ")
    }

    /// A new PIN; a person types it twice.
    static func new(from path: String?) throws(CommandFailure) -> String {
        if let path { return try Password.read(path) }
        let pin = try ask("new PIN: ")
        guard try ask("new PIN again: ") == pin else {
            throw CommandFailure(.usage, code: "cli.usage", "the two PINs are not the same")
        }
        return pin
    }

    /// Reads a line without showing it.
    private static func ask(_ prompt: String) throws(CommandFailure) -> String {
        guard isatty(STDIN_FILENO) == 1, let line = getpass(prompt) else {
            throw CommandFailure(
                .usage, code: "cli.usage", "there is no terminal to ask for the PIN at",
                hint: "give a file with it: --pin-file FILE, or - for standard input")
        }
        return String(cString: line)
    }
}
