// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files that commands read, with errors that name them.
package enum InputFile {
    /// Reads a file, or standard input for `-`; at most `limit` octets.
    package static func read(_ path: String, limit: Int = 64 << 20) throws(CommandFailure) -> [UInt8] {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            handle = try opened(path)
        }
        var octets: [UInt8] = []
        while true {
            let chunk: Data?
            do { chunk = try handle.read(upToCount: 1 << 20) } catch { throw unreadable(path, error.systemReason) }
            guard let chunk, !chunk.isEmpty else { return octets }
            octets.append(contentsOf: chunk)
            guard octets.count <= limit else {
                throw CommandFailure(.usage, code: "cli.file-too-large", "\(path) has more than \(limit) bytes")
            }
        }
    }

    private static func opened(_ path: String) throws(CommandFailure) -> FileHandle {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func unreadable(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(.notFound, code: "cli.file-not-found", "cannot read \(path): \(reason)")
    }
}
