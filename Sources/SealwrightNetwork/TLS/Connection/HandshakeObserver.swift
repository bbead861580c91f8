// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Reads along between socket and TLS: what the hellos say, which alerts pass, whether the peer speaks TLS at all.
///
/// NIOSSL tells neither suite nor group nor alert numbers; they stand in the clear at the beginning.
final class HandshakeObserver: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: TLSConnection
    private var inbound = TLSRecordReader()
    private var outbound = TLSRecordReader()

    init(_ connection: TLSConnection) { self.connection = connection }

    /// An end that connects knows the address only once the connection stands.
    func channelActive(context: ChannelHandlerContext) {
        if let address = context.remoteAddress {
            connection.update { $0.peerAddress = TLSConnection.text(address) }
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !inbound.isFinished {
            let buffer = unwrapInboundIn(data)
            connection.update { facts in
                facts.octetsReceived = min(facts.octetsReceived + buffer.readableBytes, 1 << 20)
                for element in inbound.receive(buffer.readableBytesView) {
                    Self.take(element, isInbound: true, &facts)
                    if element == .notTLS { facts.plainText = Array(buffer.readableBytesView.prefix(64)) }
                }
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if !outbound.isFinished {
            let buffer = unwrapOutboundIn(data)
            connection.update { facts in
                for element in outbound.receive(buffer.readableBytesView) {
                    Self.take(element, isInbound: false, &facts)
                }
            }
        }
        context.write(data, promise: promise)
    }

    private static func take(_ element: TLSRecordReader.Element, isInbound: Bool, _ facts: inout TLSConnectionFacts) {
        switch element {
        case .alert(let alert):
            if isInbound { facts.alertReceived = alert } else { facts.alertSent = alert }
        case .handshake(type: 1, let body):
            guard let hello = ClientHello(parsing: body) else { return }
            facts.offeredVersions = hello.versions
            facts.serverName = hello.serverName
        case .handshake(type: 2, let body):
            guard let hello = ServerHello(parsing: body) else { return }
            facts.version = hello.version
            facts.suite = hello.suite
            facts.group = hello.group ?? facts.group
            facts.applicationProtocol = hello.applicationProtocol
        case .handshake(type: 12, let body):
            facts.group = ServerFlight.group(ofKeyExchange: body) ?? facts.group
        case .handshake(type: 13, _): facts.isCertificateRequested = true
        case .malformed(let what): if isInbound { facts.malformed = what }
        case .handshake, .encrypted, .notTLS: break
        }
    }
}
