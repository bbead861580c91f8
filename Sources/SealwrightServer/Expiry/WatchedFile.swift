// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCore

/// A file on the server's machine that a client of the API named.
///
/// Whatever stands at that path, reading it ends: a pipe without a writer or a device could keep the server waiting for
/// ever, so only regular files are read, and of a bounded size.
enum WatchedFile {
    /// Octets of a file that is read; the trust stores of all vendors together have less.
    static let limit = 1 << 20

    /// Reads a file.
    ///
    /// - Parameter path: the absolute path.
    /// - Returns: the whole contents.
    /// - Throws: ``ExpiryProbeFailure`` when it is no regular file, is too large or cannot be read.
    static func contents(_ path: String) throws(ExpiryProbeFailure) -> [UInt8] {
        // Opening some devices does something to them already, so it is looked at first.
        try look(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw unreadable(errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Another file may stand there by now: opened so, none keeps its reader waiting, and no more is read than this.
        var octets: [UInt8] = []
        while octets.count <= limit {
            let chunk: Data?
            do { chunk = try handle.read(upToCount: 1 << 16) } catch {
                throw ExpiryProbeFailure("the file cannot be read")
            }
            guard let chunk, !chunk.isEmpty else { return octets }
            octets.append(contentsOf: chunk)
        }
        throw tooLarge
    }

    /// Refuses what is no regular file or too large; what cannot be looked at is left to whoever opens it.
    private static func look(_ path: String) throws(ExpiryProbeFailure) {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard facts[.type] as? FileAttributeType == .typeRegular else {
            throw ExpiryProbeFailure("it is no regular file")
        }
        guard (facts[.size] as? NSNumber)?.intValue ?? 0 <= limit else { throw tooLarge }
    }

    private static let tooLarge = ExpiryProbeFailure("the file has more than \(limit) bytes")

    private static func unreadable(_ number: Int32) -> ExpiryProbeFailure {
        ExpiryProbeFailure("the file cannot be read: \(SystemFiles.reason(number))")
    }
}
