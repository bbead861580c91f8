// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What came back on a socket that a test wrote to octet by octet.
struct RawAnswer: Sendable {
    let text: String
    /// Whether the server ended the connection.
    let isClosed: Bool
    let seconds: Double
    /// Whether there was no connection at all.
    var isRefused = false

    /// The status codes of all answers, in order.
    var statuses: [Int] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    func hasField(_ line: String) -> Bool { text.lowercased().contains("\r\n" + line.lowercased() + "\r\n") }

    /// Writes, then reads to the end or until `seconds` have passed.
    ///
    /// On a thread of its own, because it blocks.
    ///
    /// - Parameters:
    ///   - octets: what to send at once.
    ///   - later: what to send after that.
    ///   - pause: seconds between the two.
    ///   - halfClosing: whether to say then that no more will be sent.
    ///   - readAfter: seconds to leave the answer unread.
    ///   - port: on the loopback address.
    ///   - seconds: how long to read at most; who expects the end gives more than enough.
    /// - Returns: what was read.
    static func exchange(
        _ octets: [UInt8], later: [UInt8] = [], pause: Double = 1, halfClosing: Bool = false, readAfter: Double = 0,
        port: Int, seconds: Int
    ) async -> RawAnswer {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let answer = blocking(octets, later, pause, halfClosing, readAfter, port, seconds)
                continuation.resume(returning: answer)
            }
        }
    }

    private static func blocking(
        _ octets: [UInt8], _ later: [UInt8], _ pause: Double, _ halfClosing: Bool, _ readAfter: Double, _ port: Int,
        _ seconds: Int
    ) -> RawAnswer {
        guard let connection = RawConnection(port: port) else {
            return RawAnswer(text: "", isClosed: true, seconds: 0, isRefused: true)
        }
        connection.write(octets)
        if !later.isEmpty {
            Thread.sleep(forTimeInterval: pause)
            connection.write(later)
        }
        if halfClosing { connection.endOutput() }
        Thread.sleep(forTimeInterval: readAfter)
        return connection.blockingRead(seconds: Double(seconds))
    }
}
