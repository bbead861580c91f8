// SPDX-License-Identifier: Apache-2.0

/// The few things the agent does with files, each a step that a crash can fall between.
///
/// Paths are relative to the agent's folder, with `/` between names. A step that throws may have been done in part: a
/// file may hold a part of its contents, a new name may be there or not. One that throws
/// ``AgentError/unusable(path:reason:)`` was not done and will not be when it is tried again. ``FileTransaction`` builds
/// changes that are all or nothing from these steps.
public protocol FileAccess: Sendable {
    /// The contents of a file; `nil` when there is none.
    func contents(_ path: String) throws(AgentError) -> [UInt8]?

    /// Whether a file, link or folder of this name is there.
    func exists(_ path: String) -> Bool

    /// The names in a folder, hidden ones too, in no order; empty when there is no folder.
    func names(in folder: String) throws(AgentError) -> [String]

    /// Writes a file, in place of one of the same name; its contents are on disk when this returns, its name may not be.
    func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError)

    /// Makes a symbolic link under a name that is free.
    func link(_ path: String, to target: String) throws(AgentError)

    /// Gives a file or link another name, in place of what had that name.
    func rename(_ path: String, to newPath: String) throws(AgentError)

    /// Removes a file or link; it need not be there.
    func remove(_ path: String) throws(AgentError)

    /// Makes a folder whose parent is there; it may be there already.
    func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError)

    /// Makes the names in a folder last.
    func flush(_ folder: String) throws(AgentError)

    /// Whether others than its owner may do more with a file or folder than it was made with: anything with a private
    /// one, write into another.
    func isLoose(_ path: String, isPrivate: Bool) -> Bool

    /// Takes from others what ``isLoose(_:isPrivate:)`` tells; a link is left as it is.
    func tighten(_ path: String, isPrivate: Bool) throws(AgentError)
}

extension FileAccess {
    /// Files without modes are never loose.
    public func isLoose(_ path: String, isPrivate: Bool) -> Bool { false }

    /// Files without modes stay as they are.
    public func tighten(_ path: String, isPrivate: Bool) throws(AgentError) {}
}
