// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// One connection of a probe: connects, holds the dialogue before TLS if there is one, then does its work.
///
/// The work ends with a value, with the end of the connection or with the deadline, whichever comes first.
struct ProbeConnection: Sendable {
    let target: TLSProbe.Target
    /// Seconds for the connection, the dialogue and the work.
    let seconds: Double

    /// Runs work that is put into the pipeline once TLS may begin, and waits for its value.
    ///
    /// - Parameter start: on the event loop: puts handlers into the pipeline; the promise takes their result.
    /// - Returns: the result.
    /// - Throws: ``TLSDiagnosis`` when there is no connection, no agreement to begin TLS, or no result in time.
    func run<Value: Sendable>(
        _ start: @escaping @Sendable (any Channel, EventLoopPromise<Value>) throws -> Void
    ) async throws(TLSDiagnosis) -> Value {
        let milliseconds = Int64(max(0.05, seconds) * 1_000)
        do {
            let group = MultiThreadedEventLoopGroup.singleton
            let loop = group.next()
            let promise = loop.makePromise(of: Value.self)
            let seconds = seconds
            let deadline = loop.scheduleTask(in: .milliseconds(milliseconds)) {
                promise.fail(TLSDiagnosis(.timedOut, "The peer did not answer within \(seconds.rounded()) s."))
            }
            defer { deadline.cancel() }
            let connecting = ClientBootstrap(group: loop)
                .connectTimeout(.milliseconds(milliseconds))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try prepare(channel, promise, start) }
                }
                .connect(host: target.host, port: target.port)
            // Looking up a name has no time limit of its own; the deadline holds for it too.
            connecting.whenFailure { promise.fail($0) }
            // Of a name's several addresses some may fail: only the end of the connection that came about counts.
            connecting.whenSuccess { channel in
                channel.closeFuture.whenComplete { _ in
                    promise.fail(TLSDiagnosis(.connectionReset, "The peer ended the connection without a word."))
                }
            }
            defer { connecting.whenSuccess { $0.close(promise: nil) } }
            return try await promise.futureResult.get()
        } catch let diagnosis as TLSDiagnosis {
            throw diagnosis
        } catch {
            throw TLSFailure.connectionFault(error)
                ?? TLSDiagnosis(.connectionReset, "The connection ended: \(Self.plain(error)).")
        }
    }

    private func prepare<Value: Sendable>(
        _ channel: any Channel, _ promise: EventLoopPromise<Value>,
        _ start: @escaping @Sendable (any Channel, EventLoopPromise<Value>) throws -> Void
    ) throws {
        guard let kind = target.startTLS else { return try start(channel, promise) }
        let handler = StartTLSHandler(StartTLSDialogue(kind, host: target.host)) { channel, refusal in
            if let refusal {
                let text = "The peer did not begin TLS by \(kind.rawValue) as it should: \(refusal)"
                return promise.fail(TLSDiagnosis(.plainText, text.hasSuffix(".") ? text : text + "."))
            }
            do { try start(channel, promise) } catch { promise.fail(error) }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private static func plain(_ error: any Error) -> String {
        let name = BoringSSLReason.names(in: error).first.map(TLSFailure.words)
        return name ?? String(describing: error).prefix(120).description
    }
}

/// Holds the dialogue before TLS and leaves the pipeline.
private final class StartTLSHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var dialogue: StartTLSDialogue
    private let ended: (any Channel, String?) -> Void
    private var isOver = false

    init(_ dialogue: StartTLSDialogue, ended: @escaping (any Channel, String?) -> Void) {
        self.dialogue = dialogue
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        if let opening = dialogue.opening { send(opening, context) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return context.fireChannelRead(data) }
        switch dialogue.receive(unwrapInboundIn(data).readableBytesView) {
        case .wait: break
        case .send(let octets):
            send(octets, context)
            if dialogue.beginsWithoutAnswer { finish(context, nil) }
        case .begin: finish(context, nil)
        case .refused(let text): finish(context, text)
        }
    }

    private func send(_ octets: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
    }

    /// Whatever comes now is for those behind.
    private func finish(_ context: ChannelHandlerContext, _ refusal: String?) {
        isOver = true
        ended(context.channel, refusal)
    }
}
