// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import SealwrightEndpoints
import SealwrightNetwork

/// What a route knows beside the request: who sent it and how to log about it.
struct ListenerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The sender.
    let peer: Peer
    /// The TLS connection, which knows the client's certificate; `nil` for plain HTTP.
    let tls: TLSConnection?
    /// The name of the access token that let the request in; `nil` for the data folder's own, and outside the API.
    var operatorName: String?

    /// Where a context comes from.
    struct Source: RequestContextSource {
        let connection: Connection
        let logger: Logger
    }

    init(source: Source) {
        coreContext = .init(source: source)
        peer = Peer(address: source.connection.address, requestID: RequestIdentifier.next())
        tls = source.connection.tls
    }
}

/// Identifiers of requests: 64 random bits, so that none is met twice in a log.
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
