// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCommandLine

/// One connection of the control socket: lines of JSON, bounded in length and time.
final class ControlStream: Sendable {
    private let descriptor: Int32
    /// Octets of one line; the report of a round has some hundred.
    private static let lineLimit = 1 << 20

    /// Takes over a connection.
    init(_ descriptor: Int32, seconds: Int = ControlPath.seconds) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, length)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, length)
    }

    deinit { close(descriptor) }

    /// Reads a line; `nil` when none comes in time.
    func line() -> [UInt8]? {
        var line: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while line.count < Self.lineLimit {
            let count = part.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return nil }
            line += part.prefix(count)
            if let end = line.firstIndex(of: 0x0A) { return Array(line[..<end]) }
        }
        return nil
    }

    /// Writes a line; a receiver that has gone is its own loss.
    func write(_ value: some Encodable) {
        guard let data = try? JSONEncoder().encode(value) else { return }
        var rest = Array(data)[...] + [0x0A]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Where the socket is, in a form that fits an address whatever the folder is called.
final class ControlPath: Sendable {
    /// Seconds the line of a request may take.
    static let seconds = 5
    static let streamType = Int32(SOCK_STREAM.rawValue)
    /// The path of the socket, by a descriptor of the folder: an address holds 107 octets, and folders may be longer.
    let name: String
    private let folder: Int32

    init(folder path: String) throws(CommandFailure) {
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw CommandFailure(
                .notFound, code: "cli.file-not-found", "cannot open \(path): \(SystemFiles.reason(errno))")
        }
        name = "/proc/self/fd/\(folder)/agent.sock"
    }

    deinit { close(folder) }

    /// Lends the address.
    func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(name.utf8)
        guard octets.count < MemoryLayout.size(ofValue: address.sun_path) else { return -1 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: octets) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
