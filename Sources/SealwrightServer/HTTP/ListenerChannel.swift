// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import SealwrightNetwork

/// The child channel of every HTTP listener: optional TLS, HTTP/1.1 framing with our limits, and the guard.
struct ListenerChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let limits: ListenerLimits
    let census: ConnectionCensus
    /// Asked for each connection, so that a renewed certificate is used without a restart; `nil` for plain HTTP.
    let tls: TLSListener?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(ConnectionIdentity(tls.install(on: channel))) }
            var decoder = NIOHTTPDecoderLimitConfiguration()
            decoder.maxHeaderFieldSize = limits.messageTargetOctets + 1
            decoder.maxHeaderListSize = limits.headerOctets + limits.messageTargetOctets
            decoder.maxHeaderFieldCount = limits.headerFields
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
            try pipeline.addHandler(ConnectionGuard(limits: limits, census: census))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: tls != nil))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: nil, logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}

extension HTTPServerBuilder {
    /// Builds listeners with our own child channel.
    static func listener(
        limits: ListenerLimits, census: ConnectionCensus, tls: TLSListener?
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            ListenerChannel(responder: responder, limits: limits, census: census, tls: tls)
        }
    }
}
