// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import Synchronization

/// Files in memory of which one step fails, as on a disk that is full for a moment.
final class FlakyFiles: SteppedFiles {
    let files = MemoryFiles()
    private struct Plan {
        /// Steps until the first that fails; `nil` when none does.
        var left: Int?
        /// Whether all behind it fail too.
        var isLasting = false
    }

    private let plan = Mutex(Plan())

    func fail(in steps: Int?, isLasting: Bool = false) {
        plan.withLock { $0 = Plan(left: steps, isLasting: isLasting) }
    }

    func step(_ path: String, half: () throws(AgentError) -> Void) throws(AgentError) {
        let fails = plan.withLock { plan -> Bool in
            guard let left = plan.left else { return false }
            if left > 0 { plan.left = left - 1 } else if !plan.isLasting { plan.left = nil }
            return left == 0
        }
        if fails { throw .file(path: path, reason: "no space left on device") }
    }
}
