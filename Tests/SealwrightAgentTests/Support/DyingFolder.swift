// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import Synchronization

/// A folder on disk for a process that is killed at a step: that step is done in part or not at all, and nothing after it.
final class DyingFolder: FileAccess {
    private struct Plan {
        /// Steps until the end; `nil` when it does not come.
        var left: Int?
        var isDead = false
        var steps = 0
    }

    private let folder: FolderFiles
    private let plan = Mutex(Plan())

    init(path: String) throws { folder = try FolderFiles(path: path) }

    /// How many steps there were since ``kill(in:)``.
    var steps: Int { plan.withLock { $0.steps } }

    func kill(in steps: Int?) { plan.withLock { $0 = Plan(left: steps) } }

    /// Takes a step, or dies with a part of it done.
    private func step(_ path: String, half: () throws(AgentError) -> Void = {}) throws(AgentError) {
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

    func contents(_ path: String) throws(AgentError) -> [UInt8]? { try folder.contents(path) }
    func exists(_ path: String) -> Bool { folder.exists(path) }
    func names(in path: String) throws(AgentError) -> [String] { try folder.names(in: path) }

    func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError) {
        try step(path) { () throws(AgentError) in
            try folder.write(Array(contents.prefix(contents.count / 2)), to: path, isPrivate: isPrivate)
        }
        try folder.write(contents, to: path, isPrivate: isPrivate)
    }

    func link(_ path: String, to target: String) throws(AgentError) {
        try step(path)
        try folder.link(path, to: target)
    }

    func rename(_ path: String, to newPath: String) throws(AgentError) {
        try step(newPath)
        try folder.rename(path, to: newPath)
    }

    func remove(_ path: String) throws(AgentError) {
        try step(path)
        try folder.remove(path)
    }

    func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError) {
        try step(path)
        try folder.makeFolder(path, isPrivate: isPrivate)
    }

    func flush(_ path: String) throws(AgentError) {
        try step(path)
        try folder.flush(path)
    }
}
