// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightStore

/// The private folder in which a restore unpacks, before anything stands under the target's name.
///
/// A lock of the system says that the restore is alive. What a restore that was killed has left is known by that: it is
/// found by its name, and nobody holds its lock.
struct RestoreStaging: Sendable {
    /// The folder, which is there.
    let path: String
    private let lock: DataFolderLock

    /// Makes the folder, which has its name once it is locked: one without a lock is nobody's.
    ///
    /// - Parameter beginning: its path, to which a random number is added.
    /// - Throws: ``ServerError``.
    init(_ beginning: String) throws(ServerError) {
        path = beginning + Hex.encode(SecureRandom.bytes(Self.randomOctets))
        let fresh = DataFolder(path + ".new")
        try fresh.create()
        do throws(ServerError) {
            lock = try fresh.acquireLock()
            guard rename(fresh.path, path) == 0 else {
                throw .dataFolder(path: path, reason: SystemFiles.reason(errno))
            }
        } catch {
            try? FileManager.default.removeItem(atPath: fresh.path)
            throw error
        }
    }

    /// Removes the folder with all that is still in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        lock.release()
    }

    /// Lets go of a folder that has become the target.
    func leave() { lock.release() }

    private static let randomOctets = 8

    /// What the lock's file is called.
    static let lockName = "lock"
}

// MARK: - What a restore that was killed has left

extension RestoreStaging {
    /// Behind the target's path, or in a target that was there before.
    static let mark = ".restoring-"

    /// Whether a name in a target folder is that of a restore's.
    static func isStaging(_ name: String) -> Bool { isNumbered(name, mark[...]) }

    /// The folders of restores into a target, alive or not.
    ///
    /// Beside the target those of this user only: anybody may make folders in `/tmp`.
    static func all(of folder: DataFolder) -> [String] {
        let (parent, name) = folder.place
        return names(in: folder.path, beginning: mark[...]).map { folder.path + "/" + $0 }
            + names(in: parent, beginning: name + mark).map { folder.path + $0.dropFirst(name.count) }.filter(isOurs)
    }

    /// Those of the paths in which no restore is at work any more, and which are this user's.
    static func abandoned(_ paths: [String]) -> [String] {
        paths.filter { path in
            guard isOurs(path), let lock = try? DataFolderLock(folder: path) else { return false }
            lock.release()
            return true
        }
    }

    /// Removes what restores into a target that were killed have left.
    ///
    /// - Returns: the folders that are gone now.
    static func removeAbandoned(of folder: DataFolder) -> [String] { remove(all(of: folder)) }

    /// Removes what restores that were killed have left under a path to which a random number was added.
    ///
    /// - Returns: the folders that are gone now.
    static func removeAbandoned(_ beginning: String) -> [String] {
        let (parent, name) = DataFolder(beginning).place
        return remove(names(in: parent, beginning: name[...]).map { parent + "/" + $0 })
    }

    private static func remove(_ paths: [String]) -> [String] {
        abandoned(paths).filter { (try? FileManager.default.removeItem(atPath: $0)) != nil }
    }

    private static func names(in folder: String, beginning: Substring) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { isNumbered($0, beginning) }.sorted()
    }

    private static func isNumbered(_ name: String, _ beginning: Substring) -> Bool {
        guard name.hasPrefix(beginning) else { return false }
        let number = name.utf8.dropFirst(beginning.utf8.count)
        return number.count == 2 * randomOctets && number.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// Whether a path is a folder, no link to one, that this user made for nobody else.
    private static func isOurs(_ path: String) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeDirectory, DataFolder(path).isPrivate
        else { return false }
        return (attributes[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid()
    }
}

extension DataFolder {
    /// The folder that this one is in, and its name there.
    fileprivate var place: (parent: String, name: Substring) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
        let parent = path[..<slash]
        return (parent.isEmpty ? "/" : String(parent), path[path.index(after: slash)...])
    }
}
