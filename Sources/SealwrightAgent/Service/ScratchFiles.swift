// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Files that are gone with this object, for runs that must leave nothing behind.
public final class ScratchFiles: FileAccess {
    private enum Node: Sendable {
        case file([UInt8])
        case link
        case folder
    }

    /// Guards what is under each path.
    private let nodes = Mutex<[String: Node]>([:])

    /// Makes an empty folder.
    public init() {}

    /// The contents of a file; see ``FileAccess/contents(_:)``.
    public func contents(_ path: String) throws(AgentError) -> [UInt8]? {
        nodes.withLock { nodes in
            guard case .file(let contents)? = nodes[path] else { return nil }
            return contents
        }
    }

    /// Whether a name is there; see ``FileAccess/exists(_:)``.
    public func exists(_ path: String) -> Bool { nodes.withLock { $0[path] != nil } }

    /// The names in a folder; see ``FileAccess/names(in:)``.
    public func names(in folder: String) throws(AgentError) -> [String] {
        nodes.withLock { nodes in
            nodes.keys.filter { FileTransaction.folder(of: $0) == folder }.compactMap {
                $0.split(separator: "/").last.map(String.init)
            }
        }
    }

    /// Writes a file; see ``FileAccess/write(_:to:isPrivate:)``.
    public func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError) {
        nodes.withLock { $0[path] = .file(contents) }
    }

    /// Makes a symbolic link; see ``FileAccess/link(_:to:)``.
    public func link(_ path: String, to target: String) throws(AgentError) { nodes.withLock { $0[path] = .link } }

    /// Renames; see ``FileAccess/rename(_:to:)``.
    public func rename(_ path: String, to newPath: String) throws(AgentError) {
        nodes.withLock { nodes in
            nodes[newPath] = nodes[path]
            nodes[path] = nil
        }
    }

    /// Removes; see ``FileAccess/remove(_:)``.
    public func remove(_ path: String) throws(AgentError) { nodes.withLock { $0[path] = nil } }

    /// Makes a folder whose parent is there; see ``FileAccess/makeFolder(_:isPrivate:)``.
    public func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError) { nodes.withLock { $0[path] = .folder } }

    /// Makes names last, which nothing here does; see ``FileAccess/flush(_:)``.
    public func flush(_ folder: String) throws(AgentError) {}
}
