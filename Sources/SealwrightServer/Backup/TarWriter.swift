// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation

/// Writes a tar file, member by member, without holding a large one in memory.
struct TarWriter: ~Copyable {
    private let handle: FileHandle
    private let path: String

    /// Makes the file, for its owner only.
    ///
    /// - Throws: ``BackupError/cannotWrite(path:reason:)``, or ``BackupError/exists(path:)``.
    init(path: String) throws(BackupError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let fault = errno
            throw fault == EEXIST
                ? .exists(path: path) : .cannotWrite(path: path, reason: SystemFiles.reason(fault))
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.path = path
    }

    /// Adds a member from memory.
    func add(_ name: String, _ contents: [UInt8], modifiedAt: Int64) throws(BackupError) {
        let header = try TarHeader(name: name, size: Int64(contents.count), modifiedAt: modifiedAt)
        try write(header.block)
        try write(contents)
        try write([UInt8](repeating: 0, count: header.padding))
    }

    /// Adds a member from a file, which must have as many octets as announced.
    func add(_ name: String, file: String, size: Int64, modifiedAt: Int64) throws(BackupError) {
        let header = try TarHeader(name: name, size: size, modifiedAt: modifiedAt)
        try write(header.block)
        var count: Int64 = 0
        try FileChunks.forEach(in: file) { chunk throws(BackupError) in
            count += Int64(chunk.count)
            try write(chunk)
        }
        guard count == size else { throw .cannotWrite(path: path, reason: "\(file) changed while it was read") }
        try write([UInt8](repeating: 0, count: header.padding))
    }

    /// Ends the file and waits until it is on the disk.
    consuming func finish() throws(BackupError) {
        try write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .cannotWrite(path: path, reason: error.systemReason)
        }
    }

    private func write(_ octets: [UInt8]) throws(BackupError) {
        guard !octets.isEmpty else { return }
        do { try handle.write(contentsOf: octets) } catch {
            throw .cannotWrite(path: path, reason: error.systemReason)
        }
    }
}

/// Reads a file in pieces.
enum FileChunks {
    static let size = 1 << 20

    /// Shows every piece of a file in order.
    static func forEach(
        in path: String, _ body: ([UInt8]) throws(BackupError) -> Void
    ) throws(BackupError) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .notFound(path: path) }
        while true {
            let chunk: Data?
            do { chunk = try handle.read(upToCount: size) } catch {
                throw .unreadable(reason: error.systemReason)
            }
            guard let chunk, !chunk.isEmpty else { return }
            try body(Array(chunk))
        }
    }

    /// How long a file is and its SHA-256.
    static func digest(of path: String) throws(BackupError) -> (size: Int64, sha256: [UInt8]) {
        var digest = IncrementalDigest(.sha256)
        var size: Int64 = 0
        try forEach(in: path) { chunk throws(BackupError) in
            digest.update(chunk)
            size += Int64(chunk.count)
        }
        return (size, digest.finish())
    }
}
