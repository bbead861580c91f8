// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent

/// Files of another kind, with something that may go wrong before each change.
protocol SteppedFiles: FileAccess {
    associatedtype Files: FileAccess
    var files: Files { get }

    /// Takes a step; throws when the change is not to be made. `half` makes a part of it.
    func step(_ path: String, half: () throws(AgentError) -> Void) throws(AgentError)
}

extension SteppedFiles {
    private func step(_ path: String) throws(AgentError) { try step(path) { () throws(AgentError) in } }

    func contents(_ path: String) throws(AgentError) -> [UInt8]? { try files.contents(path) }
    func exists(_ path: String) -> Bool { files.exists(path) }
    func names(in folder: String) throws(AgentError) -> [String] { try files.names(in: folder) }

    func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError) {
        try step(path) { () throws(AgentError) in
            try files.write(Array(contents.prefix(contents.count / 2)), to: path, isPrivate: isPrivate)
        }
        try files.write(contents, to: path, isPrivate: isPrivate)
    }

    func link(_ path: String, to target: String) throws(AgentError) {
        try step(path)
        try files.link(path, to: target)
    }

    func rename(_ path: String, to newPath: String) throws(AgentError) {
        try step(newPath)
        try files.rename(path, to: newPath)
    }

    func remove(_ path: String) throws(AgentError) {
        try step(path)
        try files.remove(path)
    }

    func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError) {
        try step(path)
        try files.makeFolder(path, isPrivate: isPrivate)
    }

    func flush(_ folder: String) throws(AgentError) {
        try step(folder)
        try files.flush(folder)
    }
}
