// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import Synchronization

/// Files in memory of which one step fails, as on a disk that is full for a moment.
final class FlakyFiles: FileAccess {
    let memory = MemoryFiles()
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

    private func step(_ path: String) throws(AgentError) {
        let fails = plan.withLock { plan -> Bool in
            guard let left = plan.left else { return false }
            if left > 0 { plan.left = left - 1 } else if !plan.isLasting { plan.left = nil }
            return left == 0
        }
        if fails { throw .file(path: path, reason: "no space left on device") }
    }

    func contents(_ path: String) throws(AgentError) -> [UInt8]? { try memory.contents(path) }
    func exists(_ path: String) -> Bool { memory.exists(path) }
    func names(in folder: String) throws(AgentError) -> [String] { try memory.names(in: folder) }

    func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError) {
        try step(path)
        try memory.write(contents, to: path, isPrivate: isPrivate)
    }

    func link(_ path: String, to target: String) throws(AgentError) {
        try step(path)
        try memory.link(path, to: target)
    }

    func rename(_ path: String, to newPath: String) throws(AgentError) {
        try step(newPath)
        try memory.rename(path, to: newPath)
    }

    func remove(_ path: String) throws(AgentError) {
        try step(path)
        try memory.remove(path)
    }

    func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError) {
        try step(path)
        try memory.makeFolder(path, isPrivate: isPrivate)
    }

    func flush(_ folder: String) throws(AgentError) {
        try step(folder)
        try memory.flush(folder)
    }
}
