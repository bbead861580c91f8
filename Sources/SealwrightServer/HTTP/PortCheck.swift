// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Tells before anything starts that an address is taken, with words that help.
enum PortCheck {
    /// Binds and lets go again.
    ///
    /// - Throws: ``ServerError/cannotListen(address:port:reason:)``.
    static func isFree(address: String, port: Int) async throws(ServerError) {
        guard port != 0 else { return }
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address, port: port).get()
            try await channel.close().get()
        } catch let error as IOError {
            let reason =
                switch error.errnoCode {
                case 98: "another program listens there"
                case 13: "ports below 1024 need the right to bind them"
                case 99: "this machine does not have that address"
                default: error.description
                }
            throw .cannotListen(address: address, port: port, reason: reason)
        } catch {
            let text = String(describing: error)
            let reason = text.contains("UnknownHost") ? "there is no such address" : text
            throw .cannotListen(address: address, port: port, reason: reason)
        }
    }
}
