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
    ///   - seconds: how long to read at most.
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
        let start = Date()
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return RawAnswer(text: "", isClosed: true, seconds: 0, isRefused: true) }
        write(octets, to: descriptor)
        if !later.isEmpty {
            Thread.sleep(forTimeInterval: pause)
            write(later, to: descriptor)
        }
        if halfClosing { shutdown(descriptor, Int32(SHUT_WR)) }
        Thread.sleep(forTimeInterval: readAfter)
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isClosed = false
        let deadline = start.addingTimeInterval(Double(seconds))
        while Date() < deadline {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 100) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                isClosed = true
                break
            }
            received += buffer.prefix(count)
        }
        return RawAnswer(
            text: String(decoding: received, as: UTF8.self), isClosed: isClosed,
            seconds: Date().timeIntervalSince(start))
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
