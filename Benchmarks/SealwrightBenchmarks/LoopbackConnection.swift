// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One keep-alive HTTP/1.1 connection to the server under test, blocking, for one thread.
///
/// It understands what our server sends and nothing more: a status line, a Content-Length, a body.
final class LoopbackConnection {
    /// What came back.
    struct Reply {
        let status: Int
        let body: [UInt8]
        /// Whether the server ends the connection after this answer, as it does once in a thousand.
        let isLast: Bool
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Connects; reads and writes give up after ten seconds.
    init(port: Int) throws(BenchmarkError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw BenchmarkError("no socket: \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw BenchmarkError("cannot connect to port \(port)") }
    }

    deinit { close(descriptor) }

    /// Sends a request, complete with its head, and reads the answer.
    func exchange(_ request: [UInt8]) throws(BenchmarkError) -> Reply {
        try send(request)
        var headEnd = end(ofHeadFrom: 0)
        while headEnd == nil {
            let searched = max(buffer.count - 3, 0)
            try receive()
            headEnd = end(ofHeadFrom: searched)
        }
        let head = String(decoding: buffer.prefix(headEnd ?? 0), as: UTF8.self).lowercased()
        guard let status = Int(head.dropFirst(9).prefix(3)), let length = Self.contentLength(head) else {
            throw BenchmarkError("an answer without status or length: \(head.prefix(80))")
        }
        let total = (headEnd ?? 0) + length
        while buffer.count < total { try receive() }
        let body = Array(buffer[(headEnd ?? 0)..<total])
        buffer.removeFirst(total)
        return Reply(status: status, body: body, isLast: head.contains("\r\nconnection: close\r\n"))
    }

    private static func contentLength(_ head: String) -> Int? {
        guard let name = head.range(of: "content-length:") else { return nil }
        return Int(head[name.upperBound...].prefix { $0 != "\r\n" }.trimmingCharacters(in: .whitespaces))
    }

    /// The index behind the empty line.
    private func end(ofHeadFrom start: Int) -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in start..<(buffer.count - 3)
        where buffer[index] == 13 && buffer[index + 1] == 10 && buffer[index + 2] == 13 && buffer[index + 3] == 10 {
            return index + 4
        }
        return nil
    }

    private func send(_ bytes: [UInt8]) throws(BenchmarkError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
            guard count > 0 else { throw BenchmarkError("the server closed the connection") }
            sent += count
        }
    }

    private func receive() throws(BenchmarkError) {
        let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { scratch -> Int in
            let count = read(descriptor, scratch.baseAddress, scratch.count)
            if count > 0 { buffer.append(contentsOf: scratch.prefix(count)) }
            return count
        }
        guard count != 0 else { throw BenchmarkError("the server closed the connection") }
        guard count > 0 else { throw BenchmarkError("no answer within ten seconds") }
    }
}
