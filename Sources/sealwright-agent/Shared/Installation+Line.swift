// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import SealwrightCommandLine

extension StatusReport.Installation {
    /// How it stands, in one line for people.
    var line: String {
        let owner = scope == "device" ? "" : " of \(scope)"
        return Table.printable("\(kind) \(uniqueID)\(owner): \(outcome)")
    }

    /// The result with what it says.
    var error: String { [errorCode, reason].compactMap { $0 }.joined(separator: " ") }

    private var outcome: String {
        switch status {
        case "installed": "installed \(thumbprint ?? "")"
        case "pending": "pending" + (nextPoll.map { ", asked about again at \($0)" } ?? "")
        case "failed": "failed with \(error)"
        default: status
        }
    }
}
