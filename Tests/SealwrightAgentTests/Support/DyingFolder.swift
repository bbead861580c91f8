// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import Synchronization

/// A folder on disk for a process that is killed at a step: that step is done in part or not at all, and nothing after it.
final class DyingFolder: SteppedFiles {
    private struct Plan {
        /// Steps until the end; `nil` when it does not come.
        var left: Int?
        var isDead = false
        var steps = 0
    }

    let files: FolderFiles
    private let plan = Mutex(Plan())

    init(path: String) throws { files = try FolderFiles(path: path) }

    /// How many steps there were since ``kill(in:)``.
    var steps: Int { plan.withLock { $0.steps } }

    func kill(in steps: Int?) { plan.withLock { $0 = Plan(left: steps) } }

    /// Takes a step, or dies with a part of it done.
    func step(_ path: String, half: () throws(AgentError) -> Void) throws(AgentError) {
        let (isDead, isDying) = plan.withLock { plan -> (Bool, Bool) in
            guard !plan.isDead else { return (true, false) }
            plan.steps += 1
            guard let left = plan.left else { return (false, false) }
            plan.left = left - 1
            plan.isDead = left <= 0
            return (false, plan.isDead)
        }
        if isDying { try half() }
        if isDead || isDying { throw .file(path: path, reason: "killed") }
    }
}
