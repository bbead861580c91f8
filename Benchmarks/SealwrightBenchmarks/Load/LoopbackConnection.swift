// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One keep-alive HTTP/1.1 connection to the server under test, blocking, for one thread.
final class LoopbackConnection {
    private let descriptor: Int32
    private var reader = HTTPReplyReader()

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
    func exchange(_ request: [UInt8]) throws(BenchmarkError) -> HTTPReply {
        try send(request)
        while true {
            try receive()
            if let reply = try reader.next() { return reply }
        }
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
            if count > 0 { reader.append(scratch.prefix(count)) }
            return count
        }
        guard count != 0 else { throw BenchmarkError("the server closed the connection") }
        guard count > 0 else { throw BenchmarkError("no answer within ten seconds") }
    }
}
