// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCommandLine

/// Files that commands read and write, with errors that name them.
enum OutputFile {
    /// Writes to a file, or to standard output without one.
    static func write(_ octets: [UInt8], to path: String?, isPrivate: Bool = false) throws(CommandFailure) {
        guard let path, path != "-" else { return Terminal.result(octets: octets) }
        let written = FileManager.default.createFile(
            atPath: path, contents: Data(octets), attributes: [.posixPermissions: isPrivate ? 0o600 : 0o644])
        guard written else {
            throw CommandFailure(
                .unavailable, code: "cli.cannot-write", "cannot write \(path)", hint: "is the folder there and yours?")
        }
    }

    /// Reads a file, or standard input for `-`; at most `limit` octets.
    static func read(_ path: String, limit: Int = 64 << 20) throws(CommandFailure) -> [UInt8] {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            handle = try opened(path)
        }
        var octets: [UInt8] = []
        while true {
            let chunk: Data?
            do { chunk = try handle.read(upToCount: 1 << 20) } catch { throw unreadable(path, Self.reason(error)) }
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

    /// The system's words, without Foundation's around them.
    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let code = underlying?.code ?? (error as NSError).code
        return code > 0 && code < 200 ? String(cString: strerror(Int32(code))) : error.localizedDescription
    }
}

extension OutputFile {
    /// Puts a finished file in the place of another, at once.
    static func replace(_ path: String, with fresh: String) throws(CommandFailure) {
        guard rename(fresh, path) == 0 else {
            throw CommandFailure(
                .unavailable, code: "cli.cannot-write", "cannot replace \(path); the new one is \(fresh)")
        }
    }
}

extension OutputFile {
    /// A file that exists is not written over by accident.
    static func checkFree(_ path: String, force: Bool) throws(CommandFailure) {
        guard !force, path != "-", FileManager.default.fileExists(atPath: path) else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(path) exists", hint: "choose another name, or use --force")
    }
}
