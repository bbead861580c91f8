// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// A private file that is written piece by piece and must not have existed.
struct NewFile: Sendable {
    private let path: String
    private let handle: FileHandle

    init(_ path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let fault = errno
            throw CommandFailure(
                fault == EEXIST ? .conflict : .unavailable, code: "cli.cannot-write",
                "cannot write \(path): \(SystemFiles.reason(fault))",
                hint: fault == EEXIST ? "a file that exists is never written over" : "is the folder there and yours?")
        }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ octets: [UInt8]) throws { try handle.write(contentsOf: octets) }

    func finish() throws(CommandFailure) {
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw CommandFailure(
                .unavailable, code: "cli.cannot-write", "cannot write \(path): \(error.systemReason)")
        }
    }

    func discard() { try? FileManager.default.removeItem(atPath: path) }
}
