// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import SealwrightCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The right to use a data folder, held by one process at a time.
///
/// A lock of the system on the file `lock` in the folder: it ends with the process however that dies, so nothing is
/// ever left to clean up. The file holds the process identifier of the last holder, for the message to the next.
package final class DataFolderLock: Sendable {
    /// The open file; `nil` once the lock is given back.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock.
    ///
    /// - Parameter folder: must exist.
    /// - Throws: ``StoreError/unavailable(_:)``, naming the process that has the lock.
    package init(folder: String) throws(StoreError) {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unavailable("cannot open \(path): \(SystemFiles.reason(errno))")
        }
        Self.giveToOwner(of: folder, descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw .unavailable("the data folder \(folder) is in use by \(holder); end that process first")
        }
        self.descriptor = Mutex(descriptor)
        Self.write("\(getpid())\n", to: descriptor)
    }

    deinit { release() }

    /// Gives the lock back; harmless to repeat.
    package func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    /// What root makes in another user's folder, to look at it, must not keep that user from it.
    private static func giveToOwner(of folder: String, _ descriptor: Int32) {
        var status = stat()
        guard geteuid() == 0, stat(folder, &status) == 0 else { return }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        // The text is for people only; that it could not be written takes nothing from the lock.
        _ = ftruncate(descriptor, 0)
        _ = Array(text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func holder(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        let text = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        let digits = text.prefix { $0.isNumber }
        return digits.isEmpty ? "another process" : "process \(digits)"
    }
}
