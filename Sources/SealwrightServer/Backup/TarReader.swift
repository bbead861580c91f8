// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads a tar file from front to back.
struct TarReader: ~Copyable {
    private let handle: FileHandle
    private var rest: Int64 = 0
    private var padding = 0

    /// Opens a file.
    ///
    /// - Throws: ``BackupError/notFound(path:)``.
    init(path: String) throws(BackupError) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .notFound(path: path) }
        self.handle = handle
    }

    /// The next member, `nil` at the end.
    ///
    /// What was not read of the one before must have been read.
    mutating func next() throws(BackupError) -> TarHeader? {
        guard rest == 0 else { throw .unreadable(reason: "a member was not read to its end") }
        _ = try read(padding)
        padding = 0
        guard let header = try TarHeader(parsing: read(TarHeader.blockSize)) else { return nil }
        rest = header.size
        padding = header.padding
        return header
    }

    /// The next piece of the present member's contents, empty at their end.
    mutating func chunk() throws(BackupError) -> [UInt8] {
        let wanted = Int(min(rest, Int64(FileChunks.size)))
        let octets = try read(wanted)
        rest -= Int64(octets.count)
        return octets
    }

    /// The whole contents of the present member, which must be small.
    mutating func contents(limit: Int) throws(BackupError) -> [UInt8] {
        guard rest <= limit else { throw .unreadable(reason: "a member is larger than it can be") }
        return try chunk(all: Int(rest))
    }

    private mutating func chunk(all count: Int) throws(BackupError) -> [UInt8] {
        let octets = try read(count)
        rest = 0
        return octets
    }

    private func read(_ count: Int) throws(BackupError) -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count {
            let piece: Data?
            do { piece = try handle.read(upToCount: count - octets.count) } catch {
                throw .unreadable(reason: error.systemReason)
            }
            guard let piece, !piece.isEmpty else { throw .unreadable(reason: "it ends too early") }
            octets.append(contentsOf: piece)
        }
        return octets
    }
}
