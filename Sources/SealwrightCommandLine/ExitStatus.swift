// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How a command ends; scripts rely on these numbers.
package enum ExitStatus: Int32, CaseIterable {
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

    /// What it says, in the words of the manual.
    var meaning: String {
        switch self {
        case .ok: "Done, or good."
        case .bad: "What was looked at is bad."
        case .usage: "The command line, or a setting, is wrong."
        case .notFound: "What was named is not there."
        case .refused: "Refused, or not authorised."
        case .conflict: "In the way: it exists already, or is in another state."
        case .unavailable: "A server, a file or something else needed cannot be reached or written."
        case .internalError: "Our own fault; please report it."
        }
    }

    package func exit() -> Never { Foundation.exit(rawValue) }
}
