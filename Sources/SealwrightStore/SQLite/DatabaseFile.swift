// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import GRDB
import SealwrightCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database file before it is opened: ours, and nobody else's to read.
struct DatabaseFile {
    let path: String

    /// "Seal": what `application_id` says in a database of ours.
    static let applicationID: Int64 = 0x5365_616C

    /// Makes an empty file for its owner only, or checks the one that is there.
    ///
    /// SQLite gives the files beside it (-wal, -shm) the same rights. An existing file is not opened here, because
    /// closing it again would drop the locks that SQLite may hold on it elsewhere in this process.
    ///
    /// - Throws: ``StoreError/corrupted(_:)`` for another program's file, ``StoreError/unavailable(_:)`` when the file
    ///   cannot be made or restricted.
    func prepare() throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return try create() }
        if status.st_mode & 0o077 != 0, chmod(path, 0o600) != 0 { throw failure("restrict \(path) to its owner") }
        if status.st_size > 0 { try checkOwnership() }
    }

    /// Makes an empty file for its owner only.
    ///
    /// - Throws: ``StoreError/unavailable(_:)``, also when there is a file already.
    func create() throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create \(path)") }
        close(descriptor)
    }

    /// Waits until the file and its name in the folder are on the disk.
    func synchronize() throws(StoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        for name in [path, folder] {
            let descriptor = open(name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure("open \(name)") }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw failure("write \(name) to the disk") }
        }
    }

    private func failure(_ what: String) -> StoreError {
        .unavailable("cannot \(what): \(SystemFiles.reason(errno))")
    }

    /// Reads `application_id` before GRDB changes anything in the file, such as its journal mode.
    private func checkOwnership() throws(StoreError) {
        let identity: (id: Int64, tables: Int64)
        do {
            let database = try DatabaseQueue(path: path)
            defer { try? database.close() }
            identity = try database.unsafeRead { database in
                let connection = try database.borrowedConnection()
                return (
                    try connection.number("PRAGMA application_id"),
                    try connection.number("SELECT count(*) FROM sqlite_master")
                )
            }
        } catch {
            throw StoreError(error)
        }
        // A start that was cut off before its first commit leaves a database without tables.
        guard identity.id == Self.applicationID || identity == (0, 0) else {
            throw .corrupted("\(path) is a database of another program")
        }
    }
}
