// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCommandLine
import SealwrightServer
import Synchronization

/// A private file that is written piece by piece and must not have existed.
struct NewFile: Sendable {
    private let path: String
    private let handle: FileHandle
    private let fault = WriteFault()

    init(_ path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let fault = errno
            throw CommandFailure(
                fault == EEXIST ? .conflict : .unavailable, code: "cli.cannot-write",
                "cannot write \(path): \(SystemFiles.reason(fault))",
                hint: OutputFile.hint(fault))
        }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Writes a piece; what goes wrong is kept, since whoever brings the pieces tells it as a fault of its own.
    func write(_ octets: [UInt8]) throws {
        let number = DescriptorOutput.write(octets, to: handle.fileDescriptor)
        guard number != 0 else { return }
        let failure = CommandFailure(
            .unavailable, code: "cli.cannot-write", "cannot write \(path): \(SystemFiles.reason(number))",
            hint: OutputFile.hint(number))
        fault.failure.withLock { $0 = $0 ?? failure }
        throw failure
    }

    /// Why a piece could not be written.
    var failure: CommandFailure? { fault.failure.withLock { $0 } }

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

/// The first thing that went wrong with a file.
private final class WriteFault: Sendable {
    let failure = Mutex<CommandFailure?>(nil)
}
