// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightInspection

/// A file that may be a pipe or a device: it is read within a time limit, whatever stands behind it.
struct PatientFile {
    private let path: String

    /// - Parameter path: `-` for standard input.
    init(_ path: String) { self.path = path }

    /// - Throws: ``CheckObstacle`` when it cannot be read, is too large or keeps the reader waiting.
    func read(limit: Int, seconds: Int) throws(CheckObstacle) -> [UInt8] {
        let descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CheckObstacle(.unreadable, "cannot read it: \(SystemFiles.reason(errno))")
        }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
        var octets: [UInt8] = []
        while let chunk = try next(descriptor, until: deadline, seconds) {
            octets += chunk
            guard octets.count <= limit else {
                throw CheckObstacle(.unreadable, "it has more than \(limit >> 20) MiB")
            }
        }
        return octets
    }

    /// - Returns: `nil` at the end.
    private func next(
        _ descriptor: Int32, until deadline: ContinuousClock.Instant, _ seconds: Int
    ) throws(CheckObstacle) -> [UInt8]? {
        let left = ContinuousClock.now.duration(to: deadline).components
        let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard milliseconds > 0, poll(&waiting, 1, Int32(clamping: milliseconds)) != 0 else {
            throw CheckObstacle(.timedOut, "nothing came to its end within \(seconds) s")
        }
        var failure: Int32 = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkOctets) { buffer, count in
            let read = Foundation.read(descriptor, buffer.baseAddress, Self.chunkOctets)
            if read < 0 { failure = errno }
            count = max(0, read)
        }
        guard failure == 0 || failure == EAGAIN || failure == EINTR else {
            throw CheckObstacle(.unreadable, "cannot read it: \(SystemFiles.reason(failure))")
        }
        return chunk.isEmpty && failure == 0 ? nil : chunk
    }

    private static let chunkOctets = 64 << 10
}
