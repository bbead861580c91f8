// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL
import NIOTLS
import PKIFormats

/// Stands behind TLS: stores who the peer is when the handshake ends, and gives a failure its name.
final class TLSPeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: TLSConnection
    private let tls: NIOSSLHandler
    private let chains: PeerChainMemory?
    /// Told how many octets of certificates the peer showed in a handshake that is complete.
    private let shown: @Sendable (Int) -> Void
    private let failed: @Sendable (TLSEvent) -> Void
    /// Whether the peer has sent something after the handshake.
    ///
    /// Until then its refusal of our certificate may still be on its way: TLS 1.3 sends it after the handshake.
    private var hasHeard = false
    private var hasReported = false

    init(
        _ connection: TLSConnection, tls: NIOSSLHandler, chains: PeerChainMemory?,
        shown: @escaping @Sendable (Int) -> Void = { _ in }, failed: @escaping @Sendable (TLSEvent) -> Void
    ) {
        self.connection = connection
        self.tls = tls
        self.chains = chains
        self.shown = shown
        self.failed = failed
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let applicationProtocol)? = event as? TLSUserEvent {
            complete(applicationProtocol)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasHeard = true
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        report(error)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !connection.facts.isEstablished { report(nil) }
        context.fireChannelInactive()
    }

    private func complete(_ applicationProtocol: String?) {
        var resumed: [CertificateView]?
        if connection.facts.peerChain.isEmpty, let octets = try? tls.peerCertificate?.toDERBytes(),
            let leaf = try? CertificateView(parsing: octets)
        {
            resumed = chains?.chain(of: leaf) ?? [leaf]
        } else {
            chains?.remember(connection.facts.peerChain)
            shown(connection.facts.shownOctets)
        }
        connection.update { facts in
            facts.isEstablished = true
            facts.applicationProtocol = applicationProtocol ?? facts.applicationProtocol
            if let resumed {
                facts.peerChain = resumed
                facts.isResumed = true
            }
        }
    }

    private func report(_ error: (any Error)?) {
        let facts = connection.facts
        guard !hasReported, !facts.isEstablished || !hasHeard else { return }
        // Who connects to a listener of ours and says nothing, as port checks do, is no failure of TLS.
        guard !facts.isServer || facts.octetsReceived > 0 else { return }
        // A peer that goes away after the handshake without a word is no failure of TLS.
        guard !facts.isEstablished || error.map(TLSFailure.isAlert) == true else { return }
        hasReported = true
        let diagnosis = facts.diagnosis ?? TLSFailure.diagnose(error, facts)
        connection.update { $0.diagnosis = diagnosis }
        failed(TLSEvent(facts: connection.facts, phase: .handshake, diagnosis: diagnosis))
    }
}
