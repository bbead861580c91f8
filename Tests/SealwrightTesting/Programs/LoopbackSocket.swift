// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Sockets of the loopback interface, for what no client or server would do.
package enum LoopbackSocket {
    /// A new TCP socket; negative when there is none.
    package static func make() -> Int32 { socket(AF_INET, stream, 0) }

    /// Whether a call that takes the address of a port succeeds, such as `bind` or `connect`.
    package static func succeeds(
        at port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    private static let stream = SOCK_STREAM
    #endif
}
