// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How a command ends; scripts rely on these numbers.
package enum ExitStatus: Int32 {
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

    package func exit() -> Never { Foundation.exit(rawValue) }
}
