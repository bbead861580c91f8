// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCommandLine

/// Files that commands read and write, with errors that name them.
enum LocalFile {
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
                .unavailable, code: "cli.cannot-write", "cannot write \(path): \(SystemFiles.reason(errno))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(octets))
        } catch {
            throw CommandFailure(.unavailable, code: "cli.cannot-write", "cannot write \(path)")
        }
    }

    /// The certificates of a PEM or DER file, at least one.
    static func certificates(_ path: String) throws(CommandFailure) -> [CertificateView] {
        let octets = try InputFile.read(path)
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
}
