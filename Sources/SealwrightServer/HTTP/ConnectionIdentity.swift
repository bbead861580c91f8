// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import SealwrightNetwork

/// Keeps what is known about a TLS connection in its pipeline, where each request finds it.
final class ConnectionIdentity: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    let connection: TLSConnection

    init(_ connection: TLSConnection) { self.connection = connection }

    /// The TLS connection of a channel, `nil` for plain HTTP.
    static func connection(of channel: any Channel) async -> TLSConnection? {
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionIdentity.self).connection
        }.get()
    }
}

extension TLSEvent {
    /// The event as a log line's metadata.
    func metadata(listener: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["listener": "\(listener)"]
        for field in fields { metadata[field.name] = "\(field.text)" }
        return metadata
    }
}
