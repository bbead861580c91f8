// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import SealwrightNetwork

/// The child channel of every HTTP listener: optional TLS, HTTP/1.1 framing with our limits, the guard, the exchange.
struct ListenerChannel: ServerChildChannel {
    let service: RequestService
    let limits: ListenerLimits
    let census: ConnectionCensus
    /// Asked for each connection, so that a renewed certificate is used without a restart; `nil` for plain HTTP.
    let tls: TLSListener?
    let ending = ListenerEnding()

    /// A connection that is served by its own handlers.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// Kept once the connection has gone and its last answer was given.
        let end: EventLoopFuture<Void>
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let end = channel.eventLoop.makePromise(of: Void.self)
        return channel.eventLoop.makeCompletedFuture {
            do {
                try addHandlers(to: channel, end: end)
            } catch {
                end.succeed()
                throw error
            }
            return Value(channel: channel, end: end.futureResult)
        }
    }

    private func addHandlers(to channel: any Channel, end: EventLoopPromise<Void>) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = Connection(
            address: channel.remoteAddress?.ipAddress ?? "local", tls: try tls?.install(on: channel))
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = limits.messageTargetOctets + 1
        decoder.maxHeaderListSize = limits.headerOctets + limits.messageTargetOctets
        decoder.maxHeaderFieldCount = limits.headerFields
        let requestLine = RequestLineWatch()
        try pipeline.addHandler(requestLine)
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
        try pipeline.addHandler(
            ConnectionGuard(limits: limits, census: census, requestLine: requestLine, bodyLimit: service.bodyLimit))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: tls != nil))
        try pipeline.addHandler(RequestExchange(service, connection, ending: ending, end: end))
    }

    /// The connection's handlers do the work; this waits for their end, so that the server does.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.end.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
