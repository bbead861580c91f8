// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files of a folder on disk, locked for one process.
///
/// Uses the system's calls, because the order of writing, flushing and naming is the point. The lock goes away with
/// this object or with the process.
public final class FolderFiles: FileAccess {
    private let root: String
    /// -1 when the folder is only looked into.
    private let lock: Int32

    /// Opens a folder, making it and its missing parents, and locks it.
    ///
    /// - Throws: ``AgentError/locked(path:)`` when another process has it open, ``AgentError/file(path:reason:)``.
    public init(path: String) throws(AgentError) {
        root = path
        try Self.makeParents(of: path)
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw .file(path: path, errno) }
        lock = open(path + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .file(path: path + "/.lock", errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .locked(path: path)
        }
    }

    /// Looks into a folder without locking it: another process may change it meanwhile.
    ///
    /// It need not be there.
    public init(looking path: String) {
        root = path
        lock = -1
    }

    deinit { if lock >= 0 { close(lock) } }

    private func full(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    private static func makeParents(of path: String) throws(AgentError) {
        var parent = path.first == "/" ? "" : "."
        for name in path.split(separator: "/").dropLast() {
            parent += "/" + name
            if mkdir(parent, 0o755) != 0, errno != EEXIST, errno != EISDIR { throw .file(path: parent, errno) }
        }
    }
}

// MARK: - Reading

extension FolderFiles {
    /// The contents of a file; see ``FileAccess/contents(_:)``.
    public func contents(_ path: String) throws(AgentError) -> [UInt8]? {
        let descriptor = open(full(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .file(path: path, errno) }
            return nil
        }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return contents }
            guard count > 0 || errno == EINTR else { throw .file(path: path, errno) }
            contents.append(contentsOf: part.prefix(max(count, 0)))
            guard contents.count <= Self.limit else {
                throw .file(path: path, reason: "larger than \(Self.limit) octets")
            }
        }
    }

    /// Whether a name is there; see ``FileAccess/exists(_:)``.
    public func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(full(path), &status) == 0
    }

    /// The names in a folder; see ``FileAccess/names(in:)``.
    public func names(in folder: String) throws(AgentError) -> [String] {
        if let names = SystemFiles.names(in: full(folder)) { return names }
        guard errno == ENOENT || errno == ENOTDIR else { throw .file(path: folder, errno) }
        return []
    }

    /// Larger than the state of a device with ten thousand certificates.
    private static let limit = 256 << 20
}

// MARK: - Writing

extension FolderFiles {
    /// Writes a file; see ``FileAccess/write(_:to:isPrivate:)``.
    public func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError) {
        let mode: mode_t = isPrivate ? 0o600 : 0o644
        let descriptor = open(full(path), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .file(path: path, errno) }
        defer { close(descriptor) }
        // A leftover of another mode keeps it, and the umask may have taken away what nginx needs to read.
        guard fchmod(descriptor, mode) == 0 else { throw .file(path: path, errno) }
        guard SystemFiles.writeAll(contents, to: descriptor) else { throw .file(path: path, errno) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, errno) }
    }

    /// Makes a symbolic link; see ``FileAccess/link(_:to:)``.
    public func link(_ path: String, to target: String) throws(AgentError) {
        guard symlink(target, full(path)) == 0 else { throw .file(path: path, errno) }
    }

    /// Renames; see ``FileAccess/rename(_:to:)``.
    public func rename(_ path: String, to newPath: String) throws(AgentError) {
        guard renameFile(full(path), full(newPath)) == 0 else { throw .file(path: newPath, errno) }
    }

    /// Removes; see ``FileAccess/remove(_:)``.
    public func remove(_ path: String) throws(AgentError) {
        // A name that is too long is nobody's.
        guard unlink(full(path)) == 0 || errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG else {
            throw .file(path: path, errno)
        }
    }

    /// Makes a folder; see ``FileAccess/makeFolder(_:isPrivate:)``.
    public func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError) {
        guard mkdir(full(path), isPrivate ? 0o700 : 0o755) == 0 || errno == EEXIST else {
            throw .file(path: path, errno)
        }
    }

    /// Makes names last; see ``FileAccess/flush(_:)``.
    public func flush(_ folder: String) throws(AgentError) {
        let descriptor = open(full(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: folder, errno) }
    }
}

// MARK: - Modes

extension FolderFiles {
    /// Whether others may do more with a file than they should; see ``FileAccess/isLoose(_:isPrivate:)``.
    public func isLoose(_ path: String, isPrivate: Bool) -> Bool {
        var status = stat()
        return lstat(full(path), &status) == 0 && Self.excess(status, isPrivate) != 0
    }

    /// Takes away what others may do too much; see ``FileAccess/tighten(_:isPrivate:)``.
    public func tighten(_ path: String, isPrivate: Bool) throws(AgentError) {
        // Not through a link, which may lead to a file of somebody else by now.
        let descriptor = open(full(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, errno) }
        let excess = Self.excess(status, isPrivate)
        guard excess != 0 else { return }
        guard fchmod(descriptor, status.st_mode & 0o7777 & ~excess) == 0 else { throw .file(path: path, errno) }
    }

    private static func excess(_ status: stat, _ isPrivate: Bool) -> mode_t {
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR else { return 0 }
        return status.st_mode & (isPrivate ? 0o077 : 0o022)
    }
}

// A method has the name of the system's call.
private let renameFile: @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32 = { rename($0, $1) }

extension AgentError {
    /// A failed system call on a file.
    fileprivate static func file(path: String, _ number: Int32) -> AgentError {
        let reason = SystemFiles.reason(number)
        return lasting.contains(number) ? .unusable(path: path, reason: reason) : .file(path: path, reason: reason)
    }

    /// What the system says of a name it will not take the next time either, unlike of a full disk.
    private static let lasting: Set<Int32> = [EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR]
}
