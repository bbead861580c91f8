// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCommandLine

/// Asks before something that cannot be undone, when a person is there to answer.
enum Confirmation {
    /// Whether somebody sits at the terminal.
    ///
    /// Scripts are never asked.
    static var canAsk: Bool { isatty(0) == 1 && Terminal.isInteractive }

    /// Asks a question; anything but yes ends the command.
    static func ask(_ question: String) throws(CommandFailure) {
        Terminal.prompt("\(question) [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else {
            throw CommandFailure(.refused, code: "cli.not-confirmed", "nothing was changed")
        }
    }
}
