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
    /// The first file that is named twice, so that the second writing would undo the first; `nil` when there is none.
    ///
    /// Standard output takes everything, one after the other.
    static func repeated(_ paths: [String?]) -> String? {
        var seen: Set<String> = []
        return paths.compactMap { $0 }.filter { $0 != "-" }.first { path in
            !seen.insert(URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path).inserted
        }
    }

    /// A file that exists is not written over by accident.
    static func checkFree(_ path: String, force: Bool) throws(CommandFailure) {
        guard !force, path != "-", FileManager.default.fileExists(atPath: path) else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(path) exists", hint: "choose another name, or use --force")
    }

    /// A file that cannot be written is told before anything is done that it would record.
    static func checkWritable(_ path: String) throws(CommandFailure) {
        guard path != "-" else { return }
        let files = FileManager.default
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let isThere = files.fileExists(atPath: path)
        guard !CheckTarget.isFolder(path), files.isWritableFile(atPath: isThere ? path : folder) else {
            throw CommandFailure(
                .unavailable, code: "cli.cannot-write", "cannot write \(path)", hint: "is the folder there and yours?")
        }
    }
}
