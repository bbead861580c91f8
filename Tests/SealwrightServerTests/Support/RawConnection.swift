// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Synchronization

/// A connection that a test writes to octet by octet, and reads when it wants to.
final class RawConnection: Sendable {
    private let descriptor: Int32
    private let begin = ContinuousClock.now
    /// What came until now, and whether the other end has ended.
    private let received = Mutex<(octets: [UInt8], isClosed: Bool)>(([], false))

    /// Connects to a port of the loopback address; `nil` when nobody listens there.
    init?(port: Int) {
        let socket = LoopbackSocket.make()
        descriptor = socket
        // The end of this object, which is there already, closes it.
        guard LoopbackSocket.succeeds(at: port, { connect(socket, $0, $1) }) else { return nil }
    }

    deinit { close(descriptor) }

    /// Writes; what is more than the system takes waits for the other end.
    func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes; what is more than the system takes waits for the other end.
    func write(_ octets: [UInt8]) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Says that no more will be written.
    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until what came is enough, to the end, or until `seconds` have passed.
    ///
    /// On a thread of its own, because it blocks.
    ///
    /// - Returns: all that came until now.
    func read(
        seconds: Double = 30, until isEnough: (@Sendable (RawAnswer) -> Bool)? = nil
    ) async -> RawAnswer {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: self.blockingRead(seconds: seconds, until: isEnough))
            }
        }
    }

    /// The same on the calling thread.
    func blockingRead(seconds: Double, until isEnough: (@Sendable (RawAnswer) -> Bool)? = nil) -> RawAnswer {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while ContinuousClock.now < deadline {
            let answer = isEnough == nil ? nil : answer
            if let answer, isEnough?(answer) == true { return answer }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 100) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            received.withLock { received in
                if count > 0 { received.octets += buffer.prefix(count) } else { received.isClosed = true }
            }
            guard count > 0 else { break }
        }
        return answer
    }

    private var answer: RawAnswer {
        let (octets, isClosed) = received.withLock { $0 }
        return RawAnswer(
            text: String(decoding: octets, as: UTF8.self), isClosed: isClosed,
            seconds: (ContinuousClock.now - begin) / .seconds(1))
    }
}
