// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCommandLine

/// Files that commands write, with errors that name them.
enum OutputFile {
    /// Writes to a file, or to standard output without one.
    ///
    /// A file appears under its name when it is complete, and with the rights it shall have; one that was there stays as
    /// it was when that fails. Devices, pipes and the file behind a link are written, never replaced. What can be fetched
    /// again takes the place of what was there, but not of a private key.
    ///
    /// - Parameters:
    ///   - octets: the contents.
    ///   - path: the file; standard output when there is none, and for `-`.
    ///   - isPrivate: whether nobody else may read it, not even for a moment.
    /// - Throws: ``CommandFailure`` with the system's reason.
    static func write(_ octets: [UInt8], to path: String?, isPrivate: Bool = false) throws(CommandFailure) {
        guard let path, path != "-" else { return Terminal.result(octets: octets) }
        guard isReplaceable(path) else {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw unwritable(path, errno) }
            defer { close(descriptor) }
            let fault = DescriptorOutput.write(octets, to: descriptor)
            guard fault == 0 else { throw unwritable(path, fault) }
            return
        }
        if !isPrivate { try checkNoKey(path) }
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let fresh =
            URL(fileURLWithPath: target).deletingLastPathComponent().path + "/.sealwright-\(UUID().uuidString).new"
        let fault = make(fresh, octets, isPrivate ? 0o600 : 0o644)
        guard fault == 0 else { throw unwritable(path, fault) }
        guard rename(fresh, target) == 0 else {
            let fault = errno
            unlink(fresh)
            throw unwritable(path, fault)
        }
    }

    /// Whether there is nothing of this name, or a regular file.
    static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        return path != "-" && (stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG)
    }

    /// Makes a file that is on the disk; what could not be finished is removed.
    private static func make(_ path: String, _ octets: [UInt8], _ rights: mode_t) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, rights)
        guard descriptor >= 0 else { return errno }
        var fault = DescriptorOutput.write(octets, to: descriptor)
        if fault == 0, fsync(descriptor) != 0 { fault = errno }
        close(descriptor)
        if fault != 0 { unlink(path) }
        return fault
    }

    private static func unwritable(_ path: String, _ fault: Int32) -> CommandFailure {
        CommandFailure(
            .unavailable, code: "cli.cannot-write", "cannot write \(path): \(SystemFiles.reason(fault))",
            hint: hint(fault))
    }

    /// What to do about a file that the system does not let write.
    static func hint(_ fault: Int32) -> String {
        switch fault {
        case EEXIST: "a file that exists is never written over"
        case ENOSPC, EDQUOT: "free some space, or name a file elsewhere"
        case EROFS: "name a file elsewhere"
        case EISDIR: "name a file in it"
        default: "is the folder there and yours?"
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

    /// A private key is the only one of its kind, and a slip of the hand puts a certificate in its place.
    private static func checkNoKey(_ path: String) throws(CommandFailure) {
        guard let handle = FileHandle(forReadingAtPath: path),
            let beginning = try? handle.read(upToCount: 1 << 20), beginning.range(of: keyLine) != nil
        else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(path) holds a private key, which would be lost",
            hint: "choose another name, or remove the file first")
    }

    /// What ends the first line of every PEM of a private key, encrypted or not.
    private static let keyLine = Data("PRIVATE KEY-----".utf8)

    /// A file that cannot be written is told before anything is done that it would record.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - isPrivate: whether a key will be written, which may take the place of another.
    /// - Throws: ``CommandFailure`` with the reason.
    static func checkWritable(_ path: String, isPrivate: Bool = false) throws(CommandFailure) {
        guard path != "-" else { return }
        var status = stat()
        let isThere = stat(path, &status) == 0
        guard !isThere || status.st_mode & S_IFMT != S_IFDIR else { throw unwritable(path, EISDIR) }
        let place = isThere ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard access(place, W_OK) == 0 else { throw unwritable(path, errno) }
        if !isPrivate, isReplaceable(path) { try checkNoKey(path) }
    }
}
