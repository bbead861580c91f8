// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCommandLine

/// Files that commands read and write, with errors that name them.
enum LocalFile {
    /// Reads a file, or standard input for `-`; at most `limit` octets.
    static func read(_ path: String, limit: Int = 16 << 20) throws(CommandFailure) -> [UInt8] {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
        var octets: [UInt8] = []
        while true {
            let chunk: Data?
            do { chunk = try handle.read(upToCount: 1 << 20) } catch { throw unreadable(path, "it is no file") }
            guard let chunk, !chunk.isEmpty else { return octets }
            octets.append(contentsOf: chunk)
            guard octets.count <= limit else {
                throw CommandFailure(.usage, code: "cli.file-too-large", "\(path) has more than \(limit) bytes")
            }
        }
    }

    /// Writes to a file, or to standard output without one.
    static func write(_ octets: [UInt8], to path: String?, isPrivate: Bool = false) throws(CommandFailure) {
        guard let path, path != "-" else { return Terminal.result(octets: octets) }
        // Not written over, and never readable by others for a moment.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else {
            guard errno != EEXIST else {
                throw CommandFailure(.conflict, code: "cli.file-exists", "\(path) exists", hint: "choose another name")
            }
            throw CommandFailure(
                .unavailable, code: "cli.cannot-write", "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(octets))
        } catch {
            throw CommandFailure(.unavailable, code: "cli.cannot-write", "cannot write \(path)")
        }
    }

    /// The first line of a password file, or of standard input for `-`.
    static func password(_ path: String) throws(CommandFailure) -> String {
        let octets = try read(path, limit: 64 << 10)
        let line = String(decoding: octets.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        guard !line.isEmpty else {
            throw CommandFailure(
                .usage, code: "cli.password-empty", "\(path) holds no password", hint: "its first line is the password")
        }
        return line
    }

    /// The certificates of a PEM or DER file, at least one.
    static func certificates(_ path: String) throws(CommandFailure) -> [CertificateView] {
        let octets = try read(path)
        do throws(FormatError) {
            var found: [CertificateView] = []
            for block in try PEM.sniff(octets) where block.label == "CERTIFICATE" || block.label.isEmpty {
                found.append(try CertificateView(parsing: block.der))
            }
            guard !found.isEmpty else { throw FormatError.missing("a certificate") }
            return found
        } catch {
            throw CommandFailure(.usage, code: error.code, "\(path) holds no certificate: \(error)")
        }
    }

    private static func unreadable(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(.notFound, code: "cli.file-not-found", "cannot read \(path): \(reason)")
    }
}
