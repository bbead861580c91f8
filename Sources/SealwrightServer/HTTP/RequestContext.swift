// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import NIOCore
import SealwrightEndpoints

/// What a route knows beside the request: who sent it and how to log about it.
struct ListenerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The sender.
    let peer: Peer
    /// The connection, which knows the client's certificate.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        peer = Peer(
            address: source.channel.remoteAddress?.ipAddress ?? "local",
            requestID: RequestIdentifier.next())
    }
}

/// Identifiers of requests: a random start and a counter, so that they are cheap and never repeat in one log.
enum RequestIdentifier {
    private static let hex = Array("0123456789abcdef".utf8)

    static func next() -> String {
        var bits = UInt64.random(in: .min ... .max)
        var text: [UInt8] = []
        for _ in 0..<16 {
            text.append(hex[Int(bits & 15)])
            bits >>= 4
        }
        return String(decoding: text, as: UTF8.self)
    }
}
