// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tells before anything starts that an address is taken, with words that help.
///
/// The address is bound and let go, and never listened on: who connects in that moment is refused by the system and
/// comes again, instead of waiting for an answer from a socket that nobody reads.
enum PortCheck {
    /// Binds and lets go again.
    ///
    /// - Throws: ``ServerError/cannotListen(address:port:reason:)``.
    static func isFree(address: String, port: Int) throws(ServerError) {
        guard port != 0 else { return }
        let place: SocketAddress
        do {
            place = try SocketAddress.makeAddressResolvingHost(address, port: port)
        } catch {
            throw .cannotListen(address: address, port: port, reason: "there is no such address")
        }
        guard let failure = failure(ofBinding: place) else { return }
        let reason =
            switch failure {
            case EADDRINUSE: "another program listens there"
            case EACCES: "ports below 1024 need the right to bind them"
            case EADDRNOTAVAIL: "this machine does not have that address"
            default: SystemFiles.reason(failure)
            }
        throw .cannotListen(address: address, port: port, reason: reason)
    }

    /// The system's number of what went wrong; `nil` when the address can be had.
    private static func failure(ofBinding place: SocketAddress) -> CInt? {
        #if canImport(Glibc)
        let stream = CInt(SOCK_STREAM.rawValue)
        #else
        let stream = CInt(SOCK_STREAM)
        #endif
        let descriptor = socket(place.protocol.rawValue, stream, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // What ended lately does not count as taken; what listens does.
        var reuses: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuses, socklen_t(MemoryLayout<CInt>.size))
        let result = place.withSockAddr { address, size in bind(descriptor, address, socklen_t(size)) }
        return result == 0 ? nil : errno
    }
}
